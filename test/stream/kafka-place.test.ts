/** Where a consumer reads on in a batch of a partition: after a seek, a gap, or in a topic made again. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {type Place, placeAt, startIn, wantedOffset} from '../../src/lib/transport/kafka-place.js'

const lastAt = new Date('2026-11-27T15:00:00.123Z')

/** A batch of two messages; the first has this timestamp. */
function batch(first: number, {end = 1_000, atMs = lastAt.getTime()} = {}) {
  const messages = [first, first + 1].map((offset) => ({offset: String(offset), timestamp: String(atMs)}))
  return {firstOffset: () => String(first), highWatermark: String(end), messages: messages as never}
}

const place = (next: number | undefined, facts: Partial<Place> = {}): Place => ({
  ...placeAt(next === undefined ? undefined : {next, lastAt: undefined}),
  ...facts,
})

test('a batch at the position is read', () => {
  assert.deepEqual(startIn(place(7), batch(7)), {offset: 7})
  assert.deepEqual(startIn(place(undefined), batch(0)), {offset: 0})
})

test('a batch from before a seek is not read, wherever it begins', () => {
  for (const first of [3, 900]) assert.deepEqual(startIn(place(7), batch(first)), {seek: 7})
  assert.deepEqual(startIn(place(undefined), batch(900)), {seek: 0})
  assert.deepEqual(startIn(place(7, {sought: 0}), batch(900)), {seek: 7})
  assert.deepEqual(startIn(placeAt({next: 7, lastAt}), batch(7)), {seek: 6})
})

test('a batch after the seek begins later if the offsets before it are gone', () => {
  assert.deepEqual(startIn(place(7, {sought: 7}), batch(9)), {offset: 9})
  assert.deepEqual(startIn(place(undefined, {sought: 0}), batch(9)), {offset: 9})
  for (const first of [7, 9])
    assert.deepEqual(startIn({...placeAt({next: 7, lastAt}), sought: 6}, batch(first)), {offset: first})
})

test('a topic that ends before the position was made again', () => {
  const madeAgain = 'ends before the stored position 7'
  assert.deepEqual(startIn(place(7, {sought: 7}), batch(0, {end: 5})), {madeAgain})
})

test('the message before the position is compared with the stored one', () => {
  const stored = placeAt({next: 7, lastAt})
  assert.equal(wantedOffset(stored), 6)
  assert.deepEqual(startIn(stored, batch(6)), {offset: 7})
  const madeAgain = 'holds another message before the stored position 7'
  assert.deepEqual(startIn(stored, batch(6, {atMs: lastAt.getTime() + 1})), {madeAgain})
  const control = {...batch(6), messages: [{offset: '8', timestamp: '0'}] as never}
  assert.deepEqual(startIn(stored, control), {madeAgain})
})
