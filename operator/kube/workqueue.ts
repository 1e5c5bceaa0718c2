import { backoffDelay, type BackoffOptions } from './backoff.ts';
import { systemClock, type Clock } from './clock.ts';
import { Fifo } from './fifo.ts';

/** `normal` for changes, `low` for what the first list brings after a start: news first. */
export type Priority = 'normal' | 'low';

/** Told what a queue does; times in seconds. */
export interface WorkqueueObserver {
  added(): void;
  depth(ready: number): void;
  /** A key left the queue after waiting so long. */
  started(waitedSeconds: number): void;
  /** Work on a key ended after so long. */
  finished(workedSeconds: number): void;
  retried(): void;
}

export interface WorkqueueOptions {
  clock?: Clock;
  observer?: WorkqueueObserver;
  /** Waits between the attempts at a failing key; default 5 ms doubling to 1000 s, with jitter. */
  backoff?: BackoffOptions;
}

interface Delayed {
  at: number;
  cancel: () => void;
}

const defaultBackoff: BackoffOptions = { initialMs: 5, maxMs: 1_000_000 };

/**
 * Keys that wait for work. A key is in it at most once; while it is worked on it is not handed out again, and if it is
 * added meanwhile it is handed out once more afterwards.
 */
export class Workqueue {
  readonly #clock: Clock;
  readonly #observer: WorkqueueObserver | undefined;
  readonly #backoff: BackoffOptions;
  readonly #ready: Record<Priority, Fifo> = { normal: new Fifo(), low: new Fifo() };
  readonly #delayed = new Map<string, Delayed>();
  /** Keys being worked on, and since when. */
  readonly #active = new Map<string, number>();
  /** Added while worked on: goes back to the queue when done. */
  readonly #dirty = new Map<string, Priority>();
  readonly #failures = new Map<string, number>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  #closed = false;
  #lastTaken: number;

  constructor(options: WorkqueueOptions = {}) {
    this.#clock = options.clock ?? systemClock;
    this.#observer = options.observer;
    this.#backoff = options.backoff ?? defaultBackoff;
    this.#lastTaken = this.#clock.now();
  }

  /** How many keys could be worked on now. */
  get length(): number {
    return this.#ready.normal.size + this.#ready.low.size;
  }

  /** Since when each key now worked on has been, in the clock's milliseconds. */
  get active(): ReadonlyMap<string, number> {
    return this.#active;
  }

  /** For how many milliseconds keys have been waiting without one being taken; 0 when none waits. */
  get stalledMs(): number {
    return this.length === 0 ? 0 : this.#clock.now() - Math.max(this.#lastTaken, this.#oldest());
  }

  /** Adds a key to work on as soon as possible; ends a delay of that key. Ignored once shut down. */
  add(key: string, priority: Priority = 'normal'): void {
    if (this.#closed) return;
    this.#undelay(key);
    this.#observer?.added();
    if (this.#active.has(key)) {
      if (this.#dirty.get(key) !== 'normal') this.#dirty.set(key, priority);
      return;
    }
    if (this.#ready.normal.has(key) || (priority === 'low' && this.#ready.low.has(key))) return;
    const since = this.#ready.low.remove(key) ?? this.#clock.now();
    this.#ready[priority].push(key, since);
    this.#moved();
    this.#hand();
  }

  /** Adds a key after `ms` milliseconds; the earliest of several delays counts. */
  addAfter(key: string, ms: number, priority: Priority = 'normal'): void {
    if (this.#closed) return;
    if (ms <= 0) {
      this.add(key, priority);
      return;
    }
    const at = this.#clock.now() + ms;
    const known = this.#delayed.get(key);
    if (known !== undefined && known.at <= at) return;
    known?.cancel();
    const cancel = this.#clock.after(ms, () => this.add(key, priority));
    this.#delayed.set(key, { at, cancel });
  }

  /** Adds a key that failed, after a wait that grows with its failures, at least `atLeastMs`. Returns the wait. */
  retry(key: string, atLeastMs = 0, priority: Priority = 'normal'): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    this.#observer?.retried();
    const waitMs = Math.max(backoffDelay(failures, this.#backoff), atLeastMs);
    this.addAfter(key, waitMs, priority);
    return waitMs;
  }

  /** The key works again: its next failure waits the shortest time. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** The next key to work on, as soon as there is one; undefined once shut down. Call `done` when finished with it. */
  take(): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#takers.push(resolve);
      this.#hand();
    });
  }

  /** Work on the key has ended. */
  done(key: string): void {
    const since = this.#active.get(key);
    if (since === undefined) return;
    this.#active.delete(key);
    this.#observer?.finished((this.#clock.now() - since) / 1000);
    const again = this.#dirty.get(key);
    this.#dirty.delete(key);
    if (again !== undefined && !this.#closed) {
      this.#undelay(key);
      this.#ready[again].push(key, this.#clock.now());
      this.#moved();
      this.#hand();
    }
  }

  /** Takes and hands out nothing more; what is being worked on may finish. */
  shutDown(): void {
    this.#closed = true;
    for (const key of [...this.#delayed.keys()]) this.#undelay(key);
    this.#ready.normal.clear();
    this.#ready.low.clear();
    this.#dirty.clear();
    this.#moved();
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }

  #hand(): void {
    if (this.#closed) {
      for (const taker of this.#takers.splice(0)) taker(undefined);
      return;
    }
    while (this.#takers.length > 0 && this.length > 0) {
      const next = this.#ready.normal.shift() ?? this.#ready.low.shift();
      const taker = this.#takers.shift();
      if (next === undefined || taker === undefined) return;
      const now = this.#clock.now();
      this.#lastTaken = now;
      this.#active.set(next.key, now);
      this.#moved();
      this.#observer?.started((now - next.since) / 1000);
      taker(next.key);
    }
  }

  #undelay(key: string): void {
    this.#delayed.get(key)?.cancel();
    this.#delayed.delete(key);
  }

  #oldest(): number {
    return Math.min(this.#ready.normal.firstSince ?? Infinity, this.#ready.low.firstSince ?? Infinity);
  }

  #moved(): void {
    this.#observer?.depth(this.length);
  }
}
