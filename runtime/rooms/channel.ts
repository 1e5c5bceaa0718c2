/**
 * One room as one process follows it: a subscription with a position, and the members it fans entries out to. Every entry
 * goes to every member once and in order: an entry whose predecessor is not the last one seen makes the channel read the
 * log, and so does a look at the log's position now and then.
 */
import { isBefore, laterOf, START } from '../protocol/offset.ts';
import { PAGE_SIZE } from '../protocol/frames.ts';
import type { Position } from '../protocol/frames.ts';
import type { LoggedEntry, LogPosition, RoomSignal, Store } from '../store/port.ts';
import { log, wordsOf } from '../log.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { entryFrame, timeOf } from './entry-json.ts';
import type { Encode, FrameWeight, Member } from './member.ts';

export interface ChannelContext {
  readonly store: Store;
  readonly metrics: Metrics;
  readonly encode: Encode;
}

/** What a joining member is told first. */
export interface FirstPage {
  readonly epoch: string;
  /** Where the member is after `entries`. */
  readonly offset: string;
  readonly recovered: boolean;
  readonly hasMore: boolean;
  readonly entries: readonly LoggedEntry[];
}

export class Channel {
  readonly room: string;
  readonly #context: ChannelContext;
  readonly #onPeople: () => void;
  readonly #live = new Set<Member>();
  /** Members whose own reading of the log is further than the channel. */
  readonly #ahead = new Map<Member, string>();
  /** What members that are about to follow are to get after what they read. */
  readonly #held = new Map<Member, [Buffer, FrameWeight][]>();
  #epoch = '';
  #position: string | undefined;
  #seen = START;
  #repair: Promise<void> | undefined;
  #unsubscribe: (() => void) | undefined;
  #closed = false;

  constructor(room: string, context: ChannelContext, onPeople: () => void) {
    this.room = room;
    this.#context = context;
    this.#onPeople = onPeople;
  }

  /** Subscribes, then reads the position: what comes in between is remembered as seen. */
  async open(): Promise<void> {
    const unsubscribe = await this.#context.store.rooms.subscribe(this.room, (signal) => this.#handle(signal));
    if (this.#closed) {
      unsubscribe();
      return;
    }
    this.#unsubscribe = unsubscribe;
    const { epoch, top } = await this.#context.store.log.position(this.room);
    this.#epoch = epoch;
    this.#position = laterOf(top, this.#seen);
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe?.();
  }

  get size(): number {
    return this.#live.size + this.#ahead.size;
  }

  /** Reads where a member begins. Nothing is sent to it yet. */
  async firstPage(since: Position | undefined): Promise<FirstPage> {
    const { store, metrics } = this.#context;
    if (since !== undefined) {
      const page = await store.log.after(this.room, since.offset, PAGE_SIZE);
      const known =
        page.epoch === since.epoch && !isBefore(since.offset, page.floor) && !isBefore(page.top, since.offset);
      metrics.recoveries.inc({ result: known ? 'ok' : 'failed' });
      if (known) {
        const offset = page.entries.at(-1)?.offset ?? since.offset;
        const hasMore = isBefore(page.floor, since.offset);
        return { epoch: page.epoch, offset, recovered: true, hasMore, entries: page.entries };
      }
    }
    const page = await store.log.before(this.room, undefined, PAGE_SIZE + 1);
    const entries = page.entries.slice(-PAGE_SIZE);
    const hasMore = page.entries.length > entries.length;
    return { epoch: page.epoch, offset: page.top, recovered: false, hasMore, entries };
  }

  /** Keeps, until a member follows, what is told in between: text of a reply that comes after its part was read, say. */
  hold(member: Member): void {
    this.#held.set(member, []);
  }

