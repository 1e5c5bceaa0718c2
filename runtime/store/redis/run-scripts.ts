/**
 * Scripts of the assistant's queue. All of its keys start with KEYS[1]:
 * `waiting` (sorted by turn), `running` (sorted by end of lease), `run:<id>` (one hash each), `turns` (last turn given to
 * each person), `turn` (turn of the run claimed last), `sequence`, `fence`, `rooms` (waiting run of a room), `swept`, `hold`.
 *
 * Fairness: a new run's turn is one after the person's last turn, or after the turn being served. So each person gets one
 * turn in each round, and a run once placed is overtaken only by those who had fewer.
 */
import { NOW, Script } from './script.ts';

const QUEUE = `${NOW}
local p = KEYS[1]
local function member(id) return redis.call('HGET', p .. 'run:' .. id, 'member') end
local function dequeue(id)
  redis.call('ZREM', p .. 'waiting', member(id))
  local room = redis.call('HGET', p .. 'run:' .. id, 'room')
  if redis.call('HGET', p .. 'rooms', room) == id then redis.call('HDEL', p .. 'rooms', room) end
  if redis.call('ZCARD', p .. 'waiting') == 0 then redis.call('DEL', p .. 'turns', p .. 'turn') end
end
local function hold(id, server, lease)
  local fence = redis.call('INCR', p .. 'fence')
  redis.call('HSET', p .. 'run:' .. id, 'state', 'running', 'fence', fence, 'server', server)
  redis.call('ZADD', p .. 'running', now + tonumber(lease), id)
  local run = redis.call('HMGET', p .. 'run:' .. id, 'json', 'stop')
  return {run[1], fence, server, run[2] and 1 or 0}
end
`;

/** ARGV id json person room model most per-room channel */
export const enqueue = new Script(`${QUEUE}
local key = p .. 'run:' .. ARGV[1]
if redis.call('EXISTS', key) == 1 then return {'known', 0} end
if ARGV[7] == 'one' and redis.call('HEXISTS', p .. 'rooms', ARGV[4]) == 1 then return {'known', 0} end
local waiting = redis.call('ZCARD', p .. 'waiting')
if waiting >= tonumber(ARGV[6]) then return {'full', waiting} end
local turn = math.max(tonumber(redis.call('GET', p .. 'turn') or '0'), tonumber(redis.call('HGET', p .. 'turns', ARGV[3]) or '0')) + 1
local place = string.format('%015d:', redis.call('INCR', p .. 'sequence')) .. ARGV[1]
redis.call('HSET', key, 'json', ARGV[2], 'room', ARGV[4], 'model', ARGV[5], 'state', 'waiting', 'member', place)
redis.call('HSET', p .. 'turns', ARGV[3], turn)
redis.call('ZADD', p .. 'waiting', turn, place)
if ARGV[7] == 'one' then redis.call('HSET', p .. 'rooms', ARGV[4], ARGV[1]) end
redis.call('PUBLISH', ARGV[8], 'w')
return {'waiting', redis.call('ZRANK', p .. 'waiting', place) + 1}
`);

/** ARGV lease-ms offer-json */
export const claim = new Script(`${QUEUE}
local offer = cjson.decode(ARGV[2])
local busy = {}
for _, id in ipairs(redis.call('ZRANGE', p .. 'running', 0, -1)) do
  local server = redis.call('HGET', p .. 'run:' .. id, 'server')
  if server then busy[server] = (busy[server] or 0) + 1 end
end
local function free_server(model)
  local best
  for _, server in ipairs(offer.models[model] or {}) do
    local load = busy[server.url] or 0
    if load < offer.capacity then
      if not best or (server.loaded and not best.loaded) or (server.loaded == best.loaded and load < best.load) then
        best = {url = server.url, loaded = server.loaded, load = load}
      end
    end
  end
  return best and best.url
end
local waiting = redis.call('ZRANGE', p .. 'waiting', 0, -1, 'WITHSCORES')
for i = 1, #waiting, 2 do
  local id = string.match(waiting[i], '^%d+:(.*)$')
  local server = free_server(redis.call('HGET', p .. 'run:' .. id, 'model'))
  if server then
    redis.call('SET', p .. 'turn', waiting[i + 1])
    dequeue(id)
    return hold(id, server, ARGV[1])
  end
end
return false
`);

/** ARGV lease-ms id */
export const take = new Script(`${QUEUE}
if redis.call('HGET', p .. 'run:' .. ARGV[2], 'state') ~= 'waiting' then return false end
dequeue(ARGV[2])
return hold(ARGV[2], '', ARGV[1])
`);

/**
 * ARGV lease-ms. Some process sweeps each second; when none could for a while, Redis was away, and leases ran out that
 * their holders could not renew: they get the time of one lease to do so.
 */
