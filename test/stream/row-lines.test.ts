/**
 * `fin stream consume --from stdin` rejects lines that are not rows, with their number, and stores others.
 */
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import pg from 'pg'
import {mostFrameBytes} from '../../src/lib/transport/frames.js'
import {fin, postgres, type Postgres} from '../servers.js'

let server: Postgres
let url: string
let client: pg.Client
before(async () => {
  server = await postgres()
  url = await server.withSchema('lines')
  client = new pg.Client(url)
  await client.connect()
})
after(async () => {
  await client.end()
  await server.stop()
})

const row = (change: object = {}) =>
  JSON.stringify({
    symbol: 'SPY',
    trade_id: 'f1.0',
    price: '600.10',
    volume: '1',
    timestamp_ms: '1795791600000',
    traded_at: '2026-11-27T15:00:00.000Z',
    trade_conditions: ['1'],
    source: 'finnhub_etf_websocket',
    ...change,
  })
const consume = (input: string | Buffer, ...args: readonly string[]) =>
  fin(['stream', 'consume', 'etf', '--from', 'stdin', ...args], {env: {DATABASE_URL: url}, input})
const stored = async () =>
  (
    await client.query<{trade_id: string}>('select trade_id from etf_realtime_prices order by trade_id')
  ).rows.map(({trade_id}) => trade_id)
const rejected = async () =>
  (
    await client.query<{target: string | null; reason: string}>(
      'select target, reason from rejected_rows order by id',
    )
  ).rows

test('lines that are not rows are rejected with their number, and the others are stored', async () => {
  const lines = [
    row(),
    '{"symbol":',
    row({trade_id: 'f1.1', colour: 'red'}),
    row({symbol: undefined}),
    '',
    `{"note":"${'x'.repeat(mostFrameBytes)}"}`,
    row({trade_id: 'f1.2', source: 'a\0b'}),
    '[1]',
    row({trade_id: 'f1.3', timestamp_ms: undefined}),
    row({trade_id: 'f1.4', price: '-1'}),
    row({trade_id: 'f1.5'}).replace('"600.10"', '600.1000000000000000000001'),
    row({trade_id: 'f1.6', price: 'much'}),
    row({trade_id: undefined}),
    row({trade_id: 'f1.7'}),
    row({trade_id: 'f1.9', timestamp_ms: '7200000000000', traded_at: '2198-02-28T00:00:00.000Z'}),
    row({trade_id: 'f1.10', symbol: 'SP\u200bY'}),
  ]
  const run = await consume(
    Buffer.concat([
      Buffer.from(`${lines.join('\n')}\n`),
      Buffer.from([0xff, 0x0a]),
      Buffer.from(row({trade_id: 'f1.8'})),
    ]),
  )
  assert.equal(run.code, 1, run.stderr)
  assert.deepEqual(await stored(), ['f1.0', 'f1.5', 'f1.7', 'f1.8'])
  const found = await rejected()
  const number = ({target}: {target: string | null}) => Number(/^line (\d+)$/.exec(target ?? '')?.[1])
  const ofLines = found.filter(({target}) => target !== null).sort((a, b) => number(a) - number(b))
  assert.deepEqual(
    ofLines.map(({target}) => target),
    [2, 3, 4, 6, 7, 8, 9, 13, 15, 16, 17].map((line) => `line ${line}`),
    JSON.stringify(found, null, 1),
  )
  const reasons = ofLines.map(({reason}) => reason)
  for (const [index, says] of [
    /^the line cannot be read: it is JSON that ends in the middle/,
    /^the table etf_realtime_prices has no column "colour"/,
    /^column "symbol" is missing/,
    /^the line is longer than 1 MB/,
    /^column "source" holds a NUL character/,
    /^the line is not a JSON object/,
    /^column "timestamp_ms" is missing/,
    /^column "trade_id" is missing/,
    /^its instant is more than a day after its arrival/,
    /^column "symbol" has .*invisible character/,
    /^the line cannot be read: it is not valid UTF-8/,
  ].entries())
    assert.match(reasons[index]!, says)
  assert.equal(found.length, 13, JSON.stringify(found, null, 1))
  assert.match(run.stderr, /4 rows stored, 13 rejected/)
  const {rows} = await client.query<{price: string}>(
    `select price::text from etf_realtime_prices where trade_id = 'f1.5'`,
  )
  assert.equal(rows[0]!.price, '600.1000000000000000000001')
})

test('a consumer of stdin that has ended is not missed', async () => {
  await client.query('delete from etf_realtime_prices')
  assert.equal((await consume(row({trade_id: 'h.0'}))).code, 0)
  const status = await fin(['stream', 'status', '--check', '--quiet'], {env: {DATABASE_URL: url}})
  assert.deepEqual([status.code, status.stderr], [0, ''])
})

test('--filter keeps only the rows of its targets, in any case of letters', async () => {
  await client.query('delete from etf_realtime_prices')
  const lines = ['SPY', 'QQQ', 'IWM', 'SPYX'].map((symbol, n) => row({symbol, trade_id: `g.${n}`}))
  const run = await consume(lines.join('\n'), '--filter', 'spy', '--filter', 'IWM')
  assert.equal(run.code, 0, run.stderr)
  assert.deepEqual(await stored(), ['g.0', 'g.2'])
  assert.match(run.stderr, /2 rows stored, 0 rejected/)
})

test('a filter of targets is refused for a topic, because its other rows would be gone', async () => {
  const run = await fin(['stream', 'consume', 'etf', '--from', 'kafka', '--filter', 'SPY'], {
    env: {DATABASE_URL: url, KAFKA_BROKERS: '127.0.0.1:1'},
  })
  assert.equal(run.code, 2)
  assert.match(run.stderr, /--filter would leave out the other rows of the topic for good/)
  const regular = await fin(['stream', 'consume', 'etf', '--from', 'kafka', '--filter', 'regular'], {
    env: {DATABASE_URL: url, KAFKA_BROKERS: '127.0.0.1:1'},
  })
  assert.match(regular.stderr, /Kafka at 127\.0\.0\.1:1 does not answer/)
})
