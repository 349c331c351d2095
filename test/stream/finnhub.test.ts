/** Frames of Finnhub's socket become trades of each feed; refusals are recognised. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {NeedsPerson, UnexpectedBody} from '../../src/lib/errors.js'
import {etf} from '../../src/lib/feeds/etf.js'
import {movers} from '../../src/lib/feeds/movers.js'
import {sp500} from '../../src/lib/feeds/sp500.js'
import {rowsOfFrames} from '../../src/lib/run/frame-rows.js'
import {frameReader} from '../../src/lib/transport/frames.js'
import {fixture, fixturesSkip} from '../fixtures.js'
import {allFrames, frameByFrame, listenTo, shown} from './listen.js'
import {socketServer} from './server.js'

const origin = {shard: {index: 3, host: 'fin-sp500-2'}, labels: {AAPL: 'most_actively_traded'}}

/** The rows and rejections of the lines of a recording or of a test. */
function parsed(text: string, feed: typeof etf | typeof movers | typeof sp500 = etf) {
  const read = frameReader(() => new Date('2026-11-27T15:00:00Z'))
  const frames = text
    .split('\n')
    .filter(Boolean)
    .map((line) => read(line).received)
  return rowsOfFrames(feed, frames, origin)
}
const frameOf = (...trades: readonly string[]) => `{"type":"trade","data":[${trades.join(',')}]}`
const one = (change: object = {}) =>
  JSON.stringify({s: 'AAPL', p: 164.06, t: 1680286538064, v: 142, c: ['1', '8'], ...change})

test('a class share has the symbol of sp500_companies, however it is spelled', () => {
  const {rows} = parsed(frameOf(one({s: 'BF.B'}), one({s: 'BF-B'}), one({s: 'BRK.B'})), sp500)
  assert.deepEqual(
    rows.map((row) => row['symbol']),
    ['BF.B', 'BF.B', 'BRK.B'],
  )
})

test(
  'the recording of AAPL: 21 trades of three frames, and a ping that is none',
  {skip: fixturesSkip},
  () => {
    const text = fixture('finnhub/ws-trades-aapl.ndjson')
    for (const feed of [etf, movers, sp500]) {
      const {rows, rejected} = parsed(text, feed)
      assert.deepEqual([rows.length, rejected], [21, []])
      assert.equal(new Set(rows.map((row) => row['trade_id'])).size, 21)
      assert.deepEqual([...new Set(rows.map((row) => row['symbol']))], ['AAPL'])
    }
    const [first] = parsed(text, movers).rows
    assert.deepEqual(
      {...first, trade_id: ''},
      {
        symbol: 'AAPL',
        trade_id: '',
        price: '164.0601',
        volume: '5',
        timestamp_ms: '1680286537580',
        traded_at: '2023-03-31T18:15:37.580Z',
        trade_conditions: ['1', '12'],
        flag: null,
        category: 'most_actively_traded',
        source: 'finnhub_websocket',
      },
    )
    const [ofShard] = parsed(text, sp500).rows
    assert.deepEqual([ofShard!['pod_index'], ofShard!['pod_name']], [3, 'fin-sp500-2'])
    // Two trades of the recording are equal in every field.
    const equal = parsed(text).rows.filter((row) => row['volume'] === '4')
    assert.equal(equal.length, 2)
    const without = equal.map((row) => JSON.stringify({...row, trade_id: ''}))
    assert.equal(without[0], without[1])
    assert.notEqual(equal[0]!['trade_id'], equal[1]!['trade_id'])
  },
)

test(
  'the recording of a pair: five trades with fractions of a unit, and no conditions',
  {skip: fixturesSkip},
  () => {
    const {rows, rejected} = parsed(fixture('finnhub/ws-trade-crypto-null-conditions.json'))
    assert.deepEqual(rejected, [])
    assert.deepEqual(
      rows.map((row) => [row['symbol'], row['price'], row['volume'], row['trade_conditions']]),
      [
        ['BINANCE:BTCUSDT', '34727.99', '0.000004', null],
        ['BINANCE:BTCUSDT', '34732.02', '0.002734', null],
        ['BINANCE:BTCUSDT', '34732.02', '0.00113', null],
        ['BINANCE:BTCUSDT', '34732.02', '0.014362', null],
        ['BINANCE:BTCUSDT', '34729.12', '0.001107', null],
      ],
    )
  },
)

