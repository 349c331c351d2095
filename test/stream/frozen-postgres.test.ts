/** SIGTERM while PostgreSQL accepts connections and answers nothing: every stream ends in time. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {connect, createServer, type AddressInfo, type Socket} from 'node:net'
import {after, before, test} from 'node:test'
import {realClock} from '../../src/lib/clock.js'
import {bithumbMarkets} from '../../src/lib/collectors/bithumb-markets.js'
import {generous, openSetup, type TestSetup} from '../run/setup.js'
import {fin, kafka} from '../servers.js'
import {endAll, eventually, start} from './running.js'

const broker = await kafka()
let setup: TestSetup
before(async () => {
  setup = await openSetup({at: realClock.now(), rate: 1, simulated: generous, env: generous})
  await setup.collect(bithumbMarkets)
})
after(async () => {
  await endAll()
  await broker.stop()
})

/** Stands in front of a server, until it passes nothing on any more. It still accepts connections. */
async function freezable(url: string) {
  const {hostname, port} = new URL(url)
  const sockets = new Set<Socket>()
  const opened = (socket: Socket) => {
    sockets.add(socket)
    return socket.on('error', () => {})
  }
  let isFrozen = false
  const server = createServer((socket) => {
    opened(socket)
    if (isFrozen) return
    const target = opened(connect(Number(port), hostname))
    socket.pipe(target).pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = new URL(url)
  address.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: address.href,
    freeze() {
      isFrozen = true
      for (const socket of sockets) socket.unpipe().pause()
    },
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

for (const [command, skip] of [
  ['run', false],
  ['produce', broker.skipReason],
  ['consume', broker.skipReason],
] as const)
  test(`fin stream ${command} ends within ten seconds`, {skip, timeout: 90_000}, async (t) => {
    const proxy = await freezable(setup.databaseUrl)
    t.after(() => proxy.close())
    const env = {
      ...{...setup.env, DATABASE_URL: proxy.url},
      ...(command === 'run' ? {} : {KAFKA_BROKERS: broker.url}),
    }
    if (command !== 'run') assert.equal((await fin(['stream', 'topics'], {env})).code, 0)
    const [table, instant] =
      command === 'consume' ? ['stream_consumers', 'seen_at'] : ['stream_producers', 'connected_at']
    const stream = start(['stream', command, 'bithumb'], env)
    await eventually(
      'the stream',
      async () =>
        (
          await setup.rows(`select from ${table} where pid = $1 and ${instant} is not null`, [
            stream.child.pid,
          ])
        ).length > 0,
      60_000,
      stream.stderr,
    )
    proxy.freeze()
    const {ms, signal} = await stream.end('SIGTERM')
    assert.equal(signal, null, stream.stderr())
    assert.ok(ms < 10_500, `${ms} ms: ${stream.stderr()}`)
    assert.doesNotMatch(stream.stderr(), /^\s+at |unexpected/m)
  })
