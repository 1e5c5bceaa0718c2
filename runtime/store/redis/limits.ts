import type { Allowance, Bucket, RateLimits } from '../port.ts';
import type { Connection } from './connection.ts';
import { NOW, Script } from './script.ts';

/** KEYS buckets; ARGV per-minute of each. Answers the longest wait, and whose it is, counted from 1. */
const take = new Script(`${NOW}
local longest, short, left = 0, 0, {}
for i, key in ipairs(KEYS) do
  local most = tonumber(ARGV[i])
  local state = redis.call('HMGET', key, 'tokens', 'at')
  left[i] = math.min(most, tonumber(state[1] or most) + (now - tonumber(state[2] or now)) * most / 60000)
  local wait = left[i] >= 1 and 0 or math.ceil((1 - left[i]) * 60000 / most)
  if wait > longest then longest, short = wait, i end
end
local price = longest == 0 and 1 or 0
for i, key in ipairs(KEYS) do
  redis.call('HSET', key, 'tokens', tostring(left[i] - price), 'at', now)
  redis.call('PEXPIRE', key, 60000)
end
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
