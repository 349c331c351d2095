import assert from 'node:assert/strict'
import {test} from 'node:test'
import {NeedsPerson, QuotaSpent, TryLater} from '../../src/lib/errors.js'
import {SlowDown, withRetry} from '../../src/lib/http/retry.js'
import {fakeClock, type FakeClock} from '../clock.js'
import {rejection} from './client.js'

function failing(
  errors: (clock: FakeClock) => Error[],
  {wait = false, random = () => 1}: {wait?: boolean; random?: () => number} = {},
) {
  const clock = fakeClock()
  const left = errors(clock)
  let calls = 0
  const promise = withRetry(
    async () => {
      calls++
      const error = left.shift()
      if (error) throw error
      return 'done'
    },
    {clock, wait, stop: undefined, onWait: () => {}, random},
  )
  return {promise, clock, calls: () => calls}
}

test('a temporary failure is tried again with growing full jitter, at most four times, on the clock of the run', async () => {
  const most = failing(() => Array.from({length: 9}, () => new TryLater('down')))
  assert.equal((await rejection(most.promise)).message, 'down')
  assert.equal(most.calls(), 4)
  assert.deepEqual(most.clock.sleeps, [1_000, 2_000, 4_000])
  const least = failing(() => [new TryLater('down'), new TryLater('down')], {random: () => 0})
  assert.equal(await least.promise, 'done')
  assert.deepEqual(least.clock.sleeps, [0, 0])
})

test('a try never comes sooner than the provider allows', async () => {
  const {promise, clock} = failing((clock) => [
    new SlowDown('slow', {until: new Date(clock.now().getTime() + 42_000)}),
  ])
  assert.equal(await promise, 'done')
  assert.deepEqual(clock.sleeps, [42_500])
})

test('a limit of more than a minute ends the run as a spent quota; an outage ends it as an outage', async () => {
  const until = new Date('2026-03-02T12:05:00Z')
  const limited = failing(() => [new SlowDown('slow', {until, provider: 'p', target: 't'})])
  const error = await rejection(limited.promise)
  assert.ok(error instanceof QuotaSpent)
  assert.deepEqual([error.until, error.provider, error.target], [until, 'p', 't'])
  assert.deepEqual(limited.clock.sleeps, [])
  const outage = await rejection(failing(() => [new TryLater('maintenance', {until})]).promise)
  assert.ok(outage instanceof TryLater && outage.until === until)
})

test('with wait, the client sleeps for any length', async () => {
  const {promise, clock} = failing(() => [new SlowDown('slow', {until: new Date('2026-03-02T18:00:00Z')})], {
    wait: true,
  })
  assert.equal(await promise, 'done')
  assert.deepEqual(clock.sleeps, [6 * 3_600_000 + 500])
})

test('no other error is tried again: typed errors, bugs and interruptions', async () => {
  for (const error of [
    new NeedsPerson('key'),
    new QuotaSpent('spent'),
    new TypeError('a bug'),
    new TypeError('fetch failed'),
    new DOMException('stopped', 'AbortError'),
  ]) {
    const {promise, calls} = failing(() => [error])
    assert.equal(await rejection(promise), error)
    assert.equal(calls(), 1)
  }
})

test('an interruption ends the wait', async () => {
  const clock = fakeClock(undefined, 'waits')
  const stop = new AbortController()
  const reason = new Error('interrupted')
  const promise = withRetry(() => Promise.reject(new TryLater('down')), {
    clock,
    wait: false,
    stop: stop.signal,
    onWait: () => setImmediate(() => stop.abort(reason)),
    random: () => 1,
  })
  assert.equal(await rejection(promise), reason)
})
