import { setTimeout as sleep } from 'node:timers/promises';

export interface UntilOptions {
  /** Milliseconds after which waiting is given up. */
  readonly timeout: number;
  /** Milliseconds between two tries. */
  readonly every?: number;
  /** Says why it can never come true any more, if that is so; waiting then ends at once with these words. */
  readonly hopeless?: () => string | undefined;
}

/**
 * Tries until the probe gives something other than `undefined` or `false`, and returns that. A probe that throws counts as
 * "not yet"; its last error is in the message of the error that is thrown when the time is over.
 */
export async function until<Result>(
  what: string,
  probe: () => Promise<Result | undefined | false> | Result | undefined | false,
  options: UntilOptions,
): Promise<Result> {
  const deadline = performance.now() + options.timeout;
  let last: unknown;
  for (;;) {
    const words = options.hopeless?.();
    if (words !== undefined) throw new Error(`${what}: ${words}`);
    try {
      const result = await probe();
      if (result !== undefined && result !== false) return result;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      const reason = last instanceof Error ? ` (last error: ${last.message})` : '';
      throw new Error(`${what}: not so after ${options.timeout / 1000} s${reason}`, { cause: last });
    }
    await sleep(options.every ?? 50);
  }
}
