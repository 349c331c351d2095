/**
 * `fin stream consume` while PostgreSQL, Redis, Kafka, a message or the process itself fails. Each trade that
 * was put into the topic is stored, rejected or in a recorded gap, and nothing is stored twice.
 *
 * The names of the topic and of the group are fixed. So this file has a broker of its own, and its tests run
 * one after the other.
 */
import assert from 'node:assert/strict'
import {randomBytes} from 'node:crypto'
import {after, test, type TestContext} from 'node:test'
import {setTimeout as pause} from 'node:timers/promises'
import {gzipSync} from 'node:zlib'
import {Redis} from 'ioredis'
import kafkajs from 'kafkajs'
import pg from 'pg'
import {encodeFrames} from '../../src/lib/transport/kafka-message.js'
import {seeded} from '../fault/kills.js'
import {openProxy} from '../fault/wire.js'
import {pgbouncer} from '../servers.js'
import {freePort} from '../servers/guarded.js'
import {apacheKafka} from '../servers/kafka.js'
import {missing, type Optional} from '../servers/optional.js'
import {startFragilePostgres, type FragilePostgres} from '../servers/postgres.js'
import {startRedis} from '../servers/redis.js'
import {full, fullTest, soak} from '../size.js'
import {eventually, frameOf, group, openTruth, topic, type Truth, type TruthOptions} from './kafka-truth.js'

const redisPort = await freePort()
const [broker, cache, server]: [Optional, Optional, FragilePostgres] = await Promise.all([
  apacheKafka().catch((error: unknown) => missing(error instanceof Error ? error.message : String(error))),
  startRedis(redisPort),
  startFragilePostgres(),
])
const skip = broker.skipReason === false ? cache.skipReason : broker.skipReason
let redisServer = cache
const redis = new Redis(redisPort, '127.0.0.1', {lazyConnect: true, retryStrategy: () => 200})
redis.on('error', () => {})
after(async () => {
  redis.disconnect()
  await Promise.all([broker.stop(), redisServer.stop(), server.stop()])
})

let isDown = false
async function crash() {
  isDown = true
  await server.crash()
}
async function restart() {
  await server.restart()
  isDown = false
}

/** An empty topic, database and Redis. */
async function open(t: TestContext, options: Partial<TruthOptions> = {}): Promise<Truth> {
  if (isDown) await restart() // a test before this one failed
  const databaseUrl = await server.withSchema('faults')
  const truth = await openTruth({brokers: broker.url, databaseUrl, ...options})
  t.after(() => truth.close())
  await redis.flushall()
  return truth
}

const withRedis = {REDIS_URL: cache.url}

/** Runs SQL in the maintenance database. */
async function administer(sql: string): Promise<void> {
  const client = new pg.Client(server.url)
  await client.connect()
  await client.query(sql).finally(() => client.end())
}

/** Ends a consumer by SIGTERM, as soon as it serves its health: a signal during the start ends it at once. */
async function terminate({kill, get, ended}: Awaited<ReturnType<Truth['consume']>>) {
  await eventually('the consumer to run', async () => (await get('/healthz'))?.status === 200)
  const startedMs = performance.now()
  kill('SIGTERM')
  const done = new AbortController()
  const run = await Promise.race([ended, pause(20_000, undefined, {signal: done.signal})])
  done.abort()
  assert.ok(run, 'it did not end within 20 s')
  return {...run, ms: performance.now() - startedMs}
}

test('a message of another data origin is rejected, and said once', {skip, timeout: 120_000}, async (t) => {
  const truth = await open(t)
  await truth.put(3, 0)
  const frame = frameOf(`{"type":"trade","data":[${truth.itemOf(truth.nextTrade(0))}]}`, 'x')
  for (const origin of ['simulated', 'simulated', 'canary\u001b[2J'] as const)
    await truth.send(
      encodeFrames([frame], {shard: null, labels: {}, origin: origin as 'simulated'}).map((one) => ({
        ...one,
        partition: 0,
      })),
    )
  await truth.put(3, 0)
  const consumer = await truth.consume()
  await truth.caughtUp()
  const {code, stderr} = await terminate(consumer)
  assert.equal(code, 0, stderr)
  assert.deepEqual(await truth.check(), {stored: 6, rejected: 0, lost: 0})
  assert.deepEqual(
    await truth.rows('select source, target, reason from rejected_rows order by target'),
    [
      ['3', 'simulated data'],
      ['4', 'simulated data'],
      ['5', 'data of unknown origin'],
    ].map(([offset, what]) => ({
      source: topic,
      target: `partition 0, offset ${offset}`,
      reason: `the message holds ${what}, and this database holds real data`,
    })),
  )
  assert.equal(stderr.match(/the message holds/g)?.length, 1, stderr)
  assert.doesNotMatch(stderr, /canary/)
})

