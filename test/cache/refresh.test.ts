/** The caches in a real PostgreSQL and Redis: values, snapshots, and what a repeated run leaves as it is. */
import assert from 'node:assert/strict'
import {after, beforeEach, test} from 'node:test'
import {etf} from '../../src/lib/caches/etf.js'
import {sp500} from '../../src/lib/caches/sp500.js'
import {NeedsPerson, TryLater} from '../../src/lib/errors.js'
import {freePort} from '../servers/guarded.js'
import {eventually} from '../stream/redis-sink.js'
import {openCacheSetup} from './setup.js'

const setup = await openCacheSetup()
const skip = setup.redis.skipReason
beforeEach(() => (skip === false ? setup.clear() : undefined))
after(() => setup.close())

/** AAPL in the sessions of Tuesday and Wednesday before Thanksgiving, and on the Friday after it. */
async function threeSessions() {
  await setup.member('AAPL', 'Apple Inc.')
  await setup.bars(
    'equity',
    {symbol: 'AAPL', at: '2026-11-24T20:59:30Z', price: '90'},
    {symbol: 'AAPL', at: '2026-11-25T15:00:10Z', price: '95', volume: '7'},
    {symbol: 'AAPL', at: '2026-11-25T20:59:59.5Z', price: '100.10', volume: '5'},
    {symbol: 'AAPL', at: '2026-11-25T21:30:00Z', price: '101', volume: '1000'},
    {symbol: 'AAPL', at: '2026-11-27T14:30:01Z', price: '102', volume: '10.5'},
    {symbol: 'AAPL', at: '2026-11-27T15:00:02.25Z', price: '103.35', volume: '20'},
  )
}

test(
  'a value has the fields of the backend, exact digits, and the instant of its trade',
  {skip},
  async () => {
    await threeSessions()
    const run = await setup.run(sp500, '2026-11-27T15:00:30Z')
    assert.deepEqual([run.outcome, run.exit_code, run.rows_received, run.rows_inserted], ['done', 0, 1, 1])
    assert.equal(
      await setup.client.hget('sp500_market_data', 'AAPL'),
      '{"symbol":"AAPL","company_name":"Apple Inc.","current_price":103.35,"previous_close":100.10,"change_amount":3.25,"change_percentage":3.25,"volume":30.5,"volume_24h":30.5,"market_state":"open","as_of":"2026-11-27T15:00:02.250Z","last_updated":"2026-11-27T15:00:30.000Z"}',
    )
    assert.equal(await setup.client.ttl('sp500_market_data'), 604_800)
    const [row] = await setup.rows('select to_jsonb(s) as s from sp500_market_snapshots s')
    const {created_at: created, updated_at: updated, ...snapshot} = row!['s'] as Record<string, unknown>
    assert.ok(created && updated)
    assert.deepEqual(snapshot, {
      ...{symbol: 'AAPL', company_name: 'Apple Inc.', snapshot_time: '2026-11-27T15:00:00+00:00'},
      ...{current_price: 103.35, previous_close: 100.1, change_amount: 3.25, change_percentage: 3.25},
      ...{volume: 30.5, volume_24h: 30.5, market_state: 'open', is_stale: false},
      as_of: '2026-11-27T15:00:02.25+00:00',
    })
  },
)

test('a fund has its name as etf_name, and trades of companies do not count for it', {skip}, async () => {
  await setup.rows(`insert into etf_basic_info (symbol, name) values ('SPY', 'Fund') on conflict do nothing`)
  await setup.bars('etf', {symbol: 'SPY', at: '2026-11-25T15:00:00Z', price: '600'})
  await setup.bars('equity', {symbol: 'SPY', at: '2026-11-25T15:01:00Z', price: '1'})
  await setup.run(etf, '2026-11-25T15:02:00Z')
  const {SPY} = await setup.values('etf_market_data')
  assert.deepEqual(
    [SPY?.['etf_name'], SPY?.['current_price'], SPY?.['previous_close'], SPY?.['change_percentage']],
    ['Fund', 600, null, null],
  )
  const [row] = await setup.rows('select etf_name, current_price from etf_market_snapshots')
  assert.deepEqual(row, {etf_name: 'Fund', current_price: '600'})
})

