/** SIGTERM while PostgreSQL accepts connections and answers nothing: every stream ends in time. */
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import {realClock} from '../../src/lib/clock.js'
import {bithumbMarkets} from '../../src/lib/collectors/bithumb-markets.js'
import {generous, openSetup, type TestSetup} from '../run/setup.js'
import {fin, kafka} from '../servers.js'
import {freezable} from '../servers/freezable.js'
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
    const {ms, code} = await stream.end('SIGTERM')
    assert.equal(code, 0, stream.stderr())
    assert.ok(ms < 10_000, `${ms} ms: ${stream.stderr()}`)
    assert.doesNotMatch(stream.stderr(), /^\s+at |unexpected/m)
  })