export const takeExpired = new Script(`${QUEUE}
local swept = redis.call('GET', p .. 'swept')
redis.call('SET', p .. 'swept', now)
if swept and now - tonumber(swept) > 3500 then redis.call('SET', p .. 'hold', now + tonumber(ARGV[1])) end
if now < tonumber(redis.call('GET', p .. 'hold') or '0') then return false end
local expired = redis.call('ZRANGEBYSCORE', p .. 'running', '-inf', now, 'LIMIT', 0, 1)
if not expired[1] then return false end
if redis.call('HGET', p .. 'run:' .. expired[1], 'state') ~= 'running' then
  redis.call('ZREM', p .. 'running', expired[1])
  return false
end
return hold(expired[1], '', ARGV[1])
`);

/** ARGV id fence lease-ms */
export const heartbeat = new Script(`${QUEUE}
local run = redis.call('HMGET', p .. 'run:' .. ARGV[1], 'state', 'fence', 'stop')
if run[1] ~= 'running' or run[2] ~= ARGV[2] then return 'lost' end
redis.call('ZADD', p .. 'running', now + tonumber(ARGV[3]), ARGV[1])
return run[3] and 'stop' or 'held'
`);

/** ARGV id channel */
export const requestStop = new Script(`${QUEUE}
local state = redis.call('HGET', p .. 'run:' .. ARGV[1], 'state')
if state == 'waiting' then return 'waiting' end
if state ~= 'running' then return 'ended' end
redis.call('HSET', p .. 'run:' .. ARGV[1], 'stop', 1)
redis.call('PUBLISH', ARGV[2], 's' .. ARGV[1])
return 'running'
`);

/** ARGV id fence remember-seconds channel */
export const release = new Script(`${QUEUE}
local key = p .. 'run:' .. ARGV[1]
if redis.call('HGET', key, 'fence') ~= ARGV[2] then return 0 end
redis.call('ZREM', p .. 'running', ARGV[1])
redis.call('HSET', key, 'state', 'ended')
redis.call('EXPIRE', key, ARGV[3])
redis.call('PUBLISH', ARGV[4], 'w')
return 1
`);

/** Each with its note and until when it had one; empty where it never had */
export const waiting = new Script(`${QUEUE}
local runs = {}
for _, place in ipairs(redis.call('ZRANGE', p .. 'waiting', 0, -1)) do
  local run = redis.call('HMGET', p .. 'run:' .. string.match(place, '^%d+:(.*)$'), 'json', 'note', 'noted')
  if run[1] then runs[#runs + 1] = {run[1], run[2] or '', run[3] or ''} end
end
return runs
`);

/** ARGV id note-json at; no note is empty, and `noted` stays as it was */
export const note = new Script(`${QUEUE}
local key = p .. 'run:' .. ARGV[1]
local run = redis.call('HMGET', key, 'state', 'note')
if run[1] ~= 'waiting' then return 0 end
if ARGV[2] ~= '' then redis.call('HSET', key, 'noted', ARGV[3]) end
if (run[2] or '') == ARGV[2] then return 0 end
redis.call('HSET', key, 'note', ARGV[2])
return 1
`);

/** KEYS open text; ARGV run at-byte text channel payload. Text of a run that the log closed would never be removed. */
export const addText = new Script(`
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('SETRANGE', KEYS[2], ARGV[2], ARGV[3])
redis.call('EXPIRE', KEYS[2], 86400)
redis.call('PUBLISH', ARGV[4], ARGV[5])
return 1
`);

/** KEYS queue open text-prefix thinking-prefix: run, place (0: not waiting), text, note and thinking of each */
export const active = new Script(`
local runs = {}
for i, id in ipairs(redis.call('HKEYS', KEYS[2])) do
  local run = redis.call('HMGET', KEYS[1] .. 'run:' .. id, 'state', 'member', 'note')
  local place = 0
  if run[1] == 'waiting' then place = (redis.call('ZRANK', KEYS[1] .. 'waiting', run[2]) or -1) + 1 end
  runs[i] = {id, place, redis.call('GET', KEYS[3] .. id) or '', run[3] or '', redis.call('GET', KEYS[4] .. id) or ''}
end
return runs
`);

/** KEYS queue open…: each run that nobody works on, behind the number of its room, counted from 1 */
export const leftOpen = new Script(`
local found = {}
for room = 2, #KEYS do
  for _, id in ipairs(redis.call('HKEYS', KEYS[room])) do
    local state = redis.call('HGET', KEYS[1] .. 'run:' .. id, 'state')
    if state ~= 'waiting' and state ~= 'running' then found[#found + 1] = {room - 1, id} end
  end
end
return found
`);