test('volume_24h counts 24 hours, volume the session, and each state has its values', {skip}, async () => {
  await threeSessions()
  const at = async (instant: string) => {
    await setup.run(sp500, instant)
    const {AAPL: value} = await setup.values()
    return ['market_state', 'current_price', 'previous_close', 'volume', 'volume_24h'].map((name) =>
      String(value?.[name]),
    )
  }
  assert.deepEqual(await at('2026-11-25T20:59:00Z'), ['open', '100.1', '90', '12', '12'])
  assert.deepEqual(await at('2026-11-25T22:00:00Z'), ['after-hours', '101', '90', '12', '1012'])
  assert.deepEqual(await at('2026-11-26T15:00:00Z'), ['closed', '101', '90', '12', '1012'])
  assert.deepEqual(await at('2026-11-27T09:00:00Z'), ['pre-market', '101', '100.1', '0', '0'])
  assert.deepEqual(await at('2026-11-27T14:31:00Z'), ['open', '102', '100.1', '10.5', '10.5'])
  assert.deepEqual(await at('2026-11-27T18:00:00Z'), ['after-hours', '103.35', '100.1', '30.5', '30.5'])
})

test('a closed market changes nothing: no value, no snapshot, no expiry, no message', {skip}, async () => {
  await threeSessions()
  const messages: string[] = []
  const subscriber = setup.client.duplicate()
  subscriber.on('message', (_, text: string) => messages.push(text))
  await subscriber.subscribe('sp500_market_updates')
  await setup.run(sp500, '2026-11-27T23:00:00Z')
  await eventually('the message', () => messages.length === 1)
  assert.deepEqual(JSON.parse(messages[0]!), {
    message: 'new values in sp500_market_data',
    count: 1,
    timestamp: '2026-11-27T23:00:00.000Z',
  })
  const stored = await setup.client.hgetall('sp500_market_data')
  await setup.client.expire('sp500_market_data', 1000)
  for (const hour of [
    '2026-11-28T00:00:00Z',
    '2026-11-28T15:00:00Z',
    '2026-11-29T20:00:00Z',
    '2026-11-30T08:00:00Z',
  ]) {
    const run = await setup.run(sp500, hour)
    assert.deepEqual([run.outcome, run.rows_inserted, run.rows_updated], ['unchanged', 0, 0], hour)
  }
  assert.deepEqual(await setup.client.hgetall('sp500_market_data'), stored)
  assert.ok((await setup.client.ttl('sp500_market_data')) <= 1000)
  assert.equal((await setup.rows('select from sp500_market_snapshots')).length, 1)
  await setup.run(sp500, '2026-11-30T09:00:00Z')
  await eventually('the next message', () => messages.length === 2)
  subscriber.disconnect()
  assert.equal((await setup.rows('select from sp500_market_snapshots')).length, 2)
})

test('a changed name alone is written too, and other symbols keep their last_updated', {skip}, async () => {
  await threeSessions()
  await setup.member('MSFT')
  await setup.bars('equity', {symbol: 'MSFT', at: '2026-11-27T14:59:00Z', price: '500'})
  await setup.run(sp500, '2026-11-27T15:00:30Z')
  const before = await setup.client.hgetall('sp500_market_data')
  await setup.rows(`update sp500_companies set company_name = 'Microsoft' where symbol = 'MSFT'`)
  const run = await setup.run(sp500, '2026-11-27T15:01:30Z')
  assert.deepEqual([run.rows_received, run.rows_inserted], [2, 1])
  const later = await setup.client.hgetall('sp500_market_data')
  assert.equal(later['AAPL'], before['AAPL'])
  assert.match(later['MSFT']!, /"Microsoft".*"last_updated":"2026-11-27T15:01:30.000Z"/)
})

