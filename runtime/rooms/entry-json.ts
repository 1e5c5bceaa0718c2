/** Between an entry as the log keeps it and as the protocol sends it. */
import type { Entry } from '../protocol/entries.ts';
import { entrySchema } from '../protocol/entries.ts';
import type { LoggedEntry } from '../store/port.ts';

/** Milliseconds since 1970 when an entry was appended, by the clock of the store. */
export function timeOf(offset: string): number {
  return Number(offset.slice(0, offset.indexOf('-')));
}

/** The entry's JSON as in frames, made without parsing the body. */
export function entryJson({ offset, body }: LoggedEntry): string {
  return `{"offset":"${offset}","time":${timeOf(offset)},${body.slice(1)}`;
}

/** @returns nothing for an entry that only a newer version understands */
export function parseEntry(logged: LoggedEntry): Entry | undefined {
  return entrySchema.safeParse(JSON.parse(entryJson(logged))).data;
}

export function entryFrame(room: string, prev: string, entry: LoggedEntry): string {
  return `{"type":"entry","room":"${room}","prev":"${prev}","entry":${entryJson(entry)}}`;
}