test(
  'a consumer that is killed at work loses nothing, stores nothing twice, and Redis ends at the newest rows',
  {skip, timeout: soak ? 3_600_000 : full ? 900_000 : 120_000},
  async (t) => {
    const kills = soak ? 200 : full ? 8 : 3
    const truth = await open(t)
    const random = seeded(7)
    const enough = new AbortController()
    const loading = truth.load(full ? 5_000 : 2_500, enough.signal)
    let atWork = 0
    for (let kill = 0; kill < kills; kill++) {
      const before = await truth.stored()
      const consumer = await truth.consume(withRedis)
      await eventually('rows are stored', async () => (await truth.stored()) > before)
      await pause(random() * 400)
      consumer.kill('SIGKILL')
      const {signal} = await consumer.ended
      assert.equal(signal, 'SIGKILL')
      if ((await truth.stored()) < truth.trades.length) atWork++
      // One restart waits for the real end of the session of the killed process.
      if (!(full && kill === 0)) await truth.forgetMembers()
    }
    enough.abort()
    await loading
    assert.ok(atWork > 0, 'no kill hit a consumer at work')
    const last = await truth.consume(withRedis)
    await truth.caughtUp(120_000)
    assert.equal((await truth.check()).stored, truth.trades.length)
    await truth.redisIsNewest(redis)
    const {code, signal, stderr} = await terminate(last)
    assert.equal(code, 0, `${signal} ${stderr}`)
    t.diagnostic(`${kills} kills, ${atWork} of them at work; ${truth.trades.length} trades`)
  },
)

