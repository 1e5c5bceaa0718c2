import { compareOffsets, START } from '../../protocol/offset.ts';
import type { ReadMarks, RoomLog } from '../port.ts';

export class MemoryReads implements ReadMarks {
  readonly #log: RoomLog;
  readonly #marks = new Map<string, string>();

  constructor(log: RoomLog) {
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
}
