import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { sleep, systemClock, type Clock } from './clock.ts';
import { isApiError, retryAfterOf } from './errors.ts';
import type { Logger } from './log.ts';
import { splitKey } from './object.ts';
import { Workqueue, type Priority, type WorkqueueObserver } from './workqueue.ts';

/** When to look at a key again for reasons of time alone; nothing when only changes matter. */
export type Result = { requeueAfterMs?: number } | undefined;

/** An error that trying again cannot mend, such as an invalid spec: the key waits for its next change. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError';
}

/** What a reconcile may want to know about itself. */
export interface Run {
  /** Different for every run; in every log line of it. */
  reconcileID: string;
  log: Logger;
}

/** Brings the world in line with one object. Told only its key: what happened to it does not matter, what is does. */
export type Reconcile = (key: string, signal: AbortSignal, run: Run) => Promise<Result> | Promise<void>;

/** How a run ended. */
export type Outcome = 'success' | 'requeue_after' | 'error' | 'terminal';

/** Told what a controller does; times in seconds. */
export interface ControllerObserver {
  queue: WorkqueueObserver;
  reconciled(outcome: Outcome, seconds: number): void;
  activeWorkers(count: number): void;
}

export interface ControllerOptions {
  name: string;
  reconcile: Reconcile;
  /** How many keys at the same time; default 8. */
  workers?: number;
  /** False: not now, and whoever says so enqueues the key when it may go on. Default always. */
  mayRun?: (key: string) => boolean;
  log: Logger;
  metrics?: ControllerObserver;
  clock?: Clock;
}

/** Takes keys from a queue and has them reconciled, until it works. */
export class Controller {
  readonly queue: Workqueue;
  readonly #options: ControllerOptions;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #abort = new AbortController();
  readonly #workers: Promise<void>[] = [];
  #active = 0;
  #lastTurn = Promise.resolve();

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log.child({ controller: options.name });
    const observer = options.metrics?.queue;
    this.queue = new Workqueue({ clock: this.#clock, ...(observer === undefined ? {} : { observer }) });
  }

  /** Has the key reconciled as soon as possible. */
  enqueue(key: string, priority: Priority = 'normal'): void {
    this.queue.add(key, priority);
  }

  /** Starts the workers; keys enqueued before waited for this. */
  start(): void {
    if (this.#workers.length > 0) return;
    for (let i = 0; i < (this.#options.workers ?? 8); i++) this.#workers.push(this.#work());
  }

  /**
   * Takes no more work and waits for what is under way, up to `drainMs` milliseconds; then its signals abort. Returns the
   * keys that had to be cut short.
   */
  async stop(drainMs: number): Promise<string[]> {
    this.queue.shutDown();
    const drained = new AbortController();
    const all = Promise.allSettled(this.#workers).then(() => drained.abort());
    await sleep(this.#clock, drainMs, drained.signal);
    const unfinished = [...this.queue.active.keys()];
    this.#abort.abort(new Error('the controller was stopped'));
    await Promise.race([all, sleep(this.#clock, 1_000)]);
    return unfinished;
  }

  /** Stops at once, for one who may not write any more: the signals abort now. */
  abort(reason: Error): void {
    this.queue.shutDown();
    this.#abort.abort(reason);
  }

  async #work(): Promise<void> {
    for (;;) {
      const key = await this.queue.take();
      if (key === undefined) return;
      try {
        if (this.#options.mayRun?.(key) ?? true) await this.#reconcile(key);
      } finally {
        this.queue.done(key);
      }
      await this.#giveWay();
    }
  }

  /**
   * Where all is well nothing is waited for: thousands in a row would hold up the renewal of the Lease. Workers give way one
   * after the other, or one turn of the event loop would see as many reconciles as there are workers.
   */
  #giveWay(): Promise<void> {
    this.#lastTurn = this.#lastTurn.then(() => turn());
    return this.#lastTurn;
  }

  async #reconcile(key: string): Promise<void> {
    const { metrics, reconcile } = this.#options;
    const reconcileID = randomUUID();
    const log = this.#log.child({ ...splitKey(key), reconcileID });
    const started = this.#clock.now();
    metrics?.activeWorkers(++this.#active);
    let outcome: Outcome;
    try {
      const result = await reconcile(key, this.#abort.signal, { reconcileID, log });
      outcome = this.#succeeded(key, result ?? undefined);
    } catch (error) {
      outcome = this.#failed(key, error, log);
    }
    metrics?.activeWorkers(--this.#active);
    metrics?.reconciled(outcome, (this.#clock.now() - started) / 1000);
  }

  #succeeded(key: string, result: Result): Outcome {
    this.queue.forget(key);
    if (result?.requeueAfterMs === undefined) return 'success';
    this.queue.addAfter(key, result.requeueAfterMs);
    return 'requeue_after';
  }

  #failed(key: string, error: unknown, log: Logger): Outcome {
    if (this.#abort.signal.aborted) return 'error';
    if (isTerminal(error)) {
      this.queue.forget(key);
      log.error('reconcile failed for good: waiting for a change', { error });
      return 'terminal';
    }
    const waitMs = Math.round(this.queue.retry(key, retryAfterOf(error)));
    // A conflict says that somebody was faster; the news of it is on its way.
    if (isApiError(error, 409)) log.info('reconcile met a conflict', { error, retryInMs: waitMs });
    else log.error('reconcile failed', { error, retryInMs: waitMs });
    return 'error';
  }
}

/** Whether trying again is of no use: the error is terminal, or every part of an aggregate is. */
export function isTerminal(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isTerminal);
  return error instanceof TerminalError;
}

/**
 * Runs independent pieces of work at the same time and waits for all, so that one that fails does not hold up the others.
 * Rejects with the error, or an AggregateError of several.
 */
export async function all<T>(work: Iterable<Promise<T>>): Promise<T[]> {
  const results = await Promise.allSettled(work);
  const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} of ${results.length} failed`);
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
