/** The identities of frames and trades: equal ones are told apart, and a recording has the same ones. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {movers} from '../../src/lib/feeds/movers.js'
import {isRejected} from '../../src/lib/parse.js'
import {frameReader, frameValue, recordedFrames, type ReadFrame} from '../../src/lib/transport/frames.js'

const now = () => new Date('2026-11-27T15:00:00Z')
const trade = '{"s":"AAPL","p":164.060,"t":1680286538064,"v":142,"c":["1","8"]}'
const frame = `{"type":"trade","data":[${trade},${trade}]}`

function idOf({received}: ReadFrame): string {
  assert.ok('id' in received)
  return received.id
}

async function recordedIds(text: string): Promise<string[]> {
  async function* bytes() {
    yield Buffer.from(text)
  }
  const ids: string[] = []
  for await (const one of recordedFrames(bytes(), now)) ids.push(idOf(one))
  return ids
}

test('equal frames of a connection are numbered, and another connection begins anew', () => {
  const read = frameReader(now)
  const ids = [frame, '{"type":"ping"}', frame, Buffer.from(frame)].map((one) => idOf(read(one)))
  assert.match(ids[0]!, /^[\w-]{16}$/)
  assert.deepEqual([ids[2], ids[3]], [`${ids[0]}~1`, `${ids[0]}~2`])
  assert.notEqual(ids[1], ids[0])
  assert.equal(idOf(frameReader(now)(frame)), ids[0])
  assert.notEqual(idOf(frameReader(now)(frame.replaceAll('164.060', '164.061'))), ids[0], 'a digit counts')
})

test('a recording has the identities of the connection: a frame a line, on many lines, or in a session', async () => {
  const read = frameReader(now)
  const [first, second] = [idOf(read(frame)), idOf(read(frame))]
  assert.deepEqual(await recordedIds(`${frame}\n${frame}\n`), [first, second])
  // White space only: the digits of numbers stay.
  const pretty = frame.replaceAll(/([[{,])/g, '$1\n  ').replaceAll(':', ': ')
  assert.deepEqual(await recordedIds(pretty), [first])
  const session = [
    '{"direction":"out","frame":{"type":"subscribe","symbol":"AAPL"}}',
    `{"received_at":1795791600.5,"direction":"in","frame":${frame}}`,
    `{"received_at":1795791601.5,"direction":"in","frame":${frame}}`,
  ]
  assert.deepEqual(await recordedIds(session.join('\n')), [first, second])
})

test('two equal trades of one frame, and of two frames, are rows with identities of their own', () => {
  const read = frameReader(now)
  const rows = [read(frame), read(frame)].flatMap((one) => [
    ...movers.parse(frameValue(Buffer.from(frame)), {id: idOf(one), shard: null, labels: {}}),
  ])
  const ids = rows.map((row) => (isRejected(row) ? row.rejected : row.trade_id))
  assert.equal(new Set(ids).size, 4)
  const [base] = ids[0]!.split('.')
  assert.deepEqual(ids, [`${base}.0`, `${base}.1`, `${base}~1.0`, `${base}~1.1`])
})

test('a repetition is recognised after thousands of other frames', () => {
  const read = frameReader(now)
  const first = idOf(read('{"n":0}'))
  for (let n = 1; n < 9_900; n++) read(`{"n":${n}}`)
  assert.equal(idOf(read('{"n":0}')), `${first}~1`)
})
