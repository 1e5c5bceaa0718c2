import type { Allowance, Bucket, RateLimits } from '../port.ts';

export class MemoryLimits implements RateLimits {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  async take(bucket: string, perMinute: number): Promise<Allowance> {
    const { allowed, retryAfterMs } = await this.takeAll([{ name: bucket, perMinute }]);
    return { allowed, retryAfterMs };
  }

  takeAll(buckets: readonly Bucket[]): Promise<Allowance & { empty?: string }> {
    const now = Date.now();
    let [longest, empty]: [number, string | undefined] = [0, undefined];
    const left = buckets.map(({ name, perMinute }) => {
      const { tokens, at } = this.#buckets.get(name) ?? { tokens: perMinute, at: now };
      const present = Math.min(perMinute, tokens + ((now - at) * perMinute) / 60_000);
      const wait = present >= 1 ? 0 : Math.ceil(((1 - present) * 60_000) / perMinute);
      if (wait > longest) [longest, empty] = [wait, name];
      return { name, present };
    });
    const price = longest === 0 ? 1 : 0;
    for (const { name, present } of left) this.#buckets.set(name, { tokens: present - price, at: now });
    return Promise.resolve({
      allowed: longest === 0,
      retryAfterMs: longest,
      ...(empty !== undefined && { empty }),
    });
  }
}
