/** When a client that lost its connection tries again. */

/** A first retry is spread over this time, so that the clients of a killed backend do not come back in one moment. */
export const FIRST_RETRY_WITHIN_MS = 2000;

/** No wait is longer. */
export const LONGEST_RETRY_MS = 20_000;

export interface Lost {
  /** Tries that failed since the last welcome. */
  readonly failures: number;
  /** What a `restarting` frame of the lost connection asked for, in milliseconds. */
  readonly restartDelayMs?: number | undefined;
}

/**
 * Milliseconds until the next try: what the server asked for, else uniform in 0–2 s after the loss of a good connection,
 * else doubling from 2 s to 20 s with the upper half of it at random.
 * @param random uniform in [0, 1)
 */
export function retryDelayMs({ failures, restartDelayMs }: Lost, random: () => number): number {
  if (failures === 0) return restartDelayMs ?? Math.floor(random() * FIRST_RETRY_WITHIN_MS);
  const whole = Math.min(LONGEST_RETRY_MS, 1000 * 2 ** failures);
  return Math.floor(whole / 2 + (random() * whole) / 2);
}
