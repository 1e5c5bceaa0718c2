import type { Allowance, RateLimits } from '../port.ts';

export class MemoryLimits implements RateLimits {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  take(bucket: string, perMinute: number): Promise<Allowance> {
    const now = Date.now();
    const state = this.#buckets.get(bucket) ?? { tokens: perMinute, at: now };
    const tokens = Math.min(perMinute, state.tokens + ((now - state.at) * perMinute) / 60_000);
    const allowed = tokens >= 1;
    this.#buckets.set(bucket, { tokens: allowed ? tokens - 1 : tokens, at: now });
    return Promise.resolve({ allowed, retryAfterMs: allowed ? 0 : Math.ceil(((1 - tokens) * 60_000) / perMinute) });
  }
}
