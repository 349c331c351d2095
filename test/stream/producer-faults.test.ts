/** Producers while Kafka is away or frozen, and their end by a signal. What they received is not lost. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {readFileSync} from 'node:fs'
import {after, before, test} from 'node:test'
import {setTimeout as pause} from 'node:timers/promises'
import kafkajs from 'kafkajs'
import {sp500Companies} from '../../src/lib/collectors/sp500-companies.js'
import {realClock} from '../../src/lib/clock.js'
import {companySymbol} from '../../src/lib/codes.js'
import {createStreamCounts} from '../../src/lib/health/counts.js'
import {kafkaClient} from '../../src/lib/transport/kafka-client.js'
import {openKafkaSender} from '../../src/lib/transport/kafka-sender.js'
import {topics} from '../../src/lib/transport/topics.js'
import {generous, openSetup, type TestSetup} from '../run/setup.js'
import {fin} from '../servers.js'
import {freePort} from '../servers/guarded.js'
import {kafkaCluster} from '../servers/kafka-cluster.js'
import {full, fullTest, soak} from '../size.js'
import {endAll, eventually, type Running, start} from './running.js'
import {compareTrades, digestOf, subscribedSpans, type Span} from './truth.js'

const broker = await kafkaCluster(1)
const skip = broker.skipReason
const outageMs = soak ? 60_000 : full ? 15_000 : 4_000
const keys = Object.fromEntries(
  Array.from({length: 12}, (_, n) => [`FINNHUB_API_KEY_${n + 1}`, `simulatedfinnhubkey${n + 1}`]),
)
const lostFrames = /the frames that arrived since \S+Z are not in Kafka; the next producer records the gap/
let setup: TestSetup

/** A setup with members of the index and topics at these brokers. */
async function setupAt(brokers: string, tradesPerSecond: number): Promise<TestSetup> {
  const opened = await openSetup({
    ...{at: realClock.now(), rate: 1, tradesPerSecond, simulated: generous},
    env: {...generous, ...keys, KAFKA_BROKERS: brokers},
  })
  await opened.collect(sp500Companies)
  const made = await fin(['stream', 'topics'], {env: opened.env})
  assert.equal(made.code, 0, made.stderr)
  return opened
}

before(async () => {
  if (skip === false) setup = await setupAt(broker.url, full ? 100 : 20)
})
after(async () => {
  await endAll()
  await broker.stop()
})

/** A producer of one shard of ten, which has subscribed to everything. */
async function producerOf({env, rows}: TestSetup, shard: number): Promise<Running> {
  const args = ['stream', 'produce', 'sp500', '--shard', `${shard}/10`, '--token', String(shard)]
  const running = start(args, env)
  await eventually(
    `shard ${shard}`,
    async () =>
      (
        await rows(
          'select from stream_producers where shard = $1 and pid = $2 and connected_at is not null',
          [shard, running.child.pid],
        )
      ).length > 0,
    60_000,
    running.stderr,
  )
  return running
}

/** Waits until the consumer has stored all of a topic. */
async function drained({rows}: TestSetup, brokers: readonly string[], consumer: Running) {
  const kafka = new kafkajs.Kafka({brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING})
  const admin = kafka.admin()
  await admin.connect()
  try {
    await eventually(
      'the consumer',
      async () => {
        const positions = await rows('select partition, next_offset from stream_positions')
        return (await admin.fetchTopicOffsets(topics.sp500.name)).every(
          ({partition, high}) =>
            high === '0' ||
            positions.some((one) => one['partition'] === partition && one['next_offset'] === high),
        )
      },
      90_000,
      consumer.stderr,
    )
  } finally {
    await admin.disconnect()
  }
}

