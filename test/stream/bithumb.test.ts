/**
 * Frames of Bithumb's socket become quotes: binary frames, true epochs, dates of Seoul, and frames that are
 * not quotes.
 */
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {join} from 'node:path'
import {test} from 'node:test'
import {bithumb} from '../../src/lib/feeds/bithumb.js'
import {isRejected} from '../../src/lib/parse.js'
import {frameValue} from '../../src/lib/transport/frames.js'
import {fixtures, fixturesSkip} from '../fixtures.js'
import {root} from '../paths.js'

/** A frame as in the documentation, with invented prices. */
const ticker = {
  type: 'ticker',
  code: 'KRW-BTC',
  opening_price: 149648000,
  high_price: 149731000,
  low_price: 148564000,
  trade_price: 149731000.5,
  prev_closing_price: 149600000,
  change: 'RISE',
  change_price: 131000,
  signed_change_price: 131000,
  change_rate: 0.00087567,
  signed_change_rate: 0.00087567,
  trade_volume: 1e-8,
  acc_trade_volume: 216.56322055,
  acc_trade_volume_24h: 294.09163804,
  acc_trade_price: 19834795209.4663,
  acc_trade_price_24h: 27002534842.65972,
  trade_date: '20261126',
  trade_time: '180433',
  trade_timestamp: 1795683873858,
  ask_bid: 'BID',
  highest_52_week_price: 179734000,
  highest_52_week_date: '2026-10-09',
  lowest_52_week_price: 81110000,
  lowest_52_week_date: '2026-02-06',
  market_state: 'ACTIVE',
  is_trading_suspended: false,
  delisting_date: '',
  market_warning: 'NONE',
  timestamp: 1795683874044,
  stream_type: 'REALTIME',
}

const origin = {id: 'f1', shard: null, labels: {}}

function parsed(frame: string | Buffer) {
  return [...bithumb.parse(frameValue(Buffer.from(frame)), origin)]
}
const sent = (change: object = {}) => Buffer.from(JSON.stringify({...ticker, ...change}))

test('a binary frame is read as the UTF-8 JSON in it, with every digit', () => {
  const text = sent()
    .toString('utf8')
    .replace('"trade_price":149731000.5', '"trade_price":1.497310005000000000001E8')
    .replace('"trade_volume":1e-8', '"trade_volume":0E-8')
  for (const frame of [Buffer.from(text), text, Buffer.from(`\uFEFF${text}`)]) {
    const [row] = parsed(frame)
    assert.ok(row && !isRejected(row))
    assert.equal(row.market, 'KRW-BTC')
    assert.equal(row.trade_price, '1.497310005000000000001E8')
    assert.equal(Number(row.trade_volume), 0)
    assert.equal(row.acc_trade_price, '19834795209.4663')
  }
})

test('the epochs are true and the dates are those of Seoul, also across midnight', () => {
  const [row] = parsed(sent())
  assert.ok(row && !isRejected(row))
  assert.deepEqual(
    [
      row.quoted_at,
      row.timestamp_field,
      row.trade_timestamp,
      row.trade_date,
      row.trade_time,
      row.trade_date_kst,
      row.trade_time_kst,
    ],
    [
      '2026-11-26T09:04:34.044Z',
      '1795683874044',
      '1795683873858',
      '20261126',
      '090433',
      '20261126',
      '180433',
    ],
  )
  const newYear = Date.parse('2026-12-31T15:00:05Z') // 00:00:05 of the next year in Seoul
  const [late] = parsed(
    sent({trade_date: '20270101', trade_time: '000005', trade_timestamp: newYear, timestamp: newYear + 100}),
  )
  assert.ok(late && !isRejected(late))
  assert.deepEqual(
    [late.trade_date, late.trade_time, late.trade_date_kst],
    ['20261231', '150005', '20270101'],
  )
})

