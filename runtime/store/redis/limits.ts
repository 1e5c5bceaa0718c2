import type { Allowance, Bucket, RateLimits } from '../port.ts';
import { TAKE } from './buckets.ts';
import type { Connection } from './connection.ts';
import { NOW, Script } from './script.ts';

/** KEYS buckets; ARGV per-minute of each. Answers the longest wait, and whose it is, counted from 1. */
const take = new Script(`${NOW}${TAKE}
local longest, short = take(KEYS, ARGV)
return {longest, short}
`);

export class RedisLimits implements RateLimits {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async take(bucket: string, perMinute: number): Promise<Allowance> {
    const { allowed, retryAfterMs } = await this.takeAll([{ name: bucket, perMinute }]);
    return { allowed, retryAfterMs };
  }

  async takeAll(buckets: readonly Bucket[]): Promise<Allowance & { empty?: string }> {
    const names = buckets.map(({ name }) => this.#connection.keys.bucket(name));
    const limits = buckets.map(({ perMinute }) => perMinute);
    const [retryAfterMs, short] = (await take.run(this.#connection, names, limits)) as [number, number];
    const empty = buckets[short - 1]?.name;
    return { allowed: retryAfterMs === 0, retryAfterMs, ...(empty !== undefined && { empty }) };
  }
}
