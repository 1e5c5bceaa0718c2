/**
 * What of an entry can change or be erased is kept apart from it, by its offset: the log itself is never rewritten, and
 * still no text outlives its deletion. Pure.
 */
import type { NewEntry } from './port.ts';

/** An entry as the stores keep it. */
export interface Kept {
  /** JSON of what never changes. */
  readonly head: string;
  /** The rest, as members of a JSON object without its braces; empty when there is none. */
  readonly content: string;
}

const CHANGEABLE = new Set(['text', 'thinking', 'mentions', 'edited', 'deleted', 'reactions']);

export function kept(entry: NewEntry): Kept {
  const members = Object.entries(entry);
  const head = Object.fromEntries(members.filter(([name]) => !CHANGEABLE.has(name)));
  return { head: JSON.stringify(head), content: contentOf(entry) };
}

/** The changeable part of an entry, or of what a change makes of it. */
export function contentOf(value: object): string {
  const members = Object.entries(value).filter(([name]) => CHANGEABLE.has(name));
  return JSON.stringify(Object.fromEntries(members)).slice(1, -1);
}

/** The JSON of an entry; the script that appends does the same. */
export function joined({ head, content }: Kept): string {
  return content === '' ? head : `${head.slice(0, -1)},${content}}`;
}

/** The JSON of an edit, with the text that its target has now; none when the target is gone. */
export function editBody(head: string, targetContent: string): string {
  const { text = '', mentions } = JSON.parse(`{${targetContent}}`) as { text?: string; mentions?: string[] };
  return joined({ head, content: contentOf({ text, mentions }) });
}

/** Content after an edit at a time (milliseconds since 1970); the script that changes does the same. */
export function editedContent(content: string, time: string): string {
  return `"edited":${time},${content}`;
}
