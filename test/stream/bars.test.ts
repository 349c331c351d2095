/** Bars of stored trades and quotes, as they are kept live and as `fin map trade-bars` recomputes them. */
import assert from 'node:assert/strict'
import {after, before, beforeEach, describe, test} from 'node:test'
import pg from 'pg'
import {loadConfig} from '../../src/lib/config.js'
import type {Database} from '../../src/lib/db/database.js'
import {openDatabase} from '../../src/lib/db/pool.js'
import type {AnyFeed} from '../../src/lib/define-feed.js'
import {bithumb} from '../../src/lib/feeds/bithumb.js'
import {etf} from '../../src/lib/feeds/etf.js'
import {movers} from '../../src/lib/feeds/movers.js'
import {sp500} from '../../src/lib/feeds/sp500.js'
import {tradeBars} from '../../src/lib/mappers/trade-bars.js'
import {openContext, type Context} from '../../src/lib/run/context.js'
import {mapRange, type MapRangeOptions} from '../../src/lib/run/map-range.js'
import {storeInTable} from '../../src/lib/run/store.js'
import type {StreamRow} from '../../src/lib/sinks/delivery.js'
import {createPostgresSink} from '../../src/lib/sinks/postgres.js'
import {hourMs, minuteMs} from '../../src/lib/time.js'
import {seeded} from '../fault/kills.js'
import {fin, postgres, type Postgres} from '../servers.js'
import {waitingForTable} from '../servers/postgres.js'
import {naiveBars, storedBars} from './bars.js'

const midnight = Date.parse('2026-11-24T00:00:00Z')
const monthEnd = Date.parse('2026-12-01T00:00:00Z')
const tables = ['sp500_websocket_trades', 'finnhub_trades', 'etf_realtime_prices', 'bithumb_ticker']

let server: Postgres
let url: string
let client: pg.Client
let database: Database
let context: Context

before(async () => {
  server = await postgres()
  url = await server.withSchema('bars')
  client = new pg.Client(url)
  await client.connect()
  const config = loadConfig({DATABASE_URL: url}, '/')
  database = await openDatabase(config)
  const log = {error() {}, warn() {}, notice() {}, detail() {}}
  context = await openContext({config, log, stop: new AbortController().signal, version: 'test'})
})
after(async () => {
  await context.close()
  await database.close()
  await client.end()
  await server.stop()
})
beforeEach(() => client.query(`truncate ${tables.join(', ')}, bithumb_ticker_latest, trade_bars`))

function trade(symbol: string, id: string, ms: number, more: Partial<StreamRow> = {}): StreamRow {
  return {
    ...{
      symbol,
      trade_id: id,
      price: '100',
      volume: '1',
      timestamp_ms: String(ms),
      flag: null,
      source: 'test',
    },
    ...{traded_at: new Date(ms).toISOString(), trade_conditions: null},
    ...more,
  }
}

const quote = (market: string, ms: number, price: string): StreamRow => ({
  ...{market, trade_price: price, timestamp_field: String(ms), quoted_at: new Date(ms).toISOString()},
  source: 'test',
})

/** A consumer of its own, with a session of its own. */
function consumer(feed: AnyFeed) {
  const sink = createPostgresSink({feed, database, intervalMs: minuteMs, now: () => new Date(midnight)})
  return (rows: readonly StreamRow[]) =>
    sink.store([{rows, rejected: [], at: new Date(midnight), bytes: 1}]).then(() => undefined)
}

const recompute = (more: Partial<MapRangeOptions> = {}) =>
  mapRange(
    tradeBars,
    {
      ...{
        command: 'fin map trade-bars',
        since: new Date(midnight - hourMs),
        until: new Date(monthEnd + hourMs),
      },
      ...more,
    },
    context,
  )
const changesOf = ({rows_inserted, rows_updated, ended}: Awaited<ReturnType<typeof recompute>>) => [
  rows_inserted,
  rows_updated,
  ended?.length,
]

async function assertRight(message: string): Promise<void> {
  assert.deepEqual(await storedBars(client), await naiveBars(client), message)
}

/** Random trades in the minutes around `ms`; some are repeated, flagged or without volume. */
function randomBatches(random: () => number, symbols: readonly string[], ms: number): StreamRow[][] {
  const whole = (below: number) => Math.floor(random() * below)
  const pick = <T>(list: readonly T[]) => list[whole(list.length)]!
  const sent: StreamRow[] = []
  return Array.from({length: 1 + whole(6)}, (_, batch) =>
    Array.from({length: 1 + whole(12)}, (_, place) => {
      if (sent.length > 0 && random() < 0.15) return pick(sent)
      // few instants, so that many are equal
      const at = ms + (whole(6) - 3) * minuteMs + pick([0, 1, 30_000, 30_001, 59_999])
      const one = trade(pick(symbols), `${batch}.${place}`, at, {
        price: `${1 + whole(30)}.${whole(1000)}`,
        volume: pick([null, '0', '1', '250', '0.125', '1000000000000.5']),
        flag: pick([null, null, null, 'conditions', 'outlier']),
      })
      sent.push(one)
      return one
    }),
  )
}

