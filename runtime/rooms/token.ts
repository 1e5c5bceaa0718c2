import type { Metrics } from '../metrics/metrics.ts';
import type { Store } from '../store/port.ts';
import { Refusal } from './refusal.ts';

export interface Counted {
  readonly bucket: string;
  readonly perMinute: number;
  /** What metrics call a refusal. */
  readonly kind: string;
  /** What a refusal says. */
  readonly words: string;
}

/** Takes one token out of a bucket. @throws Refusal with `RateLimited` and the time to wait, StoreUnavailable */
export async function takeToken(
  { store, metrics }: { readonly store: Pick<Store, 'limits'>; readonly metrics: Metrics },
  { bucket, perMinute, kind, words }: Counted,
): Promise<void> {
  const { allowed, retryAfterMs } = await store.limits.take(bucket, perMinute);
  if (allowed) return;
  metrics.rateLimited.inc({ kind });
  throw new Refusal('RateLimited', words, retryAfterMs);
}
