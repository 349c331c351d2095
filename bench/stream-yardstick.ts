/**
 * The yardstick of the streams: a bare pipeline from a socket over Kafka to PostgreSQL and Redis, as fast as
 * these libraries allow. It checks nothing, survives no failure and knows no second partition. `produce` and
 * `consume` are two processes; `produce-each` sends one trade a message, as the design does.
 */
import {hash} from 'node:crypto'
import {readFileSync} from 'node:fs'
import {connect} from 'node:net'
import {join} from 'node:path'
import {Redis} from 'ioredis'
import kafkajs, {type KafkaMessage, type Message} from 'kafkajs'
import pg from 'pg'
import {WebSocket} from 'ws'
import {root} from '../test/paths.js'
import {Latencies} from './stream-latencies.js'
import {rowsPerTransaction, symbols, type Trade, TradeArrays, tradesPerFrame} from './stream-trades.js'

const {KAFKA_BROKERS = '', DATABASE_URL, REDIS_URL = '', SOCKET_URL = '', TOPIC = ''} = process.env
const kafka = new kafkajs.Kafka({
  brokers: [KAFKA_BROKERS],
  logLevel: kafkajs.logLevel.NOTHING,
  socketFactory: ({host, port, onConnect}) => connect({host, port, noDelay: true}, onConnect),
})
const framesPerTransaction = rowsPerTransaction / tradesPerFrame
/** Larger sends and fetches take more processor time for each frame (measured). */
const mostPerSend = 200
const maxBytesPerPartition = 150_000
const mostWaiting = 20 * framesPerTransaction

/** Sends what has gathered while the last send was under way. */
async function produce(messagesOf: (frame: Buffer, trades: readonly Trade[]) => Message[]): Promise<void> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  const socket = new WebSocket(SOCKET_URL)
  const waiting: Message[] = []
  let isSending = false
  const send = async () => {
    while (waiting.length > 0) {
      const messages = waiting.splice(0, mostPerSend)
      if (waiting.length < mostWaiting) socket.resume()
      await producer.send({topic: TOPIC, acks: -1, messages})
    }
    isSending = false
  }
  socket.on('open', () => {
    for (const symbol of symbols) socket.send(JSON.stringify({type: 'subscribe', symbol}))
  })
  socket.on('message', (frame: Buffer) => {
    const {type, data} = JSON.parse(frame.toString()) as {type: string; data: Trade[]}
    if (type !== 'trade') return
    waiting.push(...messagesOf(frame, data))
    if (waiting.length > mostWaiting) socket.pause()
    // the frames that arrived together are sent together
    if (!isSending) setImmediate(() => void send())
    isSending = true
  })
}

/** Writes what has gathered while the last transaction was under way. */
async function consume(): Promise<void> {
  const client = new pg.Client(DATABASE_URL)
  const redis = new Redis(REDIS_URL)
  const text = readFileSync(join(root, 'bench', 'insert_trades_and_position.sql'), 'utf8')
  const latencies = new Latencies()
  const waiting: KafkaMessage[] = []
  let isWriting = false
  let inFlight: Promise<void> = Promise.resolve()

  const store = async (messages: readonly KafkaMessage[], rows: TradeArrays, newest: Map<string, Trade>) => {
    const next = Number(messages.at(-1)!.offset) + 1
    const values = new Map([...newest].map(([symbol, trade]) => [symbol, JSON.stringify(trade)]))
    await Promise.all([
      client.query({name: 'store', text, values: [...rows.parameters(), TOPIC, next]}),
      redis.hset('sp500_realtime_data', values),
    ])
    const now = Date.now()
    for (const {timestamp} of messages) latencies.add(now - Number(timestamp))
  }
  const write = async () => {
    if (isWriting) return
    isWriting = true
    for (;;) {
      // a full transaction is prepared and queued while the one before it is written
      if (waiting.length < framesPerTransaction) await inFlight
      if (waiting.length === 0) break
      const messages = waiting.splice(0, framesPerTransaction)
      const rows = new TradeArrays()
      const newest = new Map<string, Trade>()
      for (const {value} of messages) {
        const {data} = JSON.parse(value!.toString()) as {data: Trade[]}
        rows.add(hash('sha1', value!, 'base64url').slice(0, 16), data)
        for (const trade of data) if ((newest.get(trade.s)?.t ?? 0) <= trade.t) newest.set(trade.s, trade)
      }
      const before = inFlight
      inFlight = store(messages, rows, newest)
      await before
    }
    isWriting = false
  }
  await client.connect()
  const consumer = kafka.consumer({groupId: TOPIC, maxBytesPerPartition})
  await consumer.connect()
  await consumer.subscribe({topic: TOPIC, fromBeginning: true})
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({batch}) => {
      for (const message of batch.messages) waiting.push(message)
      void write()
      while (waiting.length > mostWaiting) await inFlight
    },
  })
  process.on('message', () => process.send!(latencies.take()))
}

const role = process.argv[2]
if (role === 'consume') await consume()
else if (role === 'produce') await produce((value) => [{partition: 0, value, timestamp: String(Date.now())}])
else
  await produce((_frame, trades) =>
    trades.map((trade) => ({
      partition: 0,
      key: trade.s,
      value: JSON.stringify(trade),
      timestamp: String(Date.now()),
    })),
  )
process.once('disconnect', () => process.kill(process.pid))
