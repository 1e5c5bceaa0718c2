import { authorSchema } from '../../protocol/entries.ts';
import type { KnownSession, SessionPlace, SessionStore, StoredSession } from '../port.ts';
import { MOST_SESSIONS } from '../port.ts';
import type { Connection } from './connection.ts';
import { NOW, Script } from './script.ts';

/** KEYS session name; ARGV user-json user-id name-key max-age hold */
const create = new Script(`
local owner = redis.call('GET', KEYS[2])
if owner and owner ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[5])
redis.call('HSET', KEYS[1], 'user', ARGV[1], 'id', ARGV[2], 'name', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1
`);

/** KEYS account, session, sessions of the account, prefix of sessions; ARGV id hash agent address max-age most */
const createFor = new Script(`${NOW}
if redis.call('HGET', KEYS[1], 'state') ~= 'active' then return 0 end
redis.call('HSET', KEYS[2], 'account', ARGV[1], 'agent', ARGV[3], 'address', ARGV[4], 'created', now)
redis.call('EXPIRE', KEYS[2], ARGV[5])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - ARGV[5] * 1000)
redis.call('ZADD', KEYS[3], now, ARGV[2])
redis.call('EXPIRE', KEYS[3], ARGV[5])
local many = redis.call('ZCARD', KEYS[3]) - ARGV[6]
if many > 0 then
  for _, hash in ipairs(redis.call('ZRANGE', KEYS[3], 0, many - 1)) do redis.call('DEL', KEYS[4] .. hash) end
  redis.call('ZREMRANGEBYRANK', KEYS[3], 0, many - 1)
end
return 1
`);

/**
 * KEYS session, prefix of names, prefix of accounts; ARGV hold. A session whose name somebody else took meanwhile is over, and
 * one whose account is gone or disabled.
 */
const resume = new Script(`
local session = redis.call('HMGET', KEYS[1], 'user', 'id', 'name', 'account')
if session[4] then
  local account = redis.call('HMGET', KEYS[3] .. session[4], 'state', 'name', 'role', 'key')
  if account[1] == 'active' then return {'', account[4], session[4], account[2], account[3]} end
  redis.call('DEL', KEYS[1])
  return false
end
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

/** KEYS session, prefix of names, prefix of the sessions of accounts; ARGV hash */
const remove = new Script(`
local session = redis.call('HMGET', KEYS[1], 'id', 'name', 'account')
redis.call('DEL', KEYS[1])
if session[3] then redis.call('ZREM', KEYS[3] .. session[3], ARGV[1]) end
if session[1] and redis.call('GET', KEYS[2] .. session[2]) == session[1] then redis.call('DEL', KEYS[2] .. session[2]) end
return 1
`);

/** KEYS sessions of an account, prefix of sessions */
const of = new Script(`
local found = {}
for _, hash in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local session = redis.call('HMGET', KEYS[2] .. hash, 'created', 'agent', 'address')
  if session[1] then found[#found + 1] = {hash, session[1], session[2], session[3]} end
end
return found
`);

/** KEYS sessions of an account, prefix of sessions; ARGV hash that stays */
const removeOf = new Script(`
for _, hash in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if hash ~= ARGV[1] then
    redis.call('DEL', KEYS[2] .. hash)
    redis.call('ZREM', KEYS[1], hash)
  end
end
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

  async createFor(account: string, hash: string, place: SessionPlace, maxAgeSeconds: number): Promise<boolean> {
    const { keys } = this.#connection;
    const answer = await createFor.run(
      this.#connection,
      [keys.account(account), keys.session(hash), keys.sessionsOf(account), keys.session('')],
      [account, hash, place.agent, place.address, maxAgeSeconds, MOST_SESSIONS],
    );
    return answer === 1;
  }

  async resume(hash: string, nameHoldSeconds: number): Promise<StoredSession | undefined> {
    const { keys } = this.#connection;
    const names = [keys.session(hash), keys.name(''), keys.account('')];
    const answer = await resume.run(this.#connection, names, [nameHoldSeconds]);
    if (!Array.isArray(answer)) return undefined;
    const [user, nameKey, id, name, role] = answer as [string, string, string?, string?, string?];
    return { user: authorSchema.parse(user === '' ? { id, name, role } : JSON.parse(user)), nameKey };
  }

  async remove(hash: string): Promise<void> {
    const { keys } = this.#connection;
    await remove.run(this.#connection, [keys.session(hash), keys.name(''), keys.sessionsOf('')], [hash]);
  }

  async of(account: string): Promise<KnownSession[]> {
    const { keys } = this.#connection;
    const found = await of.run(this.#connection, [keys.sessionsOf(account), keys.session('')], []);
    return (found as [string, string, string, string][]).map(([hash, created, agent, address]) => {
      return { hash, created: Number(created), agent, address };
    });
  }

  async removeOf(account: string, except = ''): Promise<void> {
    const { keys } = this.#connection;
    await removeOf.run(this.#connection, [keys.sessionsOf(account), keys.session('')], [except]);
  }
}
