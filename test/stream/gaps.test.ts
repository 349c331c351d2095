/** Gaps of a socket have exact bounds and targets, and cover at most the time without a subscription. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {test} from 'node:test'
import type {WebSocket} from 'ws'
import type {AnyFeed} from '../../src/lib/define-feed.js'
import {etf} from '../../src/lib/feeds/etf.js'
import {
  createSocketGaps,
  newestOf,
  nothingReceived,
  type SocketGap,
} from '../../src/lib/transport/socket-gaps.js'
import {fixedTargets} from '../../src/lib/transport/subscription.js'
import {fakeClock} from '../clock.js'
import {allFrames, frameByFrame, listenTo, shown, type Heard} from './listen.js'
import {eventually} from './redis-sink.js'
import {socketServer} from './server.js'

const feed: AnyFeed = {...etf, pace: {everyMs: 1, burst: 2, pauseMs: 1}}
const trade = '{"type":"trade","data":[{"s":"SPY","p":1,"t":1795683873858,"v":1,"c":null}]}'
const at = (second: number) => new Date(Date.UTC(2026, 10, 27, 15, 0, second))
const times = (gaps: readonly SocketGap[]) =>
  gaps.map(({began, ended, targets}) => [began.getUTCSeconds(), ended.getUTCSeconds(), ...targets])

/** A server that notes what it receives; each connection is passed to `connected` after its last message. */
async function serverOf(messages: number, connected: (socket: WebSocket, before: number) => void) {
  const received: string[] = []
  const server = await socketServer((socket, before) => {
    let count = 0
    socket.on('message', (message: Buffer) => {
      received.push(message.toString())
      if (++count === messages) connected(socket, before)
    })
  })
  return {...server, received, close: server.close}
}

test('a connection that the server closes: the gap lasts from its end to each new subscription', async () => {
  const clock = fakeClock(at(1))
  const server = await serverOf(3, (socket, before) => {
    if (before === 0) socket.send(trade, () => socket.close(1001, 'moved'))
  })
  const heard = listenTo(feed, server.url, {
    wanted: fixedTargets(['SPY', 'QQQ', 'IWM']),
    clock,
    jitter: () => 0,
    onConnected: () => {
      if (clock.now() < at(5)) clock.set(at(5))
      else heard.stop.abort()
    },
    onEnd: () => {
      assert.equal(heard.listener.connectedSince(), undefined)
      clock.set(at(9))
      assert.deepEqual(heard.listener.received().until, at(5), 'it stands still')
    },
  })
  const frames = await allFrames(heard.listener)
  await server.close()
  assert.deepEqual(times(heard.gaps), [
    [5, 9, 'SPY', 'QQQ'],
    [5, 9, 'IWM'],
  ])
  assert.match(heard.gaps[0]!.why, /the server closed it \(1001 moved\)/)
  assert.equal(frames.length, 1, 'the frame before the end is yielded')
})

test('a server that is silent without closing: the gap begins with the last frame', async () => {
  const clock = fakeClock(at(1))
  const silent: AnyFeed = {...feed, heartbeat: {text: null, everyMs: 30}, silenceMs: 300}
  const server = await socketServer((socket, before) => {
    socket.once('message', () => {
      if (before > 0) return
      // A peer that is gone answers no ping.
      socket.send(trade, () => socket.pause())
    })
  })
  const heard = listenTo(silent, server.url, {
    wanted: fixedTargets(['SPY']),
    clock,
    jitter: () => 0,
    onEnd: () => clock.set(at(40)),
    onGap: (gap) => {
      heard.gaps.push(gap)
      heard.stop.abort()
    },
  })
  for await (const _ of frameByFrame(heard.listener)) clock.set(at(10))
  await server.close()
  assert.deepEqual(times(heard.gaps), [[1, 40, 'SPY']])
  assert.match(heard.gaps[0]!.why, /nothing came for/)
})

test('a server that refuses and then accepts continues one gap, also the one before this process', async () => {
  for (const since of [undefined, at(0)]) {
    const clock = fakeClock(at(2))
    const server = await socketServer(
      () => {},
      (before) => (before < 2 ? 503 : undefined),
    )
    const heard = listenTo(feed, server.url, {
      wanted: fixedTargets(['SPY']),
      clock,
      since: {until: since, later: new Map()},
      jitter: () => 0,
      onEnd: () => clock.advance(3_000),
      onConnected: () => heard.stop.abort(),
    })
    assert.deepEqual(heard.listener.received().until, since)
    await allFrames(heard.listener)
    await server.close()
    assert.deepEqual(times(heard.gaps), [[since ? 0 : 2, 8, 'SPY']])
    assert.match(heard.gaps[0]!.why, since ? /no process received this stream/ : /answered 503/)
  }
})

