/** `fin stream status`: stored producers and consumers, the lag in Kafka, and a running stream. */
import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import {once} from 'node:events'
import {createServer, type AddressInfo} from 'node:net'
import {after, before, test} from 'node:test'
import kafkajs from 'kafkajs'
import pg from 'pg'
import {bithumbMarkets} from '../../src/lib/collectors/bithumb-markets.js'
import {loadConfig} from '../../src/lib/config.js'
import type {Database} from '../../src/lib/db/database.js'
import {openDatabase} from '../../src/lib/db/pool.js'
import {readStreams, type StreamStatus} from '../../src/lib/report/stream-status.js'
import {kafkaClient} from '../../src/lib/transport/kafka-client.js'
import {fakeClock} from '../clock.js'
import {openSetup} from '../run/setup.js'
import {fin, kafka, postgres, type Optional, type Postgres} from '../servers.js'

const broker: Optional = await kafka()
const skip = broker.skipReason || (broker.how.startsWith('the mock cluster') && 'it needs Apache Kafka')
const brokers = broker.url.split(',')
const clock = fakeClock('2026-11-27T15:00:00Z')

let server: Postgres
let url: string
let client: pg.Client
let database: Database
before(async () => {
  server = await postgres()
  url = await server.withSchema('streams')
  client = new pg.Client(url)
  await client.connect()
  database = await openDatabase(loadConfig({DATABASE_URL: url}, '/'))
})
after(async () => {
  await database?.close()
  await client?.end()
  await server?.stop()
  await broker.stop()
})

/** `-2 s`, `-3 h` before the instant of the clock, as an instant. */
const ago = (seconds: number) => new Date(clock.now().getTime() - seconds * 1000).toISOString()

async function insert(table: string, row: Record<string, unknown>) {
  const names = Object.keys(row)
  await client.query(
    `insert into ${table} (${names.join(', ')}) values (${names.map((_, at) => `$${at + 1}`).join(', ')})`,
    Object.values(row),
  )
}

/** A producer that is connected, seen a second ago, and has delivered everything. */
const producer = (row: Record<string, unknown>) =>
  insert('stream_producers', {
    ...{feed: 'sp500', shard: 1, shards: 3, host: 'pod-0', pid: 1},
    ...{started_at: ago(7_200), seen_at: ago(1), connected_at: ago(3_600), received_until: ago(1)},
    ...{last_event_at: ago(2), frames: 100, frames_rate: 12.5, rejected: 3, reconnects: 2},
    ...row,
  })

const consumer = (row: Record<string, unknown>) =>
  insert('stream_consumers', {
    ...{feed: 'sp500', consumer: 'group-1', host: 'pod-9', pid: 1, started_at: ago(600), seen_at: ago(5)},
    ...{last_event_at: ago(6), rows: 1_000, rows_rate: 20, rejected: 1},
    ...row,
  })

async function statuses(kafkaBrokers: readonly string[] = []) {
  return readStreams(database, {kafkaBrokers}, clock.now())
}

const tables = ['stream_producers', 'stream_consumers', 'stream_positions', 'stream_gaps']
const empty = () => client.query(`truncate ${tables.join(', ')}`)

function shown({feed, role, shard, state, since, why}: StreamStatus) {
  return {feed, role, shard, state, since, why}
}

test('a producer is connected, connecting or stopped, with the reason of --check', async () => {
  await empty()
  await producer({shard: 1})
  await producer({shard: 2, connected_at: null, received_until: ago(40)})
  await producer({shard: 3, seen_at: ago(11)})
  await producer({feed: 'bithumb', shard: 1, shards: 1, received_until: ago(61)})
  await producer({feed: 'etf', shard: 1, shards: 1, seen_at: ago(86_401)})
  await producer({feed: 'movers', shard: 1, shards: 1, seen_at: ago(1), ended_at: ago(1)})
  const {statuses: rows} = await statuses()
  const base = {role: 'producer', feed: 'sp500'}
  assert.deepEqual(rows.map(shown), [
    {
      ...{...base, feed: 'bithumb', shard: '1/1', state: 'connected', since: ago(3_600)},
      why: `bithumb: the producer on pod-0 cannot deliver what it received since ${ago(61)}`,
    },
    // A stream that ended more than a day ago was ended on purpose.
    {...base, feed: 'etf', shard: '1/1', state: 'stopped', since: ago(86_401), why: null},
    {
      ...{...base, feed: 'movers', shard: '1/1', state: 'stopped', since: ago(1)},
      why: `movers: the producer on pod-0 is stopped (last seen at ${ago(1)})`,
    },
    {...base, shard: '1/3', state: 'connected', since: ago(3_600), why: null},
    {
      ...{...base, shard: '2/3', state: 'connecting', since: ago(40)},
      why: `sp500 2/3: the producer on pod-0 is not connected since ${ago(40)}`,
    },
    {
      ...{...base, shard: '3/3', state: 'stopped', since: ago(11)},
      why: `sp500 3/3: the producer on pod-0 is stopped (last seen at ${ago(11)})`,
    },
  ])
  const {per_second, last_event_at, rejected, reconnects, host} = rows[3]!
  assert.deepEqual(
    {per_second, last_event_at, rejected, reconnects, host},
    {per_second: '12.5', last_event_at: ago(2), rejected: '3', reconnects: '2', host: 'pod-0'},
  )
  assert.equal(rows[5]!.per_second, null)
})

