/**
 * Scripts that run inside Redis. They are sent as text each time, because a server that was restarted does
 * not know them. Redis Cluster is not supported: the keys of one call are on one server.
 */

/** True if the stored JSON has a later `timestamp` than the new one. One without is never later. */
const isLater = `
local function instant(text)
  local ok, value = pcall(cjson.decode, text)
  local ms = ok and type(value) == 'table' and tonumber(value.timestamp)
  return ms and ms < math.huge and ms or -math.huge
end
local function isLater(stored, new)
  return stored and instant(stored) > instant(new)
end
`

/**
 * Sets fields of the hash KEYS[1], except those whose stored value is later, and sets the expiry of the hash.
 * ARGV: the expiry in seconds; then each field and its value.
 */
export const setFields = `${isLater}
for i = 2, #ARGV, 2 do
  if not isLater(redis.call('HGET', KEYS[1], ARGV[i]), ARGV[i + 1]) then
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  end
end
return redis.call('EXPIRE', KEYS[1], ARGV[1])`

/**
 * Sets KEYS with their expiry, except those whose stored value is later. ARGV: the expiry in seconds; then
 * the value of each key.
 */
export const setKeys = `${isLater}
for i, key in ipairs(KEYS) do
  if not isLater(redis.call('GET', key), ARGV[i + 1]) then
    redis.call('SET', key, ARGV[i + 1], 'EX', ARGV[1])
  end
end
return #KEYS`
