/** The values, expiry and channels of a stream in a real Redis, and which of two rows is the newest. */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {after, beforeEach, test} from 'node:test'
import {bithumb} from '../../src/lib/feeds/bithumb.js'
import {etf} from '../../src/lib/feeds/etf.js'
import {movers} from '../../src/lib/feeds/movers.js'
import {sp500} from '../../src/lib/feeds/sp500.js'
import type {AnyFeed} from '../../src/lib/define-feed.js'
import {createSignals} from '../../src/lib/sinks/signals.js'
import {createNewestRows} from '../../src/lib/sinks/newest-rows.js'
import {fakeClock} from '../clock.js'
import {root} from '../paths.js'
import {freePort} from '../servers/guarded.js'
import {startRedis} from '../servers/redis.js'
import {at, clientOf, eventually, openSink, prices, rowsOf, trades} from './redis-sink.js'

const streamsText = readFileSync(join(root, 'docs', 'streams.md'), 'utf8')
const server = await startRedis(await freePort())
const skip = server.skipReason
const client = clientOf(server.url)
beforeEach(async () => {
  if (skip === false) await client.flushall()
})
after(async () => {
  client.disconnect()
  await server.stop()
})

const ticker = `{"type":"ticker","code":"KRW-BTC","trade_price":149731000.50000000000000000001,"signed_change_price":-131000,
"signed_change_rate":-0.0106,"trade_volume":1e-8,"acc_trade_price_24h":27002534842.65972000,"trade_date":"20261126",
"trade_time":"180433","trade_timestamp":1795683873858,"timestamp":1795683874044}`
const trade =
  '{"type":"trade","data":[{"s":"AAPL","p":164.06000000000000000001,"t":1680286538064,"v":0.5,"c":["1","8"]}]}'

interface Written {
  feed: AnyFeed
  frame: string
  hash?: [key: string, field: string, value: string]
  latest: [key: string, value: string]
  seconds: number
  channel?: string
}
const price = '"price":164.06000000000000000001,"volume":0.5'
const all: readonly Written[] = [
  {
    feed: bithumb,
    frame: ticker,
    hash: [
      'crypto_realtime_data',
      'KRW-BTC',
      '{"symbol":"KRW-BTC","price":149731000.50000000000000000001,"change_rate":-1.06,"change_price":-131000,"volume":1e-8,"acc_trade_price_24h":27002534842.65972000,"timestamp":1795683874044,"source":"bithumb"}',
    ],
    latest: [
      'latest:crypto:KRW-BTC',
      '{"symbol":"KRW-BTC","price":149731000.50000000000000000001,"change_rate":-0.0106,"change_price":-131000,"volume":1e-8,"timestamp":1795683874044,"source":"bithumb"}',
    ],
    seconds: 86_400,
    channel: 'crypto_updates',
  },
  {
    feed: sp500,
    frame: trade,
    hash: ['sp500_realtime_data', 'AAPL', `{"symbol":"AAPL",${price},"timestamp":1680286538064}`],
    latest: [
      'latest:stocks:sp500:AAPL',
      `{"symbol":"AAPL",${price},"timestamp":1680286538064,"pod_index":2,"source":"finnhub_sp500_websocket"}`,
    ],
    seconds: 432_000,
    channel: 'sp500_updates',
  },
  {
    feed: etf,
    frame: trade,
    hash: ['etf_realtime_data', 'AAPL', `{"symbol":"AAPL",${price},"timestamp":1680286538064}`],
    latest: [
      'latest:stocks:etf:AAPL',
      `{"symbol":"AAPL",${price},"timestamp":1680286538064,"source":"finnhub_etf_websocket"}`,
    ],
    seconds: 432_000,
    channel: 'etf_updates',
  },
  {
    feed: movers,
    frame: trade,
    latest: [
      'latest:stocks:topgainers:AAPL',
      `{"symbol":"AAPL",${price},"timestamp":1680286538064,"category":"most_actively_traded","source":"finnhub_websocket"}`,
    ],
    seconds: 432_000,
  },
]