test('random trades, late, repeated and flagged, give the bars of a naive computation', async () => {
  const feeds: readonly AnyFeed[] = [sp500, movers, etf]
  for (let round = 0; round < 50; round++) {
    const random = seeded(round)
    const near = round % 2 === 0 ? midnight : monthEnd
    await Promise.all(
      ['A', 'B'].map(async (session) => {
        const store = consumer(feeds[round % feeds.length]!)
        const symbols = [0, 1, 2].map((index) => `${session}${round}.${index}`)
        for (const batch of randomBatches(random, symbols, near)) await store(batch)
      }),
    )
  }
  await assertRight('live')
  assert.deepEqual(changesOf(await recompute()), [0, 0, 0], 'a recomputation changes nothing')
  const {rows: before} = await client.query('select count(*)::integer as bars from trade_bars')
  assert.ok(before[0].bars > 300, 'enough bars')

  await client.query(
    `update trade_bars set close = high + 1, high = high + 1, trades = 7 where symbol like 'A1%'`,
  )
  await client.query(`update trade_bars set volume = null, turnover = null where symbol like 'A2%'`)
  await client.query(`delete from trade_bars where symbol like 'B1%'`)
  await client.query(
    `update sp500_websocket_trades set flag = 'outlier' where symbol like 'B_.0' or price > 25`,
  )
  await client.query(`update etf_realtime_prices set flag = null where symbol like 'A%'`)
  const emitted: object[] = []
  const dry = await recompute({
    dryRun: true,
    emit: (rows) => {
      emitted.push(...rows)
    },
  })
  assert.deepEqual([dry.runId, ...changesOf(dry)], [null, 0, 0, 0])
  const written: object[] = []
  const run = await recompute({
    emit: (rows) => {
      written.push(...rows)
    },
  })
  await assertRight('restored')
  const [inserted, updated, deleted] = changesOf(run)
  assert.ok(inserted! > 0 && updated! > 0 && deleted! > 0, JSON.stringify(changesOf(run)))
  assert.deepEqual(emitted, written, 'a dry run prints the bars that a run writes')
  assert.equal(written.length, inserted! + updated!)
  assert.match(dry.message ?? '', new RegExp(`^${inserted! + updated! + deleted!} bars? would change$`))
  assert.equal(run.outcome, 'done')
  const [record] = (
    await client.query(
      `select outcome, rows_inserted::integer, rows_updated::integer from job_runs order by id desc limit 1`,
    )
  ).rows
  assert.deepEqual(record, {outcome: 'done', rows_inserted: inserted, rows_updated: updated})
  assert.equal((await recompute()).outcome, 'unchanged')
})

test('a bar without stored trades stays, and one of flagged trades alone goes', async () => {
  const store = consumer(sp500)
  await store([trade('OLD', 'a', midnight), trade('FLAGGED', 'b', midnight), trade('OTHER', 'c', midnight)])
  await client.query(`delete from sp500_websocket_trades where symbol = 'OLD'`)
  await client.query(`update sp500_websocket_trades set flag = 'outlier' where symbol <> 'OLD'`)
  const run = await recompute({targets: ['FLAGGED', 'OLD']})
  assert.deepEqual(run.ended, [{name: 'FLAGGED 2026-11-24T00:00:00.000Z', fate: 'deleted'}])
  assert.deepEqual(
    (await client.query('select symbol from trade_bars order by 1')).rows,
    [{symbol: 'OLD'}, {symbol: 'OTHER'}],
    'another target is not touched',
  )
})

test('a candle of the provider stays, although quotes of its minute are stored', async () => {
  const quotes = [quote('KRW-BTC', midnight + 5_000, '100'), quote('KRW-ETH', midnight + 5_000, '10')]
  await database.transaction((tx) => storeInTable(tx, 'bithumb_ticker', quotes))
  await client.query(`update trade_bars set high = 200, volume = 3, trades = null where symbol = 'KRW-BTC'`)
  const run = await recompute({})
  assert.deepEqual(changesOf(run), [0, 0, 0])
  const shown = await recompute({dryRun: true})
  assert.deepEqual(changesOf(shown), [0, 0, 0])
  assert.deepEqual(
    (await client.query('select symbol, high::text, trades from trade_bars order by 1')).rows,
    [
      {symbol: 'KRW-BTC', high: '200', trades: null},
      {symbol: 'KRW-ETH', high: '10', trades: 1},
    ],
  )
})