test('a producer of another number of shards is left out once a newer number has started', async () => {
  await empty()
  await producer({shard: 2, shards: 2, seen_at: ago(100)})
  await producer({shard: 3, shards: 3, started_at: ago(101), seen_at: ago(100)})
  assert.equal((await statuses()).statuses.length, 2)
  await producer({shard: 1, shards: 3, started_at: ago(99)})
  assert.deepEqual(
    (await statuses()).statuses.map(({shard}) => shard),
    ['1/3', '3/3'],
  )
})

test('gaps of the last day count once, however many groups of symbols they have', async () => {
  await empty()
  await producer({shard: 1})
  const gap = {feed: 'sp500', kind: 'socket', shard: 1, why: 'test'}
  await insert('stream_gaps', {...gap, began_at: ago(1_000), ended_at: ago(990), symbols: ['A']})
  await insert('stream_gaps', {...gap, began_at: ago(1_000), ended_at: ago(985), symbols: ['B']})
  await insert('stream_gaps', {...gap, began_at: ago(90_000), ended_at: ago(86_300)})
  await insert('stream_gaps', {...gap, began_at: ago(90_001), ended_at: ago(86_500)})
  await insert('stream_gaps', {...gap, shard: 2, began_at: ago(50), ended_at: ago(40)})
  await insert('stream_gaps', {...gap, feed: 'etf', began_at: ago(50), ended_at: ago(40)})
  const {statuses: rows} = await statuses()
  // The gap that began before the last day counts from its begin.
  assert.deepEqual(
    rows.map(({gaps, gap_seconds}) => ({gaps, gap_seconds})),
    [{gaps: '2', gap_seconds: '115.0'}],
  )
})

test('a group adds up the members that run, and is stopped without one', async () => {
  await empty()
  await consumer({pid: 1, started_at: ago(600)})
  await consumer({pid: 2, started_at: ago(500), rows_rate: 2.5, last_event_at: ago(3), rejected: 4})
  await consumer({pid: 3, seen_at: ago(3_000), rejected: 100})
  await consumer({feed: 'movers', consumer: 'group-2', seen_at: ago(12)})
  await insert('stream_gaps', {
    ...{feed: 'sp500', kind: 'offset', topic: 't', partition: 0, first_offset: 1, last_offset: 2},
    ...{why: 'test', created_at: ago(10)},
  })
  const {statuses: rows} = await statuses()
  assert.deepEqual(rows.map(shown), [
    {
      ...{feed: 'movers', role: 'consumer', shard: null, state: 'stopped', since: ago(12)},
      why: `movers: no consumer of group-2 runs (last seen at ${ago(12)})`,
    },
    {feed: 'sp500', role: 'consumer', shard: null, state: 'running', since: ago(600), why: null},
  ])
  const {per_second, last_event_at, rejected, gaps, members, lag} = rows[1]!
  assert.deepEqual(
    {per_second, last_event_at, rejected, gaps, members, lag},
    {per_second: '22.5', last_event_at: ago(3), rejected: '5', gaps: '1', members: 2, lag: null},
  )
})

async function withTopic(partitions: number, messages: number, work: (topic: string) => Promise<void>) {
  const client = await kafkaClient({kafkaBrokers: brokers}, {warn() {}})
  const topic = `fin-test-${randomUUID()}`
  const [admin, sender] = [
    client.admin(),
    client.producer({createPartitioner: kafkajs.Partitioners.DefaultPartitioner}),
  ]
  await Promise.all([admin.connect(), sender.connect()])
  try {
    await admin.createTopics({topics: [{topic, numPartitions: partitions}], waitForLeaders: true})
    for (let partition = 0; partition < partitions; partition++)
      await sender.send({topic, messages: Array.from({length: messages}, () => ({partition, value: '{}'}))})
    await work(topic)
  } finally {
    await admin.deleteTopics({topics: [topic]}).catch(() => {})
    await Promise.all([admin.disconnect(), sender.disconnect()])
  }
}

