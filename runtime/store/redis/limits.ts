import type { Allowance, RateLimits } from '../port.ts';
import type { Connection } from './connection.ts';
import { NOW, Script } from './script.ts';

/** KEYS bucket; ARGV per-minute */
const take = new Script(`${NOW}
local most = tonumber(ARGV[1])
local state = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = math.min(most, tonumber(state[1] or most) + (now - tonumber(state[2] or now)) * most / 60000)
local retry = 0
if tokens >= 1 then tokens = tokens - 1 else retry = math.ceil((1 - tokens) * 60000 / most) end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', now)
redis.call('PEXPIRE', KEYS[1], 60000)
return retry
`);

export class RedisLimits implements RateLimits {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async take(bucket: string, perMinute: number): Promise<Allowance> {
    const retryAfterMs = Number(await take.run(this.#connection, [this.#connection.keys.bucket(bucket)], [perMinute]));
    return { allowed: retryAfterMs === 0, retryAfterMs };
  }
}
