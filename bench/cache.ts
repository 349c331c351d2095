/** The time of `fin cache sp500` with ten million stored trades, and the memory of its hash in Redis. */
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import type {Redis} from 'ioredis'
import pg from 'pg'
import {sp500} from '../src/lib/caches/sp500.js'
import {createPartition} from '../src/lib/db/identifiers.js'
import {marketAt, type Market} from '../src/lib/market/sessions.js'
import {minuteMs} from '../src/lib/time.js'
import {openCacheSetup} from '../test/cache/setup.js'
import {root} from '../test/paths.js'
import {memoryFigures} from './cache-memory.js'
import {count, median, timed} from './figures.js'
import type {Figure} from './main.js'

const trades = Number(process.env['FIN_BENCH_TRADES'] ?? 10_000_000)
const [sessions, members, rounds] = [20, 503, 9]
/** Late in a session, so that 24 hours hold most bars. */
const at = new Date('2026-11-25T20:30:00Z')

const text = (name: string) => readFileSync(join(root, 'bench', `${name}.sql`), 'utf8')
const symbols = Array.from({length: members}, (_, n) => `S${n.toString(36).toUpperCase().padStart(3, '0')}`)

export async function cache(): Promise<Figure[]> {
  const setup = await openCacheSetup()
  const client = new pg.Client(setup.url)
  try {
    await client.connect()
    await fill(client)
    const bars = await client.query<{bars: string}>('select count(*) as bars from trade_bars')
    const {until, latest, previous} = marketAt(at)
    const instants = [until, latest.opens, latest.closes, previous.opens, previous.closes]
    const statement = readFileSync(join(root, 'sql', 'select_sp500_market.sql'), 'utf8')
    const times = {refresh: [] as number[], select: [] as number[], unchanged: [] as number[]}
    for (let round = 0; round <= rounds; round++) {
      const minute = new Date(at.getTime() + round * minuteMs)
      await client.query(text('insert_minute_bars'), [minute, symbols])
      const ms = {
        select: await timed(() => client.query(statement, instants)),
        refresh: await timed(() => setup.run(sp500, minute.toISOString())),
        unchanged: await timed(() => setup.run(sp500, minute.toISOString())),
      }
      // The first round warms the caches up.
      if (round > 0) for (const [name, all] of Object.entries(times)) all.push(ms[name as keyof typeof ms])
    }
    const scan = await timed(() => client.query(text('select_newest_by_scan'), [at, previous.closes]))
    const of = `${count(members)} symbols, ${count(trades)} trades, ${count(Number(bars.rows[0]!.bars))} bars`
    const ms = (values: number[]) => `${count(median(values))} ms, at most ${count(Math.max(...values))} ms`
    return [
      {what: `fin cache sp500, all values changed: ${of}`, figure: ms(times.refresh), beside: 'bar: 250 ms'},
      {
        what: 'its statement alone',
        figure: ms(times.select),
        beside: `scans of all trades: ${count(scan)} ms`,
      },
      {
        what: 'a run that changes nothing',
        figure: ms(times.unchanged),
        beside: `medians of ${rounds} rounds`,
      },
      ...(await memoryFigures(setup.client as Redis, symbols, await setup.values())),
    ]
  } finally {
    await client.end()
    await setup.close()
  }
}

/** Members, trades of twenty sessions up to now, and their bars. */
async function fill(client: pg.Client): Promise<void> {
  await client.query(
    `insert into sp500_companies (symbol, company_name) select s, 'Company of ' || s from unnest($1::text[]) s`,
    [symbols],
  )
  for (const month of ['2026-09', '2026-10', '2026-11'])
    for (const table of ['sp500_websocket_trades', 'trade_bars'] as const)
      await client.query(createPartition(table, month))
  // The triggers of the table would make the bars of each statement.
  await client.query('set session_replication_role = replica')
  let market: Market = marketAt(at)
  const all = []
  for (let n = 0; n < sessions; n++) {
    const {opens, closes} = market.latest
    all.unshift([opens, closes < at ? closes : at] as const)
    market = marketAt(market.previous.opens)
  }
  for (const [from, to] of all) {
    await client.query(text('fill_trades'), [from, to, Math.round(trades / sessions), symbols])
    await client.query(text('fill_trade_bars'), [from, to])
  }
  await client.query('vacuum analyze sp500_websocket_trades, trade_bars')
}
