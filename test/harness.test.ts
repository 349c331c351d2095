import assert from 'node:assert/strict'
import {randomBytes} from 'node:crypto'
import {after, test} from 'node:test'
import {Redis} from 'ioredis'
import kafkajs from 'kafkajs'
import pg from 'pg'
import {fakeClock} from './clock.js'
import {kafka, postgres, redis} from './servers.js'

const [database, cache, broker] = await Promise.all([postgres(), redis(), kafka()])
after(() => Promise.all([database.stop(), cache.stop(), broker.stop()]))

test('two databases of one server are separate', async () => {
  const clients = await Promise.all(['one', 'two'].map(async (name) => {
    const client = new pg.Client(await database.database(name))
    await client.connect()
    await client.query('create table t (n int)')
    return client
  }))
  await clients[0]!.query('insert into t values (1)')
  const counts = await Promise.all(clients.map(async (client) => (await client.query<{n: string}>('select count(*) as n from t')).rows[0]!.n))
  assert.deepEqual(counts, ['1', '0'])
  await Promise.all(clients.map((client) => client.end()))
})

test('a database with the schema is a copy of its own', async () => {
  const urls = await Promise.all([database.withSchema('real'), database.withSchema('simulated', 'simulated')])
  const worlds = await Promise.all(urls.map(async (url) => {
    const client = new pg.Client(url)
    await client.connect()
    const {rows} = await client.query<{world: string}>('select world from fin_world')
    await client.end()
    return rows
  }))
  assert.deepEqual(worlds, [[{world: 'real'}], [{world: 'simulated'}]])
})

test('Redis keeps what it is given', {skip: cache.skipReason}, async (t) => {
  t.diagnostic(`Redis: ${cache.how}`)
  const client = new Redis(cache.url, {retryStrategy: () => null})
  const key = `fin-test:${randomBytes(6).toString('hex')}`
  await client.set(key, 'kept', 'EX', 60)
  assert.equal(await client.get(key), 'kept')
  await client.del(key)
  client.disconnect()
})

test('Kafka hands a message on', {skip: broker.skipReason, timeout: 120_000}, async (t) => {
  t.diagnostic(`Kafka: ${broker.how}`)
  const topic = `fin-test-${randomBytes(6).toString('hex')}`
  const retry = {retries: 40, initialRetryTime: 100, maxRetryTime: 2000}
  const client = new kafkajs.Kafka({brokers: broker.url.split(','), logLevel: kafkajs.logLevel.NOTHING, retry})
  const producer = client.producer({createPartitioner: kafkajs.Partitioners.DefaultPartitioner})
  const consumer = client.consumer({groupId: topic})
  t.after(() => Promise.all([producer.disconnect(), consumer.disconnect()]))
  await producer.connect()
  await producer.send({topic, messages: [{key: 'BTC', value: '1.5'}]})
  await consumer.connect()
  await consumer.subscribe({topic, fromBeginning: true})
  const got = await new Promise((resolve, reject) => {
    // A crash after which the consumer restarts by itself is a coordinator that was still being elected.
    consumer.on('consumer.crash', ({payload}) => {
      if (!payload.restart) reject(payload.error)
    })
    consumer.run({eachMessage: async ({message}) => resolve([message.key?.toString(), message.value?.toString()])}).catch(reject)
  })
  assert.deepEqual(got, ['BTC', '1.5'])
})

test('the fake clock wakes sleepers in the order of their instants', async () => {
  const clock = fakeClock('2026-03-02T12:00:00Z', 'waits')
  const woken: string[] = []
  const sleeps = [clock.sleep(2000).then(() => woken.push('late')), clock.sleep(1000).then(() => woken.push('early'))]
  clock.advance(500)
  assert.equal(clock.waiting, 2)
  clock.advance(1500)
  await Promise.all(sleeps)
  assert.deepEqual(woken, ['early', 'late'])
  const stop = new AbortController()
  const stopped = clock.sleep(1000, stop.signal)
  stop.abort(new Error('enough'))
  await assert.rejects(stopped, /enough/)
  assert.equal(clock.waiting, 0)
})
