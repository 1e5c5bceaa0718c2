/** How waiting times grow. Times in milliseconds. */
export interface BackoffOptions {
  initialMs: number;
  maxMs: number;
  /** What each wait is multiplied by to give the next; default 2. */
  factor?: number;
  /** The share of a wait that may be added at random, so that many clients do not come back at once; default 0.2. */
  jitter?: number;
  /** Numbers in [0, 1); default Math.random. */
  random?: () => number;
}

/** The wait before attempt `attempt` (0 = the first retry), in milliseconds; never above `maxMs`. */
export function backoffDelay(attempt: number, options: BackoffOptions): number {
  const { initialMs, maxMs, factor = 2, jitter = 0.2, random = Math.random } = options;
  const plain = initialMs * factor ** Math.min(attempt, 64);
  return Math.min(maxMs, plain * (1 + jitter * random()));
}

/** Counts attempts of one thing and says how long to wait before the next. */
export class Backoff {
  readonly #options: BackoffOptions;
  #attempt = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** The next wait in milliseconds; each call is one more failure. */
  next(): number {
    return backoffDelay(this.#attempt++, this.#options);
  }

  /** It worked: the next failure waits the initial time again. */
  reset(): void {
    this.#attempt = 0;
  }
}
