import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {loadConfig} from '../src/lib/config.js'
import {ensurePartitions} from '../src/lib/db/partitions.js'
import {openDatabase} from '../src/lib/db/pool.js'
import {storeRows} from '../src/lib/db/rejections.js'
import {root} from '../test/paths.js'
import {startPostgres} from '../test/servers/postgres.js'
import {count, median, timed} from './figures.js'
import type {Figure} from './main.js'

const [rounds, batches, batchSize] = [5, 40, 1000]
const total = batches * batchSize

/**
 * Measures `storeRows` and, alternating with it, a bare prepared UNNEST of the same rows, a thousand per
 * transaction.
 */
export async function upserts(): Promise<Figure[]> {
  const server = await startPostgres(true)
  const url = await server.withSchema('upsert')
  const database = await openDatabase(loadConfig({DATABASE_URL: url}, '/'), {application: 'bench'})
  try {
    const unnest = {
      name: 'unnest',
      text: readFileSync(join(root, 'bench', 'unnest_bithumb_ticker.sql'), 'utf8'),
    }
    const all = Array.from({length: batches}, (_, batch) =>
      Array.from({length: batchSize}, (_, index) => quote(batch * batchSize + index)),
    )
    await database.transaction((tx) => ensurePartitions(tx, 'bithumb_ticker', [all[0]![0]!.quoted_at]))
    const stored = (rows: readonly Quote[]) =>
      database.transaction(async (tx) => storeRows(tx, 'bithumb_ticker', rows))
    const bare = (rows: readonly Quote[]) =>
      database.transaction(async (tx) => tx.client.query({...unnest, values: columns(rows)}))
    const rateOf = async (work: (rows: readonly Quote[]) => Promise<unknown>) => {
      const ms = await timed(async () => {
        for (const rows of all) await work(rows)
      })
      return (total / ms) * 1000
    }
    const rates = {
      stored: [] as number[],
      again: [] as number[],
      bare: [] as number[],
      bareAgain: [] as number[],
    }
    for (let round = 0; round <= rounds; round++) {
      const rate: Record<keyof typeof rates, number> = {stored: 0, again: 0, bare: 0, bareAgain: 0}
      await database.pool.query('truncate bithumb_ticker')
      rate.bare = await rateOf(bare)
      rate.bareAgain = await rateOf(bare)
      await database.pool.query('truncate bithumb_ticker')
      rate.stored = await rateOf(stored)
      rate.again = await rateOf(stored)
      if (round > 0)
        for (const key of Object.keys(rates) as (keyof typeof rates)[]) rates[key].push(rate[key])
    }
    const figure = (what: string, ours: number[], theirs: number[]): Figure => ({
      what: `${what}, ${count(batchSize)} per transaction`,
      figure: `${count(median(ours))} rows/s`,
      beside: `bare prepared UNNEST: ${count(median(theirs))} rows/s, ratio ${(median(ours) / median(theirs)).toFixed(2)} (medians of ${rounds} rounds)`,
    })
    return [
      figure('new rows through storeRows', rates.stored, rates.bare),
      figure('the same rows again', rates.again, rates.bareAgain),
    ]
  } finally {
    await database.close()
    await server.stop()
  }
}

type Quote = ReturnType<typeof quote>

function quote(n: number) {
  const ms = 1772323200000 + n
  return {
    market: `KRW-C${n % 400}`,
    trade_price: `${1000 + (n % 977)}.25`,
    signed_change_rate: `0.0${(n % 90) + 10}`,
    change: 'RISE',
    trade_volume: `${n % 13}.5`,
    acc_trade_price_24h: `${123456789 + n}.125`,
    acc_trade_volume_24h: `${98765 + (n % 1000)}.4321`,
    timestamp_field: String(ms),
    quoted_at: new Date(ms).toISOString(),
    source: 'bench',
  }
}

function columns(rows: readonly Quote[]): string[][] {
  return (Object.keys(rows[0]!) as (keyof Quote)[]).map((name) => rows.map((row) => row[name]))
}
