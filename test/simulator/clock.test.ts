import assert from 'node:assert/strict'
import {test} from 'node:test'
import {followedClock, pause} from '../../src/lib/clock.js'
import {posted, simulated, start} from './request.js'

const later = (ms: number) => new Date(start.getTime() + ms).toISOString()

test('the clock stands, is moved, runs at a rate, and reports its instant and its rate', async (t) => {
  const simulator = await simulated(t)
  assert.deepEqual((await simulator.request('/clock')).body, {instant: later(0), rate: 0})
  assert.deepEqual(await simulator.post('/clock', {advanceMs: 90_000}), {instant: later(90_000), rate: 0})
  assert.deepEqual(await simulator.post('/clock', {instant: '2027-01-01T00:00:00Z'}), {
    instant: '2027-01-01T00:00:00.000Z',
    rate: 0,
  })
  await simulator.post('/clock', {rate: 1000})
  await pause(30)
  assert.ok(simulator.clock.nowMs() >= Date.UTC(2027, 0, 1) + 25_000)
  for (const wrong of [{rate: -1}, {instant: 'soon'}, {advanceMs: '5'}, {instant: '2026-01-01T00:00:00'}]) {
    const answer = await posted(`${simulator.url}/clock`, wrong)
    assert.equal(answer.status, 400, JSON.stringify(wrong))
  }
})

test('a standing clock wakes sleepers in the order of their instants, without a wait in real time', async (t) => {
  const simulator = await simulated(t, {settleMs: 250})
  const clocks = await Promise.all([1, 2, 3, 4].map(() => followedClock(simulator.url)))
  const order: string[] = []
  await Promise.all(
    [3600, 60, 7200, 61].map(async (seconds, index) => {
      const clock = clocks[index]
      assert.ok(clock)
      await clock.sleep(seconds * 1000)
      order.push(`${seconds} at ${(clock.now().getTime() - start.getTime()) / 1000}`)
    }),
  )
  assert.deepEqual(order, ['60 at 60', '61 at 61', '3600 at 3600', '7200 at 7200'])
  assert.equal(simulator.clock.nowMs(), start.getTime() + 7_200_000)
})

test('the clock waits for a sleeper that sleeps again: two processes alternate by their instants', async (t) => {
  const simulator = await simulated(t, {settleMs: 250})
  const order: number[] = []
  const worker = async (everyMs: number, times: number) => {
    const clock = await followedClock(simulator.url)
    for (let n = 0; n < times; n++) {
      await clock.sleep(everyMs)
      order.push(clock.now().getTime() - start.getTime())
    }
  }
  await Promise.all([worker(1000, 6), worker(2500, 2)])
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  )
  assert.equal(order.length, 8)
})

test('a request in flight holds the standing clock; a sleeper that hung up does not', async (t) => {
  const simulator = await simulated(t, {
    settleMs: 100,
    faults: [{provider: 'bithumb', kind: 'slow', ms: 1000}],
  })
  const clock = await followedClock(simulator.url)
  const slow = simulator.request('/bithumb/v1/market/all')
  const slept = clock.sleep(10_000)
  await pause(400)
  assert.equal(simulator.clock.nowMs(), start.getTime(), 'the clock moved although a request was in flight')
  assert.equal((await slow).status, 200)
  await slept
  assert.equal(simulator.clock.nowMs(), start.getTime() + 10_000)

  const standing = await simulated(t, {settleMs: 300})
  const stop = new AbortController()
  const ended = (await followedClock(standing.url)).sleep(5000, stop.signal)
  stop.abort(new Error('killed'))
  await assert.rejects(ended)
  await pause(600)
  assert.equal(standing.clock.nowMs(), start.getTime(), 'the clock moved for a sleeper that is gone')
})

test('a step by hand wakes the sleepers up to its instant; closing wakes all', async (t) => {
  const simulator = await simulated(t)
  const clock = await followedClock(simulator.url)
  let awake = false
  const slept = clock.sleep(60_000).then(() => {
    awake = true
  })
  await pause(50)
  await simulator.post('/clock', {advanceMs: 59_999})
  await pause(50)
  assert.equal(awake, false)
  await simulator.post('/clock', {advanceMs: 1})
  await slept
  const endless = simulator.clock.sleep(start.getTime() * 2, new AbortController().signal)
  simulator.clock.close()
  await endless
})

test('a clock with a rate answers a sleep when its instant is reached', async (t) => {
  const simulator = await simulated(t, {rate: 2000})
  const answer = (await simulator.post('/clock/sleep', {until: later(100_000)})) as {instant: string}
  assert.ok(answer.instant >= later(100_000), answer.instant)
})
