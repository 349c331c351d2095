/** Recorded frames in every usual form, and files that hold none. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {
  frameValue,
  mostFrameBytes,
  readMessage,
  recordedFrames,
  type ReceivedFrame,
} from '../../src/lib/transport/frames.js'
import {full} from '../size.js'

const arrived = new Date('2026-11-23T15:00:00Z')

async function read(file: string | Buffer, pieceLength = 7): Promise<ReceivedFrame[]> {
  const bytes = Buffer.from(file)
  async function* pieces() {
    for (let from = 0; from < bytes.length; from += pieceLength)
      yield bytes.subarray(from, from + pieceLength)
  }
  const heard: ReceivedFrame[] = []
  for await (const one of recordedFrames(pieces(), () => arrived)) heard.push(one.received)
  return heard
}
const frames = (heard: readonly ReceivedFrame[]) =>
  heard.map((one) => ('bytes' in one ? frameValue(one.bytes) : `rejected: ${one.rejected}`))

test('one frame a line is read, with any line ends and blank lines', async () => {
  assert.deepEqual(frames(await read('{"a":1}\r\n\n  \n{"a":2}\n{"a":"\u3042"}')), [
    {a: '1'},
    {a: '2'},
    {a: '\u3042'},
  ])
})

test('a document that holds one frame is read, on many lines or on one', async () => {
  assert.deepEqual(frames(await read(JSON.stringify({a: {b: [1, 2]}}, null, 2))), [{a: {b: ['1', '2']}}])
  assert.deepEqual(frames(await read('{"id":1079953210371761712345}')), [{id: '1079953210371761712345'}])
})

test('a recorded session is read without its outgoing frames, whatever word marks the direction', async () => {
  const lines = [
    '{"direction":"out","frame":"PING"}',
    '{"received_at":1622591015.093842,"direction":"in","opcode":"binary","frame":{"status":"UP"}}',
    '{"direction":"sent","frame":{"x":0}}',
    '{"direction":"in","frame":{"x":1}}',
  ]
  assert.deepEqual(frames(await read(lines.join('\n'))), [{status: 'UP'}, {x: '1'}])
})

test('a line that is not JSON is rejected and the others are kept, at any position', async () => {
  assert.deepEqual(frames(await read('{"a":1}\n{"a":\n{"a":3}')), [
    {a: '1'},
    'rejected: a frame cannot be read: it is JSON that ends in the middle',
    {a: '3'},
  ])
  assert.deepEqual(frames(await read('no frame\n{"a":2}\n')), [
    'rejected: a frame cannot be read: it is not valid JSON',
    {a: '2'},
  ])
  assert.deepEqual(frames(await read('one\ntwo\n')), [
    'rejected: a frame cannot be read: it is not valid JSON',
    'rejected: a frame cannot be read: it is not valid JSON',
  ])
  assert.deepEqual(await read(''), [])
})

test('bytes that are not UTF-8, and numbers instead of text, are rejected', async () => {
  assert.deepEqual(
    frames(
      await read(
        Buffer.concat([
          Buffer.from('{"a":1}\n{"a":"'),
          Buffer.from([0xff, 0xfe]),
          Buffer.from('"}\n{"a":2}'),
        ]),
      ),
    ),
    [{a: '1'}, 'rejected: a frame cannot be read: it is not valid UTF-8', {a: '2'}],
  )
  const heard = readMessage(Buffer.from([0xc3, 0x28]))
  assert.ok('rejected' in heard)
})

test('a line of many megabytes becomes no frame, and neither does its end', async () => {
  const phantom = Buffer.concat([
    Buffer.from('{"a":1}\n{"note":"'),
    Buffer.alloc(5 * mostFrameBytes - 9, 'x'),
    Buffer.from('{"phantom":1}\n{"a":2}\n'),
  ])
  for (const pieceLength of [65_536, mostFrameBytes, 6 * mostFrameBytes])
    assert.deepEqual(frames(await read(phantom, pieceLength)), [
      {a: '1'},
      'rejected: a line is longer than 1 MB',
      {a: '2'},
    ])
  const blanks = Buffer.concat([
    Buffer.from('{"a":1}\n'),
    Buffer.alloc(2 * mostFrameBytes, ' '),
    Buffer.from('\n{"a":2}'),
  ])
  assert.deepEqual(frames(await read(blanks, 65_536)), [{a: '1'}, {a: '2'}])
})

test('an endless document is read line by line once it is too long for one frame, in a time linear in its length', async () => {
  const [line, lines] = full ? ['1\n', 600_000] : ['1234567890\n', 100_000]
  const heard = await read(`{\n${line.repeat(lines)}{"a":2}\n`, 65_536)
  assert.deepEqual(frames(heard.slice(-1)), [{a: '2'}])
  assert.equal(heard.length, lines + 2)
})
