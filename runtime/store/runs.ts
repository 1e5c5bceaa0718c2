/**
 * The assistant's queue and the state of replies under way. A run waits, then is worked on by one process that holds a
 * lease, then ends. That it ends once is decided by the room's log (its `run-end` entry has a fixed idempotency key), so
 * nothing here has to be transactional with the log.
 */
import type { ActiveRun, Wait } from '../protocol/frames.ts';

export interface Run {
  readonly id: string;
  readonly room: string;
  readonly model: string;
  readonly replyTo: string;
  readonly askedBy: string;
  /** Milliseconds since 1970. */
  readonly askedAt: number;
  /** The run whose text this one goes on with. */
  readonly continues?: string | undefined;
  /** It answers its message alone, also in a room where the assistant answers everything since. */
  readonly only?: 'question' | undefined;
}

/** What a model writes: its answer, and before it what it thinks; each has positions of its own. */
export type Part = 'text' | 'thinking';

/** A run that waits for its turn. */
export interface WaitingRun extends Run {
  /** What it waits for beside its turn. */
  readonly waitsFor?: Wait;
  /** Until when it is known to have waited for something beside its turn, in milliseconds since 1970. */
  readonly excusedAt?: number;
}

/** A run that this process holds, with the number that proves it. */
export interface Claim {
  readonly run: Run;
  /** Grows with each claim of any run: a holder that lost its lease is told by its older number. */
  readonly fence: number;
  /** Base URL of the Ollama server whose slot the claim takes; empty when it was claimed only to be ended. */
  readonly server: string;
  /** Somebody asked for it to stop. */
  readonly stop: boolean;
}

/** What one process can run now: for each model the servers that have it, and how many runs a server takes. */
export interface Offer {
  readonly capacity: number;
  readonly models: ReadonlyMap<string, readonly { readonly url: string; readonly loaded: boolean }[]>;
}

export interface QueueLimits {
  readonly maxWaiting: number;
  /** `one`: a run that already waits in the room answers this message too. */
  readonly waitingPerRoom: 'one' | 'any';
}

export type Enqueued =
  | { readonly state: 'waiting'; readonly place: number }
  /** The run was enqueued before, or another one of the room answers its message. */
  | { readonly state: 'known' }
  | { readonly state: 'full'; readonly waiting: number };

export interface OpenRun {
  readonly room: string;
  readonly run: string;
}

export type RunState = 'waiting' | 'running' | 'ended';

export type Heartbeat = 'held' | 'stop' | 'lost';

export interface RunQueue {
  /** Puts a run at its fair place: people take turns, however many runs each has waiting. */
  enqueue(run: Run, limits: QueueLimits): Promise<Enqueued>;
  /** Claims the first waiting run that a server of the offer has a free slot for. */
  claim(offer: Offer): Promise<Claim | undefined>;
  /** Claims a certain waiting run, to end it. */
  take(run: string): Promise<Claim | undefined>;
  /** Renews a lease; to be called every {@link HEARTBEAT_MS}. */
  heartbeat(run: string, fence: number): Promise<Heartbeat>;
  /** Marks a run to be stopped by its holder. */
  requestStop(run: string): Promise<RunState>;
  /** Claims one run whose holder let its lease expire, to end it. After a pause of the store holders get time to renew first. */
  takeExpired(): Promise<Claim | undefined>;
  /** The run ended: frees its slot. */
  release(run: string, fence: number): Promise<void>;
  /** Waiting runs, next first. */
  waiting(): Promise<WaitingRun[]>;
  /**
   * Notes what a waiting run waits for beside its turn, and that it still does at a time (milliseconds since 1970); nothing
   * when it waits for its turn only.
   * @returns whether that is another thing than was noted before
   */
  note(run: string, wait: Wait | undefined, at: number): Promise<boolean>;
  /** Runs being worked on, of all processes. */
  running(): Promise<number>;
  /**
   * Stores streamed text of a part of a run from byte `at` on and sends the frame that carries it to the room. Doing it twice does
   * nothing more.
   * @returns `false` when the run has ended in the log, so that nothing was stored
   */
  addText(room: string, run: string, at: number, text: string, frame: string, part?: Part): Promise<boolean>;
  /** Streamed text of a run so far. */
  text(room: string, run: string, part?: Part): Promise<string>;
  /** Runs of a room that started and did not end in its log. */
  active(room: string): Promise<ActiveRun[]>;
  /** Those of all these rooms that the queue does not know (any more), or knows as ended: nobody works on them. */
  leftOpen(rooms: readonly string[]): Promise<OpenRun[]>;
}

export const HEARTBEAT_MS = 3000;
/** Two heartbeats may be late; a dead holder's run ends within this time and one sweep. */
export const LEASE_MS = 7000;
/** How long a run that ended is remembered, so that asking again for the same run does nothing. */
export const ENDED_RUN_SECONDS = 3600;
