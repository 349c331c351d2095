/**
 * Records a producer in the database while it runs: that it lives, up to when it has delivered everything,
 * and its gaps. After a crash, the next producer records the gap from there.
 */
import {type Clock, pause} from '../clock.js'
import type {Database} from '../db/database.js'
import type {AnyFeed} from '../define-feed.js'
import type {StreamCounts} from '../health/counts.js'
import type {Log} from '../output/log.js'
import {newestOf, nothingReceived, type Received, type SocketGap} from '../transport/socket-gaps.js'
import {clean} from '../db/rejected-rows.js'
import {messageOf} from '../errors.js'
import type {Shard} from './shards.js'

export interface ProducerRecord {
  addGap(gap: SocketGap, isOfAll: boolean): void
  /** Writes the last state, if the database answers. */
  close(): Promise<void>
}

export interface ProducerRecordOptions {
  feed: AnyFeed
  database: Database
  shard: Shard
  host: string
  pid: number
  counts: StreamCounts
  clock: Clock
  log: Log
  /** Since when it is connected and subscribed; undefined: it is not. */
  connectedSince(): Date | undefined
  /** Up to when everything that the provider sent is delivered. */
  delivered(): Received
  /** False while another producer may stand for the shard: then nothing is written. */
  isOnly(): boolean
}

const everyMs = 1_000
/** Gaps that wait for the database; a year of reconnects every minute has fewer. */
const mostWaiting = 500_000

/** The instants up to which the producers before this one delivered the targets of the shard. */
export async function receivedBefore(database: Database, feed: AnyFeed, shard: Shard): Promise<Received> {
  const rows = await database.query<{
    received_until: string | null
    received_later: Readonly<Record<string, string>> | null
  }>('select_stream_producer', [feed.name, shard.index, shard.count])
  return rows
    .map(({received_until: until, received_later: later}) => ({
      until: until === null ? undefined : new Date(until),
      later: new Map(Object.entries(later ?? {}).map(([target, at]) => [target, new Date(at)])),
    }))
    .reduce(newestOf, nothingReceived)
}

export function recordProducer(options: ProducerRecordOptions): ProducerRecord {
  const {feed, database, shard, host, pid, counts, clock, log} = options
  const {connectedSince, delivered, isOnly} = options
  let startedAt: string | undefined
  const ended = new AbortController()
  let gaps: object[] = []
  let framesBefore = 0
  let countedMs: number | undefined
  let countedUntilMs = 0
  let writtenMs = clock.elapsedMs()
  let hasFailed = false

  async function write(isEnd = false) {
    if (!isOnly()) return
    const now = clock.now()
    startedAt ??= now.toISOString()
    const {until, later} = delivered()
    const seconds = (clock.elapsedMs() - writtenMs) / 1000
    const row = {
      ...{feed: feed.name, shard: shard.index, shards: shard.count, host, pid},
      started_at: startedAt,
      seen_at: now.toISOString(),
      ended_at: isEnd ? now.toISOString() : null,
      connected_at: connectedSince()?.toISOString() ?? null,
      received_until: until?.toISOString() ?? null,
      received_later: later.size > 0 ? Object.fromEntries(later) : null,
      last_event_at: counts.lastEventMs === undefined ? null : new Date(counts.lastEventMs).toISOString(),
      frames: counts.frames,
      frames_rate: seconds > 0 ? ((counts.frames - framesBefore) / seconds).toFixed(1) : null,
      rejected: counts.rejected,
      reconnects: counts.reconnects,
    }
    // More may be added while these are written.
    const [frames, written] = [counts.frames, [...gaps]]
    await database.transaction(async (tx) => {
      await tx.query('upsert_stream_producers', [JSON.stringify([row])])
      if (written.length > 0) await tx.query('insert_stream_gaps', [JSON.stringify(written)])
    })
    gaps = gaps.slice(written.length)
    framesBefore = frames
    writtenMs = clock.elapsedMs()
  }

  async function writeRegularly() {
    while (!ended.signal.aborted) {
      try {
        await write()
        hasFailed = false
      } catch (error) {
        if (!hasFailed)
          log.warn(`${feed.name}: the state of the producer cannot be recorded: ${messageOf(error)}`)
        hasFailed = true
      }
      await pause(everyMs, ended.signal).catch(() => {})
    }
  }
  const writing = writeRegularly()

  return {
    addGap({began, ended: end, why, targets}, isOfAll) {
      // The groups of targets that are missing since the same instant are one gap.
      if (began.getTime() !== countedMs) counts.gaps++
      const fromMs = began.getTime() === countedMs ? countedUntilMs : began.getTime()
      counts.gapSeconds += Math.max(0, end.getTime() - fromMs) / 1000
      countedMs = began.getTime()
      countedUntilMs = end.getTime()
      if (gaps.length >= mostWaiting) return
      gaps.push({
        ...{feed: feed.name, kind: 'socket', shard: shard.index, why: clean(why) || 'unknown'},
        began_at: began.toISOString(),
        // The clock may have been set back.
        ended_at: (end < began ? began : end).toISOString(),
        symbols: isOfAll ? null : targets,
      })
    },
    async close() {
      ended.abort()
      await writing
      await write(true).catch(() => {})
    },
  }
}
