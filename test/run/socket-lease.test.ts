/** One credential has one socket: a second producer waits, and a lost lease closes the connection. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {WebSocket} from 'ws'
import {loadConfig} from '../../src/lib/config.js'
import type {Queries} from '../../src/lib/db/database.js'
import {lockerOn} from '../../src/lib/db/job-lock.js'
import {openDatabase} from '../../src/lib/db/pool.js'
import {NeedsPerson, TryLater} from '../../src/lib/errors.js'
import {etf} from '../../src/lib/feeds/etf.js'
import {createStreamCounts} from '../../src/lib/health/counts.js'
import {namedTargets} from '../../src/lib/run/feed-targets.js'
import {openLiveSource} from '../../src/lib/run/live-source.js'
import {takeSocketLease} from '../../src/lib/run/socket-lease.js'
import {nothingReceived, type SocketGap} from '../../src/lib/transport/socket-gaps.js'
import {eventually} from '../stream/redis-sink.js'
import {socketServer} from '../stream/server.js'
import {openSetup} from './setup.js'

const one = {FINNHUB_API_KEY_1: 'simulatedfinnhubkeyone'}
const two = {...one, FINNHUB_API_KEY_2: 'simulatedfinnhubkeytwo'}

/** A log whose warnings are kept. */
function logged() {
  const lines: string[] = []
  return {lines, log: {error() {}, warn: (text: string) => lines.push(text), notice() {}, detail() {}}}
}

test(
  'the second producer of a key waits, says so once, and follows the first',
  {timeout: 60_000},
  async (t) => {
    const setup = await openSetup()
    const config = loadConfig(
      {...one, DATABASE_URL: setup.databaseUrl, FIN_SIMULATOR_URL: setup.simulator.url},
      '/',
    )
    const databases = [await openDatabase(config), await openDatabase(config)] as const
    t.after(async () => {
      for (const database of databases) await database.close()
      await setup.close()
    })
    const {lines, log} = logged()
    const stop = new AbortController()
    const options = {config, token: undefined, first: 1, log, stop: stop.signal}
    const first = await takeSocketLease(etf, {...options, database: databases[0]})
    assert.deepEqual([first.credential.variable, lines], ['FINNHUB_API_KEY_1', []])
    const second = takeSocketLease(etf, {...options, database: databases[1]})
    await eventually('a warning', () => lines.length > 0)
    await first.lock.release()
    const lease = await second
    assert.equal(lease.credential.variable, 'FINNHUB_API_KEY_1')
    assert.deepEqual(lines, [
      'etf: waits until another connection ends: finnhub accepts one for each key, and each key is in use (FINNHUB_API_KEY_1)',
    ])
    const third = takeSocketLease(etf, {...options, database: databases[0]})
    const ended = assert.rejects(third, /enough/)
    await eventually('another warning', () => lines.length > 1)
    stop.abort(new Error('enough'))
    await ended
    await lease.lock.release()
  },
)

test('with two keys, each producer takes the one of its shard, or the next that is free', async (t) => {
  const setup = await openSetup()
  t.after(() => setup.close())
  const database = await setup.context.database()
  const {lines, log} = logged()
  const take = (env: Record<string, string>, first: number, token?: string) =>
    takeSocketLease(etf, {config: loadConfig(env, '/'), database, token, first, log, stop: setup.stop.signal})
  const leases = [await take(two, 2), await take(two, 2)]
  assert.deepEqual(
    leases.map(({credential}) => credential.label),
    ['2', '1'],
  )
  for (const {lock} of leases) await lock.release()
  const named = await take(two, 1, '2')
  assert.equal(named.credential.label, '2')
  await named.lock.release()
  assert.deepEqual(lines, [])
  for (const [env, token, says] of [
    [{}, undefined, /etf: FINNHUB_API_KEY_\w+ is not set/],
    [one, '2', /etf: FINNHUB_API_KEY_2 is not set/],
    [one, 'nosuch', /finnhub has no credential "nosuch"/],
  ] as const)
    await assert.rejects(
      take(env, 1, token),
      (error: Error) => error instanceof NeedsPerson && says.test(error.message) && !!error.nextStep,
    )
})

test(
  'a lost lease closes the socket, and the gap until the next one begins there',
  {timeout: 90_000},
  async (t) => {
    const setup = await openSetup()
    let open = 0
    const server = await socketServer((socket) => {
      open++
      socket.once('close', () => open--)
    })
    const stop = new AbortController()
    const {lines, log} = logged()
    const simulatorUrl = server.url.replace(/^ws/, 'http').replace('/websocket/v1', '')
    const gaps: SocketGap[] = []
    const source = openLiveSource(etf, {
      context: {...setup.context, log, config: {...loadConfig(one, '/'), simulatorUrl}},
      stop: stop.signal,
      targets: namedTargets(etf, ['SPY']),
      shard: undefined,
      token: undefined,
      counts: createStreamCounts(),
      withRequests: false,
      since: async () => nothingReceived,
      onGap: (gap) => gaps.push(gap),
    })
    const frames = (async () => {
      for await (const _ of source.frames());
    })()
    t.after(async () => {
      stop.abort()
      await frames
      await server.close()
      await setup.close()
    })
    await eventually('the subscription', () => source.connectedSince() !== undefined)
    const other = {host: 'elsewhere', pid: 1, mark: 'x', namespace: 'y'}
    await setup.rows(
      `update job_locks set holder = pg_catalog.gen_random_uuid(), process = $1, until = clock_timestamp() + interval '1 hour'
     where name = 'socket finnhub 1'`,
      [other],
    )
    await eventually('the end of the socket', () => open === 0)
    assert.equal(source.connectedSince(), undefined)
    const until = source.received().until
    assert.ok(until)
    await eventually('a warning', () =>
      lines.includes('etf: the connection ends: another process took the lease of FINNHUB_API_KEY_1'),
    )
    assert.equal(server.requests, 1)
    await setup.rows(`delete from job_locks where name = 'socket finnhub 1'`)
    await eventually('the next subscription', () => gaps.length > 0)
    assert.equal(server.requests, 2)
    assert.deepEqual(
      gaps.map(({began, targets}) => [began, targets]),
      [[until, ['SPY']]],
    )
  },
)

