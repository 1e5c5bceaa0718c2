/**
 * A chat client without a screen: rooms that recover what they missed, messages that go out once and in order, replies as
 * they stream. A page, the end-to-end tests and a load generator use this one. No DOM: the world comes through options.
 *
 * ```ts
 * const client = new ChatClient({ url: 'ws://localhost:3000/ws', openSocket: socketsOf((url) => new WebSocket(url)) });
 * client.changes.add(() => console.log(client.room('general').items));
 * client.connect();
 * client.join('general');
 * client.send('general', 'hello');
 * ```
 */
import type { Author } from './entries.ts';
import type { ServerFrame } from './frames.ts';
import type { Answer, LinkOptions, LinkState } from './link.ts';
import { Link, NoAnswer, RequestRefused } from './link.ts';
import { Listeners } from './listeners.ts';
import { compareOffsets } from './offset.ts';
import type { Unsent } from './outbox.ts';
import { Outbox } from './outbox.ts';
import type { Applied, RoomState } from './room-log.ts';
import { applyDelta, applyEntry, applyHistory, applyJoined, applyQueue, applyRead, emptyRoom } from './room-log.ts';
import type { Clock, KeyStore } from './socket.ts';
import { memoryKeyStore, systemClock } from './socket.ts';
import { Typing } from './typing.ts';

/** Waits before joining or sending again when the server names no time. */
const AGAIN_MS = 1000;

export type ClientOptions = Pick<LinkOptions, 'url' | 'openSocket' | 'decode'> & {
  /** Holds unsent messages; the default forgets them with the program. */
  readonly storage?: KeyStore;
  readonly clock?: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
};

/** What became of a request; `refusals` has the words for `refused`, and whether `unanswered` took effect is not known. */
export type Asked = 'done' | 'refused' | 'unanswered';

export class ChatClient {
  /** Something that the getters show is different now. */
  readonly changes = new Listeners<void>();
  /** Every frame that is not an answer, after it took effect. */
  readonly frames: Listeners<ServerFrame> = new Listeners<ServerFrame>();
  /** Refusals that belong to no message: for the person to read. */
  readonly refusals = new Listeners<RequestRefused>();
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #outbox: Outbox;
  readonly #typing: Typing;
  readonly #rooms = new Map<string, RoomState>();
  /** Rooms that the caller wants to be in. */
  readonly #wanted = new Set<string>();
  readonly #joined = new Set<string>();
  readonly #joining = new Set<string>();
  readonly #flushing = new Set<string>();
  readonly #loadingOlder = new Set<string>();

  constructor(options: ClientOptions) {
    const { url, openSocket, decode, storage = memoryKeyStore(), clock = systemClock, random = Math.random } = options;
    this.#clock = clock;
    this.#outbox = new Outbox(storage, clock);
    this.#typing = new Typing(clock, () => this.changes.tell());
    this.#link = new Link({ url, openSocket, clock, random, ...(decode === undefined ? {} : { decode }) });
    this.#link.states.add((state) => this.#onLink(state));
    this.#link.frames.add((frame) => this.#onFrame(frame));
  }

  get link(): LinkState {
    return this.#link.state;
  }

  /** Connects, and stays connected until `close`. While it waits for its next try, tries now. */
  connect(): void {
    this.#link.connect();
  }

  close(): void {
    this.#link.close();
  }

  /** After a sleep or a change of network: asks at once whether the connection is alive (milliseconds to answer). */
  probe(deadlineMs = 5000): void {
    this.#link.probe(deadlineMs);
  }

  room(room: string): RoomState {
    return this.#rooms.get(room) ?? emptyRoom;
  }

  /** Messages of a room that are not in its log yet, oldest first. */
  unsent(room: string): readonly Unsent[] {
    return this.#outbox.of(room);
  }

  /** People who write in a room now, without oneself. */
  typing(room: string): readonly Author[] {
    return this.#typing.in(room);
  }

  isLoadingOlder(room: string): boolean {
    return this.#loadingOlder.has(room);
  }

  /** Takes up what this person left unsent; done by itself at every welcome, earlier for a page that starts offline. */
  openOutbox(user: Pick<Author, 'id' | 'name'>): void {
    this.#outbox.open(user);
  }

  join(room: string): void {
    this.#wanted.add(room);
    void this.#join(room);
  }

  /** Leaves a room; what is known of it stays and is brought up to date by the next `join`. */
  leave(room: string): void {
    this.#wanted.delete(room);
    this.#joined.delete(room);
    this.#link.notify({ type: 'leave', room });
  }

