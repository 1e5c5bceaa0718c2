import type { Allowance, Bucket, RateLimits } from '../port.ts';

export class MemoryLimits implements RateLimits {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  async take(bucket: string, perMinute: number): Promise<Allowance> {
    const { allowed, retryAfterMs } = await this.takeAll([{ name: bucket, perMinute }]);
    return { allowed, retryAfterMs };
  }

  takeAll(buckets: readonly Bucket[]): Promise<Allowance & { empty?: string }> {
    const now = Date.now();
    const left = buckets.map(({ name, perMinute }) => {
      const { tokens, at } = this.#buckets.get(name) ?? { tokens: perMinute, at: now };
      const present = Math.min(perMinute, tokens + ((now - at) * perMinute) / 60_000);
      const wait = present >= 1 ? 0 : Math.ceil(((1 - present) * 60_000) / perMinute);
      return { name, present, wait };
    });
    const empty = left.filter(({ wait }) => wait > 0).sort((a, b) => b.wait - a.wait)[0];
    const price = empty === undefined ? 1 : 0;
    for (const { name, present } of left) this.#buckets.set(name, { tokens: present - price, at: now });
    if (empty === undefined) return Promise.resolve({ allowed: true, retryAfterMs: 0 });
    return Promise.resolve({ allowed: false, retryAfterMs: empty.wait, empty: empty.name });
  }
}
