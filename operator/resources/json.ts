/** What somebody else wrote as JSON; nothing where it is none. */
export function parsedJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch {
    return undefined;
  }
}
