/** Scripts that take a room's log away. KEYS of both: log meta contents open-runs prefix-of-their-texts and of what they think. */
import { Script } from './script.ts';

const ERASE = `
for _, run in ipairs(redis.call('HKEYS', KEYS[4])) do redis.call('DEL', KEYS[5] .. run, KEYS[6] .. run) end
redis.call('DEL', KEYS[3])
`;

/** ARGV channel head epoch. The stream is emptied, not deleted: its offsets go on from where they were. */
export const clear = new Script(`${ERASE}
local state = redis.call('HMGET', KEYS[2], 'epoch', 'top')
local prev = state[2] or '0-0'
redis.call('XTRIM', KEYS[1], 'MAXLEN', 0)
local offset = redis.call('XADD', KEYS[1], '*', 'k', 's', 'e', ARGV[2])
redis.call('HSET', KEYS[2], 'epoch', state[1] or ARGV[3], 'top', offset, 'messages', 0, 'floor', prev)
redis.call('PUBLISH', ARGV[1], 'e' .. prev .. ' ' .. offset .. ' ' .. ARGV[2])
return offset
`);

export const erase = new Script(`${ERASE}
redis.call('DEL', KEYS[1], KEYS[2], KEYS[4])
return 1
`);
