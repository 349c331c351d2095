/** Opens the stores of `fin stream consume` and `fin stream run`: PostgreSQL, and Redis if it is used. */
import {recordConsumer} from '../run/consumer-record.js'
import {leftOutText} from '../run/trade-flags.js'
import {createPostgresSink, type Stored} from '../sinks/postgres.js'
import {createStreamWriter, type StreamWriter} from '../sinks/writer.js'
import {pluralize} from '../text.js'
import {intervalMsFrom, type StreamSession} from './stream-session.js'

export interface Stores {
  writer: StreamWriter
  /** Records this consumer in the database from now on. Call when its source is open. */
  record(): void
  /** Waits until everything is in PostgreSQL, and in Redis if that answers; prints the counts. */
  finish(): Promise<void>
  close(): Promise<void>
}

const redisGraceMs = 1_000

export async function openStores(
  session: StreamSession,
  options: {
    latest: boolean
    isRecorded: boolean
    /** No connection of this process counts the newest frame. */
    isConsumer?: boolean
    topic?: string
    /** Its source ends by itself, so a consumer that has stored everything is not missed. */
    endsByItself?: boolean
    onStored?(stored: Stored): void
  },
): Promise<Stores> {
  const {feed, config, context, counts, watch} = session
  const {clock, log, stop, host, pid} = context
  const intervalMs = intervalMsFrom(config)
  const database = await context.database()
  const postgres = createPostgresSink({feed, database, topic: options.topic, intervalMs, now: clock.now})
  const redis = await openRedis()
  let lastStoredMs: number | undefined
  const writer = createStreamWriter({
    ...{name: feed.name, postgres, redis, counts, clock, log, stop},
    onStored(stored) {
      for (const {at} of stored.deliveries) lastStoredMs = Math.max(lastStoredMs ?? 0, at.getTime())
      if (options.isConsumer) counts.lastEventMs = lastStoredMs
      options.onStored?.(stored)
    },
  })
  watch(() => {
    const reason = writer.awayReason()
    return reason === undefined ? undefined : {text: reason, isReady: false}
  })
  watch(() => (redis?.isAway() ? {text: 'Redis is away', isReady: true} : undefined))
  let stopRecording: ((forget: boolean) => Promise<void>) | undefined
  let isFinished = false

  async function openRedis() {
    const why =
      config.redisUrl === undefined
        ? 'REDIS_URL is not set'
        : feed.live.hash || options.latest
          ? undefined
          : 'its values are written to Redis with --latest only'
    if (config.redisUrl === undefined || why !== undefined) {
      log.detail(`${feed.name}: ${why}, so only PostgreSQL gets the rows`)
      return undefined
    }
    const {openRedisSink} = await import('../sinks/redis.js')
    return openRedisSink({
      ...{feed, url: config.redisUrl, withLatest: options.latest, clock, log, counts, stop},
      newest: () => database.query(feed.live.newest),
      onWritten: (at) => counts.onLatency?.((clock.now().getTime() - at.getTime()) / 1000),
    })
  }

  return {
    writer,
    record() {
      if (!options.isRecorded) return
      const lastStored = () => lastStoredMs
      stopRecording = recordConsumer({feed, database, host, pid, counts, clock, lastStoredMs: lastStored})
    },
    async finish() {
      await writer.drained()
      await redis?.close(redisGraceMs)
      isFinished = true
      log.notice(
        `${feed.name}: ${pluralize(counts.storedRows.postgres, 'row')} stored, ${counts.rejected} rejected${leftOutText(counts)}`,
      )
      if (counts.rejected > 0) log.notice(`  See them with: fin runs --rejected --unit ${feed.name}`)
    },
    async close() {
      await redis?.close(0)
      await stopRecording?.(isFinished && options.endsByItself === true)
    },
  }
}
