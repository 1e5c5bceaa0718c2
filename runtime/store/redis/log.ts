/**
 * The room log in Redis, for each room: a stream, a small hash of where it stands, and a hash of what can change, by
 * offset (`content.ts`). Fields of the stream: `k` is `m` for what counts as a message, `e` the head, `t` the target of an
 * edit.
 */
import { randomBytes } from 'node:crypto';
import { contentOf, editBody, joined, kept } from '../content.ts';
import type {
  Appended,
  Bucket,
  Found,
  LoggedEntry,
  LogPosition,
  NewChange,
  NewEntry,
  Retention,
  RoomLog,
  TooSoon,
} from '../port.ts';
import { IDEMPOTENCY_SECONDS } from '../port.ts';
import { TAKE } from './buckets.ts';
import type { Connection } from './connection.ts';
import { clear, erase } from './erasing.ts';
import type { Keys } from './keys.ts';
import { NOW, Script } from './script.ts';

/**
 * Drops the oldest entries while there are more counted ones (field `k` = `m`) than allowed, or they are too old. Work is
 * bounded: a changed retention is reached over several calls.
 */
const TRIM = `
local function trim(log, meta, contents, most, oldest)
  local count = tonumber(redis.call('HGET', meta, 'messages') or '0')
  for round = 1, 16 do
    local entries = redis.call('XRANGE', log, '-', '+', 'COUNT', round == 1 and 1 or 32)
    local last
    for _, entry in ipairs(entries) do
      local time, sequence = string.match(entry[1], '^(%d+)-(%d+)$')
      if count <= most and tonumber(time) >= oldest then break end
      if entry[2][2] == 'm' then
        count = count - 1
        redis.call('HDEL', contents, entry[1])
      end
      last = entry[1]
      redis.call('XTRIM', log, 'MINID', time .. '-' .. (tonumber(sequence) + 1))
    end
    if not last then return end
    redis.call('HSET', meta, 'messages', count, 'floor', last)
  end
end
`;

/**
 * KEYS log meta contents once open text thinking, then buckets; ARGV channel head content counted kind run most max-age-ms
 * once-seconds epoch, then per-minute of each bucket. Answers an offset and 1 for a key that is known, or where a bucket is
 * empty the name's place, counted from 1, and how long it takes.
 */
const append = new Script(`${NOW}${TAKE}${TRIM}
if #KEYS > 7 then
  local longest, short = take({unpack(KEYS, 8)}, {unpack(ARGV, 11)})
  if longest > 0 then return {'', short, longest} end
end
local known = redis.call('GET', KEYS[4])
if known then return {known, 1} end
local state = redis.call('HMGET', KEYS[2], 'epoch', 'top')
local prev = state[2] or '0-0'
local offset = redis.call('XADD', KEYS[1], '*', 'k', ARGV[4], 'e', ARGV[2])
redis.call('HSET', KEYS[2], 'top', offset, 'epoch', state[1] or ARGV[10])
redis.call('SET', KEYS[4], offset, 'EX', ARGV[9])
local body = ARGV[2]
if ARGV[4] == 'm' then
  redis.call('HSET', KEYS[3], offset, ARGV[3])
  redis.call('HINCRBY', KEYS[2], 'messages', 1)
  body = string.sub(body, 1, -2) .. ',' .. ARGV[3] .. '}'
end
if ARGV[5] == 'run-start' then redis.call('HSET', KEYS[5], ARGV[6], offset)
elseif ARGV[5] == 'run-end' then redis.call('HDEL', KEYS[5], ARGV[6]); redis.call('DEL', KEYS[6], KEYS[7]) end
trim(KEYS[1], KEYS[2], KEYS[3], tonumber(ARGV[7]), now - tonumber(ARGV[8]))
redis.call('PUBLISH', ARGV[1], 'e' .. prev .. ' ' .. offset .. ' ' .. body)
return {offset, 0}
`);