test(
  'PostgreSQL stops without warning, and cuts off sessions: the consumer stays in its group and catches up',
  {skip, timeout: 240_000},
  async (t) => {
    const awayMs = soak ? 30_000 : full ? 10_000 : 3_000
    const truth = await open(t)
    const enough = new AbortController()
    const loading = truth.load(1_000, enough.signal)
    const consumer = await truth.consume(withRedis)
    await eventually('rows are stored', async () => (await truth.stored()) > 0)
    const members = await truth.members()
    await eventually('it is ready', async () => (await consumer.get('/readyz'))?.status === 200)

    await crash()
    let answer: Awaited<ReturnType<typeof consumer.get>>
    await eventually('it is not ready', async () => {
      answer = await consumer.get('/readyz')
      return answer?.status === 503
    })
    assert.match(answer!.body, /^not ready: .*database/)
    assert.equal((await consumer.get('/healthz'))?.status, 200)
    await pause(1_500) // positions reach Kafka up to a second later
    const committed = await truth.committed()
    await pause(awayMs)
    assert.deepEqual(await truth.committed(), committed, 'an offset moved while nothing was stored')
    await restart()
    await eventually('it is ready again', async () => (await consumer.get('/readyz'))?.status === 200)

    for (let time = 0; time < 5; time++) {
      await truth.rows(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name like 'fin%' and datname = current_database()`,
      )
      await pause(200)
    }
    enough.abort()
    await loading
    await truth.caughtUp()
    assert.deepEqual(await truth.members(), members, 'it left the group')
    assert.equal((await truth.check()).stored, truth.trades.length)
    await truth.redisIsNewest(redis)
    const {code, stderr} = await terminate(consumer)
    assert.equal(code, 0, stderr)
    assert.match(
      stderr,
      /nothing can be stored, and nothing is acknowledged: .*\n.*PostgreSQL stores rows again/s,
    )
    assert.doesNotMatch(stderr, /^ +at /m)
  },
)

fullTest(
  'a group that rebalances while PostgreSQL is away goes on afterwards',
  {timeout: 120_000},
  async (t) => {
    if (skip !== false) return t.skip(skip)
    const truth = await open(t)
    for (const partition of [0, 1, 2]) await truth.put(50, partition)
    const first = await truth.consume()
    await truth.caughtUp()
    await crash()
    const before = await truth.members()
    await truth.forgetMembers()
    await eventually('it joined again', async () => {
      const [member] = await truth.members()
      return member !== undefined && !before.includes(member)
    })
    for (const partition of [0, 1, 2]) await truth.put(50, partition)
    await eventually('it is not ready', async () => (await first.get('/readyz'))?.status === 503)
    await pause(1_000)
    await restart()
    await truth.caughtUp()
    assert.equal((await truth.check()).stored, 300)
    assert.equal((await terminate(first)).code, 0)
  },
)

test(
  'a locked table, a read-only database and a full server: bounded memory, and /readyz states the reason',
  {skip, timeout: 240_000},
  async (t) => {
    const truth = await open(t)
    // The limit of connections does not count for a superuser.
    const limited = new URL(truth.databaseUrl)
    limited.username = `limited_${randomBytes(4).toString('hex')}`
    await administer(
      `create role ${limited.username} login password '${limited.password}'; grant fin to ${limited.username}`,
    )
    const consumer = await truth.consume({DATABASE_URL: limited.href})
    await truth.put(10, 0)
    await truth.caughtUp()
    const members = await truth.members()
    const readiness = async (isIt: (answer: {status: number; body: string}) => boolean) => {
      let seen = ''
      await eventually('readiness', async () => {
        const answer = await consumer.get('/readyz')
        seen = answer?.body ?? ''
        return answer !== undefined && isIt(answer)
      }).catch((error: unknown) => assert.fail(`${String(error)}: ${seen}`))
    }
    const isReady = ({status}: {status: number}) => status === 200
    const cutOff = () =>
      truth.rows(`select pg_terminate_backend(pid) from pg_stat_activity where usename like 'limited%'`)

    const locker = new pg.Client(truth.databaseUrl)
    locker.on('error', () => {})
    await locker.connect()
    await locker.query('begin; lock table sp500_websocket_trades in access exclusive mode')
    const before = await truth.positions()
    for (let round = 0; round < (soak ? 20 : full ? 8 : 4); round++)
      for (const partition of [0, 1, 2]) await truth.put(2_500, partition)
    await readiness(({status, body}) => status === 503 && /PostgreSQL has not answered for/.test(body))
    const metrics = (await consumer.get('/metrics'))!.body
    const read = Number(/^fin_stream_frames_total\{.*\} (\d+)/m.exec(metrics)?.[1])
    assert.ok(read > 1_000 && read < 16_000, `${read} of ${truth.trades.length} messages were read`)
    const lag = async () => {
      const {body} = (await consumer.get('/metrics'))!
      return Number(/^fin_stream_lag\{.*partition="0".*\} (\d+)/m.exec(body)?.[1])
    }
    // No batch is fetched meanwhile, which would state the end of its partition.
    const produced = truth.trades.length / 3 - 10
    await eventually('the lag of partition 0', async () => (await lag()) > 0.9 * produced, 20_000)
    await truth.put(2_500, 0)
    await eventually('the lag to grow', async () => (await lag()) > 0.9 * produced + 2_400, 20_000)
    assert.ok(consumer.megabytes() < 400, `${consumer.megabytes()} MB`)
    if (full) await pause(40_000) // longer than a session
    assert.deepEqual(await truth.positions(), before, 'positions moved without rows')
    await locker.query('rollback')
    await locker.end()
    await readiness(isReady)

    const {pathname} = new URL(truth.databaseUrl)
    await administer(`alter database ${pathname.slice(1)} set default_transaction_read_only = on`)
    await cutOff()
    await truth.put(100, 1)
    await readiness(({status, body}) => status === 503 && /read-only/.test(body))
    await administer(`alter database ${pathname.slice(1)} reset default_transaction_read_only`)
    await cutOff()
    await readiness(isReady)

    await administer(`alter role ${limited.username} connection limit 0`)
    await cutOff()
    await truth.put(100, 2)
    await readiness(({status, body}) => status === 503 && /no connection left/.test(body))
    await administer(`alter role ${limited.username} connection limit -1`)
    await readiness(isReady)

    await truth.caughtUp()
    assert.deepEqual(await truth.members(), members, 'it left the group')
    assert.equal((await truth.check()).stored, truth.trades.length)
    const {code, stderr} = await terminate(consumer)
    assert.equal(code, 0, stderr)
  },
)

fullTest(
  'a member waits for its assignment until the session of a leader that hangs has ended',
  {timeout: 240_000},
  async (t) => {
    if (skip !== false) return t.skip(skip)
    const truth = await open(t)
    let isStuck = false
    /** As a process that is killed between the join and the assignment: it sends none for two members. */
    const hanging: kafkajs.PartitionAssigner = (config) => {
      const own = kafkajs.PartitionAssigners.roundRobin(config)
      return {
        ...own,
        assign(input) {
          if (input.members.length < 2) return own.assign(input)
          isStuck = true
          return new Promise(() => {})
        },
      }
    }
    const kafka = new kafkajs.Kafka({brokers: [broker.url], logLevel: kafkajs.logLevel.NOTHING})
    const leader = kafka.consumer({
      ...{groupId: group, partitionAssigners: [hanging]},
      ...{sessionTimeout: 12_000, heartbeatInterval: 500},
    })
    const joined = new Promise((resolve) => leader.on(leader.events.GROUP_JOIN, resolve))
    await leader.connect()
    await leader.subscribe({topics: [topic]})
    await leader.run({eachMessage: async () => {}})
    await joined
    for (const partition of [0, 1, 2]) await truth.put(500, partition)
    const consumer = await truth.consume()
    await eventually('the leader hangs', () => isStuck)
    await truth.caughtUp(60_000)
    assert.equal((await truth.check()).stored, truth.trades.length)
    const {code, stderr} = await terminate(consumer)
    assert.equal(code, 0, stderr)
    assert.doesNotMatch(stderr, /SyncGroup/)
  },
)

test(
  'Redis stops and comes back empty: PostgreSQL gets every row, and Redis is filled again',
  {skip, timeout: 240_000},
  async (t) => {
    const truth = await open(t)
    for (const partition of [0, 1, 2]) await truth.put(1_000, partition)
    const consumer = await truth.consume(withRedis)
    await truth.caughtUp()
    await truth.redisIsNewest(redis)
    await redisServer.stop()
    // Symbols of partition 0 get no other trade: their newest rows are only in PostgreSQL.
    for (const partition of [1, 2]) await truth.put(2_000, partition)
    await truth.caughtUp()
    const answer = await consumer.get('/readyz')
    assert.deepEqual(answer, {status: 200, body: 'degraded: Redis is away\n'})
    if (full) {
      const enough = AbortSignal.timeout(60_000)
      await truth.load(2_500, enough)
      await truth.caughtUp()
    }
    redisServer = await startRedis(redisPort)
    await truth.redisIsNewest(redis, 20_000)
    assert.equal((await truth.check()).stored, truth.trades.length)
    const {code, stderr} = await terminate(consumer)
    assert.equal(code, 0, stderr)
    assert.equal(stderr.match(/takes no values/g)?.length, 1, stderr)
    assert.match(stderr, /accepts values again/)
  },
)

test(
  'members join and leave, one by kill -9: nothing is lost or stored twice',
  {skip, timeout: 600_000},
  async (t) => {
    const truth = await open(t)
    const random = seeded(11)
    const enough = new AbortController()
    const loading = truth.load(1_500, enough.signal)
    const until = performance.now() + (soak ? 120_000 : full ? 30_000 : 5_000)
    const running = [await truth.consume(withRedis)]
    await eventually('rows are stored', async () => (await truth.stored()) > 0)
    let changes = 0
    let hasKilled = false
    while (performance.now() < until || !hasKilled) {
      await pause(full ? 1_000 + random() * 2_000 : 800 + random() * 500)
      changes++
      if (running.length < 2 || (running.length < 4 && random() < 0.5)) {
        running.push(await truth.consume(withRedis))
        continue
      }
      const [leaver] = running.splice(Math.floor(random() * running.length), 1)
      if (hasKilled) {
        const {code, stderr} = await terminate(leaver!)
        assert.equal(code, 0, stderr)
        continue
      }
      leaver!.kill('SIGKILL')
      await leaver!.ended
      await truth.forgetMembers()
      hasKilled = true
    }
    enough.abort()
    await loading
    await truth.caughtUp(120_000)
    assert.equal((await truth.check()).stored, truth.trades.length)
    await truth.redisIsNewest(redis)
    t.diagnostic(`${changes} changes of the group; ${truth.trades.length} trades`)
  },
)

test(
  'messages that were deleted before they were read are a recorded gap; a topic that was made again goes on',
  {skip, timeout: 120_000},
  async (t) => {
    const truth = await open(t)
    await truth.put(100, 0)
    const first = await truth.consume()
    await truth.caughtUp()
    assert.equal((await terminate(first)).code, 0)

    await truth.put(200, 0)
    await truth.admin.deleteTopicRecords({topic, partitions: [{partition: 0, offset: '250'}]})
    const second = await truth.consume()
    await truth.caughtUp()
    assert.deepEqual(await truth.gaps(), [
      {
        partition: 0,
        first_offset: '100',
        last_offset: '249',
        why: 'the messages were deleted before they were read',
      },
    ])
    assert.deepEqual(await truth.check(), {stored: 150, rejected: 0, lost: 150})

    // Deleted while it runs, up to the end: nothing is known to be missing until the next message.
    await truth.put(10, 0)
    await truth.caughtUp()
    await truth.deleteTopic()
    await truth.makeTopic()
    const from = truth.trades.length
    await truth.put(20, 0)
    await eventually('the new topic is stored', async () => (await truth.stored()) === 180)
    await truth.put(5, 0)
    await truth.caughtUp()
    assert.equal(truth.trades.length - from, 25)
    assert.deepEqual((await truth.gaps()).slice(1), [
      {partition: 0, first_offset: '310', last_offset: null, why: 'the topic was made again'},
    ])
    assert.equal((await truth.check()).stored, 185)
    const {code, stderr} = await terminate(second)
    assert.equal(code, 0, stderr)
    assert.match(stderr, /offsets 100 to 249 were gone before they were read; stream_gaps holds them/)
    assert.match(stderr, /the topic was made again/)
  },
)

test(
  'a topic that was made again and has grown past the position is read from its begin',
  {skip, timeout: 120_000},
  async (t) => {
    const truth = await open(t)
    const madeAgain = (partition: number, first_offset: string) => ({
      ...{partition, first_offset, last_offset: null, why: 'the topic was made again'},
    })
    await truth.put(20, 0)
    await truth.put(10, 1)
    const first = await truth.consume()
    await truth.caughtUp()
    assert.equal((await terminate(first)).code, 0)

    await truth.deleteTopic()
    await truth.makeTopic()
    const from = truth.trades.length
    await truth.put(30, 0)
    await truth.put(10, 1) // it ends at the position
    const second = await truth.consume()
    await eventually('the new topic is stored', async () => (await truth.stored()) === 70)
    await truth.put(1, 1)
    await truth.caughtUp()
    assert.equal(truth.trades.length - from, 41)
    assert.equal((await truth.check()).stored, 71)
    const gaps = (await truth.gaps()).sort((a, b) => Number(a['partition']) - Number(b['partition']))
    assert.deepEqual(gaps, [madeAgain(0, '20'), madeAgain(1, '10')])
    const ended = await terminate(second)
    assert.equal(ended.code, 0, ended.stderr)
    assert.match(
      ended.stderr,
      /partition 0 of \S+ holds another message before the stored position 20: the topic was made again/,
    )

    // A position that was changed by hand has no message to compare.
    await truth.rows('delete from sp500_websocket_trades where volume > 55 and volume <= 60')
    await truth.rows('update stream_positions set next_offset = 25 where partition = 0')
    const third = await truth.consume()
    await truth.caughtUp()
    assert.equal((await truth.check()).stored, 71)
    assert.equal((await truth.gaps()).length, 2)
    assert.equal((await terminate(third)).code, 0)
  },
)

interface Poison {
  what: string
  message: kafkajs.Message
  /** The end of the target, after the offset; absent: the whole message. */
  place?: string
  reason: RegExp
}

const text = (what: string, value: string, place: string, reason: RegExp): Poison => ({
  ...{what, place, reason},
  message: {value, timestamp: '1795791600000'},
})
const item = (what: string, fields: string, reason: RegExp): Poison =>
  text(what, `{"type":"trade","data":[{${fields}}]}`, ', frame 1, item 1', reason)
/** An item that only the table refuses. The target of such a row has no place. */
const t = 1795791600000

const poisons: readonly Poison[] = [
  text('a line that is not JSON', 'oh no', ', frame 1', /not valid JSON/),
  text('JSON that is cut off', '{"type":"trade","data":[{"s":"S0A"', ', frame 1', /not valid JSON/),
  text('bytes that are not UTF-8', '', ', frame 1', /not valid UTF-8/),
  text('NaN', `{"type":"trade","data":[{"s":"S0A","p":NaN,"t":${t},"v":1}]}`, ', frame 1', /not valid JSON/),
  text(
    'Infinity',
    `{"type":"trade","data":[{"s":"S0A","p":1,"t":Infinity,"v":1}]}`,
    ', frame 1',
    /not valid JSON/,
  ),
  text('deep nesting', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, ', frame 1', /nests deeper than 200/),
  text('another type', '{"type":"quote","data":[]}', ', frame 1', /not a trade/),
  text('no type', '{"__proto__":{"type":"trade"},"data":[]}', ', frame 1', /type/),
  text('a list', '[]', ', frame 1', /./),
  text(
    'a price of 1 MB',
    `{"type":"trade","data":[{"s":"S0A","p":${'9'.repeat(999_900)},"t":${t},"v":1}]}`,
    ', frame 1, item 1',
    /./,
  ),
  item('the text NaN as price', `"s":"S0A","p":"NaN","t":${t},"v":1`, /"p"|NaN/),
  item('a number as symbol', `"s":7,"p":1,"t":${t},"v":1`, /"s"|symbol/),
  item('letters as instant', `"s":"S0A","p":1,"t":"soon","v":1`, /"t"|soon/),
  item('NUL in the symbol', `"s":"S\\u0000A","p":1,"t":${t},"v":1`, /"s"|symbol/),
  item('a condition that is an object', `"s":"S0A","p":1,"t":${t},"v":1,"c":[{}]`, /"c"/),
  {what: 'no value', message: {value: null}, place: ', frame 1', reason: /no value/},
  text('a value of 10 MB', 'x'.repeat(10_000_000), ', frame 1', /longer than 1 MB/),
]

/** Rows that pass the parse function, and that only the table refuses. */
const refused: readonly Poison[] = [
  item('a negative price', `"s":"S0A","p":-1,"t":${t + 900_000},"v":1`, /price/),
  item('a price of 0', `"s":"S0A","p":0,"t":${t + 900_000},"v":1`, /price/),
  item('NUL in a condition', `"s":"S0A","p":1,"t":${t + 900_000},"v":1,"c":["\\u0000"]`, /./),
]

test(
  'each poisoned message among good ones is rejected with its place and reason, and all others are stored',
  {skip, timeout: 240_000},
  async (context) => {
    const truth = await open(context)
    const places: {poison: Poison; offset: number}[] = []
    for (const poison of [...poisons, ...refused]) {
      await truth.put(2, 0)
      const message = poison.what.startsWith('bytes')
        ? {value: Buffer.from([0x22, 0xff, 0x22])}
        : poison.message
      places.push({poison, offset: await truth.send([{...message, partition: 0}])})
    }
    const codecs = kafkajs.CompressionCodecs as Record<number, () => unknown>
    const real = {...codecs}
    const send = async (type: number, compress: (plain: Buffer) => Buffer) => {
      codecs[type] = () => ({compress: async ({buffer}: {buffer: Buffer}) => compress(buffer)})
      const offset = await truth.sendCompressed(type, [
        `{"type":"trade","data":[${truth.itemOf(truth.nextTrade(0))}]}`,
        `{"type":"trade","data":[${truth.itemOf(truth.nextTrade(0))}]}`,
      ])
      return [offset, offset + 1]
    }
    const unreadable: {offset: number; reason: RegExp}[] = []
    for (const [type, compress, reason] of [
      [2, snappy, /compressed with Snappy/],
      [1, damagedGzip, /cannot be decompressed/],
    ] as const) {
      await truth.put(2, 0)
      for (const offset of await send(type, compress)) unreadable.push({offset, reason})
    }
    Object.assign(codecs, real)
    await truth.put(2, 0)

    const consumer = await truth.consume(withRedis)
    await truth.caughtUp()
    assert.equal((await truth.check()).stored, truth.trades.length)
    await truth.redisIsNewest(redis)
    const found = await truth.rows(
      `select source, target, kind, table_name, reason, item from rejected_rows where unit = 'sp500' order by target`,
    )
    for (const {poison, offset} of places) {
      const isRow = refused.includes(poison)
      const one = found.filter(({target, row_key}) =>
        isRow
          ? String(row_key).includes(`"t${offset}`)
          : String(target).startsWith(`partition 0, offset ${offset},`),
      )
      if (isRow) continue
      assert.equal(one.length, 1, `${poison.what}: ${JSON.stringify(one).slice(0, 500)}`)
      assert.equal(one[0]!['target'], `partition 0, offset ${offset}${poison.place ?? ''}`, poison.what)
      assert.match(String(one[0]!['reason']), poison.reason, poison.what)
      assert.equal(one[0]!['source'], topic)
      assert.ok(String(one[0]!['item']).length <= 1_000_000)
    }
    for (const {offset, reason} of unreadable) {
      const one = found.find(({target}) => target === `partition 0, offset ${offset}, frame 1`)
      assert.match(String(one?.['reason']), reason)
    }
    const rows = found.filter(({kind}) => kind === 'row')
    assert.equal(rows.length, refused.length, JSON.stringify(rows))
    for (const {reason, what} of refused)
      assert.ok(
        rows.some((row) => reason.test(String(row['reason']))),
        what,
      )
    assert.equal(found.length, places.length + unreadable.length)
    await eventually('the lag is 0', async () =>
      /fin_stream_lag\{.*partition="0".*\} 0$/m.test((await consumer.get('/metrics'))?.body ?? ''),
    )
    const {code, stderr} = await terminate(consumer)
    assert.equal(code, 0, stderr)
  },
)

