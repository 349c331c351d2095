/**
 * Numbered trades in the topic of sp500 on a broker of this process, and a check of where each of them went:
 * into the table, into the rejected rows, or into a recorded gap, and never into two of them.
 */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {connect} from 'node:net'
import {setTimeout as pause} from 'node:timers/promises'
import type {Redis} from 'ioredis'
import kafkajs from 'kafkajs'
import pg from 'pg'
import {sp500} from '../../src/lib/feeds/sp500.js'
import type {Frame} from '../../src/lib/transport/frames.js'
import {encodeFrames} from '../../src/lib/transport/kafka-message.js'
import {topics} from '../../src/lib/transport/topics.js'
import {fin, type FinRun} from '../servers.js'
import {freePort} from '../servers/guarded.js'

export const topic = topics.sp500.name
export const {group} = sp500
const table = sp500.table

/** Partition -> its symbols. A symbol has one partition, as with producers that share the targets. */
export const symbolsOf = [0, 1, 2].map((partition) =>
  Array.from({length: 10}, (_, n) => `S${partition}${String.fromCharCode(65 + n)}`),
)

/** One trade of the truth. Its number is its volume. */
interface Trade {
  n: number
  symbol: string
  price: string
  atMs: number
  partition: number
  offset: number
}

export interface Consumer {
  pid: number
  /** The memory that it uses, in megabytes. */
  megabytes(): number
  kill(signal: NodeJS.Signals): void
  /** Its result, as soon as it ended. */
  ended: Promise<FinRun>
  /** The answer of a path of its health server, or undefined if it does not answer. */
  get(path: string): Promise<{status: number; body: string} | undefined>
}

/** Waits until `isSo`. Real servers and processes are at work, so the limit is far above what they need. */
export async function eventually(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  withinMs = 90_000,
): Promise<void> {
  const until = performance.now() + withinMs
  while (!(await isSo())) {
    assert.ok(performance.now() < until, `not within ${withinMs / 1000} s: ${what}`)
    await pause(25)
  }
}

export interface TruthOptions {
  brokers: string
  /** The database that the test reads; the consumers may have another address of it. */
  databaseUrl: string
  partitions?: number
}

