import type { ReadMarks, Unread } from '../port.ts';
import { MOST_UNREAD, READ_MARK_SECONDS } from '../port.ts';
import type { Connection } from './connection.ts';
import { Script } from './script.ts';

/** KEYS mark meta; ARGV offset seconds. Compares as numbers: ids have no fixed width. */
const move = new Script(`
local function later(a, b)
  local aTime, aSequence = string.match(a, '^(%d+)-(%d+)$')
  local bTime, bSequence = string.match(b, '^(%d+)-(%d+)$')
  if aTime ~= bTime then return tonumber(aTime) > tonumber(bTime) end
  return tonumber(aSequence) > tonumber(bSequence)
end
local top = redis.call('HGET', KEYS[2], 'top') or '0-0'
local to = later(ARGV[1], top) and top or ARGV[1]
local mark = redis.call('GET', KEYS[1]) or '0-0'
if not later(to, mark) then return 0 end
redis.call('SET', KEYS[1], to, 'EX', ARGV[2])
return 1
`);
/** KEYS mark; ARGV seconds */
const read = new Script(`return redis.call('GETEX', KEYS[1], 'EX', ARGV[1])`);

/**
 * KEYS mark meta log; ARGV most. What is no message (marks, changes) costs a look too: after some pages the count so far is
 * the answer. A deletion among them takes back what it is of, by its head (`content.ts`), where that was counted.
 */
const unread = new Script(`
local mark = redis.call('GET', KEYS[1])
local top = redis.call('HGET', KEYS[2], 'top') or '0-0'
local count, at, counted = 0, mark or '0-0', {}
if top ~= at then
  for page = 1, 8 do
    local entries = redis.call('XRANGE', KEYS[3], '(' .. at, '+', 'COUNT', ARGV[1])
    for _, entry in ipairs(entries) do
      if entry[2][2] == 'm' then
        count = count + 1
        counted[entry[1]] = true
      else
        local deleted = string.match(entry[2][4], '^{"kind":"delete","target":"([%d-]+)"')
        if deleted and counted[deleted] then count = count - 1 end
      end
      at = entry[1]
      if count == tonumber(ARGV[1]) then return {top, mark or '', count} end
    end
    if #entries < tonumber(ARGV[1]) then break end
  end
end
return {top, mark or '', count}
`);

export class RedisReads implements ReadMarks {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async move(room: string, user: string, offset: string): Promise<'moved' | 'kept'> {
    const mark = [this.#connection.keys.read(room, user), this.#connection.keys.meta(room)];
    return (await move.run(this.#connection, mark, [offset, READ_MARK_SECONDS])) === 1 ? 'moved' : 'kept';
  }

  async of(room: string, user: string): Promise<string | undefined> {
    const mark = await read.run(this.#connection, [this.#connection.keys.read(room, user)], [READ_MARK_SECONDS]);
    return (mark as string | null) ?? undefined;
  }

  async unread(room: string, user: string): Promise<Unread> {
    const { keys } = this.#connection;
    const names = [keys.read(room, user), keys.meta(room), keys.log(room)];
    const answer = await unread.run(this.#connection, names, [MOST_UNREAD]);
    const [top, read, count] = answer as [string, string, number];
    return { top, ...(read !== '' && { read }), unread: count };
  }
}