test('the gap between two processes lasts from the last delivery to the subscription; the first has none', async () => {
  for (const since of [undefined, at(3)]) {
    const clock = fakeClock(at(20))
    const server = await socketServer(() => {})
    const heard = listenTo(feed, server.url, {
      wanted: fixedTargets(['SPY']),
      clock,
      since: {until: since, later: new Map()},
      onConnected: () => heard.stop.abort(),
    })
    await allFrames(heard.listener)
    await server.close()
    assert.deepEqual(times(heard.gaps), since ? [[3, 20, 'SPY']] : [])
    assert.deepEqual(heard.listener.connectedSince(), undefined, 'nothing is received after the stop')
    clock.set(at(50))
    assert.deepEqual(heard.listener.received().until, at(20))
  }
})

test('an interrupted subscription does not extend the gap of the targets that it reached', () => {
  const seen: SocketGap[] = []
  const gaps = createSocketGaps(nothingReceived, (gap) => seen.push(gap))
  gaps.subscribed(['A', 'B'], at(0))
  gaps.completed(at(0))
  gaps.subscribed(['C'], at(2)) // a new target of a connected stream
  gaps.ended(at(5), 'first end')
  assert.deepEqual([gaps.connectedSince(), gaps.received(at(9)).until], [undefined, at(5)])
  gaps.subscribed(['A'], at(10))
  gaps.ended(at(15), 'second end')
  gaps.ended(at(16), 'refused')
  gaps.subscribed(['A', 'B', 'C'], at(20))
  gaps.completed(at(20))
  gaps.subscribed(['A', 'B', 'C'], at(25)) // subscribed again on the same connection
  assert.deepEqual(times(seen), [
    [5, 10, 'A'],
    [15, 20, 'A'],
    [5, 20, 'B', 'C'],
  ])
  assert.deepEqual(
    seen.map(({why}) => why),
    ['first end', 'second end', 'first end'],
  )
  gaps.ended(at(30), 'third end')
  gaps.subscribed(['A'], at(40))
  assert.deepEqual(times(seen.slice(3)), [[30, 40, 'A']])
})

test('a process that ends while it subscribes leaves to the next one what each target was received', () => {
  const seen: SocketGap[] = []
  const first = createSocketGaps({until: at(1), later: new Map()}, (gap) => seen.push(gap))
  first.subscribed(['A', 'B'], at(10))
  first.ended(at(12), 'an end')
  first.subscribed(['A'], at(14))
  const left = first.received(at(15))
  assert.deepEqual(left, {
    until: at(1),
    later: new Map([
      ['A', at(15)],
      ['B', at(12)],
    ]),
  })
  const second = createSocketGaps(left, (gap) => seen.push(gap))
  assert.deepEqual(second.received(at(19)), left)
  second.subscribed(['A', 'B', 'C'], at(20))
  second.completed(at(20))
  assert.deepEqual(second.received(at(21)), {until: at(21), later: new Map()})
  assert.deepEqual(times(seen), [
    [1, 10, 'A', 'B'],
    [12, 14, 'A'],
    [15, 20, 'A'],
    [12, 20, 'B'],
    [1, 20, 'C'],
  ])
  const other = {until: at(13), later: new Map([['C', at(18)]])}
  assert.deepEqual(newestOf(left, other), {
    until: at(13),
    later: new Map([
      ['A', at(15)],
      ['C', at(18)],
    ]),
  })
})

test('it reconnects while nobody takes frames, and keeps what came before', async () => {
  const server = await serverOf(1, (socket, before) => socket.send(`{"n":${before}}`, () => socket.close()))
  const heard: Heard = listenTo(feed, server.url, {wanted: fixedTargets(['SPY']), jitter: () => 0})
  await eventually('three connections', () => heard.ends.length >= 3)
  heard.stop.abort()
  const frames = await allFrames(heard.listener)
  await server.close()
  assert.deepEqual(frames.slice(0, 3).map(shown), [{n: '0'}, {n: '1'}, {n: '2'}])
})

test('a full queue stops reading the socket, and reads on when its frames are taken', async () => {
  let sent: WebSocket | undefined
  const count = 300
  const filler = 'x'.repeat(100_000)
  const server = await serverOf(1, (socket) => {
    sent = socket
    for (let n = 0; n < count; n++) socket.send(`{"n":${n},"filler":"${filler}"}`)
  })
  const {listener, stop} = listenTo(feed, server.url, {
    wanted: fixedTargets(['SPY']),
    mostQueuedBytes: 500_000,
  })
  const frames = frameByFrame(listener)
  await eventually('the server waits', () => (sent?.bufferedAmount ?? 0) > 1_000_000)
  const waiting = sent!.bufferedAmount
  // Nobody takes anything, so the server cannot send more.
  await once(AbortSignal.timeout(300), 'abort')
  assert.ok(waiting - sent!.bufferedAmount <= 8_000_000, 'only the buffers of the system fill')
  for (let n = 0; n < count; n++) {
    const {value} = await frames.next()
    assert.equal((shown(value!) as {n: string}).n, String(n))
  }
  assert.equal(listener.oldest(), undefined)
  stop.abort()
  await frames.next()
  await server.close()
})
