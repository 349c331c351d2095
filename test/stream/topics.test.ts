/** The topics of Kafka, on a real broker, and the errors of `fin stream topics`. */
import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {createServer, type AddressInfo} from 'node:net'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import kafkajs from 'kafkajs'
import {NeedsPerson, TryLater} from '../../src/lib/errors.js'
import {dayMs} from '../../src/lib/time.js'
import {kafkaClient, kafkaError} from '../../src/lib/transport/kafka-client.js'
import {arrangeTopics, topics, type Topic} from '../../src/lib/transport/topics.js'
import {root} from '../paths.js'
import {fin, kafka, type Optional} from '../servers.js'

const server: Optional = await kafka()
/** The mock cluster has no admin interface. */
const skip = server.skipReason || (server.how.startsWith('the mock cluster') && 'it needs Apache Kafka')
const brokers = server.url.split(',')
const noLog = {warn: () => {}}
const asked = {addPartitions: false, dryRun: false}

let admin: kafkajs.Admin
const made: string[] = []
before(async () => {
  if (skip) return
  admin = (await kafkaClient({kafkaBrokers: brokers}, noLog)).admin()
  await admin.connect()
})
after(async () => {
  if (!skip) {
    const present = await admin.listTopics()
    await admin.deleteTopics({topics: made.filter((name) => present.includes(name))})
    await admin.disconnect()
  }
  await server.stop()
})

/** A topic with a name of its own, because other test files use the same broker. */
function topic(facts: Partial<Topic> = {}): Topic {
  const name = `fin-test-${randomUUID()}`
  made.push(name)
  return {name, partitions: 3, replicas: 2, retentionMs: 7 * dayMs, ...facts}
}

/** What Kafka itself says about a topic. */
async function known(name: string) {
  const {topics: found} = await admin.fetchTopicMetadata({topics: [name]})
  const {resources} = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{type: kafkajs.ConfigResourceTypes.TOPIC, name, configNames: ['retention.ms']}],
  })
  return {
    partitions: found[0]!.partitions.length,
    replicas: found[0]!.partitions[0]!.replicas.length,
    retention: resources[0]!.configEntries[0]!.configValue,
  }
}

test('missing topics are created once, with as many replicas as there are brokers', {skip}, async () => {
  const wanted = [topic(), topic({partitions: 1, replicas: 1, retentionMs: 3 * dayMs})]
  const names = wanted.map(({name}) => name)
  const few = '1 replica instead of 2, because there is 1 broker'
  const rows = (state: string) => [
    {topic: names[0], state, partitions: 3, replicas: 1, retention_days: 7, difference: few},
    {topic: names[1], state, partitions: 1, replicas: 1, retention_days: 3, difference: null},
  ]
  assert.deepEqual(await arrangeTopics(admin, wanted, {...asked, dryRun: true}), rows('would create'))
  const before = await admin.listTopics()
  assert.ok(!names.some((name) => before.includes(name)))
  assert.deepEqual(await arrangeTopics(admin, wanted, asked), rows('created'))
  assert.deepEqual(await known(names[0]!), {partitions: 3, replicas: 1, retention: '604800000'})
  assert.deepEqual(await known(names[1]!), {partitions: 1, replicas: 1, retention: '259200000'})
  assert.deepEqual(await arrangeTopics(admin, wanted, asked), rows('exists'))
})

test('an existing topic is shown as it is, and gets partitions only if asked', {skip}, async () => {
  const small = topic({partitions: 1, replicas: 1, retentionMs: 2 * dayMs})
  await arrangeTopics(admin, [small], asked)
  const wanted: Topic = {...small, partitions: 3, retentionMs: 3 * dayMs}
  const row = {topic: small.name, replicas: 1, retention_days: 2}
  const kept = 'kept for 2 days instead of 3 days (retention.ms=259200000)'
  assert.deepEqual(await arrangeTopics(admin, [wanted], asked), [
    {
      ...row,
      state: 'exists',
      partitions: 1,
      difference: `1 partition instead of 3 (--add-partitions adds them); ${kept}`,
    },
  ])
  const added = {...asked, addPartitions: true}
  assert.deepEqual(await arrangeTopics(admin, [wanted], {...added, dryRun: true}), [
    {...row, state: 'would add partitions', partitions: 3, difference: kept},
  ])
  assert.deepEqual(await known(small.name), {partitions: 1, replicas: 1, retention: '172800000'})
  assert.deepEqual(await arrangeTopics(admin, [wanted], added), [
    {...row, state: 'partitions added', partitions: 3, difference: kept},
  ])
  assert.deepEqual(await known(small.name), {partitions: 3, replicas: 1, retention: '172800000'})
  assert.deepEqual(await arrangeTopics(admin, [{...wanted, partitions: 2}], added), [
    {...row, state: 'exists', partitions: 3, difference: `3 partitions instead of 2; ${kept}`},
  ])
})

test('two processes that create the same topic at the same time both succeed', {skip}, async () => {
  const wanted = topic({partitions: 1, replicas: 1})
  const other = (await kafkaClient({kafkaBrokers: brokers}, noLog)).admin()
  await other.connect()
  try {
    const runs = await Promise.all([admin, other].map((one) => arrangeTopics(one, [wanted], asked)))
    for (const [row] of runs) assert.equal(row?.difference, null)
    assert.ok(runs.some(([row]) => row?.state === 'created'))
  } finally {
    await other.disconnect()
  }
})

test('a refusal names the topic and needs a person', {skip}, async () => {
  const bad = topic({retentionMs: -5 * dayMs, replicas: 1})
  let current: string | undefined
  const onTopic = (name: string) => {
    current = name
  }
  await assert.rejects(
    arrangeTopics(admin, [bad], {...asked, onTopic}).catch((error: unknown) => {
      throw kafkaError(error, {kafkaBrokers: brokers}, current) as Error
    }),
    (error: unknown) => {
      assert.ok(error instanceof NeedsPerson, String(error))
      assert.ok(error.message.includes(bad.name), error.message)
      return true
    },
  )
})