  /**
   * Sends a member that has everything up to `offset` the rest of the log, then lets it follow.
   * @throws StoreUnavailable, or what `drained` rejects with; the member then follows nothing
   */
  async follow(member: Member, epoch: string, offset: string): Promise<void> {
    let at = offset;
    if (epoch !== this.#epoch) await this.check();
    while (isBefore(at, this.#position ?? START)) {
      const read = await this.#context.store.log.after(this.room, at, PAGE_SIZE);
      if (read.epoch !== epoch || isBefore(at, read.floor) || read.entries.length === 0) {
        member.expel();
        return;
      }
      for (const entry of read.entries) {
        member.deliver(this.#context.encode(entryFrame(this.room, at, entry)), 'frame');
        at = entry.offset;
      }
      await member.drained();
    }
    // From here nothing awaits: what comes after the channel's position reaches every member that follows.
    if (!member.open) return;
    if (epoch !== this.#epoch) {
      member.expel();
      return;
    }
    for (const [frame, weight] of this.#held.get(member) ?? []) member.deliver(frame, weight);
    this.#held.delete(member);
    if (at === this.#position) this.#live.add(member);
    else this.#ahead.set(member, at);
  }

  leave(member: Member): void {
    this.#live.delete(member);
    this.#ahead.delete(member);
    this.#held.delete(member);
  }

  /** Sends a frame of this process only. */
  broadcast(json: string): void {
    this.#fanOut(this.#context.encode(json), 'frame');
  }

  /** Looks whether the log is further than what was heard; reads what was missed. */
  async check(): Promise<void> {
    const position = await this.#context.store.log.position(this.room);
    if (position.epoch !== this.#epoch) this.#startOver(position);
    else if (isBefore(this.#position ?? START, position.top)) await this.#catchUp();
  }

  #handle(signal: RoomSignal): void {
    switch (signal.kind) {
      case 'frame': {
        this.#fanOut(this.#context.encode(signal.json), 'frame');
        return;
      }
      case 'delta': {
        this.#fanOut(this.#context.encode(signal.json), 'delta');
        return;
      }
      case 'people': {
        this.#onPeople();
        return;
      }
      case 'entry': {
        this.#heard(signal.prev, signal.entry);
        return;
      }
    }
  }

  #heard(prev: string, entry: LoggedEntry): void {
    this.#seen = laterOf(this.#seen, entry.offset);
    if (this.#position === undefined || this.#repair !== undefined || !isBefore(this.#position, entry.offset)) return;
    if (prev === this.#position) {
      this.#advance(entry);
      const lag = (Date.now() - timeOf(entry.offset)) / 1000;
      this.#context.metrics.deliveryLag.observe(Math.max(0, lag));
    } else {
      this.#context.metrics.gaps.inc();
      this.#catchUp().catch((error: unknown) => {
        // The next entry, the next check or the store's return brings it about again.
        log.warn('missed entries could not be read', { room: this.room, error: wordsOf(error) });
      });
    }
  }

  #advance(entry: LoggedEntry): void {
    const frame = this.#context.encode(entryFrame(this.room, this.#position ?? START, entry));
    this.#position = entry.offset;
    this.#context.metrics.deliveries.inc(this.#live.size);
    for (const member of this.#live) member.deliver(frame, 'frame');
    for (const [member, at] of this.#ahead) {
      if (isBefore(at, entry.offset)) {
        member.deliver(frame, 'frame');
        this.#context.metrics.deliveries.inc();
      }
      if (!isBefore(entry.offset, at)) {
        this.#ahead.delete(member);
        this.#live.add(member);
      }
    }
  }

  #catchUp(): Promise<void> {
    this.#repair ??= this.#readOn().finally(() => (this.#repair = undefined));
    return this.#repair;
  }

  async #readOn(): Promise<void> {
    for (;;) {
      const from = this.#position ?? START;
      // What is heard while the log is read may be newer than what was read: then it is read again.
      const seen = this.#seen;
      const page = await this.#context.store.log.after(this.room, from, PAGE_SIZE);
      const nothingMore = page.entries.length === 0;
      const lost = nothingMore && isBefore(from, seen);
      if (page.epoch !== this.#epoch || isBefore(from, page.floor) || lost) {
        this.#startOver(page);
        return;
      }
      if (nothingMore && !isBefore(from, this.#seen)) return;
      for (const entry of page.entries) this.#advance(entry);
    }
  }

  /** The log began anew, or dropped what nobody here had yet: only joining again helps. */
  #startOver(position: LogPosition): void {
    log.warn('the log of a room starts over', { room: this.room, members: this.size });
    this.#epoch = position.epoch;
    this.#position = position.top;
    this.#seen = position.top;
    const members = [...this.#live, ...this.#ahead.keys()];
    this.#live.clear();
    this.#ahead.clear();
    for (const member of members) member.expel();
  }

  #fanOut(frame: Buffer, weight: FrameWeight): void {
    this.#context.metrics.deliveries.inc(this.size);
    for (const member of this.#live) member.deliver(frame, weight);
    for (const member of this.#ahead.keys()) member.deliver(frame, weight);
    for (const held of this.#held.values()) held.push([frame, weight]);
  }
}
