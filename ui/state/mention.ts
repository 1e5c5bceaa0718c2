/** Names after an `@`: which one is being written, who it could be, and who is meant by a text. Pure. */

/** Longer than any name. */
const LONGEST = 40;
const MOST_OFFERED = 8;

export interface Person {
  readonly id: string;
  readonly name: string;
}

/** The part of a text that a chosen name replaces: from the `@` up to the caret. */
export interface Query {
  readonly start: number;
  readonly end: number;
  readonly words: string;
}

/** What stands after an `@` directly before the caret; none where the `@` belongs to something else, such as an address. */
export function queryAt(text: string, caret: number): Query | undefined {
  const start = text.lastIndexOf('@', caret - 1);
  if (start < 0 || caret - start > LONGEST + 1 || /[\p{L}\p{N}]/u.test(text[start - 1] ?? '')) return undefined;
  const words = text.slice(start + 1, caret);
  return /^\s|\n|@/.test(words) ? undefined : { start, end: caret, words };
}

/** Those whose name, or a word of it, begins so; best first. */
export function candidates<T extends Person>(query: Query, people: readonly T[]): readonly T[] {
  const wanted = folded(query.words);
  const rank = ({ name }: Person): number => {
    if (folded(name).startsWith(wanted)) return 0;
    return folded(name)
      .split(/\s+/)
      .some((word) => word.startsWith(wanted))
      ? 1
      : 2;
  };
  return people
    .map((person) => ({ person, rank: rank(person) }))
    .filter((each) => each.rank < 2)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST_OFFERED)
    .map(({ person }) => person);
}

/** The text with a name in place of the query, and where the caret then is. */
export function withName(text: string, { start, end }: Query, name: string): { text: string; caret: number } {
  const before = `${text.slice(0, start)}@${name} `;
  return { text: before + text.slice(end).replace(/^ /, ''), caret: before.length };
}

/** Whether a text names somebody with an `@`, as whole words. */
export function names(text: string, name: string): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])@${escaped}(?![\\p{L}\\p{N}])`, 'iu').test(text);
}

/** Letters as people compare them: without case and accents. */
function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
