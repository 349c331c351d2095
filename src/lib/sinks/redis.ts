/**
 * Writes the newest row of each target to Redis. While one flush is being written, the next one gathers.
 * Every failure ends the connection: the rows are kept, and written by the next connection.
 */
import {type Clock, pause} from '../clock.js'
import type {AnyFeed, LiveValues} from '../define-feed.js'
import {messageOf} from '../errors.js'
import type {StreamCounts} from '../health/counts.js'
import type {Log} from '../output/log.js'
import {describeRedis} from '../redis/address.js'
import {connectRedis, type RedisConnection} from '../redis/connection.js'
import {reasonOfRedis} from '../redis/reasons.js'
import {pluralize} from '../text.js'
import {isRegular, type StreamRow} from './delivery.js'
import {createNewestRows} from './newest-rows.js'
import {setFields, setKeys} from './redis-scripts.js'
import {createSignals} from './signals.js'

export interface RedisSink {
  /**
   * Keeps the newest of these rows per target, to be written soon, without flagged trades. Never waits and
   * never throws. `at`: arrival of their oldest frame.
   */
  put(rows: readonly StreamRow[], at: Date): void
  /** Resolves when everything put so far is written, or cannot be: Redis is away. */
  flushed(): Promise<void>
  isAway(): boolean
  /** Writes what is left if Redis answers, within `withinMs` real milliseconds, and disconnects. */
  close(withinMs: number): Promise<void>
}

export interface RedisSinkOptions {
  feed: AnyFeed
  url: string
  /** Also writes the key of each target. */
  withLatest: boolean
  /** The newest rows of PostgreSQL, for each new connection, because Redis may be empty. */
  newest(): Promise<StreamRow[]>
  clock: Clock
  log: Log
  counts: StreamCounts
  /** Ends the attempts to read the newest rows. */
  stop: AbortSignal
  /** Called after a flush with rows of frames that arrived at `at` or later, and for rows that need none. */
  onWritten?(at: Date): void
}

const longestPauseMs = 5_000
const readAgainMs = 5_000