test('a range counts by whole minutes, so that no bar is made of a part of its trades', async () => {
  const store = consumer(etf)
  for (const [place, ms] of [-1, 0, 30_000, 59_999, 60_000].entries())
    await store([trade('SPY', `${place}`, midnight + ms)])
  await client.query('update trade_bars set trades = 9')
  const run = await recompute({since: new Date(midnight + 20_000), until: new Date(midnight + 40_000)})
  assert.deepEqual(changesOf(run), [0, 1, 0])
  assert.deepEqual(
    (await client.query('select trades from trade_bars order by minute')).rows.map(
      ({trades}) => trades as number,
    ),
    [9, 3, 9],
  )
  const nothing = await recompute({since: new Date(0), until: new Date(hourMs)})
  assert.equal(nothing.message, 'nothing is stored in this range to recompute from')
})

test('a trade never fails because of its bar, however large it is', async () => {
  const huge = {price: `9${'0'.repeat(99)}`, volume: `9${'0'.repeat(99)}`}
  await consumer(sp500)([trade('HUGE', 'a', midnight, huge), trade('HUGE', 'b', midnight, huge)])
  assert.deepEqual((await client.query('select trades from trade_bars')).rows, [{trades: 2}])
  assert.deepEqual((await client.query('select from rejected_rows')).rows, [])
})

describe('quotes', () => {
  test('become bars when the consumer keeps them and when the collector stores them', async () => {
    const store = consumer(bithumb)
    await store([quote('KRW-BTC', midnight - 30_000, '100'), quote('KRW-ETH', midnight - 30_000, '5')])
    await store([quote('KRW-BTC', midnight - 1, '103')])
    await store([quote('KRW-BTC', midnight, '101'), quote('KRW-BTC', monthEnd, '102')])
    await assertRight('those of the stream')
    assert.equal((await storedBars(client)).length, 2)
    const rows = [quote('KRW-BTC', midnight - 20_000, '99'), quote('KRW-BTC', monthEnd + 1, '104')]
    const collect = () => database.transaction((tx) => storeInTable(tx, 'bithumb_ticker', rows))
    await collect()
    await assertRight('those of the collector, with the newest one that they replace')
    await collect()
    await assertRight('stored again')
    const [bar] = await storedBars(client)
    assert.deepEqual(bar, {
      ...{key: 'crypto KRW-BTC 2026-11-23T23:59:00.000Z', open: '99', high: '103', low: '99', close: '103'},
      ...{volume: null, turnover: null, trades: 2},
      ...{open_at: '2026-11-23T23:59:40.000Z', close_at: '2026-11-23T23:59:59.999Z'},
    })
    assert.deepEqual(changesOf(await recompute()), [0, 0, 0])
  })
})

test('the partitions of bars are made with those of trades, and rows that move there are not added again', async () => {
  // without a consumer, both rows are in DEFAULT
  await client.query(
    `insert into sp500_websocket_trades (symbol, trade_id, price, volume, timestamp_ms, traded_at, source)
     values ('MOVED', 'a', 1, 1, $1, $2, 'test')`,
    [Date.parse('2025-03-31T23:59:59.999Z'), '2025-03-31T23:59:59.999Z'],
  )
  const places = async () =>
    (
      await client.query(
        `select tableoid::regclass::text as place from sp500_websocket_trades where symbol = 'MOVED'
         union all select tableoid::regclass::text from trade_bars where symbol = 'MOVED'`,
      )
    ).rows.map(({place}) => place as string)
  assert.deepEqual(await places(), ['sp500_websocket_trades_default', 'trade_bars_default'])
  const before = await storedBars(client)
  await consumer(sp500)([trade('NEW', 'b', Date.parse('2025-03-01T00:00:00Z'))])
  assert.deepEqual(await places(), ['sp500_websocket_trades_y2025m03', 'trade_bars_y2025m03'])
  assert.deepEqual(await storedBars(client), [
    ...before,
    ...(await storedBars(client)).filter(({key}) => String(key).includes('NEW')),
  ])
  await assertRight('after the move')
})

test('two consumers of one symbol add their trades to the same bar', async () => {
  const ids = Array.from({length: 40}, (_, n) => n)
  const send = async (store: ReturnType<typeof consumer>, name: string) => {
    for (const n of ids)
      await store([
        trade('BOTH', `${name}${n}`, midnight + n * 1000, {price: `${10 + n}`}),
        trade('ALSO', `${name}${n}`, midnight + n * 1000, {price: `${50 - n}`}),
      ])
  }
  await Promise.all([send(consumer(sp500), 'a'), send(consumer(sp500), 'b')])
  await assertRight('after both')
  assert.deepEqual(
    (await storedBars(client)).map(({trades}) => trades),
    [80, 80],
  )
})

