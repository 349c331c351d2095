/** Requests that stand in for a silent socket: none is sent while the frames that wait fill their bound. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {realClock} from '../../src/lib/clock.js'
import {bithumb} from '../../src/lib/feeds/bithumb.js'
import {createStreamCounts} from '../../src/lib/health/counts.js'
import type {Context} from '../../src/lib/run/context.js'
import {requestWhileSilent} from '../../src/lib/run/feed-requests.js'
import type {Listener} from '../../src/lib/transport/socket.js'
import {fixedTargets} from '../../src/lib/transport/subscription.js'
import {eventually} from '../stream/redis-sink.js'

test('nothing is requested while the queue is full', async () => {
  const stop = new AbortController()
  let isFull = true
  let looks = 0
  let requests = 0
  const listener = {
    add() {},
    isFull() {
      looks++
      return isFull
    },
  } as unknown as Listener
  const context = {
    clock: realClock,
    log: {warn() {}, notice() {}},
    ledger() {
      requests++
      return Promise.reject(new Error('no request is sent in this test'))
    },
  } as unknown as Context
  const feed = {...bithumb, fallback: {...bithumb.fallback!, silentMs: 1, everyMs: 1}}
  const running = requestWhileSilent(feed, {
    ...{context, listener, targets: fixedTargets(['KRW-BTC']), counts: createStreamCounts()},
    stop: stop.signal,
  })
  await eventually('some looks', () => looks > 10)
  assert.equal(requests, 0)
  isFull = false
  await eventually('a request', () => requests > 0)
  stop.abort()
  await running
})
