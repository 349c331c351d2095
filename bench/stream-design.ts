/** The consumer as the design describes it: one INSERT and one HSET a message, each awaited. */
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {Redis} from 'ioredis'
import kafkajs from 'kafkajs'
import pg from 'pg'
import {root} from '../test/paths.js'
import {Latencies} from './stream-latencies.js'
import {type Trade} from './stream-trades.js'

const {KAFKA_BROKERS = '', DATABASE_URL, REDIS_URL = '', TOPIC = ''} = process.env
const client = new pg.Client(DATABASE_URL)
const redis = new Redis(REDIS_URL)
const text = readFileSync(join(root, 'bench', 'insert_trade.sql'), 'utf8')
const latencies = new Latencies()
const kafka = new kafkajs.Kafka({brokers: [KAFKA_BROKERS], logLevel: kafkajs.logLevel.NOTHING})
const consumer = kafka.consumer({groupId: TOPIC})
await client.connect()
await consumer.connect()
await consumer.subscribe({topic: TOPIC, fromBeginning: true})
await consumer.run({
  eachMessage: async ({message: {value, offset, timestamp}}) => {
    const {s, p, v, t, c} = JSON.parse(value!.toString()) as Trade
    await client.query({name: 'store', text, values: [s, offset, p, v, t, c]})
    await redis.hset('sp500_realtime_data', s, JSON.stringify({symbol: s, price: p, volume: v, timestamp: t}))
    latencies.add(Date.now() - Number(timestamp))
  },
})
process.on('message', () => process.send!(latencies.take()))
process.once('disconnect', () => process.kill(process.pid))
