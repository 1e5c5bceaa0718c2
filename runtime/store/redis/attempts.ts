import type { Attempts, Counted } from '../accounts.ts';
import { ATTEMPTS_KEPT_MS, FIRST_WAIT_MS } from '../accounts.ts';
import type { Connection } from './connection.ts';
import { NOW, Script } from './script.ts';

/** KEYS counted …; ARGV first-wait kept, free and longest-wait of each */
const begin = new Script(`${NOW}
local wait = 0
for _, key in ipairs(KEYS) do wait = math.max(wait, tonumber(redis.call('HGET', key, 'until') or 0) - now) end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
  local over = redis.call('HINCRBY', key, 'attempts', 1) - tonumber(ARGV[1 + 2 * i])
  if over >= 0 then redis.call('HSET', key, 'until', now + math.min(ARGV[1] * 2 ^ math.min(over, 30), tonumber(ARGV[2 + 2 * i]))) end
  redis.call('PEXPIRE', key, ARGV[2])
end
return 0
`);

/** KEYS what, address */
const succeeded = new Script(`
redis.call('DEL', KEYS[1])
if redis.call('EXISTS', KEYS[2]) == 1 then
  redis.call('HINCRBY', KEYS[2], 'attempts', -1)
  redis.call('HDEL', KEYS[2], 'until')
end
return 1
`);

export class RedisAttempts implements Attempts {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async begin(counted: readonly Counted[]): Promise<number> {
    const { keys } = this.#connection;
    const names = counted.map(({ what }) => keys.attempts(what));
    const each = counted.flatMap(({ free, longestMs }) => [free, longestMs]);
    return Number(await begin.run(this.#connection, names, [FIRST_WAIT_MS, ATTEMPTS_KEPT_MS, ...each]));
  }

  async succeeded(what: string, address: string): Promise<void> {
    const { keys } = this.#connection;
    await succeeded.run(this.#connection, [keys.attempts(what), keys.attempts(address)], []);
  }
}
