/** A member of a group that the Kafka library gives up: it starts again, or fails with the reason. */
import assert from 'node:assert/strict'
import {EventEmitter} from 'node:events'
import {test} from 'node:test'
import type {Kafka} from 'kafkajs'
import {realClock} from '../../src/lib/clock.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {createStreamCounts} from '../../src/lib/health/counts.js'
import {readTopic} from '../../src/lib/transport/kafka-consumer.js'
import {eventually} from './running.js'

/** The reader of a topic, on a library whose consumer only counts its starts. */
async function opened() {
  const events = new EventEmitter()
  let runs = 0
  const consumer = {
    events: {HEARTBEAT: 'heartbeat', FETCH: 'fetch', CRASH: 'crash', GROUP_JOIN: 'join'},
    on: (name: string, listener: (event: object) => void) => events.on(name, listener),
    ...{connect: async () => {}, subscribe: async () => {}, disconnect: async () => {}},
    run: async () => void runs++,
  }
  const reader = await readTopic({
    ...{name: 'test', topic: 't', group: 'g', counts: createStreamCounts(), clock: realClock},
    kafka: {consumer: () => consumer} as unknown as Kafka,
    config: {kafkaBrokers: ['127.0.0.1:9092']} as never,
    ...{writer: {} as never, positions: async () => new Map(), deliveryOf: () => assert.fail()},
    log: {error() {}, warn() {}, notice() {}, detail() {}},
  })
  const crash = (name: string) => {
    const error = Object.assign(new Error('test'), {name, retriable: false})
    events.emit('crash', {payload: {error, restart: false}})
  }
  return {reader, crash, runs: () => runs}
}

test('a coordinator that is not found is looked for again', {timeout: 60_000}, async () => {
  const {reader, crash, runs} = await opened()
  assert.equal(runs(), 1)
  crash('KafkaJSGroupCoordinatorNotFound')
  await eventually('another start', () => runs() === 2)
  await reader.close()
})

test('any other end of the library is an error for a person', async () => {
  const {reader, crash, runs} = await opened()
  crash('KafkaJSProtocolError')
  await assert.rejects(reader.failed, NeedsPerson)
  assert.equal(runs(), 1)
  assert.match(reader.awayReason() ?? '', /has not joined its group g yet/)
})