/** KEYS log meta contents; ARGV channel head body kind target found-content content most max-age-ms */
const change = new Script(`${NOW}${TRIM}
if redis.call('HGET', KEYS[3], ARGV[5]) ~= ARGV[6] then return false end
local prev = redis.call('HGET', KEYS[2], 'top')
local edits = ARGV[4] == 'edit'
local offset = redis.call('XADD', KEYS[1], '*', 'k', 's', 'e', ARGV[2], 't', edits and ARGV[5] or '')
redis.call('HSET', KEYS[2], 'top', offset)
local content = ARGV[7]
if edits then content = '"edited":' .. string.match(offset, '^%d+') .. ',' .. content end
redis.call('HSET', KEYS[3], ARGV[5], content)
trim(KEYS[1], KEYS[2], KEYS[3], tonumber(ARGV[8]), now - tonumber(ARGV[9]))
redis.call('PUBLISH', ARGV[1], 'e' .. prev .. ' ' .. offset .. ' ' .. ARGV[3])
return offset
`);

/** Rows with what of them can change: their own content, of an edit its target's. */
const ROWS = `
local function rows(entries, contents)
  local all = {}
  for index, entry in ipairs(entries) do
    local fields = entry[2]
    local target = fields[6] or ''
    local owner = fields[2] == 'm' and entry[1] or target
    local content = owner ~= '' and redis.call('HGET', contents, owner) or ''
    all[index] = {entry[1], fields[4], content, target}
  end
  return all
end
`;

/** KEYS log contents; ARGV offset */
const find = new Script(`${ROWS}
local entries = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])
if not entries[1] or entries[1][2][2] ~= 'm' then return false end
return rows(entries, KEYS[2])[1]
`);

const STATE = `
local state = redis.call('HMGET', KEYS[2], 'epoch', 'top', 'floor')
if not state[1] then
  state[1] = ARGV[1]
  redis.call('HSET', KEYS[2], 'epoch', ARGV[1])
end
local answer = {state[1], state[2] or '0-0', state[3] or '0-0'}
`;
/** KEYS log meta [contents]; ARGV epoch [from limit] */
const position = new Script(`${STATE} return answer`);
const after = new Script(`${STATE}${ROWS}
answer[4] = rows(redis.call('XRANGE', KEYS[1], '(' .. ARGV[2], '+', 'COUNT', ARGV[3]), KEYS[3])
return answer
`);
const before = new Script(`${STATE}${ROWS}
answer[4] = rows(redis.call('XREVRANGE', KEYS[1], ARGV[2], '-', 'COUNT', ARGV[3]), KEYS[3])
return answer
`);
const trim = new Script(`${NOW}${TRIM}
trim(KEYS[1], KEYS[2], KEYS[3], tonumber(ARGV[1]), now - tonumber(ARGV[2]))
return 1
`);

type StreamRow = [id: string, head: string, content: string, editTarget: string];
type AppendAnswer = [offset: string, knownOrBucket: number, retryAfterMs?: number];
type PageAnswer = [epoch: string, top: string, floor: string, rows: StreamRow[]];

const newEpoch = (): string => randomBytes(6).toString('base64url');
const toEntry = ([offset, head, content, editTarget]: StreamRow): LoggedEntry => ({
  offset,
  body: editTarget === '' ? joined({ head, content }) : editBody(head, content),
});
const openKeys = (keys: Keys, room: string): string[] => [
  keys.openRuns(room),
  keys.runText(room, ''),
  keys.runThinking(room, ''),
];
const logKeys = (keys: Keys, room: string): string[] => [keys.log(room), keys.meta(room), keys.contents(room)];

export class RedisLog implements RoomLog {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async append(room: string, key: string, entry: NewEntry, retention: Retention): Promise<Appended> {
    const [offset, known] = await this.#append(room, key, entry, retention, []);
    return { offset, duplicate: known === 1 };
  }

  async post(
    room: string,
    key: string,
    entry: NewEntry,
    retention: Retention,
    buckets: readonly Bucket[],
  ): Promise<Appended | TooSoon> {
    const [offset, known, retryAfterMs] = await this.#append(room, key, entry, retention, buckets);
    if (retryAfterMs === undefined) return { offset, duplicate: known === 1 };
    return { empty: buckets[known - 1]?.name ?? '', retryAfterMs };
  }