/** Data in the format of Snappy, without any compression. */
function snappy(plain: Buffer): Buffer {
  assert.ok(plain.length < 65_536)
  const head = Buffer.from([
    (plain.length & 0x7f) | 0x80,
    ((plain.length >> 7) & 0x7f) | 0x80,
    plain.length >> 14,
  ])
  const tag = Buffer.from([61 << 2, (plain.length - 1) & 0xff, (plain.length - 1) >> 8])
  return Buffer.concat([head, tag, plain])
}

/** gzip that is followed by the begin of another part, which the broker does not read. */
function damagedGzip(plain: Buffer): Buffer {
  return Buffer.concat([gzipSync(plain), Buffer.from([0x1f, 0x8b, 0xff, 0xff])])
}

fullTest(
  'one row in 5,000 that only the table refuses: 4,999 are stored, in few statements',
  {timeout: 120_000},
  async (context) => {
    if (skip !== false) return context.skip(skip)
    const truth = await open(context)
    const items = Array.from({length: 5_000}, () => truth.itemOf(truth.nextTrade(0)))
    items[3_210] = `{"s":"S0A","p":-1,"t":${t},"v":3}`
    await truth.send([{partition: 0, value: `{"type":"trade","data":[${items.join(',')}]}`}])
    const proxy = await openProxy(truth.databaseUrl)
    context.after(() => proxy.close())
    const consumer = await truth.consume({DATABASE_URL: proxy.url})
    await truth.caughtUp()
    assert.equal(await truth.stored(), 4_999)
    const [rejected] = await truth.rows('select kind, target, reason, table_name from rejected_rows')
    assert.equal(rejected!['kind'], 'row')
    assert.match(String(rejected!['reason']), /price/)
    const upserts = proxy.takeStatements().filter((one) => /insert into sp500_websocket_trades/.test(one))
    assert.ok(
      upserts.length > 3 && upserts.length <= 3 + 2 * Math.log2(5_000),
      `${upserts.length} statements`,
    )
    assert.equal((await terminate(consumer)).code, 0)
  },
)

