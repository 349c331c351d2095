/** Replaces the fields of a hash that one job writes alone, and sends a message to a channel. */
import type {Redis} from 'ioredis'

export interface HashEntry {
  field: string
  value(lastUpdated: string): string
}

export interface HashOptions {
  key: string
  /** The seconds after this change until the hash expires. */
  seconds: number
  channel: string
  /** The instant of the change. */
  at: Date
}

export interface HashChange {
  written: number
  /** Fields without an entry. */
  removed: readonly string[]
}

/**
 * Writes the fields whose value differs in more than `last_updated`, and removes those without an entry, in
 * one transaction of Redis. If nothing differs, nothing is written: the expiry stays, and the channel gets no
 * message.
 */
export async function replaceFields(
  redis: Redis,
  entries: readonly HashEntry[],
  {key, seconds, channel, at}: HashOptions,
): Promise<HashChange> {
  const stored = new Map(Object.entries(await redis.hgetall(key)))
  const timestamp = at.toISOString()
  const changed = entries.filter(({field, value}) => {
    const text = stored.get(field)
    return text === undefined || value(lastUpdatedOf(text)) !== text
  })
  const names = new Set(entries.map(({field}) => field))
  const removed = [...stored.keys()].filter((field) => !names.has(field))
  const change = {written: changed.length, removed}
  if (changed.length + removed.length === 0) return change
  const payload = {message: `new values in ${key}`, count: change.written, timestamp}
  const multi = redis.multi()
  if (changed.length > 0) multi.hset(key, new Map(changed.map(({field, value}) => [field, value(timestamp)])))
  if (removed.length > 0) multi.hdel(key, ...removed)
  multi.expire(key, seconds).publish(channel, JSON.stringify(payload))
  for (const [error] of (await multi.exec()) ?? []) if (error) throw error
  return change
}

/** The member `last_updated` of a stored value; empty for a value of another form. */
function lastUpdatedOf(text: string): string {
  try {
    const {last_updated: at} = JSON.parse(text) as {last_updated?: unknown}
    return typeof at === 'string' ? at : ''
  } catch {
    return ''
  }
}