/** The trades of a shard that the table lacks or holds twice, up to what its last producer recorded. */
async function wrongTrades({rows, simulator}: TestSetup, shard: number, gaps: readonly Span[] = []) {
  const digest = digestOf(keys[`FINNHUB_API_KEY_${shard}`]!)
  const connections = simulator.connections.connections().filter((one) => one.digest === digest)
  const [producer] = await rows(
    'select extract(epoch from received_until) * 1000 as until from stream_producers where shard = $1',
    [shard],
  )
  const untilMs = Number(producer!['until']) - 1_000
  const symbols = new Set(connections.flatMap(({subscriptions}) => subscriptions.map(({target}) => target)))
  let count = 0
  const wrong: string[] = []
  for (const symbol of symbols) {
    const name = companySymbol(symbol)
    const fromMs = Math.min(...subscribedSpans(connections, symbol).map((span) => span.fromMs))
    const truth = simulator.scenario.trades(name, fromMs, untilMs)
    const stored = await rows(
      'select timestamp_ms, price, volume from sp500_websocket_trades where symbol = $1 and timestamp_ms > $2 and timestamp_ms <= $3',
      [name, fromMs, Math.floor(untilMs)],
    )
    const {lost, doubled} = compareTrades(truth, stored as never, gaps, 1_000)
    wrong.push(...lost, ...doubled)
    count += truth.length
  }
  assert.ok(count > 0)
  return {wrong: wrong.slice(0, 5), count}
}

/** Freezes the broker until the producer gives up, so that it sends what the broker already has. */
async function freeze(producer: Running) {
  broker.signal(0, 'SIGSTOP')
  try {
    await producer.says(/nothing can be sent to Kafka[^]*nothing can be sent to Kafka/, 60_000)
  } finally {
    broker.signal(0, 'SIGCONT')
  }
  await producer.says(/takes messages again[^]*takes messages again/, 60_000)
}

/** The resident size of a process in bytes. */
function residentBytes({child}: Running): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024
}

/** The first appearances of the messages of each key are in the order in which their frames arrived. */
async function checkOrder(brokers: readonly string[]): Promise<number> {
  const kafka = new kafkajs.Kafka({brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING})
  const admin = kafka.admin()
  await admin.connect()
  const ends = new Map(
    (await admin.fetchTopicOffsets(topics.sp500.name)).map((one) => [one.partition, Number(one.high)]),
  )
  await admin.disconnect()
  const consumer = kafka.consumer({groupId: `order-${process.pid}`})
  await consumer.connect()
  await consumer.subscribe({topics: [topics.sp500.name], fromBeginning: true})
  const seen = new Set<string>()
  const newest = new Map<string, number>()
  const reached = new Map<number, number>()
  const wrong: string[] = []
  let repeated = 0
  await consumer.run({
    eachMessage: async ({partition, message}) => {
      reached.set(partition, Number(message.offset) + 1)
      const [key, ids] = [String(message.key), String(message.headers?.['ids'])]
      if (seen.has(`${key} ${ids}`)) return void repeated++
      seen.add(`${key} ${ids}`)
      const atMs = Number(message.timestamp)
      if (atMs < (newest.get(key) ?? 0)) wrong.push(`${key} ${message.offset}`)
      newest.set(key, atMs)
    },
  })
  await eventually('the end of the topic', () =>
    [...ends].every(([partition, end]) => end === 0 || (reached.get(partition) ?? 0) >= end),
  )
  await consumer.disconnect()
  assert.deepEqual(wrong, [])
  return repeated
}

test(
  'frames are kept while Kafka is away or frozen, and stored once and in order',
  {skip, timeout: 400_000},
  async (t) => {
    const consumer = start(['stream', 'consume', 'sp500'], setup.env)
    const producer = await producerOf(setup, 1)
    const before = residentBytes(producer)
    await broker.halt(0)
    await producer.says(/nothing can be sent to Kafka/)
    await pause(outageMs)
    const grown = residentBytes(producer) - before
    await broker.start(0)
    await producer.says(/Kafka takes messages again/, 60_000)

    if (full) await freeze(producer)
    const ended = await producer.end('SIGTERM')
    assert.equal(ended.code, 0, producer.stderr())
    assert.ok(ended.ms < 10_000, `${ended.ms} ms`)
    await drained(setup, broker.brokers, consumer)
    assert.equal((await consumer.end('SIGTERM')).code, 0, consumer.stderr())
    assert.deepEqual(await setup.rows('select * from stream_gaps'), [])
    const {wrong, count} = await wrongTrades(setup, 1)
    assert.deepEqual(wrong, [])
    // The queue holds up to 32 MB of frames, which take some times as much.
    assert.ok(grown < 300e6, `${grown} bytes`)
    const repeated = await checkOrder(broker.brokers)
    t.diagnostic(
      `${count} trades, ${repeated} messages sent twice; the producer grew by ${Math.round(grown / 1e6)} MB`,
    )
  },
)