test('a member that leaves is removed, and one without a trade has no field', {skip}, async () => {
  await threeSessions()
  await setup.member('GONE')
  await setup.member('NEVER')
  await setup.bars('equity', {symbol: 'GONE', at: '2026-11-27T14:59:00Z', price: '5'})
  await setup.run(sp500, '2026-11-27T15:00:00Z')
  assert.deepEqual(Object.keys(await setup.values()).sort(), ['AAPL', 'GONE'])
  await setup.rows(`update sp500_companies set is_member = false where symbol = 'GONE'`)
  const run = await setup.run(sp500, '2026-11-27T15:00:00Z')
  assert.deepEqual(
    [run.outcome, run.ended],
    ['done', [{name: 'GONE', fate: 'removed from sp500_market_data'}]],
  )
  assert.deepEqual(Object.keys(await setup.values()), ['AAPL'])
})

test('an old price is stale, the previous close may be older than the previous session', {skip}, async () => {
  await setup.member('HALT')
  await setup.bars(
    'equity',
    {symbol: 'HALT', at: '2026-10-01T15:00:00Z', price: '40'},
    {symbol: 'HALT', at: '2026-10-02T15:00:00Z', price: '50'},
  )
  await setup.run(sp500, '2026-11-25T15:30:00Z')
  await setup.bars('equity', {symbol: 'HALT', at: '2026-11-25T15:31:00Z', price: '51'})
  await setup.run(sp500, '2026-11-25T15:31:00Z')
  assert.deepEqual(
    await setup.rows(
      'select current_price, previous_close, change_amount, volume, is_stale from sp500_market_snapshots order by snapshot_time',
    ),
    [
      {current_price: '50', previous_close: '50', change_amount: '0', volume: '0', is_stale: true},
      {current_price: '51', previous_close: '50', change_amount: '1', volume: '100', is_stale: false},
    ],
  )
})

test('trades of the closing auction belong to the session, and later ones do not', {skip}, async () => {
  await setup.member('AAPL')
  await setup.bars(
    'equity',
    {symbol: 'AAPL', at: '2026-11-24T20:59:00Z', price: '10'},
    {symbol: 'AAPL', at: '2026-11-24T21:00:00Z', price: '11'}, // the close, at 16:00 in New York
    {symbol: 'AAPL', at: '2026-11-24T21:10:00Z', price: '12'},
    {symbol: 'AAPL', at: '2026-11-25T15:00:00Z', price: '22'},
  )
  await setup.run(sp500, '2026-11-25T15:30:00Z')
  const {previous_close: close, change_percentage: change} = (await setup.values())['AAPL']!
  assert.deepEqual([close, change], [11, 100])
})

test('a value that the snapshots reject is not published', {skip}, async () => {
  await setup.member('AAPL')
  await setup.member('ODD')
  await setup.bars(
    'equity',
    {symbol: 'AAPL', at: '2026-11-25T15:00:00Z', price: '10'},
    {symbol: 'ODD', at: '2026-11-24T15:00:00Z', price: '0.0000000000000000000000000000000000000000000001'},
    {symbol: 'ODD', at: '2026-11-25T15:00:00Z', price: `9${'0'.repeat(98)}`},
  )
  const run = await setup.run(sp500, '2026-11-25T15:30:00Z')
  assert.deepEqual([run.exit_code, run.rows_rejected], [1, 1])
  assert.deepEqual(Object.keys(await setup.values()), ['AAPL'])
})

test('without a trade Redis is left as it is, with the command that receives some', {skip}, async () => {
  await setup.member('AAPL')
  await setup.client.hset('sp500_market_data', 'AAPL', 'old')
  const run = await setup.run(sp500, '2026-11-27T15:00:00Z')
  assert.deepEqual([run.outcome, run.exit_code], ['unchanged', 0])
  assert.match(run.message ?? '', /to receive trades: fin stream run sp500$/)
  assert.deepEqual(await setup.client.hgetall('sp500_market_data'), {AAPL: 'old'})
})

test('fields that fin did not write are replaced or removed', {skip}, async () => {
  await threeSessions()
  await setup.client.hset('sp500_market_data', {AAPL: '{"last_updated":5', OTHER: '[]'})
  await setup.run(sp500, '2026-11-27T15:00:00Z')
  assert.deepEqual(Object.keys(await setup.values()), ['AAPL'])
})