test('fin stream topics prints one row for each topic, and nothing else', {skip}, async () => {
  const {stdout, stderr, code} = await fin(['stream', 'topics', '--dry-run', '--json'], {
    env: {KAFKA_BROKERS: server.url},
  })
  assert.deepEqual([code, stderr], [0, ''])
  const rows = JSON.parse(stdout) as {topic: string; partitions: number}[]
  assert.deepEqual(
    rows.map((row) => row.topic),
    Object.values(topics).map(({name}) => name),
  )
})

test('docs/streams.md states the facts of every topic', () => {
  const text = readFileSync(join(root, 'docs', 'streams.md'), 'utf8')
  for (const {name, partitions, replicas, retentionMs} of Object.values(topics))
    assert.ok(
      text.includes(`| \`${name}\` | ${partitions} | ${replicas} | ${retentionMs / dayMs} days |`),
      name,
    )
})

test('fin stream topics without KAFKA_BROKERS needs a person', async () => {
  const {stdout, stderr, code} = await fin(['stream', 'topics'])
  assert.deepEqual([code, stdout], [2, ''])
  assert.match(stderr, /^fin: KAFKA_BROKERS is not set\n {2}Set it /)
})

test('brokers that are away end fin stream topics with one error, which names them', async () => {
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const {port} = closed.address() as AddressInfo
  closed.close()
  await once(closed, 'close')
  const {stdout, stderr, code} = await fin(['stream', 'topics'], {env: {KAFKA_BROKERS: `127.0.0.1:${port}`}})
  assert.deepEqual([code, stdout], [2, ''])
  assert.match(stderr, new RegExp(`^fin: Kafka at 127\\.0\\.0\\.1:${port} does not answer: .*\n {2}Check `))
  assert.equal(stderr.trimEnd().split('\n').length, 2, stderr)
})

test('a broker that never answers ends fin stream topics', {timeout: 60_000}, async (t) => {
  const silent = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.after(() => silent.close())
  const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`
  const {stderr, code} = await fin(['stream', 'topics'], {env: {KAFKA_BROKERS: address}, timeoutMs: 30_000})
  assert.equal(code, 2)
  assert.ok(
    stderr.startsWith(`waiting for Kafka at ${address}\nfin: Kafka at ${address} does not answer`),
    stderr,
  )
})

test('an address that is not host:port needs a person', async () => {
  for (const wrong of [
    'localhost',
    'localhost:x',
    'kafka://localhost:9092',
    'user:secret@localhost:9092',
    '[::1]:9092',
  ])
    await assert.rejects(kafkaClient({kafkaBrokers: ['a:1', wrong]}, noLog), (error: unknown) => {
      assert.ok(error instanceof NeedsPerson)
      assert.equal(error.message, 'address 2 of 2 in KAFKA_BROKERS is not host:port')
      return true
    })
})

test('an error of the library becomes one of fin by its first cause', () => {
  const {KafkaJSConnectionError, KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError} = kafkajs
  const of = (error: unknown, subject?: string) => kafkaError(error, {kafkaBrokers: ['a:1', 'b:2']}, subject)
  const away = of(
    new KafkaJSNumberOfRetriesExceeded(new KafkaJSConnectionError('it is closed'), {
      retryCount: 1,
      retryTime: 1,
    }),
  )
  assert.ok(away instanceof TryLater)
  assert.deepEqual([away.message, away.exitCode], ['Kafka at a:1, b:2 does not answer: it is closed', 2])
  const later = of(new KafkaJSConnectionError('it is closed'), 'trades')
  assert.ok(later instanceof TryLater && later.exitCode === 1)
  const refused = Object.assign(new Error('no right'), {type: 'TOPIC_AUTHORIZATION_FAILED', retriable: false})
  const person = of(new KafkaJSProtocolError(refused), 'trades')
  assert.ok(person instanceof NeedsPerson)
  assert.equal(person.message, 'Kafka at a:1, b:2 refuses trades: no right')
  const plain = of(new Error('Broker not connected'))
  assert.ok(plain instanceof TryLater)
  const defect = new TypeError('x is not a function')
  assert.equal(of(defect), defect)
})

test('errors of the library are warnings, with the broker', async () => {
  const warnings: string[] = []
  const client = await kafkaClient({kafkaBrokers: ['a:1']}, {warn: (text) => warnings.push(text)})
  const logger = client.logger()
  logger.error('Connection error: it is closed', {broker: 'a:1', error: 'it is closed'})
  logger.error('A request failed', {error: 'it is late'})
  logger.error('Failed to connect to seed broker, trying another broker from the list: it is closed')
  logger.error('Offset out of range, resetting to default offset')
  logger.warn('not an error')
  assert.deepEqual(warnings, [
    'kafka: Connection error: it is closed (a:1)',
    'kafka: A request failed: it is late',
  ])
})

test('the negative timer of the library is no warning; any other warning stays', async (t) => {
  await kafkaClient({kafkaBrokers: ['a:1']}, noLog)
  const seen: string[] = []
  const printers = process.listeners('warning')
  process.removeAllListeners('warning').on('warning', ({name}) => seen.push(name))
  t.after(() => {
    process.removeAllListeners('warning')
    for (const printer of printers) process.on('warning', printer)
  })
  process.emitWarning('-1 is a negative number.', 'TimeoutNegativeWarning')
  process.emitWarning('for the test', 'OtherWarning')
  await once(process, 'warning')
  assert.deepEqual(seen, ['OtherWarning'])
})
