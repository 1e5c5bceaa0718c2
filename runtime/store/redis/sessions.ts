import { authorSchema } from '../../protocol/entries.ts';
import type { SessionStore, StoredSession } from '../port.ts';
import type { Connection } from './connection.ts';
import { Script } from './script.ts';

/** KEYS session name; ARGV user-json user-id name-key max-age hold */
const create = new Script(`
local owner = redis.call('GET', KEYS[2])
if owner and owner ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[5])
redis.call('HSET', KEYS[1], 'user', ARGV[1], 'id', ARGV[2], 'name', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
`);

/** KEYS session, prefix of names; ARGV hold. A session whose name somebody else took meanwhile is over. */
const resume = new Script(`
local session = redis.call('HMGET', KEYS[1], 'user', 'id', 'name')
if not session[1] then return false end
local name = KEYS[2] .. session[3]
local owner = redis.call('GET', name)
if owner and owner ~= session[2] then
  redis.call('DEL', KEYS[1])
  return false
end
redis.call('SET', name, session[2], 'EX', ARGV[1])
return {session[1], session[3]}
`);

/** KEYS session, prefix of names */
const remove = new Script(`
local session = redis.call('HMGET', KEYS[1], 'id', 'name')
redis.call('DEL', KEYS[1])
if session[1] and redis.call('GET', KEYS[2] .. session[2]) == session[1] then redis.call('DEL', KEYS[2] .. session[2]) end
return 1
`);

export class RedisSessions implements SessionStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async create(hash: string, session: StoredSession, maxAgeSeconds: number, nameHoldSeconds: number): Promise<boolean> {
    const { user, nameKey } = session;
    const answer = await create.run(
      this.#connection,
      [this.#connection.keys.session(hash), this.#connection.keys.name(nameKey)],
      [JSON.stringify(user), user.id, nameKey, maxAgeSeconds, nameHoldSeconds],
    );
    return answer === 1;
  }

  async resume(hash: string, nameHoldSeconds: number): Promise<StoredSession | undefined> {
    const answer = await resume.run(
      this.#connection,
      [this.#connection.keys.session(hash), this.#connection.keys.name('')],
      [nameHoldSeconds],
    );
    if (!Array.isArray(answer)) return undefined;
    const [user, nameKey] = answer as [string, string];
    return { user: authorSchema.parse(JSON.parse(user)), nameKey };
  }

  async remove(hash: string): Promise<void> {
    await remove.run(this.#connection, [this.#connection.keys.session(hash), this.#connection.keys.name('')], []);
  }
}
