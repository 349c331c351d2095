/** A socket that breaks, falls silent, refuses or floods; real WebSockets on loopback. */
import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {once} from 'node:events'
import {createServer, type AddressInfo, type Socket} from 'node:net'
import {setTimeout as later} from 'node:timers/promises'
import {test} from 'node:test'
import type {WebSocket} from 'ws'
import {NeedsPerson, UnexpectedBody} from '../../src/lib/errors.js'
import {certificateRefused} from '../../src/lib/http/network-reasons.js'
import {realClock} from '../../src/lib/clock.js'
import {bithumb} from '../../src/lib/feeds/bithumb.js'
import type {AnyFeed} from '../../src/lib/define-feed.js'
import {frameValue, type ReceivedFrame} from '../../src/lib/transport/frames.js'
import {fixedTargets} from '../../src/lib/transport/subscription.js'
import {frameByFrame, listenTo, shown, type Heard} from './listen.js'
import {socketServer} from './server.js'

interface Listened extends Pick<Heard, 'ends' | 'gaps'> {
  heard: ReceivedFrame[]
}

/** Listens until `enough`, then stops. */
async function until(
  url: string,
  enough: (listened: Listened) => boolean,
  feed: AnyFeed = bithumb,
  jitter?: (mostMs: number) => number,
): Promise<Listened> {
  const heard: ReceivedFrame[] = []
  const check = (noted: Heard) => {
    if (enough({...noted, heard})) noted.stop.abort(new Error('enough'))
  }
  const noted = listenTo(feed, url, jitter ? {jitter} : {}, check)
  for await (const one of frameByFrame(noted.listener)) {
    heard.push(one)
    check(noted)
  }
  return {...noted, heard}
}

test(
  'binary and text frames are read as JSON, and the subscription is sent first',
  {timeout: 30_000},
  async () => {
    const received: string[] = []
    const server = await socketServer((socket) => {
      socket.on('message', (message: Buffer, isBinary) => {
        received.push(`${isBinary ? 'binary' : 'text'} ${message.toString()}`)
        if (received.length !== 3) return
        socket.send(Buffer.from('{"n":1.10}'), {binary: true})
        socket.send('{"n":2}')
        socket.send(Buffer.from([0x7b, 0xff]), {binary: true})
        socket.send(Buffer.from('{"n":"\u{1F680}"}'), {binary: true, fin: true})
      })
    })
    const {heard} = await until(server.url, (seen) => seen.heard.length === 4, {
      ...bithumb,
      heartbeat: {text: 'PING', everyMs: 20},
    })
    assert.deepEqual(heard.map(shown), [
      {n: '1.10'},
      {n: '2'},
      'a frame cannot be read: it is not valid UTF-8',
      {n: '\u{1F680}'},
    ])
    assert.match(
      received[0]!,
      /^text \[\{"ticket":"[0-9a-f-]{36}"\},\{"type":"ticker","codes":\["KRW-BTC"\]\},\{"format":"DEFAULT"\}\]$/,
    )
    assert.deepEqual(
      received.slice(1, 3),
      ['text PING', 'text PING'],
      'it pings as often as the server demands',
    )
    await server.close()
  },
)

test(
  'a closed connection is opened again with another ticket, and the gap is reported with its bounds',
  {timeout: 30_000},
  async () => {
    const tickets: string[] = []
    const server = await socketServer((socket, before) => {
      socket.once('message', (message: Buffer) => {
        tickets.push((JSON.parse(message.toString()) as {ticket: string}[])[0]!.ticket)
        socket.send(Buffer.from(`{"n":${before}}`), () =>
          before === 0 ? void later(300).then(() => socket.close(1008, 'too slow')) : undefined,
        )
      })
    })
    const began = realClock.now().getTime()
    const {heard, ends, gaps} = await until(server.url, (seen) => seen.heard.length === 2)
    assert.deepEqual(heard.map(shown), [{n: '0'}, {n: '1'}])
    assert.deepEqual(
      ends.map(({why}) => why),
      ['the server closed it (1008 too slow)'],
    )
    assert.ok(ends[0]!.waitMs <= 1_000, `waits ${ends[0]!.waitMs} ms`)
    assert.equal(new Set(tickets).size, 2)
    assert.equal(gaps.length, 1)
    const [from, to] = [gaps[0]!.began.getTime(), gaps[0]!.ended.getTime()]
    // The server closed after 300 ms; the gap lasts from then to the next subscription.
    assert.ok(
      from - began >= 290 && to >= from && to <= realClock.now().getTime(),
      `from ${from - began} to ${to - began} ms`,
    )
    await server.close()
  },
)

