/** `fin runs --rejected` and `fin replay` of the rejected rows and items of streams. */
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import pg from 'pg'
import {fin, postgres, type Postgres} from '../servers.js'

let server: Postgres
let client: pg.Client
let env: {DATABASE_URL: string}
before(async () => {
  server = await postgres()
  env = {DATABASE_URL: await server.withSchema('streams')}
  client = new pg.Client(env.DATABASE_URL)
  await client.connect()
})
after(async () => {
  await client?.end()
  await server?.stop()
})

async function reject(unit: string, kind: 'row' | 'item', item: object, table: string | null = null) {
  const {rows} = await client.query<{id: string}>(
    `insert into rejected_rows (unit, source, target, kind, table_name, reason, item, received_at, rejected_at)
     values ($1, 'a topic', 'partition 0, offset 5, frame 1', $2, $3, 'was wrong', $4, now(), now()) returning id`,
    [unit, kind, table, JSON.stringify(item)],
  )
  return rows[0]!.id
}

/** A frame with the fields that a quote needs. */
const quote = {
  ...{type: 'ticker', code: 'KRW-BTC', trade_price: '149731000.5', trade_date: '20261126'},
  ...{trade_time: '180433', trade_timestamp: '1795683873858', timestamp: '1795683874044'},
}
const trade = {
  ...{symbol: 'AAPL', trade_id: 'x.1', price: '164.06', volume: '1', timestamp_ms: '1795683873858'},
  ...{traded_at: '2026-11-26T09:04:33.858Z', trade_conditions: ['1'], source: 'finnhub_sp500_websocket'},
}

test('a feed is known as a job before anything was rejected', async () => {
  for (const feed of ['bithumb', 'sp500']) {
    const listed = await fin(['runs', '--rejected', '--unit', feed], {env})
    assert.deepEqual([listed.code, listed.stdout], [0, 'no rejected row is open\n'])
    const {code, stderr} = await fin(['replay', '--unit', feed], {env})
    assert.deepEqual([code, stderr], [0, 'no rejected row is open\n'])
  }
})

test('a rejected frame of quotes, and rejected rows, are stored', async () => {
  await reject('bithumb', 'item', quote)
  await reject('sp500', 'row', trade, 'sp500_websocket_trades')
  const {code, stderr} = await fin(['replay'], {env})
  assert.deepEqual([code, stderr], [0, '2 stored\n'])
  const {rows} = await client.query(
    `select market as target, trade_price::text as price from bithumb_ticker
     union all select symbol, price::text from sp500_websocket_trades`,
  )
  assert.deepEqual(rows, [
    {target: 'KRW-BTC', price: '149731000.5'},
    {target: 'AAPL', price: '164.06'},
  ])
})

test('a frame that is still wrong, and a trade without its frame, stay open with the reason', async () => {
  const ids = [
    await reject('bithumb', 'item', {...quote, type: 'other'}),
    await reject('sp500', 'item', {s: 'AAPL', p: '1', t: '1795683873858', v: '1'}),
  ]
  const {code, stderr} = await fin(['replay'], {env})
  assert.equal(code, 1)
  assert.match(stderr, new RegExp(`${ids[0]} bithumb .*: still refused: it is not a ticker`))
  assert.match(stderr, new RegExp(`${ids[1]} sp500 .*: still refused: a trade is identified by its place`))
  const listed = await fin(['runs', '--rejected', '--unit', 'sp500'], {env})
  assert.match(listed.stdout, /partition 0, offset 5, frame 1/)
  assert.equal((await fin(['replay', '--dismiss'], {env})).code, 0)
})
