/** Work on a server that is away: it is tried again, and an outage is reported once. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {createPersistence, retryMs} from '../../src/lib/persistently.js'

function opened() {
  const lines: string[] = []
  const say = (text: string) => lines.push(text)
  const stop = new AbortController()
  let cleaned = 0
  const persistence = createPersistence({
    log: {warn: say, notice: say},
    stop: stop.signal,
    failureOf(error) {
      if (!(error instanceof RangeError)) throw error
      return error
    },
    awayText: ({message}) => `away: ${message}`,
    backText: 'back',
    cleanUp: async () => void cleaned++,
  })
  return {lines, stop, persistence, cleaned: () => cleaned}
}

test('two works at once report one outage, with its first reason, and its end', async () => {
  const {lines, persistence, cleaned} = opened()
  const work = (failures: string[], result: string) => async () => {
    const message = failures.shift()
    if (message === undefined) return result
    throw new RangeError(message)
  }
  const results = Promise.all([
    persistence.persistently(work(['first', 'second'], 'a')),
    persistence.persistently(work(['third', 'fourth'], 'b')),
  ])
  assert.deepEqual(await results, ['a', 'b'])
  assert.equal(cleaned(), 4)
  assert.deepEqual(lines, ['away: first', 'back'])
  assert.equal(persistence.awayReason(), undefined)
})

test('the reason is that of the last try, and the stop ends the tries', async () => {
  const {lines, persistence, stop} = opened()
  let tries = 0
  const work = persistence.persistently(async () => {
    if (++tries === 2) stop.abort(new Error('stopped'))
    throw new RangeError(`try ${tries}`)
  })
  await assert.rejects(work, /stopped/)
  assert.equal(tries, 2)
  assert.deepEqual(lines, ['away: try 1'])
  assert.equal(persistence.awayReason(), 'try 2')
})

test('an error that waiting does not fix is thrown at once', async () => {
  const {lines, persistence} = opened()
  await assert.rejects(
    persistence.persistently(async () => {
      throw new TypeError('a defect')
    }),
    /a defect/,
  )
  assert.deepEqual(lines, [])
})

test('the pauses grow to five seconds', () => {
  assert.deepEqual([0, 1, 4, 5, 1_000].map(retryMs), [200, 400, 3_200, 5_000, 5_000])
})