test('two runs in one minute have one snapshot, of the later state', {skip}, async () => {
  await threeSessions()
  await setup.run(sp500, '2026-11-27T15:00:10Z')
  assert.equal((await setup.run(sp500, '2026-11-27T15:00:20Z')).outcome, 'unchanged')
  await setup.rows(`update trade_bars set close = 104, high = 104 where minute = '2026-11-27T15:00Z'`)
  const run = await setup.run(sp500, '2026-11-27T15:00:40Z')
  assert.deepEqual([run.rows_inserted, run.rows_updated], [0, 1])
  assert.deepEqual(await setup.rows('select current_price from sp500_market_snapshots'), [
    {current_price: '104'},
  ])
})

test('while one run works, another one of the same cache does not', {skip}, async () => {
  await threeSessions()
  const at = '2026-11-27T15:00:00Z'
  const database = await setup.context.database()
  const working = await database.lock('unit:cache-sp500:', {stop: new AbortController().signal})
  assert.ok(working)
  try {
    const [same, other] = [await setup.run(sp500, at), await setup.run(etf, at)]
    assert.deepEqual([same.outcome, other.outcome], ['already running', 'unchanged'])
    assert.deepEqual(await setup.rows('select from sp500_market_snapshots'), [])
  } finally {
    await working.release()
  }
  assert.equal((await setup.run(sp500, at)).outcome, 'done')
})

test('snapshots are stored although Redis is away, and the next run fills Redis', {skip}, async () => {
  await threeSessions()
  await assert.rejects(
    setup.run(sp500, '2026-11-27T15:00:00Z', `redis://:hidden-word@127.0.0.1:${await freePort()}`),
    (error) =>
      error instanceof TryLater &&
      error.exitCode === 1 &&
      /^the snapshots are stored, but Redis at 127\.0\.0\.1:\d+ takes no values: it refuses connections$/.test(
        error.message,
      ) &&
      /The next run writes the values\.$/.test(error.nextStep ?? ''),
  )
  assert.equal((await setup.rows('select from sp500_market_snapshots')).length, 1)
  const [recorded] = await setup.rows('select * from job_runs order by id desc limit 1')
  assert.deepEqual(
    [recorded?.['unit'], recorded?.['outcome'], recorded?.['exit_code'], recorded?.['rows_inserted']],
    ['cache-sp500', 'failed', 1, '1'],
  )
  const run = await setup.run(sp500, '2026-11-27T15:00:00Z')
  assert.deepEqual([run.outcome, run.rows_inserted, Object.keys(await setup.values())], ['done', 0, ['AAPL']])
})

test('a Redis that takes no values is named with its reason', {skip}, async () => {
  await threeSessions()
  const reasonOf = async () => {
    const error = await setup.run(sp500, '2026-11-27T15:00:00Z').then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    assert.ok(error instanceof TryLater, String(error))
    return error.message.replace(/^.* takes no values: /, '')
  }
  await setup.client.set('sp500_market_data', 'a string')
  assert.equal(await reasonOf(), 'a key that fin writes holds a value of another type')
  await setup.client.del('sp500_market_data')
  await setup.client.config('SET', 'maxmemory', '1')
  assert.equal(await reasonOf(), 'its memory is full')
  await setup.client.config('SET', 'maxmemory', '0')
  assert.equal((await setup.run(sp500, '2026-11-27T15:00:00Z')).outcome, 'done')
})

test('without REDIS_URL a person is told, and nothing is stored', {skip}, async () => {
  await threeSessions()
  await assert.rejects(
    setup.run(sp500, '2026-11-27T15:00:00Z', ''),
    (error) =>
      error instanceof NeedsPerson &&
      error.message === 'the hash sp500_market_data is in Redis, and REDIS_URL is not set' &&
      /^Set it like redis:\/\//.test(error.nextStep ?? ''),
  )
  assert.equal((await setup.rows('select from sp500_market_snapshots')).length, 0)
})
