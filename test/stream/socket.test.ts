/** A socket that breaks, falls silent, refuses or floods; real WebSockets on loopback. */
import assert from 'node:assert/strict'
import {setTimeout as later} from 'node:timers/promises'
import {test} from 'node:test'
import type {WebSocket} from 'ws'
import {realClock} from '../../src/lib/clock.js'
import {bithumb} from '../../src/lib/feeds/bithumb.js'
import type {AnyFeed} from '../../src/lib/define.js'
import {listen} from '../../src/lib/transport/socket.js'
import {mostFrameBytes, type Heard} from '../../src/lib/transport/frames.js'
import {socketServer} from './server.js'

interface Listened {
  heard: Heard[]
  ends: {why: string; waitMs: number}[]
  gaps: {from: Date; to: Date}[]
}

/** Listens until `enough`, then stops. */
async function until(url: string, enough: (listened: Listened) => boolean, feed: AnyFeed = bithumb): Promise<Listened> {
  const stop = new AbortController()
  const listened: Listened = {heard: [], ends: [], gaps: []}
  const check = () => { if (enough(listened)) stop.abort(new Error('enough')) }
  const frames = listen(feed, {
    url, targets: ['KRW-BTC'], clock: realClock, stop: stop.signal,
    onEnd: (why, waitMs) => { listened.ends.push({why, waitMs}); check() },
    onGap: (from, to) => listened.gaps.push({from, to}),
  })
  for await (const one of frames) {
    listened.heard.push(one)
    check()
  }
  return listened
}

test('binary frames arrive as JSON, text frames too, and the subscription is sent first', {timeout: 30_000}, async () => {
  const received: string[] = []
  const server = await socketServer((socket) => {
    socket.on('message', (message: Buffer, isBinary) => {
      received.push(`${isBinary ? 'binary' : 'text'} ${message.toString()}`)
      if (received.length > 1) return
      socket.send(Buffer.from('{"n":1.10}'), {binary: true})
      socket.send('{"n":2}')
      socket.send(Buffer.from([0x7b, 0xff]), {binary: true})
      socket.send(Buffer.from('{"n":"\u{1F680}"}'), {binary: true, fin: true})
    })
  })
  const {heard} = await until(server.url, (seen) => seen.heard.length === 4)
  assert.deepEqual(heard.map((one) => 'frame' in one ? one.frame : one.rejected),
    [{n: '1.10'}, {n: '2'}, 'a frame cannot be read: it is not valid UTF-8', {n: '\u{1F680}'}])
  assert.match(received[0]!, /^text \[\{"ticket":"[0-9a-f-]{36}"\},\{"type":"ticker","codes":\["KRW-BTC"\]\},\{"format":"DEFAULT"\}\]$/)
  assert.deepEqual(received.slice(1), received.slice(1).map(() => 'text PING'))
  await server.close()
})

test('a connection that ends is opened again with another ticket, and the gap is told', {timeout: 30_000}, async () => {
  const tickets: string[] = []
  const server = await socketServer((socket, before) => {
    socket.once('message', (message: Buffer) => {
      tickets.push((JSON.parse(message.toString()) as {ticket: string}[])[0]!.ticket)
      socket.send(Buffer.from(`{"n":${before}}`), () => before === 0 ? socket.terminate() : undefined)
    })
  })
  const {heard, ends, gaps} = await until(server.url, (seen) => seen.heard.length === 2)
  assert.deepEqual(heard.map((one) => 'frame' in one && one.frame), [{n: '0'}, {n: '1'}])
  assert.equal(ends.length, 1)
  assert.ok(ends[0]!.waitMs <= 1_000, `waits ${ends[0]!.waitMs} ms`)
  assert.equal(new Set(tickets).size, 2)
  assert.equal(gaps.length, 1)
  assert.ok(gaps[0]!.to.getTime() >= gaps[0]!.from.getTime())
  await server.close()
})

test('a server that answers "too many" is left alone for a minute at least; one that is down is asked again sooner', {timeout: 30_000}, async () => {
  for (const [status, least, most] of [[429, 60_000, 61_000], [403, 60_000, 61_000], [503, 0, 1_000]] as const) {
    const server = await socketServer(() => {}, () => status)
    const {ends} = await until(server.url, (seen) => seen.ends.length === 1)
    assert.match(ends[0]!.why, new RegExp(`answered ${status}`))
    assert.ok(ends[0]!.waitMs >= least && ends[0]!.waitMs <= most, `${status}: ${ends[0]!.waitMs} ms`)
    assert.equal(server.asked, 1)
    await server.close()
  }
})

test('silence is a broken connection, while one that is not read is none', {timeout: 30_000}, async () => {
  const impatient: AnyFeed = {...bithumb, silenceMs: 300, heartbeat: {text: 'PING', everyMs: 50}}
  const server = await socketServer(() => {})
  const {ends} = await until(server.url, (seen) => seen.ends.length === 1, impatient)
  assert.match(ends[0]!.why, /nothing came for/)
  await server.close()

  const talking = await socketServer((socket) => { socket.once('message', () => { for (let n = 0; n < 400; n++) socket.send(`{"n":${n}}`) }) })
  const stop = new AbortController()
  const seen: Heard[] = []
  const ended: string[] = []
  const frames = listen(impatient, {url: talking.url, targets: [], clock: realClock, stop: stop.signal, onEnd: (why) => ended.push(why), onGap: () => {}})
  for await (const one of frames) {
    seen.push(one)
    if (seen.length === 1) await later(1_000) // longer than the silence that is borne
    if (seen.length === 400) stop.abort(new Error('enough'))
  }
  assert.deepEqual([seen.length, ended], [400, []])
  await talking.close()
})

test('who reads slowly slows the server down, and nothing is lost', {timeout: 60_000}, async () => {
  const count = 3_000
  const filler = 'x'.repeat(10_000)
  let sending: WebSocket | undefined
  const server = await socketServer((socket) => {
    socket.once('message', () => {
      sending = socket
      for (let n = 0; n < count; n++) socket.send(Buffer.from(`{"n":${n},"filler":"${filler}"}`))
    })
  })
  const stop = new AbortController()
  let next = 0
  let waitingBytes = 0
  for await (const one of listen(bithumb, {url: server.url, targets: [], clock: realClock, stop: stop.signal, onEnd: () => {}, onGap: () => {}})) {
    if (next === 0) {
      await later(700)
      waitingBytes = sending!.bufferedAmount
    }
    assert.ok('frame' in one)
    assert.equal((one.frame as {n: string}).n, String(next++))
    if (next === count) stop.abort(new Error('enough'))
  }
  assert.equal(next, count)
  assert.ok(waitingBytes > 10_000_000, `${waitingBytes} bytes wait at the server`)
  await server.close()
})

test('a frame that is far too large ends the connection and not the program', {timeout: 30_000}, async () => {
  const server = await socketServer((socket, before) => {
    socket.once('message', () => socket.send(before === 0 ? Buffer.alloc(mostFrameBytes + 1, 'x') : Buffer.from('{"n":1}')))
  })
  const {heard, ends} = await until(server.url, (seen) => seen.heard.length === 1)
  assert.deepEqual(heard.map((one) => 'frame' in one && one.frame), [{n: '1'}])
  assert.match(ends[0]!.why, /max payload size exceeded/i)
  await server.close()
})