test(
  'SIGTERM under load ends within 10 s with 0, also while PostgreSQL is locked or away',
  {skip, timeout: 240_000},
  async (context) => {
    const truth = await open(context)
    const enough = new AbortController()
    const loading = truth.load(3_000, enough.signal)
    const busy = await truth.consume(withRedis)
    await eventually('rows are stored', async () => (await truth.stored()) > 2_000)
    const first = await terminate(busy)
    assert.equal(first.code, 0, first.stderr)
    assert.ok(first.ms < 10_000, `${first.ms} ms`)
    enough.abort()
    await loading

    const locker = new pg.Client(truth.databaseUrl)
    locker.on('error', () => {})
    await locker.connect()
    await locker.query('begin; lock table sp500_websocket_trades in access exclusive mode')
    const waiting = await truth.consume(withRedis)
    await eventually('it waits', async () => (await truth.waiters()) > 0)
    const second = await terminate(waiting)
    assert.equal(second.code, 0, second.stderr)
    assert.ok(second.ms < 10_000, `${second.ms} ms`)
    assert.doesNotMatch(second.stderr, /^ +at /m)
    await locker.query('rollback')
    await locker.end()

    const cutOff = await truth.consume(withRedis)
    await truth.caughtUp()
    await crash()
    await truth.put(100, 0)
    await eventually('it is not ready', async () => (await cutOff.get('/readyz'))?.status === 503)
    const third = await terminate(cutOff)
    assert.equal(third.code, 0, third.stderr)
    assert.ok(third.ms < 10_000, `${third.ms} ms`)
    assert.match(third.stderr, /not everything that was read could be stored; it will be read again/)
    assert.doesNotMatch(third.stderr, /^ +at /m)
    await restart()

    const last = await truth.consume(withRedis)
    await truth.caughtUp()
    assert.equal((await truth.check()).stored, truth.trades.length)
    await truth.redisIsNewest(redis)
    assert.equal((await terminate(last)).code, 0)
    context.diagnostic(
      [first, second, third].map(({code, ms}) => `${code} after ${Math.round(ms)} ms`).join(', '),
    )
  },
)

