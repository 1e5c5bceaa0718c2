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
}
