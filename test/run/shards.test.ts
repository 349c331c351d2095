/** Targets are divided among producers once, and another list moves none of them. */
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import {loadConfig} from '../../src/lib/config.js'
import type {Database} from '../../src/lib/db/database.js'
import {openDatabase} from '../../src/lib/db/pool.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {sp500} from '../../src/lib/feeds/sp500.js'
import {receivedBefore} from '../../src/lib/run/producer-record.js'
import {assignShards, shardFrom, targetsOfShard} from '../../src/lib/run/shards.js'
import {postgres, type Postgres} from '../servers.js'

const symbols = (from: number, to: number) => Array.from({length: to - from}, (_, n) => `S${from + n}`)
const sizes = (shardOf: ReadonlyMap<string, number>, count: number) =>
  Array.from({length: count}, (_, n) => [...shardOf.values()].filter((shard) => shard === n + 1).length)

test('the first assignment is even', () => {
  const {shardOf, added, removed, leftOver} = assignShards(symbols(0, 495), new Map(), 10, 50)
  assert.deepEqual(sizes(shardOf, 10).sort(), [49, 49, 49, 49, 49, 50, 50, 50, 50, 50])
  assert.deepEqual([added.length, removed, leftOver], [495, [], []])
})

test('a target that leaves and one that joins move no other, in any order of the list', () => {
  const {shardOf: before} = assignShards(symbols(0, 100), new Map(), 10, 50)
  const list = ['NEW', ...symbols(0, 100).filter((symbol) => symbol !== 'S42')].reverse()
  const {shardOf, added, removed, leftOver} = assignShards(list, before, 10, 50)
  assert.deepEqual([added, removed, leftOver], [['NEW'], ['S42'], []])
  assert.equal(shardOf.get('NEW'), before.get('S42'), 'the free place')
  for (const symbol of list) if (symbol !== 'NEW') assert.equal(shardOf.get(symbol), before.get(symbol))
  assert.equal(shardOf.has('S42'), false)
})

test('targets for which no shard has room are named, and the next free place is theirs', () => {
  const {shardOf, leftOver} = assignShards(symbols(0, 23), new Map(), 2, 10)
  assert.deepEqual(
    [sizes(shardOf, 2), leftOver],
    [
      [10, 10],
      ['S20', 'S21', 'S22'],
    ],
  )
  const next = assignShards(symbols(1, 23), shardOf, 2, 10)
  assert.deepEqual([next.added, next.leftOver, next.removed], [['S20'], ['S21', 'S22'], ['S0']])
})

test('--shard is a part, or that of the pod', () => {
  assert.deepEqual(shardFrom('3/10', 'anywhere'), {index: 3, count: 10})
  assert.deepEqual(shardFrom('1/1', ''), {index: 1, count: 1})
  assert.deepEqual(shardFrom('auto', 'fin-sp500-2'), {index: 3, count: 10})
  assert.deepEqual(shardFrom('auto/4', 'fin-sp500-0'), {index: 1, count: 4})
  for (const [text, host] of [
    ['0/10', ''],
    ['11/10', ''],
    ['3', ''],
    ['3/', ''],
    ['/3', ''],
    ['-1/3', ''],
    ['1.5/3', ''],
    ['1/0', ''],
    ['', ''],
    ['auto', 'laptop'],
    ['auto', 'fin-sp500-10'],
    ['auto/2', 'fin-sp500-2'],
    ['automatic', 'fin-sp500-2'],
  ] as const)
    assert.throws(
      () => shardFrom(text, host),
      (error: unknown) =>
        error instanceof NeedsPerson && error.message.startsWith('--shard') && !!error.nextStep,
      `${text} at ${host}`,
    )
})

let server: Postgres
const databases: Database[] = []
before(async () => {
  server = await postgres()
  const url = await server.withSchema('shards')
  for (let n = 0; n < 3; n++) databases.push(await openDatabase(loadConfig({DATABASE_URL: url}, '/')))
})
after(async () => {
  for (const database of databases) await database.close()
  await server.stop()
})

test('producers that start at once, and get another list, never have a target twice', async () => {
  const stop = new AbortController().signal
  const ask = (targets: readonly string[], count: number) =>
    Promise.all(
      databases.map((database, n) =>
        targetsOfShard(database, {feed: 'sp500', targets, shard: {index: n + 1, count}, most: 40, stop}),
      ),
    )
  const first = await ask(symbols(0, 100), 3)
  assert.deepEqual(first.flatMap(({own}) => own).sort(), symbols(0, 100).sort())
  assert.deepEqual(first.map(({own}) => own.length).sort(), [33, 33, 34])
  const second = await ask(symbols(10, 130), 3)
  assert.deepEqual(second.flatMap(({own}) => own).sort(), symbols(10, 130).sort())
  for (const [index, {own}] of first.entries())
    for (const symbol of own)
      assert.equal(second[index]!.own.includes(symbol), symbols(10, 130).includes(symbol), `${symbol} stays`)
  const third = await ask(symbols(10, 140), 3)
  assert.deepEqual(
    third.map(({own, leftOver}) => [own.length, leftOver.length]),
    [
      [40, 10],
      [40, 10],
      [40, 10],
    ],
  )
  const rows = await databases[0]!.query<{target: string}>('select_stream_shards', ['sp500', 3])
  assert.equal(rows.length, 120)
  // Another number of producers is another assignment, and another feed as well.
  const ofTwo = await ask(symbols(0, 50), 2)
  assert.equal(new Set(ofTwo.slice(0, 2).flatMap(({own}) => own)).size, 50)
})

test('the gap of a shard begins where all shards of another number were received', async () => {
  const database = databases[0]!
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 30, 15, minute)).toISOString()
  const store = (shard: number, shards: number, minute: number | null, later: object | null = null) => {
    const received_until = minute === null ? null : at(minute)
    const row = {feed: 'sp500', shard, shards, host: 'h', pid: 1, started_at: at(0), seen_at: at(0)}
    const counts = {frames: 0, rejected: 0, reconnects: 0}
    const text = JSON.stringify([{...row, ...counts, received_until, received_later: later}])
    return database.query('upsert_stream_producers', [text])
  }
  const before = async (index: number, count: number) => {
    const {until, later} = await receivedBefore(database, sp500, {index, count})
    return [until?.getUTCMinutes(), ...later.keys()]
  }
  assert.deepEqual(await before(1, 1), [undefined])
  await store(1, 2, 10)
  assert.deepEqual(await before(1, 4), [undefined], 'half of the symbols were never received')
  await store(2, 2, null)
  assert.deepEqual(await before(1, 4), [undefined])
  await store(2, 2, 12, {AAPL: at(13)})
  assert.deepEqual([await before(1, 4), await before(3, 4)], [[10], [10]])
  assert.deepEqual(await before(2, 2), [12, 'AAPL'])
  for (const shard of [1, 2, 3, 4]) await store(shard, 4, 20 + shard)
  assert.deepEqual(await before(2, 2), [21], 'a later set of another number')
  assert.deepEqual(await before(3, 4), [23])
})
