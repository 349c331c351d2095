/** One producer at a time receives a feed or a shard, and all producers have the same number of shards. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {bithumb} from '../../src/lib/feeds/bithumb.js'
import {sp500} from '../../src/lib/feeds/sp500.js'
import {takeFeedLock} from '../../src/lib/run/feed-lock.js'
import {eventually} from '../stream/redis-sink.js'
import {openSetup} from './setup.js'

test('a second producer of a feed or shard waits, says so once, and follows the first', async () => {
  const setup = await openSetup()
  const database = await setup.context.database()
  const lines: string[] = []
  const log = {error() {}, warn: (text: string) => void lines.push(text), notice() {}, detail() {}}
  const stop = new AbortController()
  const options = {database, log, stop: stop.signal}
  const third = {index: 3, count: 10}
  for (const [feed, shard, name] of [
    [bithumb, undefined, 'bithumb'],
    [sp500, third, 'sp500 3/10'],
  ] as const) {
    lines.length = 0
    const first = await takeFeedLock(feed, shard, options)
    let isSecond = false
    const second = takeFeedLock(feed, shard, options).then((lock) => {
      isSecond = true
      return lock
    })
    await eventually('a warning', () => lines.length > 0)
    if (shard) await (await takeFeedLock(feed, {index: 4, count: 10}, options)).release()
    assert.equal(isSecond, false)
    await first.release()
    await (await second).release()
    assert.deepEqual(lines, [
      `${name}: waits until the other producer ends, because two would store each trade twice`,
    ])
  }
  await takeFeedLock(sp500, third, options)
  const waiting = assert.rejects(takeFeedLock(sp500, third, options), /enough/)
  await eventually('another warning', () => lines.length > 1)
  stop.abort(new Error('enough'))
  await waiting
})

test('producers of another number of shards wait until all of the old number have ended', async () => {
  const setup = await openSetup()
  const database = await setup.context.database()
  const lines: string[] = []
  const log = {error() {}, warn: (text: string) => void lines.push(text), notice() {}, detail() {}}
  const options = {database, log, stop: setup.stop.signal}
  const old = [
    await takeFeedLock(sp500, {index: 2, count: 10}, options),
    await takeFeedLock(sp500, {index: 3, count: 10}, options),
  ]
  const text = (others: string) =>
    `sp500 1/1: waits until the producers of another number of shards end, because they receive the same targets: ${others}`
  const other = takeFeedLock(sp500, {index: 1, count: 1}, options)
  await eventually('a warning', () => lines.length > 0)
  await old[0]!.release()
  await eventually('another warning', () => lines.length > 1)
  assert.deepEqual(lines, [text('2/10, 3/10'), text('3/10')])
  // It does not hold up the old ones.
  old[0] = await takeFeedLock(sp500, {index: 2, count: 10}, options)
  for (const lock of old) await lock.release()
  await other
  lines.length = 0
  await setup.rows(`update job_locks set name = 'stream sp500 9/12', until = now() + interval '3 s'`)
  // One whose lease has ended does not count.
  const last = await takeFeedLock(sp500, {index: 1, count: 1}, options)
  assert.equal(lines.length, 1)
  await last.release()
})

test('of two producers with different numbers of shards that start together, one goes first', async () => {
  const setup = await openSetup()
  const database = await setup.context.database()
  const log = {error() {}, warn() {}, notice() {}, detail() {}}
  const options = {database, log, stop: setup.stop.signal}
  let running = 0
  const take = async (index: number, count: number) => {
    const lock = await takeFeedLock(sp500, {index, count}, options)
    assert.equal(++running, 1)
    await setup.rows('select pg_sleep(0.05)')
    running--
    await lock.release()
  }
  await Promise.all([take(1, 2), take(1, 3)])
})
