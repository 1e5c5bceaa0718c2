import type { LeaseSets } from '../leases.ts';
import type { Connection } from './connection.ts';
import { NOW, Script } from './script.ts';

/** KEYS sets; ARGV member ttl-ms capacity of each. Answers 1 for each that is held. */
const hold = new Script(`${NOW}
local held = {}
for i, key in ipairs(KEYS) do
  local member, ttl, capacity = ARGV[3 * i - 2], ARGV[3 * i - 1], tonumber(ARGV[3 * i])
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  if redis.call('ZSCORE', key, member) or redis.call('ZCARD', key) < capacity then
    redis.call('ZADD', key, now + tonumber(ttl), member)
    redis.call('PEXPIRE', key, ttl)
    held[i] = 1
  else
    held[i] = 0
  end
end
return held
`);

/** So many at once keep Redis from others for less than a millisecond. */
const MOST_AT_ONCE = 100;

interface Wanted {
  readonly key: string;
  readonly args: readonly [member: string, ttlMs: number, capacity: number];
  readonly answer: PromiseWithResolvers<boolean>;
}

const members = new Script(`${NOW} return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')`);

const left = new Script(`${NOW}
local rows = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf', 'WITHSCORES')
for at = 2, #rows, 2 do rows[at] = tonumber(rows[at]) - now end
return rows
`);

export class RedisLeases implements LeaseSets {
  readonly #connection: Connection;
  #wanted: Wanted[] = [];

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** What is asked for in one tick is one question to Redis: connections are renewed in great numbers. */
  hold(set: string, member: string, ttlSeconds: number, capacity: number): Promise<boolean> {
    const answer = Promise.withResolvers<boolean>();
    if (this.#wanted.length === 0) process.nextTick(() => this.#holdAll());
    const key = this.#connection.keys.leases(set);
    this.#wanted.push({ key, args: [member, ttlSeconds * 1000, capacity], answer });
    return answer.promise;
  }

  async drop(set: string, member: string): Promise<void> {
    this.#holdAll(); // what was asked for before comes before
    await this.#connection.ask('drop', (redis) => redis.zrem(this.#connection.keys.leases(set), member));
  }

  async members(set: string): Promise<string[]> {
    this.#holdAll();
    return (await members.run(this.#connection, [this.#connection.keys.leases(set)], [])) as string[];
  }

  async left(set: string): Promise<ReadonlyMap<string, number>> {
    this.#holdAll();
    const rows = await left.run(this.#connection, [this.#connection.keys.leases(set)], []);
    const found = new Map<string, number>();
    const flat = rows as (string | number)[];
    for (let at = 0; at < flat.length; at += 2) found.set(String(flat[at]), Number(flat[at + 1]));
    return found;
  }

  #holdAll(): void {
    const all = this.#wanted;
    this.#wanted = [];
    for (let at = 0; at < all.length; at += MOST_AT_ONCE) void this.#holdSome(all.slice(at, at + MOST_AT_ONCE));
  }

  /** Never rejects: whoever wants one hears of it. */
  async #holdSome(some: readonly Wanted[]): Promise<void> {
    const keys = some.map(({ key }) => key);
    const args = some.flatMap((wanted) => wanted.args);
    try {
      const held = (await hold.run(this.#connection, keys, args)) as number[];
      for (const [at, { answer }] of some.entries()) answer.resolve(held[at] === 1);
    } catch (error) {
      for (const { answer } of some) answer.reject(error);
    }
  }
}
