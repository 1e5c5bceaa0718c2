/** A room's history as a file that people keep: read and written piece by piece, however long it is. */
import type { Entry } from '../protocol/entries.ts';
import { PAGE_SIZE } from '../protocol/frames.ts';
import { START } from '../protocol/offset.ts';
import type { LoggedEntry, RoomLog } from '../store/port.ts';
import { entryJson, parseEntry } from './entry-json.ts';

export interface ExportedRoom {
  readonly name: string;
  readonly title: string;
  readonly model: string;
}

/** Oldest first; entries that the log drops meanwhile are missing, those that come meanwhile are there. */
async function* pages(log: RoomLog, room: string): AsyncGenerator<LoggedEntry[]> {
  let at = START;
  for (;;) {
    const { entries } = await log.after(room, at, PAGE_SIZE);
    if (entries.length === 0) return;
    yield entries;
    at = entries.at(-1)?.offset ?? at;
  }
}

/**
 * One JSON object, see `exportSchema`.
 * @param now milliseconds since 1970
 * @throws StoreUnavailable
 */
export async function* exportJson(log: RoomLog, room: ExportedRoom, now: number): AsyncGenerator<string> {
  yield `{"room":${JSON.stringify(room)},"exportedAt":${now},"entries":[`;
  let separator = '\n';
  for await (const entries of pages(log, room.name)) {
    for (const entry of entries) {
      yield separator + entryJson(entry);
      separator = ',\n';
    }
  }
  yield '\n]}\n';
}

/** Messages and replies as Markdown, times in UTC. @throws StoreUnavailable */
export async function* exportMarkdown(log: RoomLog, room: ExportedRoom, assistant: string): AsyncGenerator<string> {
  yield `# ${room.title}\n`;
  for await (const entries of pages(log, room.name)) {
    for (const logged of entries) {
      const entry = parseEntry(logged);
      const words = entry && markdownOf(entry, assistant);
      if (words !== undefined) yield `\n${words}\n`;
    }
  }
}

function markdownOf(entry: Entry, assistant: string): string | undefined {
  if (entry.kind !== 'message' && entry.kind !== 'run-end') return undefined;
  const who = entry.kind === 'message' ? entry.author.name : `${assistant} (${entry.model})`;
  const when = new Date(entry.time).toISOString().replace('T', ' ').slice(0, 19);
  const head = `**${escaped(who)}** · ${when} UTC`;
  if (entry.deleted !== undefined) return `${head}\n\n_deleted_`;
  if (entry.text === '') return undefined;
  return `${head}${entry.edited === undefined ? '' : ' · edited'}\n\n${entry.text}`;
}

/** A name stays a name, whatever signs of Markdown are in it. */
function escaped(name: string): string {
  return name.replace(/[\\`*_{}[\]<>()#+!|~-]/g, '\\$&');
}
