import type { LeaseSets } from '../leases.ts';
import type { Connection } from './connection.ts';
import { NOW, Script } from './script.ts';

/** KEYS set; ARGV member ttl-ms capacity */
const hold = new Script(`${NOW}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
`);

const members = new Script(`${NOW} return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')`);

const left = new Script(`${NOW}
local rows = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf', 'WITHSCORES')
for at = 2, #rows, 2 do rows[at] = tonumber(rows[at]) - now end
return rows
`);

export class RedisLeases implements LeaseSets {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async hold(set: string, member: string, ttlSeconds: number, capacity: number): Promise<boolean> {
    const answer = await hold.run(
      this.#connection,
      [this.#connection.keys.leases(set)],
      [member, ttlSeconds * 1000, capacity],
    );
    return answer === 1;
  }

  async drop(set: string, member: string): Promise<void> {
    await this.#connection.ask('drop', (redis) => redis.zrem(this.#connection.keys.leases(set), member));
  }

  async members(set: string): Promise<string[]> {
    return (await members.run(this.#connection, [this.#connection.keys.leases(set)], [])) as string[];
  }

  async left(set: string): Promise<ReadonlyMap<string, number>> {
    const rows = await left.run(this.#connection, [this.#connection.keys.leases(set)], []);
    const found = new Map<string, number>();
    const flat = rows as (string | number)[];
    for (let at = 0; at < flat.length; at += 2) found.set(String(flat[at]), Number(flat[at + 1]));
    return found;
  }
}
