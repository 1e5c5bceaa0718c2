/** Settings of a request to Ollama that decide how a model is loaded: other ones load it anew, so every request has the same. */
import type { RuntimeConfig } from '../config.ts';
import { withTag } from './models.ts';

/** Context length of a model, in tokens. */
export function contextLengthOf({ ollama }: RuntimeConfig, model: string): number {
  const declared = ollama.models.find(({ name }) => withTag(name) === withTag(model));
  return declared?.numCtx ?? ollama.contextLength;
}

export function loadOptions(config: RuntimeConfig, model: string): { num_ctx: number; num_thread: number } {
  return { num_ctx: contextLengthOf(config, model), num_thread: config.ollama.numThread };
}
