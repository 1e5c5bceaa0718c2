/** Ollama means the tag `latest` where none is written. */
export function withTag(model: string): string {
  const name = model.slice(model.lastIndexOf('/') + 1);
  return name.includes(':') ? model : `${model}:latest`;
}