  /** Sends a message now, or as soon as there is a connection. @returns its id */
  send(room: string, text: string, replyTo?: string): string {
    const { key } = this.#outbox.add(room, text, replyTo);
    this.changes.tell();
    void this.#flush(room);
    return key;
  }

  /** Sends a refused or old message after all. */
  sendAgain(room: string, key: string): void {
    this.#outbox.renew(key);
    this.changes.tell();
    void this.#flush(room);
  }

  discard(key: string): void {
    this.#outbox.remove(key);
    this.changes.tell();
  }

  sayTyping(room: string): void {
    if (this.#joined.has(room)) this.#link.notify({ type: 'typing', room });
  }

  /** Ends a reply: queued, before its first token, or in mid-reply. */
  async stopReply(room: string, run: string): Promise<void> {
    await this.#ask(() => this.#link.request({ type: 'stop', room, run }));
  }

  /** Has the assistant try again what an ended reply answered. */
  async retryReply(room: string, run: string): Promise<void> {
    await this.#ask(() => this.#link.request({ type: 'retry', room, run }));
  }

  /** Goes on with a reply that was stopped, interrupted or cut at its bound of tokens. */
  async continueReply(room: string, run: string): Promise<void> {
    await this.#ask(() => this.#link.request({ type: 'continue', room, run }));
  }

  /** Changes the text of one's own message; with `ask` the assistant answers it anew. */
  edit(room: string, target: string, text: string, then: 'nothing' | 'ask' = 'nothing'): Promise<Asked> {
    return this.#ask(() => this.#link.request({ type: 'edit', room, target, text, then }));
  }

  /** Erases a message or a reply: `contentOffset` says its target. */
  delete(room: string, target: string): Promise<Asked> {
    return this.#ask(() => this.#link.request({ type: 'delete', room, target }));
  }

  react(room: string, target: string, emoji: string, action: 'add' | 'remove'): Promise<Asked> {
    return this.#ask(() => this.#link.request({ type: 'react', room, target, emoji, action }));
  }

  /** Says that everything up to an offset was read. */
  markRead(room: string, offset: string): void {
    if (!this.#joined.has(room) || this.room(room).read === offset) return;
    this.#set(room, applyRead(this.room(room), offset));
    this.#link.notify({ type: 'read', room, offset });
    this.changes.tell();
  }

  /** Loads the page before the oldest known item, if there is one and no other is being loaded. */
  async loadOlder(room: string): Promise<void> {
    const { items, hasMore } = this.room(room);
    const before = items[0]?.offset;
    if (!hasMore || before === undefined || !this.#joined.has(room) || this.#loadingOlder.has(room)) return;
    this.#loadingOlder.add(room);
    this.changes.tell();
    await this.#ask(() => this.#link.request({ type: 'history', room, before }));
    this.#loadingOlder.delete(room);
    this.changes.tell();
  }

  /** A request whose failure only a person can do something about. */
  async #ask(request: () => Promise<unknown>): Promise<Asked> {
    try {
      await request();
      return 'done';
    } catch (error) {
      if (error instanceof NoAnswer) return 'unanswered';
      if (!(error instanceof RequestRefused)) throw error;
      this.refusals.tell(error);
      return 'refused';
    }
  }

  #onLink(state: LinkState): void {
    if (state.phase === 'connected') {
      this.#outbox.open(state.user);
      for (const room of this.#wanted) void this.#join(room);
    } else {
      this.#joined.clear();
    }
    this.changes.tell();
  }

  async #join(room: string): Promise<void> {
    if (this.#joining.has(room) || this.#link.state.phase !== 'connected') return;
    this.#joining.add(room);
    const since = this.room(room).position;
    try {
      await this.#link.request({ type: 'join', room, ...(since === undefined ? {} : { since }) });
    } catch (error) {
      const refusal = error instanceof RequestRefused ? error : undefined;
      if (refusal?.code === 'NotFound' || refusal?.code === 'Forbidden') {
        const left = refusal.code === 'Forbidden' ? ({ left: 'banned' } as const) : {};
        this.#set(room, { ...emptyRoom, phase: 'missing', ...left });
        this.changes.tell();
      } else {
        this.#joinLater(room, refusal?.retryAfterMs);
      }
    } finally {
      this.#joining.delete(room);
    }
  }

  #joinLater(room: string, afterMs = AGAIN_MS): void {
    this.#clock.after(afterMs, () => {
      if (this.#wanted.has(room)) void this.#join(room);
    });
  }