test(
  'the end of the data before is read when the lease is held, not before',
  {timeout: 60_000},
  async (t) => {
    const setup = await openSetup()
    const server = await socketServer(() => {})
    const stop = new AbortController()
    const {lines, log} = logged()
    const database = await setup.context.database()
    const simulatorUrl = server.url.replace(/^ws/, 'http').replace('/websocket/v1', '')
    const other = await database.lock('socket finnhub 1')
    let delivered = new Date('2026-11-23T20:00:00Z')
    const gaps: SocketGap[] = []
    const source = openLiveSource(etf, {
      context: {...setup.context, log, config: {...loadConfig(one, '/'), simulatorUrl}},
      stop: stop.signal,
      targets: namedTargets(etf, ['SPY']),
      shard: undefined,
      token: undefined,
      counts: createStreamCounts(),
      withRequests: false,
      since: async () => ({until: delivered, later: new Map()}),
      onGap: (gap) => gaps.push(gap),
    })
    const frames = (async () => {
      for await (const _ of source.frames());
    })()
    t.after(async () => {
      stop.abort()
      await frames
      await server.close()
      await setup.close()
    })
    await eventually('a warning', () => lines.length > 0)
    delivered = new Date('2026-11-23T20:59:00Z') // the other process still delivered data
    await other!.release()
    await eventually('the gap', () => gaps.length > 0)
    assert.deepEqual(
      gaps.map(({began}) => began),
      [delivered],
    )
  },
)

test(
  'a producer ends its connection before its lease, keeps its frames, and connects again',
  {timeout: 90_000},
  async (t) => {
    const setup = await openSetup()
    const sockets = new Set<WebSocket>()
    const server = await socketServer((socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    })
    const real = await setup.context.database()
    let isAway = false
    let failures = 0
    const query: Queries['query'] = (name, params) => {
      if (!isAway) return real.query(name, params)
      failures++
      return Promise.reject(new TryLater('the database does not answer'))
    }
    const {lock} = lockerOn(
      {query},
      {leaseMs: 8_000, renewMs: 200, retryMs: 100, warnMs: 4_000, releaseMs: 5_000},
    )
    const stop = new AbortController()
    const {lines, log} = logged()
    const simulatorUrl = server.url.replace(/^ws/, 'http').replace('/websocket/v1', '')
    const gaps: SocketGap[] = []
    const source = openLiveSource(etf, {
      context: {
        ...{...setup.context, log, config: {...loadConfig(one, '/'), simulatorUrl}},
        database: async () => ({...real, query, lock}),
      },
      ...{stop: stop.signal, targets: namedTargets(etf, ['SPY']), shard: undefined, token: undefined},
      ...{counts: createStreamCounts(), withRequests: false},
      since: async () => nothingReceived,
      onGap: (gap) => gaps.push(gap),
    })
    let taken = 0
    let take: () => void = () => {}
    const mayTake = new Promise<void>((resolve) => (take = resolve))
    const frames = (async () => {
      for await (const {frames: some} of source.frames()) {
        taken += some.length
        await mayTake
      }
    })()
    t.after(async () => {
      stop.abort()
      await frames
      await server.close()
      await setup.close()
    })
    const until = async () => {
      const rows = await setup.rows(`select until from job_locks where name = 'socket finnhub 1'`)
      return (rows[0]?.['until'] as Date).getTime()
    }
    await eventually('the subscription', () => source.connectedSince() !== undefined)
    isAway = true
    await eventually('failures', () => failures > 2)
    const before = await until()
    isAway = false
    await eventually('a renewal', async () => (await until()) > before)
    assert.deepEqual([sockets.size, server.requests, lines], [1, 1, []])

    isAway = true
    for (const socket of sockets)
      for (let n = 0; n < 3; n++) socket.send(`{"type":"trade","data":[],"n":${n}}`)
    await eventually('the end of the socket', () => sockets.size === 0)
    const free = await setup.rows(
      `select from job_locks where name in ('socket finnhub 1', 'stream etf') and until > clock_timestamp()`,
    )
    assert.equal(free.length, 2, 'no other process can take the locks yet')
    assert.equal(source.isOnly(), false)
    await eventually('a warning', () => lines.length > 0)
    assert.deepEqual(lines, [
      'etf: the connection ends: the database does not answer, so the lock of the stream and the lease of FINNHUB_API_KEY_1 cannot be renewed, and another process may soon use it',
    ])
    const end = source.received().until
    take()
    await eventually('another warning', () => lines.length > 1)
    assert.equal(taken, 3, 'what was received is yielded')
    assert.equal(
      lines[1],
      'etf: nothing is received until the database answers: the database does not answer',
    )
    isAway = false
    await eventually('the gap', () => gaps.length > 0)
    assert.deepEqual(
      gaps.map(({began, targets}) => [began, targets]),
      [[end, ['SPY']]],
    )
    assert.deepEqual([sockets.size, source.isOnly()], [1, true])
  },
)