fullTest('a consumer works behind PgBouncer in transaction mode', {timeout: 120_000}, async (context) => {
  if (skip !== false) return context.skip(skip)
  const truth = await open(context)
  const pooler = await pgbouncer(truth.databaseUrl, 2)
  if (pooler.skipReason !== false) return context.skip(pooler.skipReason)
  context.after(() => pooler.stop())
  const consumers = [
    await truth.consume({DATABASE_URL: pooler.url}),
    await truth.consume({DATABASE_URL: pooler.url}),
  ]
  await eventually('two members', async () => (await truth.members()).length === 2)
  for (let round = 0; round < 5; round++) for (const partition of [0, 1, 2]) await truth.put(200, partition)
  await truth.caughtUp()
  assert.equal((await truth.check()).stored, 3_000)
  for (const one of consumers) {
    const {code, stderr} = await terminate(one)
    assert.equal(code, 0, stderr)
  }
})

test(
  'a database without positions gets everything, and one that went back is read again from there',
  {skip, timeout: 120_000},
  async (context) => {
    const truth = await open(context)
    for (const partition of [0, 1, 2]) await truth.put(100, partition)
    const first = await truth.consume()
    await truth.caughtUp()
    await eventually('Kafka has the positions', async () =>
      (await truth.committed()).every(({offset}) => offset === '100'),
    )
    assert.equal((await terminate(first)).code, 0)

    // As after the change to an empty database.
    await truth.rows('truncate sp500_websocket_trades, stream_positions')
    const second = await truth.consume()
    await truth.caughtUp() // no message of a partition comes before it
    assert.deepEqual(await truth.check(), {stored: 300, rejected: 0, lost: 0})
    for (const partition of [0, 1, 2]) await truth.put(10, partition)
    await truth.caughtUp()
    assert.deepEqual(await truth.check(), {stored: 330, rejected: 0, lost: 0})

    // As after a failover to a copy that lacks the last transactions.
    await truth.rows(`delete from sp500_websocket_trades where volume > 320`)
    await truth.rows(`update stream_positions set next_offset = next_offset - 10 where partition = 2`)
    await truth.put(10, 2)
    const {code, stderr} = await second.ended
    assert.equal(code, 1, stderr)
    assert.match(stderr, /stored up to offset 100 only, although 110 was reached/)
    const third = await truth.consume()
    await truth.caughtUp()
    assert.deepEqual(await truth.check(), {stored: 340, rejected: 0, lost: 0})
    assert.equal((await terminate(third)).code, 0)

    // As after the restore of an older backup. No other message comes.
    await truth.rows(`delete from sp500_websocket_trades where volume > 250 and symbol like 'S2%'`)
    await truth.rows(`update stream_positions set next_offset = 50 where partition = 2`)
    const fourth = await truth.consume()
    await truth.caughtUp()
    assert.deepEqual(await truth.check(), {stored: 340, rejected: 0, lost: 0})
    assert.equal((await terminate(fourth)).code, 0)
  },
)
