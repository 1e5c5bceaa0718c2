import * as z from 'zod';
import { accountRoleSchema } from '../../protocol/accounts.ts';
import type { Account, AccountChange, AccountStore } from '../accounts.ts';
import type { Connection } from './connection.ts';
import { Script } from './script.ts';

/** KEYS account, holder of the key, index; ARGV id key field value … */
const create = new Script(`
if redis.call('EXISTS', KEYS[2]) == 1 then return 'taken' end
redis.call('SET', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[3], 0, ARGV[2])
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
return 'done'
`);

/** KEYS account, index, prefix of holders; ARGV id new-key (or empty) field value … */
const change = new Script(`
local before = redis.call('HGET', KEYS[1], 'key')
if not before then return 'missing' end
local after = ARGV[2]
if after ~= '' and after ~= before then
  if redis.call('EXISTS', KEYS[3] .. after) == 1 then return 'taken' end
  redis.call('DEL', KEYS[3] .. before)
  redis.call('SET', KEYS[3] .. after, ARGV[1])
  redis.call('ZREM', KEYS[2], before)
  redis.call('ZADD', KEYS[2], 0, after)
end
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
return 'done'
`);

/** KEYS account, index, prefix of holders */
const remove = new Script(`
local key = redis.call('HGET', KEYS[1], 'key')
if not key then return 0 end
redis.call('DEL', KEYS[1], KEYS[3] .. key)
redis.call('ZREM', KEYS[2], key)
return 1
`);

/** KEYS holder of a key, prefix of accounts */
const byKey = new Script(`
local id = redis.call('GET', KEYS[1])
return id and redis.call('HGETALL', KEYS[2] .. id) or {}
`);

/** KEYS index, prefix of holders, prefix of accounts; ARGV from limit */
const list = new Script(`
local found = {}
for _, key in ipairs(redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], '+', 'LIMIT', 0, ARGV[2])) do
  local id = redis.call('GET', KEYS[2] .. key)
  if id then found[#found + 1] = redis.call('HGETALL', KEYS[3] .. id) end
end
return found
`);

const accountSchema = z.object({
  id: z.string(),
  name: z.string(),
  key: z.string(),
  role: accountRoleSchema,
  state: z.enum(['active', 'disabled']),
  origin: z.enum(['password', 'header', 'provider']),
  password: z.string(),
  seed: z.string(),
  created: z.coerce.number(),
});

export class RedisAccounts implements AccountStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async create(account: Account): Promise<'done' | 'taken'> {
    const { keys } = this.#connection;
    const { id, key } = account;
    const names = [keys.account(id), keys.accountKey(key), keys.accounts];
    return (await create.run(this.#connection, names, [id, key, ...fieldsOf(account)])) as 'done' | 'taken';
  }

  async change(id: string, changes: AccountChange): Promise<'done' | 'taken' | 'missing'> {
    const { keys } = this.#connection;
    const args = [id, changes.key ?? '', ...fieldsOf(changes)];
    const names = [keys.account(id), keys.accounts, keys.accountKey('')];
    return (await change.run(this.#connection, names, args)) as 'done' | 'taken' | 'missing';
  }

  async remove(id: string): Promise<void> {
    const { keys } = this.#connection;
    await remove.run(this.#connection, [keys.account(id), keys.accounts, keys.accountKey('')], []);
  }

  async find(id: string): Promise<Account | undefined> {
    const { keys } = this.#connection;
    const fields = await this.#connection.ask('account', (redis) => redis.hgetall(keys.account(id)));
    return Object.keys(fields).length === 0 ? undefined : accountSchema.parse(fields);
  }

  async findByKey(key: string): Promise<Account | undefined> {
    const { keys } = this.#connection;
    return accountOf(await byKey.run(this.#connection, [keys.accountKey(key), keys.account('')], []));
  }

  async list(after: string | undefined, limit: number): Promise<Account[]> {
    const { keys } = this.#connection;
    const args = [after === undefined ? '-' : `(${after}`, limit];
    const found = await list.run(this.#connection, [keys.accounts, keys.accountKey(''), keys.account('')], args);
    return (found as unknown[]).flatMap((fields) => accountOf(fields) ?? []);
  }
}

function fieldsOf(account: Account | AccountChange): string[] {
  return Object.entries(account).flatMap(([field, value]) => [field, String(value)]);
}

/** An account from the flat list that Redis gives to scripts. */
function accountOf(flat: unknown): Account | undefined {
  const list = flat as string[];
  if (list.length === 0) return undefined;
  const pairs = list.flatMap((field, at) => (at % 2 === 0 ? [[field, list[at + 1]]] : []));
  return accountSchema.parse(Object.fromEntries(pairs));
}