test(
  'a server that hangs up again and again is contacted less and less often, whatever it sends in between',
  {timeout: 60_000},
  async () => {
    const server = await socketServer((socket) => {
      socket.once('message', () => socket.send('{"status":"UP"}', () => socket.close()))
    })
    const {ends} = await until(
      server.url,
      (seen) => seen.ends.length === 3,
      bithumb,
      (mostMs) => mostMs / 10,
    )
    await server.close()
    assert.deepEqual(
      ends.map(({waitMs}) => waitMs),
      [100, 200, 400],
    )
  },
)

test(
  'a server that answers "too many" is not contacted for at least a minute; one that is down is tried sooner',
  {timeout: 30_000},
  async () => {
    for (const [status, least, most] of [
      [429, 60_000, 61_000],
      [403, 60_000, 61_000],
      [200, 60_000, 61_000],
      [503, 0, 1_000],
    ] as const) {
      const server = await socketServer(
        () => {},
        () => status,
      )
      const {ends} = await until(server.url, (seen) => seen.ends.length === 1)
      assert.match(ends[0]!.why, new RegExp(`answered ${status}`))
      assert.ok(ends[0]!.waitMs >= least && ends[0]!.waitMs <= most, `${status}: ${ends[0]!.waitMs} ms`)
      assert.equal(server.requests, 1)
      await server.close()
    }
  },
)

test('a missing server is reported in the words of every other connection', {timeout: 30_000}, async () => {
  const gone = await socketServer(() => {})
  await gone.close()
  const {ends} = await until(gone.url, (seen) => seen.ends.length === 1)
  assert.equal(ends[0]!.why, 'it refuses connections')
  for (const code of [
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])
    assert.match(certificateRefused(code)?.why ?? '', /not accepted/)
  for (const code of ['', 'ECONNRESET', 'EPROTO']) assert.equal(certificateRefused(code), undefined)
})

test('a 404 for the socket ends the stream without a wait', {timeout: 30_000}, async () => {
  const server = await socketServer(
    () => {},
    () => 404,
  )
  await assert.rejects(
    until(server.url, () => false),
    (error: Error) => error instanceof NeedsPerson && /answered 404/.test(error.message),
  )
  await server.close()
})

test(
  'a temporary refusal of the server is waited out, and a mistake in the subscription is thrown',
  {timeout: 30_000},
  async () => {
    const server = await socketServer((socket) => {
      socket.once('message', () => socket.send('{"error":{"name":"too_many_requests","message":"later"}}'))
    })
    const {heard, ends} = await until(server.url, (seen) => seen.ends.length === 1)
    assert.deepEqual(heard, [])
    assert.match(ends[0]!.why, /the server refuses: too_many_requests later/)
    assert.ok(ends[0]!.waitMs >= 60_000)
    await server.close()
    const strict = await socketServer((socket) => {
      socket.once('message', () =>
        socket.send('{"error":{"name":"INVALID_PARAM","message":"codes"}}', () => socket.close(1000)),
      )
    })
    await assert.rejects(
      until(strict.url, () => false),
      (error: Error) =>
        error instanceof UnexpectedBody && /the server refuses: INVALID_PARAM codes/.test(error.message),
    )
    assert.equal(strict.requests, 1)
    await strict.close()
  },
)

test(
  'silence counts as a broken connection, but an unread connection does not',
  {timeout: 30_000},
  async () => {
    const impatient: AnyFeed = {...bithumb, silenceMs: 300, heartbeat: {text: 'PING', everyMs: 50}}
    const server = await socketServer(() => {})
    const {ends} = await until(server.url, (seen) => seen.ends.length === 1, impatient)
    assert.match(ends[0]!.why, /nothing came for/)
    await server.close()

    const sending = await socketServer((socket) => {
      socket.once('message', () => {
        for (let n = 0; n < 400; n++) socket.send(`{"n":${n}}`)
      })
    })
    // The queue is full after the first frames, so the socket is not read.
    const {listener, stop, ends: ended} = listenTo(impatient, sending.url, {mostQueuedBytes: 10})
    let count = 0
    for await (const _ of frameByFrame(listener)) {
      count++
      if (count === 1) await later(1_000) // longer than the allowed silence
      if (count === 400) stop.abort(new Error('enough'))
    }
    assert.deepEqual([count, ended], [400, []])
    await sending.close()
  },
)

