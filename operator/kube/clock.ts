/** Time as the controller runtime sees it, so that tests can turn it by hand. */
export interface Clock {
  /** Milliseconds of a clock that never goes back. Only differences mean anything. */
  now(): number;
  /** The time of day, for what other people read (Leases, Events, logs). */
  date(): Date;
  /** Calls `run` once after `ms` milliseconds; the returned function takes that back. */
  after(ms: number, run: () => void): () => void;
}

/** The longest delay a Node timer takes; longer ones would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/** The clock of this machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, longestTimerMs));
    return () => clearTimeout(timer);
  },
};

/** Waits `ms` milliseconds, or less when `signal` aborts: it then resolves early and never rejects. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const finish = (): void => {
      cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.after(ms, finish);
    signal?.addEventListener('abort', finish);
  });
}