/** An empty topic, a database with members, and what was put into the topic. Close it after the test. */
export async function openTruth({brokers, databaseUrl, partitions = 3}: TruthOptions) {
  const kafka = new kafkajs.Kafka({brokers: [brokers], logLevel: kafkajs.logLevel.NOTHING})
  const admin = kafka.admin()
  const producer = kafka.producer({allowAutoTopicCreation: false})
  await Promise.all([admin.connect(), producer.connect()])
  const makeTopic = async () => {
    await eventually('the topic is gone', async () => !(await admin.listTopics()).includes(topic))
    const configEntries = [{name: 'max.message.bytes', value: '20000000'}]
    await admin.createTopics({
      topics: [{topic, numPartitions: partitions, configEntries}],
      waitForLeaders: false,
    })
    await eventually('each partition has a leader', async () => {
      const described = await admin.fetchTopicMetadata({topics: [topic]}).catch(() => undefined)
      const found = described?.topics[0]?.partitions ?? []
      return found.length === partitions && found.every(({leader}) => leader >= 0)
    })
  }
  const deleteTopic = () => admin.deleteTopics({topics: [topic]})
  if ((await admin.listTopics()).includes(topic)) await deleteTopic()
  await makeTopic()

  const pool = new pg.Pool({connectionString: databaseUrl, max: 2, idleTimeoutMillis: 1_000})
  pool.on('error', () => {})
  const rows = async (sql: string, values: unknown[] = []) =>
    (await pool.query(sql, values)).rows as Record<string, unknown>[]
  const number = async (sql: string) => Number((await rows(sql))[0]?.['n'])
  await rows(
    'insert into sp500_companies (symbol, company_name) select s, s from unnest($1::text[]) as n (s)',
    [symbolsOf.flat()],
  )

  const trades: Trade[] = []
  const consumers: Consumer[] = []
  const startMs = Date.parse('2026-11-27T15:00:00Z')
  let numbers = 0

  /** The next trade of a partition, later than all before it. */
  function nextTrade(partition: number): Omit<Trade, 'offset'> {
    const n = ++numbers
    const symbol = symbolsOf[partition]![n % symbolsOf[partition]!.length]!
    return {n, symbol, price: `${100 + (n % 997)}.25`, atMs: startMs + n, partition}
  }

  const itemOf = ({n, symbol, price, atMs}: Omit<Trade, 'offset'>) =>
    `{"s":"${symbol}","p":${price},"t":${atMs},"v":${n},"c":["1"]}`

  /** Puts messages of one trade each into a partition. Returns the offset of the first. */
  async function put(count: number, partition: number): Promise<number> {
    const added = Array.from({length: count}, () => nextTrade(partition))
    const messages = added.map((trade) => {
      const text = `{"type":"trade","data":[${itemOf(trade)}]}`
      const frame = frameOf(text, `t${trade.n}`)
      const [message] = encodeFrames([frame], {
        shard: {index: partition + 1, host: 'producer'},
        labels: {},
        origin: 'real',
      })
      return {...message!, partition}
    })
    const first = await send(messages)
    added.forEach((trade, index) => trades.push({...trade, offset: first + index}))
    return first
  }

  async function send(messages: kafkajs.Message[]): Promise<number> {
    const [sent] = await producer.send({topic, messages})
    return Number(sent!.baseOffset)
  }

  const closing = new AbortController()
  const loads: Promise<void>[] = []

  /** Puts `perSecond` messages a second into all partitions until `stop`. */
  function load(perSecond: number, stop: AbortSignal): Promise<void> {
    const loading = loadUntil(perSecond, AbortSignal.any([stop, closing.signal]))
    loads.push(loading)
    return loading
  }

  async function loadUntil(perSecond: number, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const beganMs = performance.now()
      for (let partition = 0; partition < partitions; partition++)
        await put(Math.ceil(perSecond / partitions / 5), partition)
      await pause(Math.max(0, 200 - (performance.now() - beganMs)))
    }
  }

  async function consume(env: Readonly<Record<string, string | undefined>> = {}): Promise<Consumer> {
    const port = await freePort()
    let consumer: Omit<Consumer, 'ended'> | undefined
    const ended = fin(['stream', 'consume', 'sp500', '--from', 'kafka', '--health-port', String(port)], {
      env: {DATABASE_URL: databaseUrl, KAFKA_BROKERS: brokers, ...env},
      timeoutMs: 20 * 60_000,
      started: ({pid, kill}) =>
        (consumer = {
          pid,
          kill,
          megabytes: () =>
            Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
          get: async (path) => {
            try {
              const answer = await fetch(`http://127.0.0.1:${port}${path}`)
              return {status: answer.status, body: await answer.text()}
            } catch {
              return undefined
            }
          },
        }),
    })
    const whole = {...consumer!, ended}
    consumers.push(whole)
    return whole
  }

  const members = async () =>
    (await admin.describeGroups([group])).groups[0]!.members.map(({memberId}) => memberId)

  /**
   * Makes the group forget its members, as the end of their session does. A killed process does not leave the
   * group itself.
   */
  async function forgetMembers(): Promise<void> {
    for (const member of await members()) await leaveGroup(brokers, group, member)
  }

  /** The offsets in Kafka, by partition. */
  const committed = async () => (await admin.fetchOffsets({groupId: group, topics: [topic]}))[0]!.partitions

  const positions = () => rows('select partition, next_offset from stream_positions order by partition')
  const gaps = () =>
    rows(
      `select partition, first_offset::text, last_offset::text, why from stream_gaps
       where kind = 'offset' order by id`,
    )

  /** Sends messages of partition 0 with a compression of the library. */
  async function sendCompressed(compression: number, values: readonly string[]): Promise<number> {
    const messages = values.map((value) => ({value, partition: 0}))
    const [sent] = await producer.send({topic, messages, compression})
    return Number(sent!.baseOffset)
  }

  /** The number of sessions that wait for a lock. */
  const waiters = () =>
    number(
      `select count(*) as n from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    )

  const stored = () => number(`select count(*) as n from ${table}`)

  /** Waits until the positions reach the end of each partition that has messages. */
  /** The time is long, because Kafka waits 30 s for a member that could not leave its group. */
  async function caughtUp(withinMs = 90_000): Promise<void> {
    const ends = (await admin.fetchTopicOffsets(topic)).filter(({low, high}) => low !== high)
    await eventually(
      'everything is stored',
      async () => {
        const found = await rows('select partition, next_offset from stream_positions where consumer = $1', [
          group,
        ])
        const next = new Map(found.map((row) => [row['partition'], Number(row['next_offset'])]))
        return ends.every(({partition, high}) => next.get(partition) === Number(high))
      },
      withinMs,
    )
  }

  /** Checks that each trade is in one place, and that the table has no other row. */
  async function check(): Promise<{stored: number; rejected: number; lost: number}> {
    const found = {stored: 0, rejected: 0, lost: 0}
    const table_rows = await rows(
      `select volume::text as n, symbol, price::text, timestamp_ms::text as at_ms, pod_index from ${table}`,
    )
    const inTable = new Map<number, Record<string, unknown>>()
    for (const row of table_rows) {
      const n = Number(row['n'])
      assert.ok(!inTable.has(n), `trade ${n} is stored twice`)
      inTable.set(n, row)
    }
    const rejected = new Set<string>()
    for (const {target} of await rows(`select target from rejected_rows where unit = 'sp500'`)) {
      const place = /^partition \d+, offset \d+/.exec(String(target))?.[0]
      if (place !== undefined) rejected.add(place)
    }
    const gaps = await rows(
      `select partition, first_offset, last_offset from stream_gaps where kind = 'offset'`,
    )
    const isLost = ({partition, offset}: Trade) =>
      gaps.some(
        (gap) =>
          gap['partition'] === partition &&
          Number(gap['first_offset']) <= offset &&
          offset <= Number(gap['last_offset']),
      )
    for (const trade of trades) {
      const row = inTable.get(trade.n)
      const where = `trade ${trade.n} (partition ${trade.partition}, offset ${trade.offset})`
      const places = [
        row !== undefined,
        rejected.has(`partition ${trade.partition}, offset ${trade.offset}`),
        isLost(trade),
      ]
      assert.equal(places.filter(Boolean).length, 1, `${where} is in ${places.join('/')}`)
      if (row)
        assert.deepEqual(
          [row['symbol'], row['price'], row['at_ms'], row['pod_index']],
          [trade.symbol, trade.price, String(trade.atMs), trade.partition + 1],
          where,
        )
      found[row ? 'stored' : places[1] ? 'rejected' : 'lost']++
      inTable.delete(trade.n)
    }
    assert.deepEqual([...inTable.keys()], [], 'the table has rows that nobody sent')
    return found
  }

  /** The hash in Redis: symbol -> its number. */
  const inRedis = async (redis: Redis) =>
    Object.fromEntries(
      Object.entries(await redis.hgetall('sp500_realtime_data')).map(([symbol, text]) => [
        symbol,
        Number((JSON.parse(text) as {volume: number}).volume),
      ]),
    )

  /** Waits until Redis has the newest row of each symbol in the table. */
  async function redisIsNewest(redis: Redis, withinMs?: number): Promise<void> {
    const newest = Object.fromEntries(
      (
        await rows(
          `select distinct on (symbol) symbol, volume from ${table} where flag is null order by symbol, timestamp_ms desc`,
        )
      ).map(({symbol, volume}) => [symbol, Number(volume)]),
    )
    let seen: unknown
    await eventually(
      'Redis has the newest rows',
      async () => {
        seen = await inRedis(redis)
        return Object.keys(newest).every(
          (symbol) => (seen as Record<string, number>)[symbol] === newest[symbol],
        )
      },
      withinMs,
    )
    assert.deepEqual(seen, newest)
  }

  return {
    ...{admin, kafka, rows, number, trades, itemOf, nextTrade, put, send, load, consume, members},
    ...{databaseUrl, committed, positions, gaps, waiters, sendCompressed},
    ...{forgetMembers, stored, caughtUp, check, redisIsNewest, makeTopic, deleteTopic},
    async close() {
      closing.abort()
      await Promise.all(loads)
      for (const {kill} of consumers) kill('SIGKILL')
      await Promise.all(consumers.map(({ended}) => ended))
      await forgetMembers().catch(() => {})
      await Promise.all([admin.disconnect(), producer.disconnect(), pool.end()])
    },
  }
}

export type Truth = Awaited<ReturnType<typeof openTruth>>

/** The frame of one message as `fin stream produce` reads it. */
export function frameOf(text: string, id: string): Frame {
  return {bytes: Buffer.from(text), id, at: new Date()}
}

/** Sends the request by which a member leaves its group (LeaveGroup, version 0). */
async function leaveGroup(broker: string, groupId: string, memberId: string): Promise<void> {
  const text = (value: string) => {
    const bytes = Buffer.from(value)
    const length = Buffer.alloc(2)
    length.writeInt16BE(bytes.length)
    return Buffer.concat([length, bytes])
  }
  const head = Buffer.alloc(8)
  head.writeInt16BE(13, 0)
  const request = Buffer.concat([head, text('fin-test'), text(groupId), text(memberId)])
  const size = Buffer.alloc(4)
  size.writeInt32BE(request.length)
  const [host, port] = broker.split(':')
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), host, () => socket.write(Buffer.concat([size, request])))
    socket.once('data', () => {
      socket.destroy()
      resolve()
    })
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the broker closed the connection')))
  })
}
