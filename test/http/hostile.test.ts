/**
 * Answers that no provider should send: each becomes a typed error that names provider and target, in bounded
 * time and memory.
 */
import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {once} from 'node:events'
import type {IncomingMessage, ServerResponse} from 'node:http'
import {createServer, type AddressInfo, type Socket} from 'node:net'
import {Readable} from 'node:stream'
import {test} from 'node:test'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {brotliCompressSync, gzipSync} from 'node:zlib'
import {pause} from '../../src/lib/clock.js'
import {FinError, TryLater, UnexpectedBody} from '../../src/lib/errors.js'
import {fakeClock} from '../clock.js'
import {openClient, rejection, serve, serveBytes, testProvider} from './client.js'

type Answering = (request: IncomingMessage, response: ServerResponse) => void

const json = {'content-type': 'application/json'}
const badBodies: Record<string, [Answering, RegExp]> = {
  'JSON that ends in the middle': [
    (_, response) => response.writeHead(200, json).end('{"observations":[{"date":"2026-01-01","va'),
    /ends in the middle/,
  ],
  'HTML for JSON': [
    (_, response) => response.writeHead(200).end('<!DOCTYPE html><title>Just a moment...</title>'),
    /HTML instead of JSON: Just a moment/,
  ],
  'an empty body': [(_, response) => response.writeHead(200, json).end(), /the answer is empty/],
  'status 204': [(_, response) => response.writeHead(204).end(), /the answer is empty/],
  'a single value': [(_, response) => response.writeHead(200, json).end('42'), /single value/],
  text: [(_, response) => response.writeHead(200).end('OK then'), /not valid JSON/],
  'a depth bomb': [
    (_, response) => response.writeHead(200, json).end('['.repeat(100_000)),
    /nests deeper than 200/,
  ],
  'invalid UTF-8': [
    (_, response) => response.writeHead(200, json).end(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])),
    /not valid UTF-8/,
  ],
  'a redirect loop': [
    (request, response) => response.writeHead(302, {location: request.url}).end(),
    /redirects more than 5 times/,
  ],
  'a redirect to a file': [
    (_, response) => response.writeHead(302, {location: 'file:///etc/passwd'}).end(),
    /redirects to an address of the protocol file:, which is not followed/,
  ],
  'a redirect without an address': [(_, response) => response.writeHead(302).end(), /HTTP 302/],
  'an announced size beyond the cap': [
    (_, response) => response.writeHead(200, {...json, 'content-length': 60_000_000}).write('['),
    /announces 60 MB/,
  ],
  'a status without a meaning here': [(_, response) => response.writeHead(304).end(), /HTTP 304/],
  'a plain 400': [
    (_, response) => response.writeHead(400).end('no such parameter'),
    /HTTP 400: no such parameter/,
  ],
}

for (const [name, [answering, message]] of Object.entries(badBodies))
  test(`${name} is an unexpected body and is not requested again`, async (t) => {
    const origin = await serve(t, answering)
    const {api, ledger} = openClient(testProvider(origin))
    const error = await rejection(api.request({path: '/x'}, 'BRK.B'))
    assert.ok(error instanceof UnexpectedBody, String(error))
    assert.match(error.message, message)
    assert.match(error.message, /^example \(BRK\.B\): /)
    assert.deepEqual([error.provider, error.target, typeof error.nextStep], ['example', 'BRK.B', 'string'])
    const sent = name === 'a redirect loop' ? 6 : 1
    assert.equal(ledger.events.filter((event) => event.startsWith('reserve')).length, sent)
    assert.match(ledger.events.at(-1)!, /^failed/)
    assert.equal(api.counts.failed, 1)
  })

const brokenConnections: Record<string, string | undefined> = {
  'a reset connection': undefined,
  'fewer bytes than announced':
    'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n{"a":',
  'a chunk that breaks off':
    'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n50\r\n{"a":',
  'bytes that are not HTTP': 'SSH-2.0-OpenSSH_9.2\r\n',
  'gzip that is none': 'HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 10\r\n\r\n0123456789',
}

