import assert from 'node:assert/strict'
import {test} from 'node:test'
import {createFrameQueue} from '../../src/lib/transport/frame-queue.js'

test('the oldest frame is known although one before it cannot be read', async () => {
  const queue = createFrameQueue(1_000, () => {})
  const at = new Date('2026-11-24T15:00:00Z')
  queue.add({rejected: 'a frame cannot be read', item: 'x'}, 1)
  assert.equal(queue.oldest(), undefined)
  queue.add({bytes: Buffer.from('{}'), id: 'a', at}, 2)
  queue.add({bytes: Buffer.from('{}'), id: 'b', at: new Date(at.getTime() + 1)}, 2)
  assert.equal(queue.oldest(), at)
  await queue.take()
  assert.equal(queue.oldest(), undefined)
})
