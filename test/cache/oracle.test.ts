/** The values of the cache of random trades equal those of plain queries over all trades. */
import assert from 'node:assert/strict'
import {after, test} from 'node:test'
import {sp500} from '../../src/lib/caches/sp500.js'
import {lastPrint, marketAt} from '../../src/lib/market/sessions.js'
import {dayMs, minuteMs} from '../../src/lib/time.js'
import {full} from '../size.js'
import {openCacheSetup} from './setup.js'

const setup = await openCacheSetup()
const skip = setup.redis.skipReason
after(() => setup.close())

const symbols = ['AAPL', 'BRK.B', 'MSFT', 'NVDA']
const firstMs = Date.parse('2026-11-23T00:00Z')
const days = 8

/** Random numbers from 0 to 1 with a seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Trades of a week with a holiday and an early close, some flagged. The triggers make bars of the others. */
async function fill(next: () => number) {
  const instants = new Set<number>()
  for (let n = 0; n < 1500; n++) {
    const ms = firstMs + Math.floor(next() * days * dayMs)
    // Some fall on the bounds of the minutes.
    instants.add(next() < 0.2 ? Math.floor(ms / (30 * minuteMs)) * 30 * minuteMs : ms)
  }
  const trades = [...instants].map((ms, n) => ({
    symbol: symbols[Math.floor(next() * symbols.length)],
    trade_id: String(n),
    price: (1 + next() * 1000).toFixed(Math.floor(next() * 5)),
    volume: (next() * 1000).toFixed(Math.floor(next() * 3)),
    timestamp_ms: ms,
    traded_at: new Date(ms).toISOString(),
    flag: next() < 0.2 ? 'outlier' : null,
    source: 'test',
  }))
  await setup.rows('truncate sp500_websocket_trades')
  await setup.rows(
    `insert into sp500_websocket_trades (symbol, trade_id, price, volume, timestamp_ms, traded_at, flag, source)
     select symbol, trade_id, price, volume, timestamp_ms, traded_at, flag, source
     from jsonb_populate_recordset(null::sp500_websocket_trades, $1)`,
    [JSON.stringify(trades)],
  )
}

/** The values by plain queries over all trades. */
async function naive(at: string) {
  const {until, latest, previous, staleBefore} = marketAt(new Date(at))
  return setup.rows(
    `with t as (
       select * from sp500_websocket_trades where flag is null and traded_at < $1::timestamptz + interval '1 minute'
     )
     select c.symbol,
       (select price from t where t.symbol = c.symbol order by traded_at desc limit 1) as current_price,
       (select price from t where t.symbol = c.symbol and traded_at < $4 order by traded_at desc limit 1) as previous_close,
       coalesce((select sum(volume) from t where t.symbol = c.symbol and traded_at >= $2 and traded_at < $3), 0) as volume,
       coalesce((select sum(volume) from t where t.symbol = c.symbol
         and traded_at >= $1::timestamptz + interval '1 minute' - interval '24 hours'), 0) as volume_24h,
       (select max(traded_at) < $5 from t where t.symbol = c.symbol) as is_stale
     from sp500_companies c
     where exists (select from t where t.symbol = c.symbol)
     order by c.symbol`,
    [until, latest.opens, lastPrint(latest), lastPrint(previous), staleBefore],
  )
}

async function compare(seed: number) {
  const next = random(seed)
  await setup.clear()
  for (const symbol of [...symbols, 'NEVER']) await setup.member(symbol)
  await fill(next)
  for (let round = 0; round < 40; round++) {
    const at = new Date(firstMs + Math.floor(next() * (days + 1) * dayMs)).toISOString()
    await setup.rows('truncate sp500_market_snapshots')
    await setup.run(sp500, at)
    const found = await setup.rows(
      'select symbol, current_price, previous_close, volume, volume_24h, is_stale from sp500_market_snapshots order by symbol',
    )
    const expected = await naive(at)
    assert.deepEqual(found, expected, `seed ${seed}, at ${at}`)
    const values = await setup.values()
    const numberOf = (text: unknown) => (text === null ? null : Number(text))
    for (const row of expected)
      assert.deepEqual(
        ['current_price', 'previous_close', 'volume', 'volume_24h'].map(
          (name) => values[String(row['symbol'])]?.[name],
        ),
        [row['current_price'], row['previous_close'], row['volume'], row['volume_24h']].map(numberOf),
        `seed ${seed}, at ${at}`,
      )
  }
}

test('the cache equals plain queries over all trades', {skip}, async () => {
  for (let seed = 1; seed <= (full ? 20 : 1); seed++) await compare(seed)
})