for (const {feed, frame, hash, latest, seconds, channel} of all)
  test(`${feed.name}: exact values, their expiry and the signal`, {skip, timeout: 60_000}, async (t) => {
    const subscriber = clientOf(server.url)
    t.after(() => subscriber.disconnect())
    const signals: string[] = []
    subscriber.on('pmessage', (_pattern, name, payload) => signals.push(`${name} ${payload}`))
    await subscriber.psubscribe('*')
    const rows = rowsOf(feed, frame)

    for (const withLatest of [false, true]) {
      const {sink, counts, lines, writes, written} = openSink(server.url, {
        feed,
        withLatest,
        clock: fakeClock('2026-11-27T15:00:00.123Z', 'waits'),
      })
      sink.put(rows, at)
      await sink.flushed()
      const isUsed = hash !== undefined || withLatest
      assert.deepEqual(
        [counts.storedRows.redis, counts.storeFailures.redis, writes, written, lines],
        isUsed ? [1, 0, [1], [at], []] : [0, 0, [], [], []],
      )
      const keys = [hash?.[0], ...(withLatest ? [latest[0]] : [])].filter((key) => key !== undefined)
      assert.deepEqual((await client.keys('*')).sort(), keys.sort())
      for (const key of keys) {
        const left = await client.ttl(key)
        assert.ok(left > seconds - 60 && left <= seconds, `${key} expires in ${left} s`)
      }
      if (hash) assert.deepEqual(await client.hgetall(hash[0]), {[hash[1]]: hash[2]})
      if (withLatest) assert.equal(await client.get(latest[0]), latest[1])
      await sink.close(5_000)
    }
    if (channel === undefined || hash === undefined) return assert.deepEqual(signals, [])
    const payload = `{"message":"new values in ${hash[0]}","count":1,"timestamp":"2026-11-27T15:00:00.123Z"}`
    await eventually('two signals', () => signals.length === 2)
    assert.deepEqual(signals, [`${channel} ${payload}`, `${channel} ${payload}`])
  })

test('the expiry starts again with each write', {skip, timeout: 60_000}, async () => {
  const {sink} = openSink(server.url)
  sink.put(trades({symbol: 'AAPL', price: '1', atMs: 1_000}), at)
  await sink.flushed()
  await client.expire('sp500_realtime_data', 10)
  sink.put(trades({symbol: 'MSFT', price: '1', atMs: 1_000}), at)
  await sink.flushed()
  assert.ok((await client.ttl('sp500_realtime_data')) > 400_000)
  await sink.close(5_000)
})

test(
  'a channel gets a signal at once, then one for each pause of 500 ms',
  {skip, timeout: 60_000},
  async (t) => {
    const subscriber = clientOf(server.url)
    t.after(() => subscriber.disconnect())
    const signals: {count: number; timestamp: string}[] = []
    subscriber.on('message', (_name, payload: string) => signals.push(JSON.parse(payload)))
    await subscriber.subscribe('sp500_updates')
    const clock = fakeClock('2026-11-27T15:00:00Z', 'waits')
    const {sink} = openSink(server.url, {clock})
    const write = async (...symbols: string[]) => {
      sink.put(trades(...symbols.map((symbol) => ({symbol, price: '1', atMs: 1_000}))), at)
      await sink.flushed()
    }

    await write('AAPL')
    await eventually('the pause begins', () => clock.waiting === 1)
    await write('AAPL', 'MSFT')
    await write('NVDA')
    clock.advance(499)
    assert.equal(clock.waiting, 1)
    clock.advance(1)
    await eventually('the signal at the end of the pause', () => signals.length === 2)
    await eventually('the next pause begins', () => clock.waiting === 1)
    clock.advance(500)
    await eventually('the pause ends', () => clock.waiting === 0)
    await write('TSLA')
    await eventually('the pause begins again', () => clock.waiting === 1)
    await write('AAPL')
    await sink.close(5_000)
    await eventually('the signal that waited for the pause', () => signals.length === 4)
    assert.deepEqual(
      signals.map(({count, timestamp}) => [count, timestamp]),
      [
        [1, '2026-11-27T15:00:00.000Z'],
        [3, '2026-11-27T15:00:00.500Z'],
        [1, '2026-11-27T15:00:01.000Z'],
        [1, '2026-11-27T15:00:01.000Z'],
      ],
    )
    assert.equal(clock.waiting, 0)
  },
)