test('instants that do not agree are rejected: nine hours ahead as in the REST ticker, or of another exchange', () => {
  for (const ahead of [9, 18, -9]) {
    const [row] = parsed(
      sent({
        trade_timestamp: ticker.trade_timestamp + ahead * 3_600_000,
        timestamp: ticker.timestamp + ahead * 3_600_000,
      }),
    )
    assert.ok(row && isRejected(row))
    assert.match(
      row.rejected,
      /trade_timestamp lies -?[\d,]+ minutes from trade_date and trade_time, not -9 hours/,
    )
  }
})

test('a frame that is not a quote gives no row; an invalid quote is rejected with its reason', () => {
  assert.deepEqual(parsed('{"status":"UP"}'), [])
  assert.deepEqual(parsed('[]'), [], 'an answer of the REST ticker without a market')
  assert.deepEqual(
    parsed(
      sent({type: 'trade', sequential_id: 0})
        .toString()
        .replace('"sequential_id":0', '"sequential_id":1079953210371761712345'),
    ),
    [],
  )
  assert.deepEqual(parsed('{"type":"orderbook","code":"KRW-BTC","timestamp":1795683874044123}'), [])
  const reasons = (
    [
      [{code: undefined}, /field "code" is missing/],
      [{trade_price: null}, /field "trade_price" is null/],
      [{trade_price: undefined}, /"trade_price" is missing/],
      [{timestamp: null}, /"timestamp" is null/],
      [{trade_date: 'today'}, /are not a date and time/],
      [{trade_date: '20261126junk\u001b[31m'}, /are not a date and time/],
      [{trade_time: '180433; drop'}, /are not a date and time/],
      [{trade_date: '20261399'}, /are not an instant/],
      [{timestamp: ticker.timestamp * 1000}, /do not belong together/],
      [{timestamp: 1}, /do not belong together/],
      [{trade_price: -5}, /trade_price -5 is not a price/],
      [{trade_price: '1e99999'}, /is not a price/],
      [{trade_price: 0}, /is not a price/],
      [{code: 'X'.repeat(50)}, /is not a market/],
      [{code: 'KRW-B TC'}, /is not a market/],
      [{high_price: 'much'}, /is not a number/],
      [{type: 'sonar'}, /it is not a ticker: type "sonar"/],
    ] as const
  ).map(([change, why]) => {
    const [row, ...more] = parsed(sent(change))
    assert.ok(row && isRejected(row) && more.length === 0, JSON.stringify(change))
    assert.match(row.rejected, why)
    return row
  })
  assert.equal(reasons.length, 17)
  for (const frame of [
    '"PONG"',
    '{"status":"DOWN"}',
    '{"status":"0000","data":{}}',
    '{"ty":"ticker","cd":"KRW-BTC"}',
    '{"type":"trade","data":[]}',
  ]) {
    const [row] = parsed(frame)
    assert.ok(row && isRejected(row), frame)
  }
})

test('a price that the frame omits is null, and the quote is kept', () => {
  const [row] = parsed(
    sent({highest_52_week_price: undefined, highest_52_week_date: undefined, acc_trade_volume: null}),
  )
  assert.ok(row && !isRejected(row))
  assert.deepEqual(
    [row.highest_52_week_price, row.highest_52_week_date, row.acc_trade_volume],
    [null, null, null],
  )
})

test('an error is a refusal with the message of the server', () => {
  assert.deepEqual(bithumb.refusal({error: {name: 'NO_TICKET', message: 'x'}}), {
    next: 'stop',
    why: 'NO_TICKET x',
  })
  assert.deepEqual(bithumb.refusal({error: {name: 'too_many_requests', message: 'x'}}), {
    next: 'wait',
    why: 'too_many_requests x',
  })
  assert.deepEqual(bithumb.refusal({error: {}}), {next: 'wait', why: 'an error without a text'})
  assert.deepEqual(bithumb.refusal({status: '5500', message: 'Invalid Parameter'}), {
    next: 'wait',
    why: 'status 5500 Invalid Parameter',
  })
  assert.equal(bithumb.refusal({status: 'UP'}), undefined)
})