test(
  'SIGTERM while Kafka is away ends a producer and a consumer in time, and the next producer records the gap',
  {skip, timeout: 120_000},
  async (t) => {
    const port = await freePort()
    const ready = async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`)
      return `${answer.status} ${await answer.text()}`
    }
    const reader = start(['stream', 'consume', 'sp500', '--health-port', String(port)], setup.env)
    const first = await producerOf(setup, 2)
    await eventually(
      'a consumer',
      async () => (await setup.rows(`select from sp500_websocket_trades where pod_index = 2`)).length > 0,
    )
    assert.equal(await ready(), '200 ready\n')
    await broker.halt(0)
    await first.says(/nothing can be sent to Kafka/)
    await eventually('the consumer not to be ready', async () =>
      /^503 not ready: Kafka has not answered for \d+ s\n$/.test(await ready()),
    )
    await pause(outageMs) // the library tries again, with growing pauses
    const [ended, readerEnded] = await Promise.all([first.end('SIGTERM'), reader.end('SIGTERM')])
    assert.ok(ended.ms < 10_000, `${ended.ms} ms`)
    assert.equal(ended.code, 0, first.stderr())
    assert.match(first.stderr(), lostFrames)
    assert.doesNotMatch(first.stderr(), /^\s+at |unexpected/m)
    assert.ok(readerEnded.ms < 10_000, `${readerEnded.ms} ms`)
    assert.equal(readerEnded.code, 0, reader.stderr())
    assert.doesNotMatch(reader.stderr(), /^\s+at |unexpected/m)
    t.diagnostic(
      `the producer ended after ${Math.round(ended.ms)} ms, the consumer after ${Math.round(readerEnded.ms)} ms`,
    )
    await broker.start(0)
    const consumer = start(['stream', 'consume', 'sp500'], setup.env)
    const second = await producerOf(setup, 2)
    await second.says(/the stream has a gap/)
    assert.equal((await second.end('SIGTERM')).code, 0, second.stderr())
    await drained(setup, broker.brokers, consumer)
    assert.equal((await consumer.end('SIGTERM')).code, 0, consumer.stderr())
    const gaps = await setup.rows(
      'select extract(epoch from began_at) * 1000 as began, extract(epoch from ended_at) * 1000 as ended from stream_gaps where shard = 2',
    )
    const spans = gaps.map((one) => ({fromMs: Number(one['began']), toMs: Number(one['ended'])}))
    assert.ok(spans.length >= 1)
    assert.deepEqual((await wrongTrades(setup, 2, spans)).wrong, [])
  },
)

test(
  'a frozen Kafka does not hold up signals, and a reader that leaves ends a producer quietly',
  {skip, timeout: 60_000},
  async () => {
    const reader = start(['stream', 'consume', 'sp500'], setup.env)
    const [producer, other] = await Promise.all([producerOf(setup, 3), producerOf(setup, 4)])
    await eventually(
      'a consumer',
      async () =>
        (await setup.rows('select from sp500_websocket_trades where pod_index in (3, 4)')).length > 0,
      30_000,
      reader.stderr,
    )
    broker.signal(0, 'SIGSTOP') // the first signal waits for Kafka
    try {
      await pause(500)
      const [otherEnded, readerEnded] = [other.end('SIGTERM'), reader.end('SIGTERM')]
      producer.child.kill('SIGINT')
      await pause(500)
      const ended = await producer.end('SIGINT')
      assert.equal(ended.signal, 'SIGINT', `${ended.code} ${producer.stderr()}`)
      assert.ok(ended.ms < 2_000, `${ended.ms} ms`)
      assert.doesNotMatch(producer.stderr(), /^\s+at |unexpected/m)
      const {code, ms} = await otherEnded
      assert.ok(ms < 10_000, `${ms} ms`)
      assert.equal(code, 0, other.stderr())
      assert.match(other.stderr(), lostFrames)
      const read = await readerEnded
      assert.ok(read.ms < 10_000, `${read.ms} ms`)
      assert.equal(read.code, 0, reader.stderr())
      assert.doesNotMatch(reader.stderr(), /^\s+at |unexpected/m)
    } finally {
      broker.signal(0, 'SIGCONT')
    }

    const printer = start(
      ['stream', 'produce', 'sp500', '--to', 'stdout', '--target', 'AAPL', '--token', '4'],
      setup.env,
    )
    await eventually('a row', () => printer.stdout().includes('\n'), 30_000, printer.stderr)
    printer.child.stdout!.destroy()
    const [code] = (await once(printer.child, 'exit')) as [number | null]
    assert.equal(code, 0, printer.stderr())
    assert.doesNotMatch(printer.stderr(), /EPIPE|^\s+at |unexpected/m)
  },
)

test('a backlog is sent in batches that the broker accepts', {skip, timeout: 60_000}, async (t) => {
  const [config, counts] = [{kafkaBrokers: [broker.url]} as never, createStreamCounts()]
  const warnings: string[] = []
  const log = {warn: (text: string) => warnings.push(text), notice: () => {}} as never
  const stop = AbortSignal.timeout(20_000)
  const kafka = await kafkaClient(config, log)
  const topic = topics.movers.name
  const sender = await openKafkaSender({name: 'movers', kafka, config, topic, counts, log, stop})
  t.after(() => sender.close())
  const frames = Array.from({length: 40_000}, (_, n) => {
    const text = JSON.stringify({type: 'trade', data: [{s: 'AAPL', p: 1, t: n, v: 1, c: ['\uAC00']}]})
    return {bytes: Buffer.from(text), id: `frame-${n}`, at: realClock.now()}
  })
  await sender.send(frames, {shard: null, labels: {}, origin: 'simulated'})
  assert.deepEqual(warnings, [])
  assert.ok(counts.sends > 10)
})

test(
  'a topic that does not exist is named, with the command that creates it',
  {skip, timeout: 90_000},
  async (t) => {
    const admin = (await kafkaClient({kafkaBrokers: [broker.url]}, {warn: () => {}})).admin()
    await admin.connect()
    t.after(() => admin.disconnect())
    await admin.deleteTopics({topics: [topics.etf.name]})
    for (const args of [
      ['consume', 'etf'],
      ['produce', 'etf', '--target', 'SPY'],
    ]) {
      const {code, stderr} = await fin(['stream', ...args], {env: setup.env, timeoutMs: 40_000})
      assert.equal(code, 2, stderr)
      assert.match(
        stderr,
        /^fin: the topic etf-trades does not exist in Kafka\n {2}Run `fin stream topics`\.$/m,
      )
    }
    const made = await fin(['stream', 'topics'], {env: setup.env})
    assert.equal(made.code, 0, made.stderr)
  },
)

fullTest('frames are kept while the leader of their partition is away', {timeout: 400_000}, async (t) => {
  const cluster = await kafkaCluster(3)
  t.after(() => cluster.stop())
  if (cluster.skipReason !== false) return t.skip(cluster.skipReason)
  const three = await setupAt(cluster.url, 5)
  const consumer = start(['stream', 'consume', 'sp500'], three.env)
  const producers = [await producerOf(three, 1), await producerOf(three, 2), await producerOf(three, 3)]
  for (const node of [0, 1, 2]) {
    await cluster.halt(node)
    await pause(12_000)
    await cluster.start(node)
    await pause(8_000)
  }
  for (const producer of producers) assert.equal((await producer.end('SIGTERM')).code, 0, producer.stderr())
  await drained(three, cluster.brokers, consumer)
  assert.equal((await consumer.end('SIGTERM')).code, 0, consumer.stderr())
  assert.deepEqual(await three.rows('select * from stream_gaps'), [])
  for (const shard of [1, 2, 3])
    assert.deepEqual((await wrongTrades(three, shard)).wrong, [], `shard ${shard}`)
  t.diagnostic(`${await checkOrder(cluster.brokers)} messages sent twice`)
})
