/** The lag of a consumer counts the messages that it can still read, in each of its partitions. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {createLag} from '../../src/lib/transport/kafka-lag.js'

function counted() {
  const counts = {lag: new Map<number, number>()}
  return {lag: createLag(counts), found: () => Object.fromEntries(counts.lag)}
}

test('a partition without a known end has no lag, and one without a position has all its messages', () => {
  const {lag, found} = counted()
  lag.setStored(0, 7)
  assert.deepEqual(found(), {})
  lag.setEnds(0, {low: 0, high: 10})
  lag.setEnds(1, {low: 400, high: 450})
  assert.deepEqual(found(), {0: 3, 1: 50})
})

test('deleted messages do not count, and an end read before the last messages is no negative lag', () => {
  const {lag, found} = counted()
  lag.setEnds(0, {low: 400, high: 450})
  lag.setStored(0, 100)
  assert.deepEqual(found(), {0: 50})
  lag.setEnds(0, {high: 460})
  assert.deepEqual(found(), {0: 60})
  lag.setStored(0, 470)
  assert.deepEqual(found(), {0: 0})
})

test('a partition of another consumer has no lag here', () => {
  const {lag, found} = counted()
  for (const partition of [0, 1]) lag.setEnds(partition, {low: 0, high: 5})
  lag.keep([1])
  assert.deepEqual(found(), {1: 5})
})
