/** The path under which this chat is on its host, such as `/chat`; empty when it has the host to itself. A frontend tells. */
export function basePath(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="chatapp-base"]')?.content ?? '';
}
