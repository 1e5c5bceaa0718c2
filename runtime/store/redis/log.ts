/** The room log in Redis: a stream and a small hash of where it stands for each room. */
import { randomBytes } from 'node:crypto';
import type { Appended, LoggedEntry, LogPosition, NewEntry, Retention, RoomLog } from '../port.ts';
import { IDEMPOTENCY_SECONDS } from '../port.ts';
import type { Connection } from './connection.ts';
import { keys } from './keys.ts';
import { NOW, Script } from './script.ts';

/**
 * Drops the oldest entries while there are more counted ones (field `k` = `m`) than allowed, or they are too old. Work is
 * bounded: a changed retention is reached over several calls.
 */
const TRIM = `
local function trim(log, meta, most, oldest)
  local count = tonumber(redis.call('HGET', meta, 'messages') or '0')
  for round = 1, 16 do
    local entries = redis.call('XRANGE', log, '-', '+', 'COUNT', round == 1 and 1 or 32)
    local last
    for _, entry in ipairs(entries) do
      local time, sequence = string.match(entry[1], '^(%d+)-(%d+)$')
      if count <= most and tonumber(time) >= oldest then break end
      if entry[2][2] == 'm' then count = count - 1 end
      last = entry[1]
      redis.call('XTRIM', log, 'MINID', time .. '-' .. (tonumber(sequence) + 1))
    end
    if not last then return end
    redis.call('HSET', meta, 'messages', count, 'floor', last)
  end
end
`;

/** KEYS log meta once open text; ARGV channel body counted run-event run most max-age-ms once-seconds epoch */
const append = new Script(`${NOW}${TRIM}
local known = redis.call('GET', KEYS[3])
if known then return {known, 1} end
local state = redis.call('HMGET', KEYS[2], 'epoch', 'top')
local prev = state[2] or '0-0'
local offset = redis.call('XADD', KEYS[1], '*', 'k', ARGV[3], 'e', ARGV[2])
redis.call('HSET', KEYS[2], 'top', offset, 'epoch', state[1] or ARGV[9])
redis.call('SET', KEYS[3], offset, 'EX', ARGV[8])
if ARGV[3] == 'm' then redis.call('HINCRBY', KEYS[2], 'messages', 1) end
if ARGV[4] == 'run-start' then redis.call('HSET', KEYS[4], ARGV[5], offset)
elseif ARGV[4] == 'run-end' then redis.call('HDEL', KEYS[4], ARGV[5]); redis.call('DEL', KEYS[5]) end
trim(KEYS[1], KEYS[2], tonumber(ARGV[6]), now - tonumber(ARGV[7]))
redis.call('PUBLISH', ARGV[1], 'e' .. prev .. ' ' .. offset .. ' ' .. ARGV[2])
return {offset, 0}
`);

const STATE = `
local state = redis.call('HMGET', KEYS[2], 'epoch', 'top', 'floor')
if not state[1] then
  state[1] = ARGV[1]
  redis.call('HSET', KEYS[2], 'epoch', ARGV[1])
end
local answer = {state[1], state[2] or '0-0', state[3] or '0-0'}
`;
/** KEYS log meta; ARGV epoch [from limit] */
const position = new Script(`${STATE} return answer`);
const after = new Script(
  `${STATE} answer[4] = redis.call('XRANGE', KEYS[1], '(' .. ARGV[2], '+', 'COUNT', ARGV[3]); return answer`,
);
const before = new Script(
  `${STATE} answer[4] = redis.call('XREVRANGE', KEYS[1], ARGV[2], '-', 'COUNT', ARGV[3]); return answer`,
);
const trim = new Script(`${NOW}${TRIM} trim(KEYS[1], KEYS[2], tonumber(ARGV[1]), now - tonumber(ARGV[2])); return 1`);

type StreamRow = [id: string, fields: [string, string, string, string]];
type PageAnswer = [epoch: string, top: string, floor: string, rows: StreamRow[]];

const newEpoch = (): string => randomBytes(6).toString('base64url');
const toEntry = ([offset, fields]: StreamRow): LoggedEntry => ({ offset, body: fields[3] });

export class RedisLog implements RoomLog {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async append(room: string, key: string, entry: NewEntry, retention: Retention): Promise<Appended> {
    const run = 'run' in entry ? entry.run : '';
    const answer = await append.run(
      this.#connection,
      [keys.log(room), keys.meta(room), keys.once(room, key), keys.openRuns(room), keys.runText(room, run)],
      [
        keys.roomChannel(room),
        JSON.stringify(entry),
        entry.kind === 'message' || entry.kind === 'run-end' ? 'm' : 's',
        entry.kind,
        run,
        retention.maxMessages,
        retention.maxAgeSeconds * 1000,
        IDEMPOTENCY_SECONDS,
        newEpoch(),
      ],
    );
    const [offset, duplicate] = answer as [string, number];
    return { offset, duplicate: duplicate === 1 };
  }

  async position(room: string): Promise<LogPosition> {
    const answer = await position.run(this.#connection, [keys.log(room), keys.meta(room)], [newEpoch()]);
    return this.#position(answer as PageAnswer);
  }

  async after(room: string, offset: string, limit: number): Promise<LogPosition & { entries: LoggedEntry[] }> {
    const answer = (await after.run(
      this.#connection,
      [keys.log(room), keys.meta(room)],
      [newEpoch(), offset, limit],
    )) as PageAnswer;
    return { ...this.#position(answer), entries: answer[3].map(toEntry) };
  }

  async before(
    room: string,
    offset: string | undefined,
    limit: number,
  ): Promise<LogPosition & { entries: LoggedEntry[] }> {
    const end = offset === undefined ? '+' : `(${offset}`;
    const answer = (await before.run(
      this.#connection,
      [keys.log(room), keys.meta(room)],
      [newEpoch(), end, limit],
    )) as PageAnswer;
    return { ...this.#position(answer), entries: answer[3].map(toEntry).reverse() };
  }

  async trim(room: string, retention: Retention): Promise<void> {
    const bounds = [retention.maxMessages, retention.maxAgeSeconds * 1000];
    await trim.run(this.#connection, [keys.log(room), keys.meta(room)], bounds);
  }

  #position([epoch, top, floor]: PageAnswer): LogPosition {
    return { epoch: `${this.#connection.generation}.${epoch}`, top, floor };
  }
}