test('a recomputation during live inserts loses no trade', async () => {
  const [first, second] = [new pg.Client(url), new pg.Client(url)]
  await Promise.all([first.connect(), second.connect()])
  const insert = (on: pg.Client, id: string) =>
    on.query(
      `insert into sp500_websocket_trades (symbol, trade_id, price, volume, timestamp_ms, traded_at, source)
       values ('RACE', $1, 1, 1, $2, $3, 'test')`,
      [id, midnight, new Date(midnight).toISOString()],
    )
  /** Resolves when so many sessions wait for the table of bars. */
  const waiting = async (sessions: number, isOver: () => boolean) => {
    while ((await client.query(waitingForTable, ['trade_bars'])).rowCount !== sessions)
      assert.ok(!isOver(), 'the recomputation did not wait')
  }
  try {
    await consumer(sp500)([trade('RACE', 'before', midnight)])
    // stored with its bar, not committed: the recomputation must wait for it
    await first.query('begin')
    await insert(first, 'open')
    let isOver = false
    const run = recompute().finally(() => (isOver = true))
    await waiting(1, () => isOver)
    // begun later: waits behind the recomputation, with its trade stored and its bar not yet
    const late = insert(second, 'late')
    await waiting(2, () => isOver)
    await first.query('commit')
    assert.deepEqual(changesOf(await run), [0, 0, 0])
    await late
    await assertRight('after both')
    assert.equal((await storedBars(client))[0]?.['trades'], 3)

    const store = consumer(sp500)
    let isDone = false
    const writing = (async () => {
      for (let n = 0; n < 60; n++) await store([trade('RACE', `w${n}`, midnight + (n % 90) * 1000)])
      isDone = true
    })()
    let runs = 0
    do {
      await client.query('update trade_bars set open = low')
      await recompute()
      runs++
    } while (!isDone)
    await writing
    await assertRight(`after ${runs} recomputations`)
  } finally {
    await Promise.all([first.end(), second.end()])
  }
})

test('fin stream consume keeps bars, and fin map trade-bars prints those that it writes', async () => {
  const env = {DATABASE_URL: url}
  const at = midnight + 30_000
  const lines = [
    trade('SPY', 'f1.0', at, {price: '600.10', volume: '2'}),
    trade('SPY', 'f1.1', at, {price: '601', volume: null}),
    trade('SPY', 'f1.0', at, {price: '600.10', volume: '2'}),
    trade('SPY', 'f1.2', at - 1, {price: '599', flag: 'outlier'}),
  ].map((row) => JSON.stringify({...row, trade_conditions: ['1']}))
  const consumed = await fin(['stream', 'consume', 'etf', '--from', 'stdin'], {env, input: lines.join('\n')})
  assert.equal(consumed.code, 0, consumed.stderr)
  await assertRight('live')
  await client.query('delete from trade_bars')
  const range = ['--since', '2026-11-24', '--until', '2026-11-25']
  const printed = await fin(['map', 'trade-bars', ...range, '--dry-run', '--csv'], {env})
  assert.equal(
    printed.stdout.replaceAll('\r', ''),
    `asset_class,symbol,minute,open,high,low,close,volume,turnover,trades,open_at,close_at
etf,SPY,2026-11-24T00:00:00.000Z,600.10,601,600.10,601,2,1200.20,2,2026-11-24T00:00:30.000Z,2026-11-24T00:00:30.000Z
`,
  )
  assert.match(printed.stderr, /1 bar would change\n.*1 row, nothing written \(dry run\)/)
  const done = await fin(['map', 'trade-bars', ...range, '--target', 'spy'], {env})
  assert.equal(done.code, 0, done.stderr)
  assert.match(done.stderr, /trade-bars: 1 row, 1 new, 0 changed/)
  await assertRight('recomputed')
  const none = await fin(['map', 'trade-bars', ...range, '--target', 'NOPE'], {env})
  assert.match(none.stderr, /trade-bars: nothing of NOPE is stored in this range to recompute from\n/)
  for (const args of [
    ['--target', ''],
    ['--until', '0001-01-01'],
  ]) {
    const refused = await fin(['map', 'trade-bars', ...args], {env})
    assert.equal(refused.code, 2, refused.stderr)
    assert.doesNotMatch(refused.stderr, /unexpected/)
  }
  const wrong = await fin(['map', 'trade-bars', '--since', '2026-11-25', '--until', '2026-11-24'], {env})
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /--since 2026-11-25T00:00:00.000Z is not before --until/)
})