test('conditions that are null, absent or empty; trades out of order; every digit of a number', () => {
  const {rows, rejected} = parsed(
    frameOf(
      one({c: null, t: 1680286538300}),
      one({c: undefined, t: 1680286538100}),
      one({c: [], v: null, t: 1680286538200}),
      one().replace('164.06', '0.000000010000000000000000001'),
    ),
  )
  assert.deepEqual(rejected, [])
  assert.deepEqual(
    rows.map((row) => [row['trade_conditions'], row['timestamp_ms'], row['volume']]),
    [
      [null, '1680286538300', '142'],
      [null, '1680286538100', '142'],
      [[], '1680286538200', null],
      [['1', '8'], '1680286538064', '142'],
    ],
  )
  assert.equal(rows[3]!['price'], '0.000000010000000000000000001')
})

test('trades with the same conditions share one list, and similar ones do not', () => {
  const lists = [['1', '8'], ['1', '8'], ['1,8'], ['8', '1'], ['1']]
  const {rows, rejected} = parsed(frameOf(...lists.map((c) => one({c})), one({c: ['1', null]})))
  const found = rows.map((row) => row['trade_conditions'])
  assert.deepEqual(found, lists)
  assert.equal(found[0], found[1])
  assert.ok(Object.isFrozen(found[0]))
  assert.deepEqual(
    rejected.map(({rejected: why}) => why),
    ['field "c" holds null'],
  )
})

test('a trade of the far future is rejected, because it would stay the newest one', () => {
  const arrivedMs = Date.parse('2026-11-27T15:00:00Z')
  const day = 86_400_000
  const {rows, rejected} = parsed(frameOf(one({t: arrivedMs + day}), one({t: arrivedMs + day + 1})))
  assert.deepEqual(
    rows.map((row) => row['timestamp_ms']),
    [String(arrivedMs + day)],
  )
  assert.deepEqual(
    rejected.map(({rejected: why, place}) => [why, place]),
    [['its instant is more than a day after its arrival', 'frame 1, item 2']],
  )
})

test('a trade that is not one is rejected with its place, and the others of its frame are rows', () => {
  const bad = [
    {s: ''},
    {s: 'A A'},
    {p: null},
    {p: 'much'},
    {t: 'now'},
    {t: null},
    {c: 'x'},
    {c: [1, null]},
    {p: undefined},
  ]
  const {rows, rejected} = parsed(
    `${frameOf(one(), ...bad.map((change) => one(change)), one())}\n{"type":"news"}\n[]\n{"type":"trade"}\n{"type":"trade","data":{}}`,
  )
  assert.deepEqual(
    rejected.map(({place}) => place),
    [...bad.map((_, index) => `frame 1, item ${index + 2}`), 'frame 2', 'frame 3', 'frame 4', 'frame 5'],
  )
  assert.equal(rows.length, 2)
})

test('a frame with too many symbols is skipped and the others arrive', async () => {
  const refusal = '{"msg":"Subscribing to too many symbols","type":"error"}'
  const server = await socketServer((socket) => {
    socket.once('message', () => {
      socket.send(refusal)
      socket.send('{"type":"ping"}')
    })
  })
  const {listener, stop, skipped, ends} = listenTo(etf, server.url)
  for await (const frame of frameByFrame(listener)) {
    assert.deepEqual(shown(frame), {type: 'ping'})
    stop.abort()
  }
  await server.close()
  assert.deepEqual([skipped, ends], [['Subscribing to too many symbols'], []])
})

test('the recorded refusal of too many symbols is the one that is skipped', {skip: fixturesSkip}, () => {
  const frame: unknown = JSON.parse(fixture('finnhub/ws-error-too-many-symbols.json'))
  assert.deepEqual(etf.refusal(frame), {next: 'skip', why: 'Subscribing to too many symbols'})
})

test('an invalid key ends the stream, in a frame and as the status of the handshake', async () => {
  const inFrame = await socketServer((socket) => socket.send('{"type":"error","msg":"Invalid API key"}'))
  await assert.rejects(
    allFrames(listenTo(etf, inFrame.url).listener),
    (error: Error) => error instanceof UnexpectedBody && /refuses: Invalid API key/.test(error.message),
  )
  await inFrame.close()
  const asStatus = await socketServer(
    () => {},
    () => 401,
  )
  const url = `${asStatus.url}?token=hunter22`
  await assert.rejects(
    allFrames(listenTo(etf, url, {variable: 'FINNHUB_API_KEY_2'}).listener),
    (error: Error) =>
      error instanceof NeedsPerson &&
      /does not accept the key in FINNHUB_API_KEY_2 \(401\)/.test(error.message) &&
      !`${error.message} ${error.nextStep}`.includes('hunter22'),
  )
  assert.deepEqual([inFrame.requests, asStatus.requests], [1, 1])
  await asStatus.close()
  assert.deepEqual(etf.refusal({type: 'error', msg: 'try later'}), {next: 'wait', why: 'try later'})
  assert.equal(etf.refusal({type: 'trade', data: []}), undefined)
})
