import { compareOffsets, START } from '../../protocol/offset.ts';
import type { ReadMarks, Unread } from '../port.ts';
import { MOST_UNREAD } from '../port.ts';
import type { MemoryLog } from './log.ts';

export class MemoryReads implements ReadMarks {
  readonly #log: MemoryLog;
  readonly #marks = new Map<string, string>();

  constructor(log: MemoryLog) {
    this.#log = log;
  }

  async move(room: string, user: string, offset: string): Promise<'moved' | 'kept'> {
    const { top } = await this.#log.position(room);
    const to = compareOffsets(offset, top) > 0 ? top : offset;
    const key = `${room} ${user}`;
    if (compareOffsets(to, this.#marks.get(key) ?? START) <= 0) return 'kept';
    this.#marks.set(key, to);
    return 'moved';
  }

  of(room: string, user: string): Promise<string | undefined> {
    return Promise.resolve(this.#marks.get(`${room} ${user}`));
  }

  async unread(room: string, user: string): Promise<Unread> {
    const { top } = await this.#log.position(room);
    const read = this.#marks.get(`${room} ${user}`);
    const unread = this.#log.countAfter(room, read ?? START, MOST_UNREAD);
    return { top, ...(read !== undefined && { read }), unread };
  }
}
