/** Where a consumer reads on in a batch of a partition: after a seek, a gap, or in a topic made again. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {startIn} from '../../src/lib/transport/kafka-place.js'

const batch = (first: number, end = 1_000) => ({firstOffset: () => String(first), highWatermark: String(end)})

test('a batch at the position is read', () => {
  assert.deepEqual(startIn({next: 7}, batch(7)), {offset: 7, isReset: false})
  assert.deepEqual(startIn({next: undefined}, batch(0)), {offset: 0, isReset: false})
})

test('a batch from before a seek is not read, wherever it begins', () => {
  for (const first of [3, 900]) assert.deepEqual(startIn({next: 7}, batch(first)), {seek: 7})
  assert.deepEqual(startIn({next: undefined}, batch(900)), {seek: 0})
  assert.deepEqual(startIn({next: 7, sought: 0}, batch(900)), {seek: 7})
})

test('a batch after the seek begins later if the offsets before it are gone', () => {
  assert.deepEqual(startIn({next: 7, sought: 7}, batch(9)), {offset: 9, isReset: false})
  assert.deepEqual(startIn({next: undefined, sought: 0}, batch(9)), {offset: 9, isReset: false})
})

test('a batch after the seek of a topic that ends earlier is from another topic', () => {
  assert.deepEqual(startIn({next: 7, sought: 7}, batch(0, 5)), {offset: 0, isReset: true})
})