  async #flush(room: string): Promise<void> {
    if (this.#flushing.has(room)) return;
    this.#flushing.add(room);
    for (;;) {
      const next = this.#joined.has(room) ? this.#outbox.next(room) : undefined;
      if (next === undefined || !(await this.#sendOne(next))) break;
    }
    this.#flushing.delete(room);
  }

  /** @returns whether the next message may follow now */
  async #sendOne({ key, room, text, replyTo }: Unsent): Promise<boolean> {
    this.#outbox.mark(key, 'sending');
    try {
      const request = { type: 'send', room, key, text, ...(replyTo === undefined ? {} : { replyTo }) } as const;
      this.#acknowledged(key, room, await this.#link.request(request));
      return true;
    } catch (error) {
      if (!(error instanceof RequestRefused)) {
        this.#outbox.mark(key, 'waiting');
        return true; // still joined: the same message once more; otherwise the next `joined` goes on
      }
      return this.#refused(key, room, error);
    } finally {
      this.changes.tell();
    }
  }

  /** A message sent again may be in the log since long, before the page that was loaded: then no entry tells of it any more. */
  #acknowledged(key: string, room: string, answer: Answer): void {
    const { position } = this.room(room);
    const offset = answer.type === 'ok' ? answer.offset : undefined;
    const isPast = offset !== undefined && position !== undefined && compareOffsets(offset, position.offset) <= 0;
    if (isPast) this.#outbox.remove(key);
    else this.#outbox.mark(key, 'sent');
  }

  #refused(key: string, room: string, refusal: RequestRefused): boolean {
    const { code, retryAfterMs = AGAIN_MS } = refusal;
    if (code === 'RateLimited' || code === 'Unavailable') {
      this.#outbox.mark(key, 'waiting', refusal);
      this.#clock.after(retryAfterMs, () => void this.#flush(room));
      return false;
    }
    if (code === 'NotJoined') {
      this.#outbox.mark(key, 'waiting');
      this.#rejoin(room);
      return false;
    }
    this.#outbox.mark(key, 'refused', refusal);
    return true;
  }

  #onFrame(frame: ServerFrame): void {
    switch (frame.type) {
      case 'joined':
        if (this.#wanted.has(frame.room)) this.#joined.add(frame.room);
        else this.leave(frame.room);
        this.#set(frame.room, applyJoined(this.room(frame.room), frame));
        if (!frame.recovered) this.#outbox.dropSent(frame.room);
        for (const entry of frame.entries) if (entry.kind === 'message') this.#outbox.remove(entry.id);
        void this.#flush(frame.room);
        break;
      case 'entry':
        this.#apply(frame.room, applyEntry(this.room(frame.room), frame));
        if (frame.entry.kind === 'message') {
          this.#outbox.remove(frame.entry.id);
          this.#typing.ended(frame.room, frame.entry.author.id);
        }
        break;
      case 'delta':
        this.#apply(frame.room, applyDelta(this.room(frame.room), frame));
        break;
      case 'queue':
        this.#set(frame.room, applyQueue(this.room(frame.room), frame));
        break;
      case 'history':
        this.#set(frame.room, applyHistory(this.room(frame.room), frame));
        break;
      case 'people':
        this.#set(frame.room, { ...this.room(frame.room), people: frame.people });
        break;
      case 'typing':
        if (this.#link.state.phase === 'connected' && frame.user.id === this.#link.state.user.id) return;
        this.#typing.began(frame.room, frame.user);
        break;
      case 'read':
        if (this.#link.state.phase !== 'connected' || frame.user !== this.#link.state.user.id) break;
        this.#set(frame.room, applyRead(this.room(frame.room), frame.offset));
        break;
      case 'left':
        this.#wanted.delete(frame.room);
        this.#joined.delete(frame.room);
        this.#set(frame.room, { ...emptyRoom, phase: 'missing', left: frame.reason });
        break;
      case 'error':
        this.refusals.tell(new RequestRefused(frame));
        break;
      case 'welcome':
      case 'ok':
      case 'pong':
      case 'restarting':
      case 'activity':
      case 'mention':
      case 'rooms-changed':
        break;
    }
    this.frames.tell(frame);
    this.changes.tell();
  }

  #apply(room: string, { state, gap }: Applied): void {
    this.#set(room, state);
    if (gap) this.#rejoin(room);
  }

  /** Something before a frame is missing: ask for it from the last known position. */
  #rejoin(room: string): void {
    if (this.#wanted.has(room)) void this.#join(room);
  }

  #set(room: string, state: RoomState): void {
    this.#rooms.set(room, state);
  }
}
