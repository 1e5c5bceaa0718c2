/** Lua that takes a token out of each of some buckets, or none; shared by the scripts that count. Needs `NOW`. */
export const TAKE = `
local function take(keys, limits)
  local longest, short, left = 0, 0, {}
  for i, key in ipairs(keys) do
    local most = tonumber(limits[i])
    local state = redis.call('HMGET', key, 'tokens', 'at')
    left[i] = math.min(most, tonumber(state[1] or most) + (now - tonumber(state[2] or now)) * most / 60000)
    local wait = left[i] >= 1 and 0 or math.ceil((1 - left[i]) * 60000 / most)
    if wait > longest then longest, short = wait, i end
  end
  local price = longest == 0 and 1 or 0
  for i, key in ipairs(keys) do
    redis.call('HSET', key, 'tokens', tostring(left[i] - price), 'at', now)
    redis.call('PEXPIRE', key, 60000)
  end
  return longest, short
end
`;