test('the lag is the sum over the partitions, also of those that were not read yet', {skip}, () =>
  withTopic(3, 400, async (topic) => {
    await empty()
    await consumer({rows_rate: 20})
    await insert('stream_positions', {consumer: 'group-1', topic, partition: 0, next_offset: 390})
    await insert('stream_positions', {consumer: 'group-1', topic, partition: 1, next_offset: 400})
    await insert('stream_positions', {consumer: 'another', topic, partition: 2, next_offset: 399})
    const lagging = async () => {
      const {statuses: rows, away} = await statuses(brokers)
      assert.equal(away, undefined)
      return [rows[0]!.lag, rows[0]!.why]
    }
    assert.deepEqual(await lagging(), [410, null])
    // A minute of its rate is less than the lag.
    await client.query('update stream_consumers set rows_rate = 6')
    assert.deepEqual(await lagging(), [
      410,
      'sp500: group-1 lags by 410 messages, and stores 6 rows a second',
    ])
    // The topic was made again: it ends before the position, so all of it is new.
    await client.query('update stream_positions set next_offset = 5000 where partition = 0')
    assert.equal((await lagging())[0], 800)
  }),
)

test('Kafka that accepts connections and does not answer costs a few seconds, and is said', async () => {
  await empty()
  await consumer({})
  await insert('stream_positions', {consumer: 'group-1', topic: 't', partition: 0, next_offset: 1})
  const silent = createServer(() => {})
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  try {
    const KAFKA_BROKERS = `127.0.0.1:${(silent.address() as AddressInfo).port}`
    const beganMs = performance.now()
    const {stdout, stderr, code} = await fin(['stream', 'status', '--check', '--json'], {
      env: {DATABASE_URL: url, KAFKA_BROKERS},
    })
    assert.ok(performance.now() - beganMs < 20_000)
    assert.equal((JSON.parse(stdout) as StreamStatus[])[0]?.lag, null)
    assert.match(stderr, new RegExp(`^warning: the lag is not known: Kafka at ${KAFKA_BROKERS} .*$`, 'm'))
    assert.equal(code, 1)
  } finally {
    silent.close()
  }
})

test('a running stream passes --check; one that ended or was killed does not', async () => {
  const setup = await openSetup({at: new Date('2026-11-27T15:00:00Z'), rate: 1})
  await setup.collect(bithumbMarkets)
  const none = await fin(['stream', 'status', '--check'], {env: setup.env})
  assert.match(none.stdout, /^no stream has run yet/)
  assert.equal(none.code, 0)
  let child: {kill(signal: NodeJS.Signals): boolean} | undefined
  const running = fin(['stream', 'run', 'bithumb'], {env: setup.env, started: (one) => (child = one)})
  const isDelivering = async () => {
    const [row] = await setup.rows(
      'select from stream_producers, stream_consumers where connected_at is not null and rows > 0',
    )
    return row !== undefined
  }
  while (!(await isDelivering())) await setup.rows('select pg_sleep(0.1)')
  const well = await fin(['stream', 'status', '--check', '--quiet'], {env: setup.env})
  assert.deepEqual([well.code, well.stdout, well.stderr], [0, '', ''])
  const {stdout} = await fin(['stream', 'status'], {env: setup.env})
  assert.match(
    stdout,
    /^feed +role +state .*\nbithumb +producer +connected .*\nbithumb +consumer +running .*\n$/,
  )
  child?.kill('SIGTERM')
  assert.equal((await running).code, 0)
  const ended = await fin(['stream', 'status', '--check', '--quiet'], {env: setup.env})
  assert.deepEqual([ended.code, ended.stdout], [1, ''])
  assert.match(ended.stderr, /^bithumb: the producer on .* is stopped .*\nbithumb: no consumer of .*\n$/)
  const again = fin(['stream', 'run', 'bithumb'], {env: setup.env, started: (one) => (child = one)})
  const isRecorded = async () => {
    const [row] = await setup.rows(
      `select from stream_producers p, stream_consumers c
       where p.connected_at is not null and p.ended_at is null and c.ended_at is null`,
    )
    return row !== undefined
  }
  while (!(await isRecorded())) await setup.rows('select pg_sleep(0.1)')
  child?.kill('SIGKILL')
  await again
  for (const table of ['stream_producers', 'stream_consumers'])
    await setup.rows(`update ${table} set seen_at = seen_at - interval '11 s'`)
  const dead = await fin(['stream', 'status', '--check', '--quiet'], {env: setup.env})
  assert.deepEqual([dead.code, dead.stdout], [1, ''])
  assert.match(
    dead.stderr,
    /^bithumb: the producer on .* is stopped \(last seen at .*\)\nbithumb: no consumer of .*\n$/,
  )
})
