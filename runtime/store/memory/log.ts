import { randomBytes } from 'node:crypto';
import { compareOffsets, START } from '../../protocol/offset.ts';
import { contentOf, editBody, editedContent, joined, kept } from '../content.ts';
import type {
  Appended,
  Bucket,
  Found,
  LoggedEntry,
  LogPosition,
  NewChange,
  NewEntry,
  RateLimits,
  Retention,
  RoomBus,
  RoomLog,
  TooSoon,
} from '../port.ts';
import { IDEMPOTENCY_SECONDS } from '../port.ts';
import type { Part } from '../runs.ts';
import type { OpenRuns } from './runs.ts';

interface Row {
  readonly offset: string;
  readonly head: string;
  readonly time: number;
  readonly counted: boolean;
  /** Of an edit: whose text it shows. */
  readonly editTarget?: string;
}

interface RoomState {
  rows: Row[];
  /** What can change of messages and replies, by offset. */
  readonly contents: Map<string, string>;
  top: string;
  floor: string;
  readonly epoch: string;
  /** By key: the offset and the time in milliseconds when it is forgotten. */
  readonly once: Map<string, { offset: string; until: number }>;
}

export class MemoryLog implements RoomLog {
  readonly #rooms = new Map<string, RoomState>();
  readonly #bus: RoomBus;
  readonly #openRuns: OpenRuns;
  readonly #limits: RateLimits;

  /** @param openRuns shared with the queue */
  constructor(bus: RoomBus, openRuns: OpenRuns, limits: RateLimits) {
    this.#bus = bus;
    this.#openRuns = openRuns;
    this.#limits = limits;
  }

  async append(room: string, key: string, entry: NewEntry, retention: Retention): Promise<Appended> {
    const state = this.#state(room);
    const now = Date.now();
    const known = state.once.get(key);
    if (known !== undefined && known.until > now) return { offset: known.offset, duplicate: true };
    const prev = state.top;
    const { head, content } = kept(entry);
    const row = {
      offset: nextOffset(prev, now),
      head,
      time: now,
      counted: entry.kind === 'message' || entry.kind === 'run-end',
    };
    state.rows.push(row);
    if (row.counted) state.contents.set(row.offset, content);
    state.top = row.offset;
    state.once.set(key, { offset: row.offset, until: now + IDEMPOTENCY_SECONDS * 1000 });
    this.#openOrClose(room, entry);
    await this.trim(room, retention);
    await this.#bus.publish(room, { kind: 'entry', prev, entry: toEntry(state, row) });
    return { offset: row.offset, duplicate: false };
  }

  async post(
    room: string,
    key: string,
    entry: NewEntry,
    retention: Retention,
    buckets: readonly Bucket[],
  ): Promise<Appended | TooSoon> {
    const { empty, retryAfterMs } = await this.#limits.takeAll(buckets);
    return empty === undefined ? this.append(room, key, entry, retention) : { empty, retryAfterMs };
  }

  find(room: string, offset: string): Promise<Found | undefined> {
    const state = this.#state(room);
    const content = state.contents.get(offset);
    const row = state.rows.find((each) => each.offset === offset);
    const found = row === undefined || content === undefined ? undefined : { ...toEntry(state, row), content };
    return Promise.resolve(found);
  }

  async change(
    room: string,
    entry: NewChange,
    target: Found,
    content: string,
    retention: Retention,
  ): Promise<string | undefined> {
    const state = this.#state(room);
    if (state.contents.get(target.offset) !== target.content) return undefined;
    const now = Date.now();
    const prev = state.top;
    const offset = nextOffset(prev, now);
    const { head } = kept(entry);
    const edits = entry.kind === 'edit';
    state.rows.push({ offset, head, time: now, counted: false, ...(edits ? { editTarget: target.offset } : {}) });
    state.top = offset;
    const time = offset.slice(0, offset.indexOf('-'));
    state.contents.set(target.offset, edits ? editedContent(content, time) : content);
    await this.trim(room, retention);
    const body = joined({ head, content: contentOf(entry) });
    await this.#bus.publish(room, { kind: 'entry', prev, entry: { offset, body } });
    return offset;
  }

