/**
 * One lasting link to a chat: opens WebSockets one after another, notices dead ones, answers requests, and says in which
 * phase it is. Knows nothing of rooms.
 */
import { FIRST_FINAL_CLOSE } from './constants.ts';
import type { ClientFrame, ErrorCode, Refused, ServerFrame } from './frames.ts';
import { Listeners } from './listeners.ts';
import { retryDelayMs } from './retry.ts';
import type { Clock, OpenSocket, Socket } from './socket.ts';

/** Silence after which the link asks whether somebody is there. The server's own pings are invisible to a page. */
const QUIET_MS = 25_000;
/** How long that question may stay unanswered. */
const PING_DEADLINE_MS = 10_000;
/** From opening a socket to the server's welcome. */
const WELCOME_DEADLINE_MS = 10_000;
const REQUEST_DEADLINE_MS = 15_000;

type Welcome = Extract<ServerFrame, { type: 'welcome' }>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type Request = DistributiveOmit<Extract<ClientFrame, { id: number }>, 'id'>;
export type Notification = Exclude<ClientFrame, { id: number }>;
export type Answer = Extract<ServerFrame, { type: 'ok' | 'joined' | 'history' | 'pong' }>;

export type LinkState =
  | { readonly phase: 'idle' }
  /** A socket is opening, or open and not yet welcomed. */
  | { readonly phase: 'connecting' }
  | ({ readonly phase: 'connected' } & Pick<Welcome, 'server' | 'user' | 'version' | 'protocol'>)
  /** `retryAt` in milliseconds of the clock. */
  | { readonly phase: 'waiting'; readonly retryAt: number; readonly failures: number }
  /** For good: the server said so by a close code from 3500 on, or `close` was called (code 1000). */
  | { readonly phase: 'ended'; readonly code: number; readonly reason: string };

/** The server's `error` answer. */
export class RequestRefused extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly limit: number | undefined;
  constructor({ code, message, retryAfterMs, limit }: Refused) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
    this.limit = limit;
  }
}

/** No answer came: the connection was lost or the time was over. Whether the server acted is unknown. */
export class NoAnswer extends Error {}

export interface LinkOptions {
  /** `ws:` or `wss:`, of the `/ws` endpoint. */
  readonly url: string;
  readonly openSocket: OpenSocket;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Frame of a JSON value, for programs that check what servers send; the default trusts its server. */
  readonly decode?: (value: unknown) => ServerFrame;
}

interface Pending {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  readonly cancelDeadline: () => void;
}

export class Link {
  readonly frames = new Listeners<ServerFrame>();
  readonly states = new Listeners<LinkState>();
  readonly #options: LinkOptions;
  readonly #pending = new Map<number, Pending>();
  #state: LinkState = { phase: 'idle' };
  #socket: Socket | undefined;
  /** Events of sockets before the current one mean nothing. */
  #generation = 0;
  #failures = 0;
  #restartDelayMs: number | undefined;
  #cancelTimer: () => void = () => undefined;
  #nextId = 1;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Connects now: for the first time, or instead of waiting longer. Nothing happens while a socket is there. */
  connect(): void {
    if (this.#socket !== undefined) return;
    const generation = ++this.#generation;
    this.#restartDelayMs = undefined;
    this.#enter({ phase: 'connecting' });
    this.#timer(WELCOME_DEADLINE_MS, () => this.#lost(1006, 'no welcome'));
    this.#socket = this.#options.openSocket(this.#options.url, {
      received: (text) => {
        if (generation === this.#generation) this.#receive(text);
      },
      closed: (code, reason) => {
        if (generation === this.#generation) this.#lost(code, reason);
      },
    });
  }

  /** Ends the link for good. */
  close(): void {
    this.#end(1000, 'closed here');
  }

  /**
   * Asks at once whether the connection is alive, after a sleep or a change of network.
   * @param deadlineMs how long the answer may take
   */
  probe(deadlineMs: number): void {
    if (this.#state.phase !== 'connected') return;
    const id = this.#nextId++;
    this.#timer(deadlineMs, () => this.#lost(1006, 'no answer'));
    this.#send({ type: 'ping', id });
  }

  /** Sends a frame that has no answer; it is lost when there is no connection. */
  notify(frame: Notification): void {
    if (this.#state.phase === 'connected') this.#send(frame);
  }

  /**
   * Sends a request and waits for its answer.
   * @throws RequestRefused, NoAnswer
   */
  request(request: Request): Promise<Answer> {
    if (this.#state.phase !== 'connected') return Promise.reject(new NoAnswer('not connected'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const cancelDeadline = this.#options.clock.after(REQUEST_DEADLINE_MS, () => {
        this.#pending.delete(id);
        reject(new NoAnswer(`no answer to "${request.type}" within ${REQUEST_DEADLINE_MS / 1000} s`));
      });
      this.#pending.set(id, { resolve, reject, cancelDeadline });
      this.#send({ ...request, id });
    });
  }

  #send(frame: ClientFrame): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  #receive(text: string): void {
    const value: unknown = JSON.parse(text);
    const frame = this.#options.decode === undefined ? (value as ServerFrame) : this.#options.decode(value);
    if (frame.type === 'welcome') {
      this.#failures = 0;
      const { server, user, version, protocol } = frame;
      this.#enter({ phase: 'connected', server, user, version, protocol });
    }
    if (this.#state.phase === 'connected') this.#timer(QUIET_MS, () => this.probe(PING_DEADLINE_MS));
    if (frame.type === 'restarting') this.#restartDelayMs = frame.delayMs;
    if (!this.#settle(frame)) this.frames.tell(frame);
  }

  /** @returns whether the frame was an answer that somebody waits for */
  #settle(frame: ServerFrame): boolean {
    if (!('id' in frame) || frame.id === undefined) return false;
    const pending = this.#pending.get(frame.id);
    if (pending === undefined) return false;
    this.#pending.delete(frame.id);
    pending.cancelDeadline();
    if (frame.type === 'error') pending.reject(new RequestRefused(frame));
    else pending.resolve(frame);
    return frame.type !== 'joined' && frame.type !== 'history';
  }

  #lost(code: number, reason: string): void {
    if (code >= FIRST_FINAL_CLOSE && code < 4000) {
      this.#end(code, reason);
      return;
    }
    if (this.#state.phase !== 'connected') this.#failures++;
    const { clock, random } = this.#options;
    const delay = retryDelayMs({ failures: this.#failures, restartDelayMs: this.#restartDelayMs }, random);
    this.#drop();
    this.#timer(delay, () => this.connect());
    this.#enter({ phase: 'waiting', retryAt: clock.now() + delay, failures: this.#failures });
  }

  #end(code: number, reason: string): void {
    this.#drop();
    this.#enter({ phase: 'ended', code, reason });
  }

  /** Forgets the socket at once: closing a dead one properly can take minutes. */
  #drop(): void {
    this.#generation++;
    this.#cancelTimer();
    this.#socket?.close();
    this.#socket = undefined;
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of waiting) {
      pending.cancelDeadline();
      pending.reject(new NoAnswer('the connection was lost'));
    }
  }

  #timer(milliseconds: number, action: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.clock.after(milliseconds, action);
  }

  #enter(state: LinkState): void {
    this.#state = state;
    this.states.tell(state);
  }
}
