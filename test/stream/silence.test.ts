/** A feed is silent when no data comes, whatever else the server sends. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {WebSocket} from 'ws'
import type {AnyFeed} from '../../src/lib/define-feed.js'
import {bithumb} from '../../src/lib/feeds/bithumb.js'
import {frameByFrame, listenTo, type Heard} from './listen.js'
import {finnhubSocket} from '../../src/lib/providers/finnhub/socket.js'
import {socketServer} from './server.js'

const feed: AnyFeed = {
  ...bithumb,
  heartbeat: {text: 'PING', everyMs: 50},
  silenceMs: 5_000,
  noDataMs: () => 400,
}
const ticker = '{"type":"ticker","code":"KRW-BTC"}'

/** Listens until `enough`, and counts the subscriptions that arrived. */
async function listened(
  onMessage: (socket: WebSocket, subscriptions: number) => void,
  enough: (seen: {quiet: number; ends: string[]; frames: number; subscriptions: number}) => boolean,
) {
  const seen = {quiet: 0, ends: [] as string[], frames: 0, subscriptions: 0, connections: 0}
  const server = await socketServer((socket) => {
    seen.connections++
    socket.on('message', (data: Buffer) => {
      if (data.toString() !== 'PING') seen.subscriptions++
      onMessage(socket, data.toString() === 'PING' ? 0 : seen.subscriptions)
    })
  })
  const check = ({ends, stop}: Heard) => {
    seen.ends = ends.map(({why}) => why)
    if (enough(seen)) stop.abort(new Error('enough'))
  }
  const heard = listenTo(feed, server.url, {onQuiet: () => void seen.quiet++, jitter: () => 10}, check)
  for await (const _ of frameByFrame(heard.listener)) {
    seen.frames++
    check(heard)
  }
  await server.close()
  return seen
}

for (const [name, chatter] of Object.entries({
  'keep-alive answers': '{"status":"UP"}',
  'frames of another channel': '{"type":"orderbook","code":"KRW-BTC"}',
  'frames without anything': '{}',
}))
  test(`${name} do not hide a dead subscription`, {timeout: 30_000}, async () => {
    const seen = await listened(
      (socket, subscriptions) => socket.send(subscriptions === 1 ? ticker : chatter),
      ({ends}) => ends.length === 1,
    )
    assert.equal(seen.quiet, 1)
    assert.equal(seen.subscriptions, 2, 'it subscribed again first')
    assert.match(seen.ends[0]!, /^no data came for \d+ s, also after a fresh subscription$/)
  })

test(
  'a market that is only quiet keeps its connection: a fresh subscription brings its state',
  {timeout: 30_000},
  async () => {
    const seen = await listened(
      (socket, subscriptions) => socket.send(subscriptions > 0 ? ticker : '{"status":"UP"}'),
      ({subscriptions}) => subscriptions === 4,
    )
    assert.deepEqual([seen.ends, seen.connections], [[], 1])
    assert.ok(seen.quiet >= 3)
  },
)

test('the bound of Bithumb: two minutes for the whole market, half an hour for one target', () => {
  const minutes = [1, 3, 15, 413].map(
    (targets) => bithumb.noDataMs!(targets, new Date('2026-11-23T15:00:00Z')) / 60_000,
  )
  assert.deepEqual(minutes, [30, 10, 2, 2])
  for (const frame of [{status: 'UP'}, {}, null, [], {type: 'trade', code: 'KRW-BTC'}])
    assert.equal(bithumb.isData!(frame), false)
  assert.equal(bithumb.isData!(JSON.parse(ticker)), true)
})

/** The minutes without a trade of 50 symbols after which the sockets of Finnhub are silent. */
const silentAfter = (at: string) => finnhubSocket.noDataMs(50, new Date(at)) / 60_000

test('a socket of Finnhub with few symbols may be without a trade for longer', () => {
  const inSession = new Date('2026-11-25T20:00:00Z')
  assert.deepEqual(
    [50, 200, 25, 1].map((targets) => finnhubSocket.noDataMs(targets, inSession) / 60_000),
    [2.5, 2.5, 5, 125],
  )
})

test('a fresh subscription has as long to bring data as the one before it', {timeout: 30_000}, async () => {
  let renewed: number | undefined
  let ended: number | undefined
  await listened(
    (socket, subscriptions) => {
      if (subscriptions === 1) socket.send(ticker)
      if (subscriptions === 2) renewed ??= performance.now()
    },
    ({ends}) => {
      if (ends.length === 1) ended ??= performance.now()
      return ends.length === 1
    },
  )
  assert.ok(ended! - renewed! >= 390, `${ended! - renewed!} ms`)
})

test('the bound of Finnhub: short in a session, long around it, none while the exchanges are closed', () => {
  for (const [minutes, times] of [
    [2.5, ['2026-11-25T15:00:00Z', '2026-11-25T20:59:59Z', '2026-11-27T17:59:59Z']],
    [120, ['2026-11-25T11:00:00Z', '2026-11-25T23:00:00Z', '2026-11-27T20:30:00Z']],
    // a night, Thanksgiving, the evening after an early close, a weekend, the day of mourning
    [Infinity, ['2026-11-25T03:00:00Z', '2026-11-26T16:00:00Z', '2026-11-27T22:00:00Z']],
    [Infinity, ['2026-11-28T16:00:00Z', '2025-01-09T16:00:00Z']],
  ] as const)
    assert.deepEqual(
      times.map(silentAfter),
      times.map(() => minutes),
    )
})

test('a silence counts against a session only after it has lasted as long', () => {
  assert.deepEqual(
    ['2026-11-30T14:30:00Z', '2026-11-30T14:32:29Z', '2026-11-30T14:32:30Z'].map(silentAfter),
    [Infinity, Infinity, 2.5],
  )
  // The first trades before a session, after a weekend without any.
  assert.deepEqual(
    ['2026-11-30T09:00:00Z', '2026-11-30T10:59:00Z', '2026-11-30T11:00:00Z'].map(silentAfter),
    [Infinity, Infinity, 120],
  )
})
