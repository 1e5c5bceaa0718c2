/** When a Job that failed is tried again. */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** What does not mend itself, or only with another whole download: wait long; another spec begins at once. */
const HOPELESS = new Set(['NotFound', 'Unauthorized', 'DigestMismatch']);

/** Milliseconds to wait after the given number of failed Jobs of one pull. */
export function retryDelay(attempt: number, reason: string): number {
  const [first, most] = HOPELESS.has(reason) ? [5 * MINUTE, 60 * MINUTE] : [10 * SECOND, 10 * MINUTE];
  // A puller that was stopped had no trouble with its pull; but one that is stopped again and again has.
  if (reason === 'Cancelled') return attempt === 1 ? 0 : Math.min(most, first * 2 ** (attempt - 2));
  return Math.min(most, first * 2 ** (attempt - 1));
}