/** Throws NeedsPerson if REDIS_URL is not an address. */
export function openRedisSink(options: RedisSinkOptions): RedisSink {
  const {feed, url, withLatest, newest, clock, log, counts, stop, onWritten} = options
  const {hash, latest, channel, instant} = feed.live as unknown as LiveValues<StreamRow>
  const where = `${feed.name}: Redis at ${describeRedis(url)}`
  const isUsed = hash !== undefined || withLatest
  const waiting = createNewestRows({about: feed.about, instant})
  const closing = new AbortController()
  const abandoned = new AbortController()
  const reported = new Set<string>()
  let current: RedisConnection | undefined
  let isAway = false
  let failures = 0
  let isReadable = true
  let isClosed = false
  let reading: Promise<StreamRow[]> | undefined
  let puts = 0
  let writtenPuts = 0
  const waiters = new Set<{puts: number; resolve(): void}>()
  let wake = () => {}

  const signals =
    hash && channel !== undefined
      ? createSignals(`new values in ${hash.key}`, {
          clock,
          send: async (payload) => {
            if (!current?.isOpen()) throw new Error('Redis is away')
            await current.redis.publish(channel, payload)
          },
        })
      : undefined

  async function write(rows: ReadonlyMap<string, StreamRow>, {redis}: RedisConnection) {
    const pipeline = redis.pipeline()
    const values = [...rows].map(([target, row]) => ({target, row, atMs: Number(row[instant])}))
    if (hash) {
      const fields = values.flatMap(({target, row, atMs}) => [target, atMs, hash.value(row)])
      pipeline.eval(setFields, 1, hash.key, hash.seconds, ...fields)
    }
    if (withLatest) {
      const keys = values.map(({target}) => latest.key(target))
      const texts = values.flatMap(({row, atMs}) => [atMs, latest.value(row)])
      pipeline.eval(setKeys, keys.length, ...keys, latest.seconds, ...texts)
    }
    for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error
  }

  /** Writes all rows that wait. Without rows it only shows that Redis accepts writes. */
  async function flush(connection: RedisConnection) {
    const taken = waiting.take()
    const [upTo, rows, startedMs] = [puts, taken.rows.size, clock.elapsedMs()]
    try {
      await write(taken.rows, connection)
    } catch (error) {
      waiting.putBack(taken)
      throw error
    }
    failures = 0
    if (isAway) log.notice(`${where} accepts values again`)
    isAway = false
    reported.clear()
    writtenPuts = upTo
    if (rows > 0) {
      counts.storedRows.redis += rows
      counts.onBatch?.('redis', rows, (clock.elapsedMs() - startedMs) / 1000)
      signals?.add(rows)
    }
    if (taken.at) onWritten?.(taken.at)
    settle()
  }

  /** Resolves the calls of `flushed` that have nothing to wait for. */
  function settle() {
    for (const waiter of waiters)
      if (isAway || waiter.puts <= writtenPuts) {
        waiters.delete(waiter)
        waiter.resolve()
      }
  }

  /** Adds the newest rows of PostgreSQL. Tries again while the connection lasts. */
  async function rebuild(ended: AbortSignal) {
    while (!ended.aborted && !stop.aborted)
      try {
        reading ??= newest().finally(() => {
          reading = undefined
        })
        waiting.addStored(await reading)
        isReadable = true
        return wake()
      } catch (error) {
        if (isReadable && !ended.aborted && !stop.aborted)
          log.warn(
            `${feed.name}: the newest rows cannot be read to fill Redis: ${messageOf(error)}; trying again every ${readAgainMs / 1000} s`,
          )
        isReadable = false
        await pause(readAgainMs, AbortSignal.any([ended, stop])).catch(() => {})
      }
  }

  /** Connects and writes until the connection ends or the sink is closed. Throws why Redis is away. */
  async function session() {
    const ended = new AbortController()
    const connection = await connectRedis(url, {stop: abandoned.signal, onEnd: () => wake()})
    current = connection
    try {
      await flush(connection)
      if (isUsed && !closing.signal.aborted) void rebuild(ended.signal)
      while (connection.isOpen()) {
        if (waiting.size > 0) await flush(connection)
        else if (closing.signal.aborted) return await signals?.close()
        else await new Promise<void>((resolve) => (wake = resolve))
      }
      // An idle connection that was closed is no failure if the next one opens.
      if (waiting.size > 0) throw new Error('Connection is closed')
    } finally {
      ended.abort()
      current = undefined
      await connection.close()
    }
  }

  function onFailure(error: Error) {
    if (abandoned.signal.aborted) return
    if (waiting.size > 0) counts.storeFailures.redis++
    isAway = true
    const {why, nextStep} = reasonOfRedis(error, url)
    if (!reported.has(why))
      log.warn(`${where} takes no values: ${why}. The newest ones are written when it does. ${nextStep}`)
    reported.add(why)
    settle()
  }

  async function run() {
    for (;;) {
      try {
        await session()
      } catch (error) {
        onFailure(error as Error)
        if (closing.signal.aborted) return
      }
      if (!closing.signal.aborted) await pause(pauseMs(++failures), closing.signal).catch(() => {})
      if (closing.signal.aborted && (waiting.size === 0 || abandoned.signal.aborted)) return
    }
  }
  const running = run()

  return {
    put(rows, at) {
      if (!isUsed || rows.length === 0) return
      const shown = rows.every(isRegular) ? rows : rows.filter(isRegular)
      if (shown.length === 0) return onWritten?.(at)
      puts++
      waiting.add(shown, at)
      wake()
    },
    flushed: () =>
      new Promise((resolve) => {
        waiters.add({puts, resolve})
        settle()
      }),
    isAway: () => isAway,
    async close(withinMs) {
      if (isClosed) return
      isClosed = true
      closing.abort()
      if (waiting.size === 0 && !current) abandoned.abort()
      wake()
      const done = new AbortController()
      const late = pause(withinMs, done.signal).then(
        () => abandoned.abort(),
        () => {},
      )
      await running
      done.abort()
      await Promise.all([late, signals?.close()])
      if (waiting.size > 0)
        log.warn(
          `${where}: the newest values of ${pluralize(waiting.size, 'target')} are not written; the next consumer writes them`,
        )
      isAway = true
      settle()
    },
  }
}

/** Half random, so that the consumers of a server do not connect together: at most 5 s. */
function pauseMs(failures: number): number {
  const bound = Math.min(longestPauseMs, 250 * 2 ** (failures - 1))
  return Math.round(bound * (0.5 + Math.random() / 2))
}