  position(room: string): Promise<LogPosition> {
    const { epoch, top, floor } = this.#state(room);
    return Promise.resolve({ epoch, top, floor });
  }

  async after(room: string, offset: string, limit: number): Promise<LogPosition & { entries: LoggedEntry[] }> {
    const state = this.#state(room);
    const later = state.rows.filter((row) => compareOffsets(row.offset, offset) > 0);
    return { ...(await this.position(room)), entries: later.slice(0, limit).map((row) => toEntry(state, row)) };
  }

  async before(
    room: string,
    before: string | undefined,
    limit: number,
  ): Promise<LogPosition & { entries: LoggedEntry[] }> {
    const state = this.#state(room);
    const { rows } = state;
    const earlier = before === undefined ? rows : rows.filter((row) => compareOffsets(row.offset, before) < 0);
    return { ...(await this.position(room)), entries: earlier.slice(-limit).map((row) => toEntry(state, row)) };
  }

  trim(room: string, retention: Retention): Promise<void> {
    const state = this.#state(room);
    const now = Date.now();
    let counted = state.rows.filter((row) => row.counted).length;
    let drop = 0;
    for (const row of state.rows) {
      if (counted <= retention.maxMessages && row.time >= now - retention.maxAgeSeconds * 1000) break;
      if (row.counted) counted -= 1;
      state.contents.delete(row.offset);
      state.floor = row.offset;
      drop += 1;
    }
    state.rows = state.rows.slice(drop);
    for (const [key, { until }] of state.once) if (until <= now) state.once.delete(key);
    return Promise.resolve();
  }

  async clear(room: string): Promise<string> {
    const state = this.#state(room);
    const prev = state.top;
    const { head } = kept({ kind: 'clear' });
    const row = { offset: nextOffset(prev, Date.now()), head, time: Date.now(), counted: false };
    for (const run of this.#openRuns.get(room)?.keys() ?? []) {
      this.#openRuns.get(room)?.set(run, { text: '', thinking: '' });
    }
    Object.assign(state, { rows: [row], top: row.offset, floor: prev });
    state.contents.clear();
    await this.#bus.publish(room, { kind: 'entry', prev, entry: toEntry(state, row) });
    return row.offset;
  }

  erase(room: string): Promise<void> {
    this.#rooms.delete(room);
    this.#openRuns.delete(room);
    return Promise.resolve();
  }

  /** Messages and replies after an offset that were not deleted, counted up to a bound. */
  countAfter(room: string, offset: string, most: number): number {
    const { rows, contents } = this.#state(room);
    const isThere = (at: string): boolean => !('deleted' in (JSON.parse(`{${contents.get(at) ?? ''}}`) as object));
    const later = rows.filter((row) => row.counted && compareOffsets(row.offset, offset) > 0 && isThere(row.offset));
    return Math.min(later.length, most);
  }

  #openOrClose(room: string, entry: NewEntry): void {
    if (entry.kind !== 'run-start' && entry.kind !== 'run-end') return;
    const open = this.#openRuns.get(room) ?? new Map<string, Record<Part, string>>();
    this.#openRuns.set(room, open);
    if (entry.kind === 'run-start') open.set(entry.run, { text: '', thinking: '' });
    else open.delete(entry.run);
  }

  #state(room: string): RoomState {
    let state = this.#rooms.get(room);
    if (state === undefined) {
      const epoch = randomBytes(6).toString('base64url');
      state = { rows: [], contents: new Map(), top: START, floor: START, epoch, once: new Map() };
      this.#rooms.set(room, state);
    }
    return state;
  }
}

function toEntry({ contents }: RoomState, { offset, head, editTarget }: Row): LoggedEntry {
  const content = contents.get(editTarget ?? offset) ?? '';
  return { offset, body: editTarget === undefined ? joined({ head, content }) : editBody(head, content) };
}

/** As a Redis stream numbers its entries: never backwards, even when the clock is. */
function nextOffset(top: string, now: number): string {
  const [time = 0, sequence = 0] = top.split('-').map(Number);
  return now > time ? `${now}-0` : `${time}-${sequence + 1}`;
}
