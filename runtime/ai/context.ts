/** Which entries of a room's log a reply is made from, wherever in the log its question is. */
import { compareOffsets } from '../protocol/offset.ts';
import type { Entry } from '../protocol/entries.ts';
import { PAGE_SIZE } from '../protocol/frames.ts';
import { parseEntry } from '../rooms/entry-json.ts';
import type { RoomLog } from '../store/port.ts';
import type { Run } from '../store/runs.ts';
import { answersTo, textUpTo } from './answers.ts';
import type { PromptInput } from './prompt.ts';

export type Context = Pick<PromptInput, 'entries' | 'later' | 'written'>;

/** Edits, reactions and failed replies fill pages too: more of them in a row are the end of what is looked at. */
const MOST_PAGES = 20;

/**
 * @param later whether the room's replies answer everything since their question
 * @param messages messages and replies to look for before the question
 * @returns nothing when there is nothing to answer: the question was deleted, or the log no longer has it
 * @throws StoreUnavailable
 */
export async function readContext(
  log: RoomLog,
  run: Run,
  later: PromptInput['later'],
  messages: number,
): Promise<Context | undefined> {
  if (later === 'include' && run.only === undefined) {
    const entries = await newest(log, run.room, undefined, messages);
    const known = entries[0] !== undefined && compareOffsets(entries[0].offset, run.replyTo) <= 0;
    // A first reply answers what was written last even if that is much; one that is asked for again, its question.
    if (known || run.id.split('-')[2] === '1') {
      return entries.some((entry) => isOpen(entry, run.replyTo)) ? { entries, later } : undefined;
    }
  }
  const before = await newest(log, run.room, following(run.replyTo), messages + 1);
  if (!before.some((entry) => isOpen(entry, run.replyTo))) return undefined;
  // Replies to earlier messages may have ended since.
  const { entries: since } = await log.after(run.room, run.replyTo, PAGE_SIZE);
  const entries = [...before, ...since.map(parseEntry).filter((entry) => entry !== undefined)];
  if (run.continues === undefined) return { entries, later: 'leave-out' };
  const written = textUpTo(await answersTo(log, run.room, run.replyTo), run.continues);
  return { entries, later: 'leave-out', written };
}

/** Entries before an offset, oldest first, with at least so many messages and replies if there are. */
async function newest(log: RoomLog, room: string, end: string | undefined, messages: number): Promise<Entry[]> {
  let all: Entry[] = [];
  let before = end;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { entries } = await log.before(room, before, PAGE_SIZE);
    all = [...entries.map(parseEntry).filter((entry) => entry !== undefined), ...all];
    before = entries[0]?.offset;
    if (before === undefined || all.filter(isSaid).length >= messages) return all;
  }
  return all;
}

const isSaid = (entry: Entry): boolean =>
  (entry.kind === 'message' || entry.kind === 'run-end') && entry.deleted === undefined && entry.text !== '';

/** A message that is the question or came after it, and is still there. */
const isOpen = (entry: Entry, question: string): boolean =>
  entry.kind === 'message' && entry.deleted === undefined && compareOffsets(entry.offset, question) >= 0;

/** The offset after which nothing comes before the next entry. */
function following(offset: string): string {
  const [time, sequence] = offset.split('-');
  return `${time}-${Number(sequence) + 1}`;
}
