/**
 * Scripts that run inside Redis. They are sent as text each time, because a server that was restarted does
 * not know them. Redis Cluster is not supported: the keys of one call are on one server.
 */

/** True if the `timestamp` of the stored JSON is after `instant`. A value without one is not later. */
const isLater = `
local function isLater(stored, instant)
  if not stored then return false end
  local ok, value = pcall(cjson.decode, stored)
  local ms = ok and type(value) == 'table' and tonumber(value.timestamp)
  return ms and ms < math.huge and ms > tonumber(instant)
end
`

/**
 * Sets fields of the hash KEYS[1], except those whose stored value is later, and sets the expiry of the hash.
 * ARGV: the expiry in seconds; then for each field its name, the instant of its value in epoch milliseconds,
 * and the value.
 */
export const setFields = `${isLater}
for i = 2, #ARGV, 3 do
  if not isLater(redis.call('HGET', KEYS[1], ARGV[i]), ARGV[i + 1]) then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 2])
  end
end
return redis.call('EXPIRE', KEYS[1], ARGV[1])`

/**
 * Sets KEYS with their expiry, except those whose stored value is later. ARGV: the expiry in seconds; then
 * for each key the instant of its value in epoch milliseconds, and the value.
 */
export const setKeys = `${isLater}
for i, key in ipairs(KEYS) do
  if not isLater(redis.call('GET', key), ARGV[2 * i]) then
    redis.call('SET', key, ARGV[2 * i + 1], 'EX', ARGV[1])
  end
end
return #KEYS`