for (const [name, bytes] of Object.entries(brokenConnections))
  test(`${name} is tried again, each time with a reservation of its own`, async (t) => {
    const origin = await serveBytes(t, (socket) => {
      if (bytes === undefined) return socket.once('data', () => socket.resetAndDestroy())
      return socket.once('data', () => socket.end(bytes))
    })
    const {api, ledger, clock} = openClient(testProvider(origin))
    const error = await rejection(api.request({path: '/x'}, 'BRK.B'))
    assert.ok(error instanceof TryLater, `${error.name}: ${error.message}`)
    assert.match(error.message, /^example \(BRK\.B\): /)
    assert.deepEqual(ledger.events, Array.from({length: 4}, () => ['reserve 1', 'start', 'failed']).flat())
    assert.equal(clock.sleeps.length, 3)
    assert.deepEqual({...api.counts}, {requests: 4, refused: 0, failed: 4})
  })

test('more bytes than announced: the announced part counts, and the rest does not enter the next answer', async (t) => {
  let answers = 0
  const origin = await serveBytes(t, (socket) =>
    socket.on('data', () => {
      answers++
      socket.end(
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{"n":"${answers}"}{"n":"stray"}`,
      )
    }),
  )
  const {api} = openClient(testProvider(origin))
  const bodies = [
    await api.get({path: '/x'}).catch((error: unknown) => error),
    await api.get({path: '/x'}).catch((error: unknown) => error),
  ]
  for (const body of bodies)
    if (!(body instanceof FinError)) assert.match(JSON.stringify(body), /^\{"n":"\d"\}$/)
})

test('a port without a server is an error with a next step', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  const error = await rejection(openClient(testProvider(`http://127.0.0.1:${port}`)).api.get({path: '/x'}))
  assert.ok(error instanceof TryLater)
  assert.match(error.message, /refuses connections/)
  assert.match(error.nextStep ?? '', /network/)
})

test('a byte order mark is not an error', async (t) => {
  const origin = await serve(t, (_, response) => response.writeHead(200, json).end('\uFEFF{"price":1.10}'))
  assert.deepEqual(await openClient(testProvider(origin)).api.get({path: '/x'}), {price: '1.10'})
})

/** Writes a piece every 50 ms as long as the other side listens. */
async function drip(socket: Socket, piece: () => string): Promise<void> {
  while (!socket.destroyed) {
    socket.write(piece())
    await pause(50)
  }
}

const slowOnes: Record<string, (socket: Socket) => void> = {
  'one byte at a time': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n')
    void drip(socket, () => '1\r\n[\r\n')
  },
  'headers one at a time': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    void drip(socket, () => `x-${Math.random()}: 1\r\n`)
  },
  silence: () => {},
}

for (const [name, behave] of Object.entries(slowOnes))
  test(`${name}: one deadline in real time ends the whole request, also on a simulated clock, and closes the socket`, async (t) => {
    let closed = 0
    const origin = await serveBytes(t, (socket) =>
      socket.once('data', () => {
        socket.once('close', () => closed++)
        behave(socket)
      }),
    )
    const {api} = openClient(testProvider(origin), {
      clock: fakeClock(undefined, 'advances', true),
      options: {deadlineMs: 400},
    })
    const start = performance.now()
    const error = await rejection(api.request({path: '/x'}, 'T'))
    const took = performance.now() - start
    assert.ok(error instanceof TryLater)
    assert.match(error.message, /no complete answer within 0\.4 s/)
    // Four tries; the upper bound allows for a busy machine.
    assert.ok(took >= 4 * 360 && took < 4 * 2_000, `${took} ms`)
    for (let i = 0; closed < 4 && i < 100; i++) await pause(20)
    assert.equal(closed, 4)
  })

test('endless headers are cut off', async (t) => {
  const origin = await serveBytes(t, (socket) =>
    socket.once('data', () => {
      const line = `x-filler: ${'a'.repeat(1_000)}\r\n`
      socket.write('HTTP/1.1 200 OK\r\n')
      const more = () => {
        while (!socket.destroyed && socket.write(line));
        if (!socket.destroyed) socket.once('drain', more)
      }
      more()
    }),
  )
  const error = await rejection(openClient(testProvider(origin)).api.get({path: '/x'}))
  assert.ok(error instanceof UnexpectedBody, `${error.name}: ${error.message}`)
  assert.match(error.message, /headers are too large/)
})

test('an interruption ends a request at once, with its own reason', async (t) => {
  const stop = new AbortController()
  const reason = new Error('interrupted by the user')
  const origin = await serve(t, () => setImmediate(() => stop.abort(reason)))
  const {api, ledger} = openClient(testProvider(origin), {options: {stop: stop.signal}})
  assert.equal(await rejection(api.get({path: '/x'})), reason)
  assert.deepEqual(ledger.events, ['reserve 1', 'start', 'failed'])
  assert.equal(await rejection(api.get({path: '/x'})), reason)
  assert.deepEqual(ledger.events.slice(3), ['reserve 1', 'start', 'release'])
})

/** 10 MB on the wire that expand to 10 GB: one compressed member of zeros, repeated. */
const member = {
  gzip: gzipSync(Buffer.alloc(10_000_000), {level: 9}),
  br: brotliCompressSync(Buffer.alloc(200_000_000)),
}

function pour(response: ServerResponse, chunk: Buffer, times: number): void {
  Readable.from(Array<Buffer>(times).fill(chunk)).pipe(response)
}

const floods: Answering = (request, response) => {
  response.on('error', () => {})
  const path = request.url?.split('?')[0]
  if (path === '/small') response.writeHead(200, json).end('[1]')
  else if (path === '/50mb') pour(response.writeHead(200, json), Buffer.alloc(50_000, '[1, '), 1_000)
  else if (path === '/gzip')
    pour(response.writeHead(200, {...json, 'content-encoding': 'gzip'}), member.gzip, 1_000)
  else if (path === '/br') response.writeHead(200, {...json, 'content-encoding': 'br'}).end(member.br)
  else if (path === '/full')
    response
      .writeHead(200, json)
      .end(
        JSON.stringify(
          Array.from({length: 15_000}, (_, i) => ({id: i, price: i / 7, text: 'x'.repeat(450)})),
        ),
      )
  else response.writeHead(404).end()
}

for (const [path, outcome] of [
  ['/50mb', /UnexpectedBody: example: it is larger than the 8 MB/],
  ['/gzip', /UnexpectedBody: example: it is larger/],
  ['/br', /UnexpectedBody: example: it is larger/],
] as const)
  test(`${path}: the body is cut off at the cap, with less than 50 MB of additional memory`, async (t) => {
    const origin = await serve(t, floods)
    const {stdout} = await promisify(execFile)(
      process.execPath,
      [fileURLToPath(new URL('flood.js', import.meta.url)), origin, path],
      {timeout: 60_000},
    )
    const result = JSON.parse(stdout) as {outcome: string; grownMb: number}
    t.diagnostic(`${path}: ${result.grownMb} MB more`)
    assert.match(result.outcome, outcome)
    assert.ok(result.grownMb < 50, `${result.grownMb} MB`)
  })

test('a valid answer near the cap is read whole', async (t) => {
  const origin = await serve(t, floods)
  const body = (await openClient(testProvider(origin)).api.get({path: '/full'})) as {price: string}[]
  assert.equal(body.length, 15_000)
  assert.equal(body[1]!.price, String(1 / 7))
})

test('a provider may accept a larger body', async (t) => {
  const origin = await serve(t, (_, response) =>
    response.writeHead(200, json).end(`"${'x'.repeat(9_000_000)}"`.replace(/^/, '[').concat(']')),
  )
  const body = (await openClient(testProvider(origin, {maxBytes: 10_000_000})).api.get({
    path: '/x',
  })) as string[]
  assert.equal(body[0]!.length, 9_000_000)
})
