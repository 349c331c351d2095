/** A sink on a Redis of the test's own, with rows as the feeds make them. */
import assert from 'node:assert/strict'
import {setTimeout as later} from 'node:timers/promises'
import {Redis} from 'ioredis'
import {realClock} from '../../src/lib/clock.js'
import type {AnyFeed, FrameOrigin} from '../../src/lib/define-feed.js'
import {sp500} from '../../src/lib/feeds/sp500.js'
import {createStreamCounts} from '../../src/lib/health/counts.js'
import {isRejected} from '../../src/lib/parse.js'
import type {StreamRow} from '../../src/lib/sinks/delivery.js'
import {openRedisSink, type RedisSinkOptions} from '../../src/lib/sinks/redis.js'
import {frameValue} from '../../src/lib/transport/frames.js'

export const origin: FrameOrigin = {
  id: 'f1',
  shard: {index: 2, host: 'producer-2'},
  labels: {AAPL: 'most_actively_traded'},
}

/** The rows of one frame. */
export function rowsOf(feed: AnyFeed, frame: string): StreamRow[] {
  const rows = [...(feed.parse(frameValue(Buffer.from(frame)), origin) as Iterable<StreamRow>)]
  for (const row of rows) assert.ok(!isRejected(row), JSON.stringify(row))
  return rows
}

export interface Quote {
  symbol: string
  price: string
  atMs: number
}

/** Rows of trades of the S&P 500. */
export function trades(...quotes: readonly Quote[]): StreamRow[] {
  const items = quotes.map(
    ({symbol, price, atMs}) => `{"s":"${symbol}","p":${price},"t":${atMs},"v":10,"c":["1"]}`,
  )
  return rowsOf(sp500, `{"type":"trade","data":[${items.join(',')}]}`)
}

export const at = new Date('2026-11-27T15:00:00.000Z')

/** A sink of sp500 and what it reported. Close it at the end of the test. */
export function openSink(url: string, over: Partial<RedisSinkOptions> = {}) {
  const counts = createStreamCounts()
  const lines: string[] = []
  const writes: number[] = []
  const written: Date[] = []
  counts.onBatch = (store, rows, seconds) => {
    assert.equal(store, 'redis')
    assert.ok(seconds >= 0)
    writes.push(rows)
  }
  const sink = openRedisSink({
    feed: sp500,
    url,
    withLatest: false,
    newest: () => Promise.resolve([]),
    clock: realClock,
    log: {
      error: (text) => lines.push(`error: ${text}`),
      warn: (text) => lines.push(`warning: ${text}`),
      notice: (text) => lines.push(text),
      detail: () => {},
    },
    counts,
    stop: new AbortController().signal,
    onWritten: (instant) => written.push(instant),
    ...over,
  })
  return {sink, counts, lines, writes, written}
}

/** A client that reads and changes the server. Disconnect it at the end. */
export function clientOf(url: string): Redis {
  const client = new Redis(url, {retryStrategy: () => 50})
  client.on('error', () => {})
  return client
}

/** The price of each symbol in the hash of sp500. */
export async function prices(client: Redis, key = 'sp500_realtime_data'): Promise<Record<string, number>> {
  const fields = await client.hgetall(key)
  return Object.fromEntries(
    Object.entries(fields).map(([symbol, value]) => [symbol, (JSON.parse(value) as {price: number}).price]),
  )
}

/** Waits until `isSo` yields true. Throws after 30 s. */
export async function eventually(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const until = performance.now() + 30_000
  while (!(await isSo())) {
    assert.ok(performance.now() < until, `not within 30 s: ${what}`)
    await later(10)
  }
}