test('rows in any order through two sinks end in the newest', {skip, timeout: 60_000}, async () => {
  const sinks = [openSink(server.url, {withLatest: true}), openSink(server.url, {withLatest: true})]
  const symbols = ['AAPL', 'MSFT', 'BRK.B']
  // Every instant from 0 to 96, in an order without a pattern: 97 is a prime.
  for (let step = 0; step < 97; step++) {
    const {sink} = sinks[step % 2]!
    const instant = (step * 31) % 97
    sink.put(trades(...symbols.map((symbol) => ({symbol, price: String(instant + 1), atMs: instant}))), at)
    if (step % 3 === 0) await sink.flushed()
  }
  await Promise.all(sinks.map(({sink}) => sink.flushed()))
  const redelivered = trades({symbol: 'AAPL', price: '5', atMs: 95})
  for (const {sink} of sinks) {
    sink.put(redelivered, at)
    await sink.flushed()
  }
  assert.deepEqual(await prices(client), Object.fromEntries(symbols.map((symbol) => [symbol, 97])))
  for (const symbol of symbols)
    assert.match((await client.get(`latest:stocks:sp500:${symbol}`))!, /"price":97,.*"timestamp":96,/)
  await Promise.all(sinks.map(({sink}) => sink.close(5_000)))
})

test('of two rows with the same instant the later one wins', {skip, timeout: 60_000}, async () => {
  const {sink} = openSink(server.url)
  const trade = (price: string) => ({symbol: 'AAPL', price, atMs: 1_000})
  sink.put(trades(trade('1'), trade('2')), at)
  await sink.flushed()
  assert.deepEqual(await prices(client), {AAPL: 2})
  sink.put(trades(trade('3')), at)
  await sink.flushed()
  assert.deepEqual(await prices(client), {AAPL: 3})
  await sink.close(5_000)
})

test('a stored value that has no instant is replaced', {skip, timeout: 60_000}, async () => {
  const {sink} = openSink(server.url, {withLatest: true})
  for (const value of [
    '',
    'not JSON',
    '{',
    '5',
    '"5"',
    'null',
    '[]',
    '{}',
    '{"timestamp":null}',
    '{"timestamp":"2026-11-27T15:00:00Z"}',
    '{"timestamp":{}}',
    '{"timestamp":NaN}',
    '{"timestamp":1e999}',
    `${'['.repeat(5_000)}`,
    '\u0000\u00ff',
  ]) {
    await client.hset('sp500_realtime_data', 'AAPL', value)
    await client.set('latest:stocks:sp500:AAPL', value)
    sink.put(trades({symbol: 'AAPL', price: '7', atMs: 1_000}), at)
    await sink.flushed()
    assert.deepEqual(await prices(client), {AAPL: 7}, value)
    assert.match((await client.get('latest:stocks:sp500:AAPL'))!, /"price":7,/)
  }
  await sink.close(5_000)
})

test('the newest rows of PostgreSQL fill an empty Redis', {skip, timeout: 60_000}, async () => {
  const {sink, written} = openSink(server.url, {
    newest: () =>
      Promise.resolve(
        trades({symbol: 'AAPL', price: '1', atMs: 1_000}, {symbol: 'MSFT', price: '1', atMs: 3_000}),
      ),
  })
  sink.put(trades({symbol: 'AAPL', price: '2', atMs: 2_000}, {symbol: 'MSFT', price: '2', atMs: 2_000}), at)
  await eventually('both sources are merged', async () => (await prices(client))['MSFT'] === 1)
  assert.deepEqual(await prices(client), {AAPL: 2, MSFT: 1})
  assert.deepEqual(written, [at])
  await sink.close(5_000)
})