test('one list with a ticket subscribes to all codes', () => {
  assert.deepEqual(bithumb.subscribe(['KRW-BTC', 'KRW-ETH'], [], 't1'), [
    [{ticket: 't1'}, {type: 'ticker', codes: ['KRW-BTC', 'KRW-ETH']}, {format: 'DEFAULT'}],
  ])
})

const recorded = (name: string) => {
  const run = spawnSync(
    process.execPath,
    [
      join(root, 'bin', 'run.js'),
      'stream',
      'produce',
      'bithumb',
      '--to',
      'stdout',
      '--input',
      join(fixtures!, name),
    ],
    {encoding: 'utf8', env: {PATH: process.env['PATH'], HOME: '/nonexistent', FIN_EMBEDDED: 'never'}},
  )
  return {
    code: run.status,
    rows: run.stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>),
    stderr: run.stderr,
  }
}

test(
  'the real recordings of the socket become quotes, without a server and without a network',
  {skip: fixturesSkip},
  () => {
    const snapshot = recorded('bithumb/ws-v1-ticker-snapshot.json')
    assert.equal(snapshot.code, 0, snapshot.stderr)
    assert.equal(snapshot.rows.length, 1)
    const {
      market,
      trade_price,
      quoted_at,
      trade_date_kst,
      trade_date,
      signed_change_rate,
      acc_trade_price_24h,
      lowest_52_week_date,
    } = snapshot.rows[0]!
    assert.deepEqual(
      [
        market,
        trade_price,
        quoted_at,
        trade_date_kst,
        trade_date,
        signed_change_rate,
        acc_trade_price_24h,
        lowest_52_week_date,
      ],
      [
        'KRW-BTC',
        '91196000',
        '2026-07-30T07:48:55.276Z',
        '20260730',
        '20260730',
        '-0.01028824',
        '27002534842.65972',
        '2026-02-06',
      ],
    )

    const session = recorded('bithumb/ws-v1-session.ndjson')
    assert.equal(session.code, 0, session.stderr)
    assert.deepEqual(
      session.rows.map((row) => [row['market'], row['trade_price'], row['quoted_at']]),
      [['KRW-BTC', '116208000', '2026-09-23T03:18:34.044Z']],
    )
    assert.match(session.stderr, /6 frames, 1 row, 0 rejected/)
  },
)

test(
  'real frames that are refusals, of another channel or of another exchange give no row',
  {skip: fixturesSkip},
  () => {
    const refused = recorded('bithumb/ws-v1-errors.ndjson')
    assert.deepEqual([refused.code, refused.rows], [1, []])
    assert.match(refused.stderr, /the server refuses: NO_TICKET/)
    const error = recorded('bithumb/error-public-5500.json')
    assert.deepEqual([error.code, error.rows], [1, []])
    assert.match(error.stderr, /the server refuses: status 5500/)
    assert.deepEqual(
      [recorded('bithumb/ws-v1-trade-snapshot.json')].map(({code, rows}) => [code, rows]),
      [[0, []]],
    )
    for (const name of [
      'bithumb/ws-legacy-transaction.ndjson',
      'bithumb/ws-legacy-ticker-frame.json',
      'upbit/ws-ticker-default.ndjson',
      'finnhub/ws-trades-aapl.ndjson',
      'bithumb/public-ticker-btc-krw.json',
      'bithumb/public-ticker-all-krw.json',
      'bithumb/public-assetsstatus-all.json',
    ]) {
      const other = recorded(name)
      assert.deepEqual([other.code, other.rows], [1, []], name)
      assert.match(other.stderr, /an item cannot become a row/, name)
    }
    // This one stands in for the frames of a silent socket.
    const answer = recorded('bithumb/v1-ticker-krw-btc.json')
    assert.deepEqual(
      [answer.code, answer.rows.map((row) => [row['market'], row['trade_price'], row['quoted_at']])],
      [0, [['KRW-BTC', '91171000', '2026-07-30T07:48:30.156Z']]],
    )
  },
)
