/** Records a consumer in the database while it runs: that it lives, and how much it stores. */
import {type Clock, pause} from '../clock.js'
import type {Database} from '../db/database.js'
import type {AnyFeed} from '../define-feed.js'
import type {StreamCounts} from '../health/counts.js'

export interface ConsumerRecordOptions {
  feed: AnyFeed
  database: Database
  host: string
  pid: number
  counts: StreamCounts
  clock: Clock
  /** Arrival of the newest frame that is stored, in milliseconds since 1970. */
  lastStoredMs(): number | undefined
}

const everyMs = 5_000

/**
 * Writes the state of a consumer every five seconds, until the returned function is called. With `forget`, no
 * record stays. A failed write is not reported, because storing the rows fails too.
 */
export function recordConsumer({
  feed,
  database,
  host,
  pid,
  counts,
  clock,
  lastStoredMs,
}: ConsumerRecordOptions): (forget: boolean) => Promise<void> {
  const startedAt = clock.now().toISOString()
  const ended = new AbortController()
  let rowsBefore = 0
  let writtenMs = clock.elapsedMs()

  async function write(isEnd = false) {
    const now = clock.now().toISOString()
    const rows = counts.storedRows.postgres
    const seconds = (clock.elapsedMs() - writtenMs) / 1000
    const storedMs = lastStoredMs()
    const row = {
      ...{feed: feed.name, consumer: feed.group, host, pid, started_at: startedAt, rows},
      seen_at: now,
      ended_at: isEnd ? now : null,
      last_event_at: storedMs === undefined ? null : new Date(storedMs).toISOString(),
      rows_rate: seconds > 0 ? ((rows - rowsBefore) / seconds).toFixed(1) : null,
      rejected: counts.rejected,
    }
    await database.query('upsert_stream_consumers', [JSON.stringify([row])])
    rowsBefore = rows
    writtenMs = clock.elapsedMs()
  }

  const writing = (async () => {
    while (!ended.signal.aborted) {
      await write().catch(() => {})
      await pause(everyMs, ended.signal).catch(() => {})
    }
  })()
  return async (forget) => {
    ended.abort()
    await writing
    const last = forget ? database.query('delete_stream_consumer', [feed.group, host, pid]) : write(true)
    await last.catch(() => {})
  }
}