test(
  'a user with the rights that docs/streams.md names can write the values and send signals',
  {skip, timeout: 60_000},
  async (t) => {
    const [, names] = /needs (`EVAL`.*?)\./.exec(streamsText.replaceAll(/\s+/g, ' '))!
    const commands = [...names!.matchAll(/`(\w+)`/g)].map(([, name]) => `+${name!.toLowerCase()}`)
    const keys = ['~*_realtime_data', '~latest:*']
    await client.call('ACL', 'SETUSER', 'limited', 'on', '>limited', ...keys, '&*_updates', ...commands)
    t.after(() => client.call('ACL', 'DELUSER', 'limited'))
    const signals = clientOf(server.url)
    t.after(() => signals.disconnect())
    await signals.subscribe('sp500_updates')
    let count = 0
    signals.on('message', () => count++)
    const {host} = new URL(server.url)
    const {sink, lines} = openSink(`redis://limited:limited@${host}`, {withLatest: true})
    sink.put(trades({symbol: 'AAPL', price: '1', atMs: 1_000}), at)
    await sink.flushed()
    await eventually('a signal', () => count > 0)
    assert.deepEqual(await prices(client), {AAPL: 1})
    assert.equal(await client.exists('latest:stocks:sp500:AAPL'), 1)
    await sink.close(5_000)
    assert.deepEqual(lines, [])
  },
)

test(
  'Redis that is emptied while it runs has each value again with its next row',
  {skip, timeout: 60_000},
  async () => {
    const {sink} = openSink(server.url, {
      newest: () => Promise.resolve(trades({symbol: 'MSFT', price: '1', atMs: 1_000})),
    })
    await eventually('the rows of PostgreSQL', async () => (await prices(client))['MSFT'] === 1)
    await client.flushall()
    sink.put(trades({symbol: 'AAPL', price: '2', atMs: 2_000}), at)
    await sink.flushed()
    assert.deepEqual(await prices(client), {AAPL: 2})
    await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await eventually('a new connection', async () => (await prices(client))['MSFT'] === 1)
    await sink.close(5_000)
  },
)

test('close writes what is left, also right after the start', {skip, timeout: 60_000}, async () => {
  const {sink} = openSink(server.url)
  sink.put(trades({symbol: 'AAPL', price: '1', atMs: 1_000}), at)
  await sink.close(10_000)
  assert.deepEqual(await prices(client), {AAPL: 1})
})

test('the newest rows of targets: bounded, in order, and with the oldest arrival', () => {
  const newest = createNewestRows({about: 'symbol', instant: 'timestamp_ms'})
  const row = (symbol: string, price: string, timestamp_ms: string) => ({symbol, price, timestamp_ms})
  const [early, late] = [new Date('2026-11-27T15:00:00Z'), new Date('2026-11-27T15:00:01Z')]
  newest.add([row('AAPL', '1', '999'), row('AAPL', '2', '1000')], late)
  newest.add([row('AAPL', '3', '1000'), row('AAPL', '4', '99')], early)
  newest.add([], new Date(0))
  newest.addStored([row('AAPL', '5', '1000'), row('MSFT', '6', '1')])
  const taken = newest.take()
  assert.deepEqual([[...taken.rows.values()].map(({price}) => price), taken.at], [['3', '6'], early])
  assert.equal(newest.size, 0)

  newest.add([row('AAPL', '7', '1000'), row('MSFT', '8', '0')], late)
  newest.putBack(taken)
  const again = newest.take()
  assert.deepEqual([[...again.rows.values()].map(({price}) => price), again.at], [['7', '6'], early])
  assert.deepEqual([newest.take().rows.size, newest.take().at], [0, undefined])
})

test('a signal that is not sent is sent again, together with later ones', {timeout: 30_000}, async () => {
  const clock = fakeClock('2026-11-27T15:00:00Z', 'waits')
  const tries: string[] = []
  const signals = createSignals('news', {
    clock,
    async send(payload) {
      tries.push(payload)
      if (tries.length === 1) throw new Error('away')
    },
  })
  signals.add(2)
  signals.add(3)
  await eventually('the second attempt', () => tries.length === 2)
  assert.deepEqual(
    tries.map((payload) => (JSON.parse(payload) as {count: number}).count),
    [2, 5],
  )
  await signals.close()
  assert.equal(clock.waiting, 0)
})