test('a slow reader slows the server down, and no frame is lost', {timeout: 60_000}, async () => {
  const count = 3_000
  const filler = 'x'.repeat(10_000)
  let sending: WebSocket | undefined
  const server = await socketServer((socket) => {
    socket.once('message', () => {
      sending = socket
      for (let n = 0; n < count; n++) socket.send(Buffer.from(`{"n":${n},"filler":"${filler}"}`))
    })
  })
  const {listener, stop} = listenTo(bithumb, server.url, {mostQueuedBytes: 1_000_000})
  let next = 0
  let waitingBytes = 0
  for await (const one of frameByFrame(listener)) {
    if (next === 0) {
      await later(700)
      waitingBytes = sending!.bufferedAmount
    }
    assert.ok('bytes' in one)
    assert.equal((frameValue(one.bytes) as {n: string}).n, String(next++))
    if (next === count) stop.abort(new Error('enough'))
  }
  assert.equal(next, count)
  assert.ok(waitingBytes > 10_000_000, `${waitingBytes} bytes wait at the server`)
  await server.close()
})

/**
 * A server of raw bytes that ignores the protocol: after the handshake it sends the given bytes, and does not
 * answer a close.
 */
async function rawServer(bytes: (before: number) => Buffer | undefined) {
  let before = 0
  const server = createServer((raw) => {
    raw.on('error', () => {})
    raw.once('data', (request: Buffer) => {
      const key = /sec-websocket-key: (\S+)/i.exec(request.toString())![1]!
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
      raw.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      )
      const sent = bytes(before++)
      if (sent) raw.write(sent)
    })
    open.add(raw)
  })
  const open = new Set<Socket>()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/websocket/v1`,
    close() {
      for (const raw of open) raw.destroy()
      server.close()
    },
  }
}

const good = Buffer.from([0x82, 0x07, ...Buffer.from('{"n":1}')])
const broken: Readonly<Record<string, Buffer>> = {
  'bytes that are no frame': Buffer.from('HTTP/1.1 500 no\r\n\r\n'),
  'a compressed frame that was not requested': Buffer.from([0xc2, 0x02, 0x7b, 0x7d]),
  'a text frame that is no UTF-8': Buffer.from([0x81, 0x02, 0xc3, 0x28]),
  'a frame of five megabytes': Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 0x4c, 0x4b, 0x40, 0x7b]),
}
for (const [what, bytes] of Object.entries(broken)) {
  test(
    `${what} ends the connection at once, and the next one is opened although the server does not close`,
    {timeout: 20_000},
    async () => {
      const server = await rawServer((before) => (before === 0 ? bytes : good))
      const beganMs = realClock.elapsedMs()
      const {heard, ends} = await until(server.url, (seen) => seen.heard.length === 1)
      server.close()
      assert.deepEqual(heard.map(shown), [{n: '1'}])
      assert.equal(ends.length, 1)
      assert.ok(
        realClock.elapsedMs() - beganMs < 15_000,
        'not after the half minute that the library waits for a clean close',
      )
    },
  )
}

test(
  'a stop takes effect at every moment: before it connects, during the handshake, between two tries',
  {timeout: 30_000},
  async () => {
    const open = (url: string, stop: AbortController, onEnd: () => void = () => {}) =>
      listenTo(bithumb, url, {wanted: fixedTargets([]), stop: stop.signal, onEnd}).listener.frames()
    const sending = await socketServer((socket) => {
      const send = () => socket.send('{"n":1}', (error) => (error ? undefined : void later(20).then(send)))
      send()
    })
    const early = new AbortController()
    const first = open(sending.url, early).next()
    early.abort(new Error('enough'))
    assert.deepEqual(await first, {value: undefined, done: true})
    await sending.close()

    const mute = createServer((raw) => {
      raw.on('error', () => {})
    })
    mute.listen(0, '127.0.0.1')
    await once(mute, 'listening')
    const during = new AbortController()
    const second = open(`ws://127.0.0.1:${(mute.address() as AddressInfo).port}/`, during).next()
    await later(200)
    during.abort(new Error('enough'))
    assert.deepEqual(await second, {value: undefined, done: true})
    mute.close()

    const down = await socketServer(
      () => {},
      () => 429,
    )
    const between = new AbortController()
    const third = open(
      down.url,
      between,
      () => void later(50).then(() => between.abort(new Error('enough'))),
    ).next()
    assert.deepEqual(await third, {value: undefined, done: true})
    await down.close()
  },
)
