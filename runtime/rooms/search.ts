/** Looks through a room's log for words, newest first, a bounded stretch at a time. */
import type { MessageEntry, RunEndEntry } from '../protocol/entries.ts';
import type { RoomLog } from '../store/port.ts';
import { parseEntry } from './entry-json.ts';

export interface Found {
  /** Newest first. */
  readonly hits: readonly (MessageEntry | RunEndEntry)[];
  /** Where to go on; none when the log was looked through to its beginning. */
  readonly next?: string;
}

/** What one question may cost: an answer is short, and a rare word does not read a long log in one go. */
const MOST_HITS = 20;
const MOST_READ = 2000;
const READ_AT_A_TIME = 200;
/** More words than that make a question no narrower. */
const MOST_WORDS = 10;

/** Letters as people compare them: without case, accents and forms that only look different. */
export function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** The words of a question, folded; all of them have to be in a text. Empty for a question without any. */
export function wordsOf(query: string): string[] {
  const words = folded(query)
    .split(/\s+/u)
    .filter((word) => word !== '');
  return [...new Set(words)].slice(0, MOST_WORDS);
}

/**
 * Messages and replies with all words, before an offset (of the whole log without one).
 * @throws StoreUnavailable
 */
export async function search(
  log: RoomLog,
  room: string,
  words: readonly string[],
  before: string | undefined,
): Promise<Found> {
  const hits: (MessageEntry | RunEndEntry)[] = [];
  let at = before;
  for (let read = 0; read < MOST_READ; read += READ_AT_A_TIME) {
    const { entries } = await log.before(room, at, READ_AT_A_TIME);
    for (const logged of entries.toReversed()) {
      const entry = parseEntry(logged);
      at = logged.offset;
      if (entry?.kind !== 'message' && entry?.kind !== 'run-end') continue;
      const text = folded(entry.text);
      if (!words.every((word) => text.includes(word))) continue;
      hits.push(entry);
      if (hits.length === MOST_HITS) return { hits, next: at };
    }
    if (entries.length < READ_AT_A_TIME) return { hits };
  }
  return at === undefined ? { hits } : { hits, next: at };
}
