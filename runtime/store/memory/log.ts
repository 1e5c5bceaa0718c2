import { randomBytes } from 'node:crypto';
import { compareOffsets, START } from '../../protocol/offset.ts';
import type { Appended, LoggedEntry, LogPosition, NewEntry, Retention, RoomBus, RoomLog } from '../port.ts';
import { IDEMPOTENCY_SECONDS } from '../port.ts';

interface Row extends LoggedEntry {
  readonly time: number;
  readonly counted: boolean;
}

interface RoomState {
  rows: Row[];
  top: string;
  floor: string;
  readonly epoch: string;
  /** By key: the offset and the time in milliseconds when it is forgotten. */
  readonly once: Map<string, { offset: string; until: number }>;
}

export class MemoryLog implements RoomLog {
  readonly #rooms = new Map<string, RoomState>();
  readonly #bus: RoomBus;
  readonly #openRuns: Map<string, Map<string, string>>;

  /** @param openRuns streamed text of each open run of each room, shared with the queue */
  constructor(bus: RoomBus, openRuns: Map<string, Map<string, string>>) {
    this.#bus = bus;
    this.#openRuns = openRuns;
  }

  async append(room: string, key: string, entry: NewEntry, retention: Retention): Promise<Appended> {
    const state = this.#state(room);
    const now = Date.now();
    const known = state.once.get(key);
    if (known !== undefined && known.until > now) return { offset: known.offset, duplicate: true };
    const prev = state.top;
    const row = {
      offset: nextOffset(prev, now),
      body: JSON.stringify(entry),
      time: now,
      counted: entry.kind === 'message' || entry.kind === 'run-end',
    };
    state.rows.push(row);
    state.top = row.offset;
    state.once.set(key, { offset: row.offset, until: now + IDEMPOTENCY_SECONDS * 1000 });
    this.#openOrClose(room, entry);
    await this.trim(room, retention);
    await this.#bus.publish(room, { kind: 'entry', prev, entry: { offset: row.offset, body: row.body } });
    return { offset: row.offset, duplicate: false };
  }

  position(room: string): Promise<LogPosition> {
    const { epoch, top, floor } = this.#state(room);
    return Promise.resolve({ epoch, top, floor });
  }

  async after(room: string, offset: string, limit: number): Promise<LogPosition & { entries: LoggedEntry[] }> {
    const later = this.#state(room).rows.filter((row) => compareOffsets(row.offset, offset) > 0);
    return { ...(await this.position(room)), entries: later.slice(0, limit).map(toEntry) };
  }

  async before(
    room: string,
    before: string | undefined,
    limit: number,
  ): Promise<LogPosition & { entries: LoggedEntry[] }> {
    const { rows } = this.#state(room);
    const earlier = before === undefined ? rows : rows.filter((row) => compareOffsets(row.offset, before) < 0);
    return { ...(await this.position(room)), entries: earlier.slice(-limit).map(toEntry) };
  }

  trim(room: string, retention: Retention): Promise<void> {
    const state = this.#state(room);
    const now = Date.now();
    let counted = state.rows.filter((row) => row.counted).length;
    let drop = 0;
    for (const row of state.rows) {
      if (counted <= retention.maxMessages && row.time >= now - retention.maxAgeSeconds * 1000) break;
      if (row.counted) counted -= 1;
      state.floor = row.offset;
      drop += 1;
    }
    state.rows = state.rows.slice(drop);
    for (const [key, { until }] of state.once) if (until <= now) state.once.delete(key);
    return Promise.resolve();
  }

  #openOrClose(room: string, entry: NewEntry): void {
    if (entry.kind !== 'run-start' && entry.kind !== 'run-end') return;
    const open = this.#openRuns.get(room) ?? new Map<string, string>();
    this.#openRuns.set(room, open);
    if (entry.kind === 'run-start') open.set(entry.run, '');
    else open.delete(entry.run);
  }

  #state(room: string): RoomState {
    let state = this.#rooms.get(room);
    if (state === undefined) {
      state = { rows: [], top: START, floor: START, epoch: randomBytes(6).toString('base64url'), once: new Map() };
      this.#rooms.set(room, state);
    }
    return state;
  }
}

const toEntry = ({ offset, body }: Row): LoggedEntry => ({ offset, body });

/** As a Redis stream numbers its entries: never backwards, even when the clock is. */
function nextOffset(top: string, now: number): string {
  const [time = 0, sequence = 0] = top.split('-').map(Number);
  return now > time ? `${now}-0` : `${time}-${sequence + 1}`;
}
