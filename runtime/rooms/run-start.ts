/** Where a run began, in its room's log. */
import type { RunStartEntry } from '../protocol/entries.ts';
import { PAGE_SIZE } from '../protocol/frames.ts';
import type { RoomLog } from '../store/port.ts';
import { parseEntry } from './entry-json.ts';

/**
 * @param end offset before which to look; none for the whole log
 * @returns nothing when the log no longer has it
 */
export async function runStart(
  log: RoomLog,
  room: string,
  run: string,
  end?: string,
): Promise<RunStartEntry | undefined> {
  let before = end;
  for (;;) {
    const { entries } = await log.before(room, before, PAGE_SIZE);
    for (const logged of entries) {
      const entry = parseEntry(logged);
      if (entry?.kind === 'run-start' && entry.run === run) return entry;
    }
    before = entries[0]?.offset;
    if (before === undefined) return undefined;
  }
}
