/**
 * Rooms in Redis: a hash of all of them (JSON by name), and indexes beside it: public ones, those of each member, those that
 * each person moderates, and direct ones by their two people. All share a hash tag, so that one script changes them together.
 */
import type { ControlSignal } from '../port.ts';
import type { RoomBounds, RoomStore, StoredRoom } from '../rooms.ts';
import { pairOf, storedRoomSchema } from '../rooms.ts';
import { encodeControlSignal } from '../signals.ts';
import type { Connection } from './connection.ts';
import { Script } from './script.ts';

/** KEYS rooms public pairs prefix-of-members prefix-of-owners; ARGV channel signal name json kind owner pair each all id … */
const create = new Script(`
local name = ARGV[3]
if redis.call('HEXISTS', KEYS[1], name) == 1 then return 'taken' end
if ARGV[7] ~= '' and redis.call('HEXISTS', KEYS[3], ARGV[7]) == 1 then return 'taken' end
if ARGV[6] ~= '' and redis.call('SCARD', KEYS[5] .. ARGV[6]) >= tonumber(ARGV[8]) then return 'too-many' end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[9]) then return 'full' end
redis.call('HSET', KEYS[1], name, ARGV[4])
if ARGV[5] == 'public' then redis.call('SADD', KEYS[2], name) end
if ARGV[7] ~= '' then redis.call('HSET', KEYS[3], ARGV[7], name) end
if ARGV[6] ~= '' then redis.call('SADD', KEYS[5] .. ARGV[6], name) end
for at = 10, #ARGV do redis.call('SADD', KEYS[4] .. ARGV[at], name) end
redis.call('PUBLISH', ARGV[1], ARGV[2])
return 'done'
`);

/**
 * KEYS rooms public pairs prefix-of-members prefix-of-owners; ARGV channel signal name revision json(or empty) owner-before
 * owner-after pair members-that-go id … (those that go, then those that come)
 */
const replace = new Script(`
local name = ARGV[3]
local known = redis.call('HGET', KEYS[1], name)
if not known or string.match(known, '^{"revision":(%d+)') ~= ARGV[4] then return 0 end
if ARGV[5] ~= '' then
  redis.call('HSET', KEYS[1], name, ARGV[5])
else
  redis.call('HDEL', KEYS[1], name)
  redis.call('SREM', KEYS[2], name)
  if ARGV[8] ~= '' then redis.call('HDEL', KEYS[3], ARGV[8]) end
end
if ARGV[6] ~= ARGV[7] then
  if ARGV[6] ~= '' then redis.call('SREM', KEYS[5] .. ARGV[6], name) end
  if ARGV[7] ~= '' then redis.call('SADD', KEYS[5] .. ARGV[7], name) end
end
for at = 10, #ARGV do
  redis.call(at < 10 + ARGV[9] and 'SREM' or 'SADD', KEYS[4] .. ARGV[at], name)
end
redis.call('PUBLISH', ARGV[1], ARGV[2])
return 1
`);

/** KEYS rooms public rooms-of-a-person */
const of = new Script(`
local names = redis.call('SUNION', KEYS[2], KEYS[3])
local found = {}
for _, name in ipairs(names) do found[#found + 1] = redis.call('HGET', KEYS[1], name) or nil end
return found
`);

export class RedisRooms implements RoomStore {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async create(
    room: StoredRoom,
    bounds: RoomBounds,
    signal: ControlSignal,
  ): Promise<'done' | 'taken' | 'too-many' | 'full'> {
    const { name, kind, origin, owner, members } = room;
    const listed = kind === 'public' && origin === 'people' ? 'public' : kind === 'public' ? '' : kind;
    const told = [this.#connection.keys.controlChannel, encodeControlSignal(signal)];
    const answer = await create.run(this.#connection, this.#keys(), [
      ...[...told, name, jsonOf(room), listed, owner, pairIn(room), bounds.each, bounds.all],
      ...members.map(({ id }) => id),
    ]);
    return answer as 'done' | 'taken' | 'too-many' | 'full';
  }

  async replace(before: StoredRoom, after: StoredRoom | undefined, signal: ControlSignal): Promise<boolean> {
    const were = before.members.map(({ id }) => id);
    const are = after?.members.map(({ id }) => id) ?? [];
    const gone = were.filter((id) => !are.includes(id));
    const come = are.filter((id) => !were.includes(id));
    const { name, revision } = before;
    const json = after === undefined ? '' : jsonOf({ ...after, revision: revision + 1 });
    const told = [this.#connection.keys.controlChannel, encodeControlSignal(signal)];
    const answer = await replace.run(this.#connection, this.#keys(), [
      ...[...told, name, revision, json, before.owner, after?.owner ?? '', pairIn(before), gone.length],
      ...[...gone, ...come],
    ]);
    return answer === 1;
  }

  async find(name: string): Promise<StoredRoom | undefined> {
    const { keys } = this.#connection;
    const json = await this.#connection.ask('room', (redis) => redis.hget(keys.rooms, name));
    return json === null ? undefined : parse(json);
  }

  async of(user: string): Promise<StoredRoom[]> {
    const { keys } = this.#connection;
    const found = await of.run(this.#connection, [keys.rooms, keys.publicRooms, keys.roomsOf(user)], []);
    return (found as string[]).map(parse);
  }

  async direct(one: string, other: string): Promise<string | undefined> {
    const { keys } = this.#connection;
    const name = await this.#connection.ask('room', (redis) => redis.hget(keys.directRooms, pairOf(one, other)));
    return name ?? undefined;
  }

  names(): Promise<string[]> {
    return this.#connection.ask('rooms', (redis) => redis.hkeys(this.#connection.keys.rooms));
  }

  #keys(): string[] {
    const { rooms, publicRooms, directRooms, roomsOf, roomsBy } = this.#connection.keys;
    return [rooms, publicRooms, directRooms, roomsOf(''), roomsBy('')];
  }
}

const parse = (json: string): StoredRoom => storedRoomSchema.parse(JSON.parse(json));
const jsonOf = ({ revision, ...rest }: StoredRoom): string => JSON.stringify({ revision, ...rest });

function pairIn({ kind, members: [one, other] }: StoredRoom): string {
  return kind === 'direct' ? pairOf(one?.id ?? '', other?.id ?? '') : '';
}
