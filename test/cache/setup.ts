/** A database with members and bars, an empty Redis, and a run of a cache at an instant of the test. */
import pg from 'pg'
import {loadConfig} from '../../src/lib/config.js'
import type {AnyCache} from '../../src/lib/define-cache.js'
import {marketAt} from '../../src/lib/market/sessions.js'
import {openContext} from '../../src/lib/run/context.js'
import type {Collected} from '../../src/lib/run/options.js'
import {refresh} from '../../src/lib/run/refresh.js'
import {fakeClock} from '../clock.js'
import {postgres} from '../servers.js'
import {freePort} from '../servers/guarded.js'
import {startRedis} from '../servers/redis.js'
import {clientOf} from '../stream/redis-sink.js'

/** A bar of one trade. */
export interface Bar {
  symbol: string
  at: string
  price: string
  volume?: string
}

export type Value = Record<string, string | number | null>

export async function openCacheSetup() {
  const server = await postgres()
  const redis = await startRedis(await freePort())
  const url = await server.withSchema('cache')
  const pool = new pg.Pool({connectionString: url, max: 2})
  pool.on('error', () => {})
  const client = clientOf(redis.url)
  const clock = fakeClock('2026-11-27T15:00:00Z', 'advances', true)
  const log = {error() {}, warn() {}, notice() {}, detail() {}}
  const open = (redisUrl: string) =>
    openContext({
      config: loadConfig({DATABASE_URL: url, ...(redisUrl === '' ? {} : {REDIS_URL: redisUrl})}, '/'),
      log,
      stop: new AbortController().signal,
      version: 'test',
      clock,
    })
  const context = await open(redis.url)
  const rows = async (sql: string, params: unknown[] = []) =>
    (await pool.query(sql, params)).rows as Record<string, unknown>[]
  return {
    ...{url, redis, client, context, rows, clock},
    /** Runs a cache as at that instant, with another Redis if `redisUrl` is given. */
    async run(cache: AnyCache, at: string, redisUrl?: string): Promise<Collected> {
      clock.set(at)
      const used = redisUrl === undefined ? context : await open(redisUrl)
      try {
        return await refresh(cache, {market: marketAt(clock.now()), command: `fin cache ${cache.name}`}, used)
      } finally {
        if (used !== context) await used.close()
      }
    },
    async member(symbol: string, name = `${symbol} Inc.`) {
      await rows('insert into sp500_companies (symbol, company_name) values ($1, $2)', [symbol, name])
    },
    async bars(assetClass: 'equity' | 'etf', ...bars: readonly Bar[]) {
      for (const {symbol, at, price, volume = '100'} of bars)
        await rows(
          `insert into trade_bars (asset_class, symbol, minute, open, high, low, close, volume, turnover, trades, open_at, close_at)
           values ($1, $2, date_trunc('minute', $3::timestamptz), $4, $4, $4, $4, $5, 1, 1, $3, $3)`,
          [assetClass, symbol, at, price, volume],
        )
    },
    /** The values of a hash by symbol. */
    async values(key = 'sp500_market_data'): Promise<Record<string, Value>> {
      const fields = Object.entries(await client.hgetall(key))
      return Object.fromEntries(fields.map(([field, value]) => [field, JSON.parse(value) as Value]))
    },
    async clear() {
      await client.flushall()
      await rows(
        'truncate trade_bars, sp500_companies, etf_basic_info, sp500_market_snapshots, etf_market_snapshots cascade',
      )
    },
    async close() {
      client.disconnect()
      await context.close()
      await pool.end()
      await redis.stop()
      await server.stop()
    },
  }
}
