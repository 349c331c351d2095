/** Reads the address of the Redis server from REDIS_URL. */
import {NeedsPerson} from '../errors.js'

/**
 * The address for messages, without user and password: `127.0.0.1:6379`. Throws NeedsPerson, without quoting
 * the text, if it is not the address of a Redis server.
 */
export function describeRedis(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !['redis:', 'rediss:'].includes(parsed.protocol) || !isDecodable(parsed))
    throw new NeedsPerson('REDIS_URL is not the address of a Redis server', {
      nextStep:
        'Set it like redis://:password@127.0.0.1:6379 (special characters of the password percent-encoded).',
    })
  if (!/^\/?\d*$/.test(parsed.pathname))
    throw new NeedsPerson('REDIS_URL does not end with the number of a database', {
      nextStep: 'Set it like redis://127.0.0.1:6379/0, or leave the number out.',
    })
  return `${parsed.hostname || 'localhost'}:${parsed.port || '6379'}`
}

/** True if user and password are percent-encoded correctly: the driver throws for any other. */
function isDecodable({username, password}: URL): boolean {
  try {
    decodeURIComponent(username)
    decodeURIComponent(password)
    return true
  } catch {
    return false
  }
}
