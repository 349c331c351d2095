/**
 * The sockets of the simulator: its answers to wrong subscriptions, and its resistance to unknown clients.
 */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {connect} from 'node:net'
import {after, before, test} from 'node:test'
import {WebSocket} from 'ws'
import {startSimulator, type Simulator} from '../../src/simulator/server.js'

let simulator: Simulator
const unknown: string[] = []
before(async () => {
  simulator = await startSimulator({
    at: new Date('2026-11-23T21:00:00Z'),
    rate: 0,
    onUnknown: (text) => unknown.push(text),
  })
})
after(() => simulator.close())

/** Ten connections a second are allowed, so a second passes before each connection. */
function dial(): WebSocket {
  simulator.clock.change({advanceMs: 1_000})
  return new WebSocket(`${simulator.url.replace('http', 'ws')}/bithumb/websocket/v1`)
}

/** The answers to one message, until the socket closes or `count` frames came. */
async function answers(
  message: string,
  count = 1,
): Promise<{frames: Record<string, unknown>[]; code: number | undefined}> {
  const socket = dial()
  const frames: Record<string, unknown>[] = []
  let isBinary = true
  socket.on('message', (data: Buffer, binary) => {
    isBinary &&= binary
    frames.push(JSON.parse(data.toString()) as Record<string, unknown>)
    if (frames.length === count && !('error' in frames[0]!)) socket.close()
  })
  socket.once('open', () => socket.send(message))
  const [code] = (await once(socket, 'close')) as [number]
  assert.ok(isBinary, 'every frame is binary')
  return {frames, code: 'error' in (frames[0] ?? {}) ? code : undefined}
}
const nameOf = async (message: string) => {
  const {
    frames: [frame],
    code,
  } = await answers(message)
  return [(frame?.['error'] as {name: string}).name, code]
}

test('a subscription without a ticket, of another form, of another channel or without codes is refused and closed', async () => {
  assert.deepEqual(await nameOf('[{"type":"ticker","codes":["KRW-BTC"]}]'), ['NO_TICKET', 1000])
  for (const message of ['nonsense', '{"ticket":"a"}', '7'])
    assert.deepEqual(await nameOf(message), ['WRONG_FORMAT', 1000], message)
  assert.deepEqual(await nameOf('[{"ticket":"a"},{"type":"nope","codes":["KRW-BTC"]}]'), [
    'INVALID_PARAM',
    1000,
  ])
  for (const message of [
    '[{"ticket":"a"},{"type":"ticker"}]',
    '[{"ticket":"a"},{"type":"ticker","codes":[]}]',
    '[{"ticket":"a"},"x",null,7]',
  ])
    assert.deepEqual(await nameOf(message), ['INVALID_PARAM', 1000], message)
  assert.deepEqual(await nameOf('[null]'), ['NO_TICKET', 1000])
})

test('a snapshot of each known code comes at once, in binary frames; unknown and lower-case codes are ignored', async () => {
  const {frames} = await answers(
    '[{"ticket":"a"},{"type":"ticker","codes":["KRW-BTC","krw-xrp","KRW-NOSUCH","KRW-ETH"]}]',
    2,
  )
  assert.deepEqual(
    frames.map(({code, type, stream_type: kind}) => [code, type, kind]),
    [
      ['KRW-BTC', 'ticker', 'SNAPSHOT'],
      ['KRW-ETH', 'ticker', 'SNAPSHOT'],
    ],
  )
})

test('a second subscription replaces the first', async () => {
  const socket = dial()
  const codes: unknown[] = []
  socket.on('message', (data: Buffer) => codes.push((JSON.parse(data.toString()) as {code: string}).code))
  await once(socket, 'open')
  socket.send('[{"ticket":"a"},{"type":"ticker","codes":["KRW-BTC"]}]')
  await once(socket, 'message')
  socket.send('[{"ticket":"b"},{"type":"ticker","codes":["KRW-ETH"]}]')
  await once(socket, 'message')
  const seen = codes.length
  simulator.clock.change({advanceMs: 60_000})
  await once(socket, 'message')
  socket.terminate()
  assert.deepEqual(codes.slice(0, seen), ['KRW-BTC', 'KRW-ETH'])
  assert.deepEqual([...new Set(codes.slice(seen))], ['KRW-ETH'])
})

/** Sends raw bytes; returns the first line of the answer. */
async function raw(request: string): Promise<string> {
  const socket = connect(simulator.port, '127.0.0.1')
  socket.write(request)
  let text = ''
  socket.on('data', (data: Buffer) => {
    text += data.toString()
  })
  await once(socket, 'close')
  return text
}

test('an unknown socket is named, an invalid address is refused, another protocol is ignored, and the simulator continues', async () => {
  const upgrade =
    'Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
  assert.match(await raw(`GET /nobody/ws HTTP/1.1\r\n${upgrade}`), /^HTTP\/1.1 404/)
  assert.deepEqual(unknown, ['the simulator does not know the socket /nobody/ws'])
  assert.match(await raw(`GET // HTTP/1.1\r\n${upgrade}`), /^HTTP\/1.1 400/)
  const plain = await raw(
    'GET /clock HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n',
  )
  assert.match(plain, /^HTTP\/1.1 200/)
  assert.match(plain, /"instant":"2026-11-23T21:0/)
  assert.equal((await fetch(`${simulator.url}/clock`)).status, 200)
})