  async #append(
    room: string,
    key: string,
    entry: NewEntry,
    retention: Retention,
    buckets: readonly Bucket[],
  ): Promise<AppendAnswer> {
    const run = 'run' in entry ? entry.run : '';
    const { head, content } = kept(entry);
    const answer = await append.run(
      this.#connection,
      [
        ...logKeys(this.#connection.keys, room),
        this.#connection.keys.once(room, key),
        this.#connection.keys.openRuns(room),
        this.#connection.keys.runText(room, run),
        this.#connection.keys.runThinking(room, run),
        ...buckets.map(({ name }) => this.#connection.keys.bucket(name)),
      ],
      [
        this.#connection.keys.roomChannel(room),
        head,
        content,
        entry.kind === 'message' || entry.kind === 'run-end' ? 'm' : 's',
        entry.kind,
        run,
        retention.maxMessages,
        retention.maxAgeSeconds * 1000,
        IDEMPOTENCY_SECONDS,
        newEpoch(),
        ...buckets.map(({ perMinute }) => perMinute),
      ],
    );
    return answer as AppendAnswer;
  }

  async find(room: string, offset: string): Promise<Found | undefined> {
    const row = (await find.run(
      this.#connection,
      [this.#connection.keys.log(room), this.#connection.keys.contents(room)],
      [offset],
    )) as StreamRow | null;
    return row === null ? undefined : { ...toEntry(row), content: row[2] };
  }

  async change(
    room: string,
    entry: NewChange,
    target: Found,
    content: string,
    retention: Retention,
  ): Promise<string | undefined> {
    const { head } = kept(entry);
    const body = joined({ head, content: contentOf(entry) });
    const bounds = [retention.maxMessages, retention.maxAgeSeconds * 1000];
    const offset = await change.run(this.#connection, logKeys(this.#connection.keys, room), [
      ...[this.#connection.keys.roomChannel(room), head, body, entry.kind, target.offset, target.content, content],
      ...bounds,
    ]);
    return (offset as string | null) ?? undefined;
  }

  async position(room: string): Promise<LogPosition> {
    const answer = await position.run(
      this.#connection,
      [this.#connection.keys.log(room), this.#connection.keys.meta(room)],
      [newEpoch()],
    );
    return this.#position(answer as PageAnswer);
  }

  async after(room: string, offset: string, limit: number): Promise<LogPosition & { entries: LoggedEntry[] }> {
    const answer = (await after.run(this.#connection, logKeys(this.#connection.keys, room), [
      newEpoch(),
      offset,
      limit,
    ])) as PageAnswer;
    return { ...this.#position(answer), entries: answer[3].map(toEntry) };
  }

  async before(
    room: string,
    offset: string | undefined,
    limit: number,
  ): Promise<LogPosition & { entries: LoggedEntry[] }> {
    const end = offset === undefined ? '+' : `(${offset}`;
    const answer = (await before.run(this.#connection, logKeys(this.#connection.keys, room), [
      newEpoch(),
      end,
      limit,
    ])) as PageAnswer;
    return { ...this.#position(answer), entries: answer[3].map(toEntry).reverse() };
  }

  async trim(room: string, retention: Retention): Promise<void> {
    const bounds = [retention.maxMessages, retention.maxAgeSeconds * 1000];
    await trim.run(this.#connection, logKeys(this.#connection.keys, room), bounds);
  }

  async clear(room: string): Promise<string> {
    const { keys } = this.#connection;
    const names = [...logKeys(keys, room), ...openKeys(keys, room)];
    const { head } = kept({ kind: 'clear' });
    return (await clear.run(this.#connection, names, [keys.roomChannel(room), head, newEpoch()])) as string;
  }

  async erase(room: string): Promise<void> {
    const { keys } = this.#connection;
    await erase.run(this.#connection, [...logKeys(keys, room), ...openKeys(keys, room)], []);
  }

  #position([epoch, top, floor]: PageAnswer): LogPosition {
    return { epoch: `${this.#connection.generation}.${epoch}`, top, floor };
  }
}
