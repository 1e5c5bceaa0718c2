/** What a room's log says of the replies to one message. */
import { compareOffsets } from '../protocol/offset.ts';
import type { RunEndEntry, RunStartEntry } from '../protocol/entries.ts';
import { PAGE_SIZE } from '../protocol/frames.ts';
import { parseEntry } from '../rooms/entry-json.ts';
import type { RoomLog } from '../store/port.ts';

export interface Answer {
  readonly start: RunStartEntry;
  /** None while it is under way. */
  readonly end?: RunEndEntry;
}

export interface Answers {
  /** By when they were asked for, oldest first. */
  readonly runs: readonly Answer[];
  /** Offset of the last edit of the message. */
  readonly edited?: string;
}

/**
 * Reads back from the newest entry to the message.
 * @param question offset of the message
 * @throws StoreUnavailable
 */
export async function answersTo(log: RoomLog, room: string, question: string): Promise<Answers> {
  const ends = new Map<string, RunEndEntry>();
  const runs: Answer[] = [];
  let edited: string | undefined;
  for (let before: string | undefined; ;) {
    const { entries } = await log.before(room, before, PAGE_SIZE);
    for (const logged of entries.toReversed()) {
      if (compareOffsets(logged.offset, question) <= 0) return answersOf(runs, edited);
      const entry = parseEntry(logged);
      if (entry?.kind === 'run-end') ends.set(entry.run, entry);
      else if (entry?.kind === 'edit' && entry.target === question) edited ??= entry.offset;
      else if (entry?.kind === 'run-start' && entry.replyTo === question) {
        const end = ends.get(entry.run);
        runs.unshift({ start: entry, ...(end && { end }) });
      }
    }
    before = entries[0]?.offset;
    if (before === undefined) return answersOf(runs, edited);
  }
}

const answersOf = (runs: Answer[], edited: string | undefined): Answers => ({ runs, ...(edited && { edited }) });

/** Text of a reply with that of all that it continues, in order. */
export function textUpTo({ runs }: Answers, run: string): string {
  const answer = runs.find(({ start }) => start.run === run);
  if (answer === undefined) return '';
  const { continues } = answer.start;
  return joinedText(continues === undefined ? '' : textUpTo({ runs }, continues), answer.end?.text ?? '');
}

/** A text and what goes on with it: models begin a new word. */
export function joinedText(before: string, after: string): string {
  const needsSpace = before !== '' && after !== '' && !/\s$/u.test(before) && !/^\s/u.test(after);
  return `${before}${needsSpace ? ' ' : ''}${after}`;
}
