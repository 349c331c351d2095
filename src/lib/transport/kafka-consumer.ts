/**
 * Reads a topic as a member of a consumer group. The positions in PostgreSQL count, not those in Kafka: they
 * are in the transaction of the rows. Kafka's are written for tools that show the lag.
 */
import type {EachBatchPayload, Kafka} from 'kafkajs'
import {type Clock, nextTurn, pause} from '../clock.js'
import type {Config} from '../config.js'
import type {StreamCounts} from '../health/counts.js'
import type {Log} from '../output/log.js'
import type {Delivery} from '../sinks/delivery.js'
import type {StoredPosition} from '../sinks/positions.js'
import type {Stored} from '../sinks/postgres.js'
import type {StreamWriter} from '../sinks/writer.js'
import {within} from '../persistently.js'
import {installCodecs} from './kafka-codecs.js'
import {isOfKafka, kafkaError} from './kafka-client.js'
import {alive, heartbeatMs} from './kafka-heartbeat.js'
import {createLag, followEnds} from './kafka-lag.js'
import type {RawMessage} from './kafka-message.js'
import {type Place, placeAt, startIn, wantedOffset} from './kafka-place.js'

export interface TopicReaderOptions {
  name: string
  kafka: Kafka
  config: Config
  topic: string
  group: string
  writer: StreamWriter
  /** The positions of these partitions in PostgreSQL, as soon as that answers. One without any is absent. */
  positions(partitions: readonly number[]): Promise<ReadonlyMap<number, StoredPosition>>
  deliveryOf(message: RawMessage): Delivery
  counts: StreamCounts
  clock: Clock
  log: Log
}

export interface TopicReader {
  /** Called with each batch that is in PostgreSQL. */
  onStored(stored: Stored): void
  /** Why Kafka sends nothing at present; undefined if it answers. */
  awayReason(): string | undefined
  /** Rejects if the consumer cannot go on. */
  failed: Promise<never>
  /** Reads nothing more, and waits until everything that was read is stored. */
  drain(): Promise<void>
  close(): Promise<void>
}

const sessionMs = 30_000
/**
 * The time for a request of a member of a group, in real milliseconds. A member waits for its assignment
 * until the session of a leader that died has ended. If it gave up before, its own old membership would
 * delay the group again.
 */
export const memberRequestMs = sessionMs + 5_000
/** The longest wait for the end of a membership, in real milliseconds: a frozen broker does not answer. */
const closeMs = 2_000
/** The pause before the consumer starts again, in real milliseconds. */
const restartMs = 5_000
/** The time without an answer after which Kafka counts as away. */
const silentMs = 10_000
/** Real milliseconds between two writes of positions to Kafka. */
const commitMs = 1_000
/** Messages that are parsed before other events are handled. */
const messagesPerTurn = 20

export async function readTopic(options: TopicReaderOptions): Promise<TopicReader> {
  const {name, kafka, config, topic, group, writer, counts, clock, log} = options
  installCodecs()
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: sessionMs,
    heartbeatInterval: heartbeatMs,
    maxWaitTimeInMs: 500,
    maxBytesPerPartition: 250_000,
    allowAutoTopicCreation: false,
    retry: {
      retries: 1_000_000,
      initialRetryTime: 200,
      maxRetryTime: 5_000,
      restartOnFailure: async () => !draining.signal.aborted,
    },
  })
  /** The partitions of this member, as soon as their positions are known. */
  const places = new Map<number, Place>()
  const lag = createLag(counts)
  const draining = new AbortController()
  let committing: Promise<void> | undefined
  let joins = 0
  /** When Kafka answered last. */
  let answeredMs: number | undefined
  let placing: Promise<void> = Promise.resolve()
  let fail: (error: unknown) => void = () => {}
  const failed = new Promise<never>((_resolve, reject) => (fail = reject))
  failed.catch(() => {})

  const answered = () => (answeredMs = clock.elapsedMs())
  consumer.on(consumer.events.HEARTBEAT, answered)
  consumer.on(consumer.events.FETCH, answered)
  consumer.on(consumer.events.CRASH, ({payload}) => {
    if (payload.restart) return
    // The library gives up the search for the coordinator of the group, although that may appear.
    if (payload.error.name === 'KafkaJSGroupCoordinatorNotFound') startAgain()
    else fail(kafkaError(payload.error, config, topic))
  })
  consumer.on(consumer.events.GROUP_JOIN, ({payload}) => {
    joins++
    places.clear()
    const partitions = payload.memberAssignment[topic] ?? []
    placing = place(partitions, joins)
    placing.catch((error: unknown) => {
      if (!isOfKafka(error)) fail(error)
    })
    lag.keep(partitions)
    log.detail(`${name}: reads partitions ${partitions.join(', ') || 'none'} of ${topic}`)
  })

  /**
   * Seeks the positions of partitions that this member got. The position in Kafka may be that of another
   * database, and no message may come for a long time that shows it.
   */
  async function place(partitions: readonly number[], joined: number) {
    // All that this member read before must be stored before its positions are known.
    await writer.drained()
    const positions = await options.positions(partitions)
    if (joins !== joined || draining.signal.aborted) return
    for (const partition of partitions) {
      const place = placeAt(positions.get(partition))
      places.set(partition, place)
      lag.setStored(partition, place.next)
      consumer.seek({topic, partition, offset: String(wantedOffset(place))})
    }
  }

  async function handle(payload: EachBatchPayload): Promise<void> {
    const {batch, resolveOffset, heartbeat, isRunning, isStale} = payload
    const {partition} = batch
    if (batch.messages.length === 0 || draining.signal.aborted) return
    await alive(placing, heartbeat)
    const place = places.get(partition)
    // A batch that was fetched before a seek is ignored, and not acknowledged.
    const isOver = () =>
      draining.signal.aborted || !isRunning() || isStale() || places.get(partition) !== place
    if (!place || isOver()) return
    let start = startIn(place, batch)
    if ('madeAgain' in start) {
      log.warn(`${name}: partition ${partition} of ${topic} ${start.madeAgain}: the topic was made again`)
      Object.assign(place, placeAt(undefined), {isReset: true})
      lag.setStored(partition, undefined)
      start = startIn(place, batch)
    }
    if (!('offset' in start)) {
      place.sought = wantedOffset(place)
      return consumer.seek({topic, partition, offset: String(place.sought)})
    }
    place.lastMs = undefined
    place.sought = undefined
    // Messages that were deleted before they were read are never stored.
    if (place.next === undefined || start.offset > place.next) lag.setStored(partition, start.offset)
    lag.setEnds(partition, {high: Number(batch.highWatermark)})
    let sinceTurn = 0
    for (const message of batch.messages) {
      if (isOver()) return
      const offset = Number(message.offset)
      let full: Promise<void> | undefined
      if (offset >= start.offset) {
        const delivery = options.deliveryOf(message)
        const {isReset} = place
        const from = isReset ? offset : Math.min(offset, place.next ?? offset)
        full = writer.add({...delivery, position: {partition, offset, from, isReset}})
        place.next = offset + 1
        place.isReset = false
      }
      resolveOffset(message.offset)
      if (full) await alive(full, heartbeat)
      if (++sinceTurn % messagesPerTurn === 0) await nextTurn()
    }
    await heartbeat()
  }

  /** Writes the positions after a pause, one write at a time: the library tries until it succeeds. */
  function commitSoon() {
    committing ??= pause(commitMs, draining.signal)
      .catch(() => {})
      .then(commit)
      // Another member may have got the partition. Then Kafka refuses, and nothing is lost.
      .catch(() => {})
      .finally(() => (committing = undefined))
  }

  async function commit() {
    const offsets = [...lag.stored].filter(([partition]) => places.has(partition))
    if (offsets.length === 0) return
    await consumer.commitOffsets(
      offsets.map(([partition, offset]) => ({topic, partition, offset: String(offset)})),
    )
  }

  function onStored({deliveries}: Stored) {
    for (const {position} of deliveries) if (position) lag.setStored(position.partition, position.offset + 1)
    commitSoon()
  }

  function awayReason() {
    if (answeredMs === undefined) return `the consumer has not joined its group ${group} yet`
    const ms = clock.elapsedMs() - answeredMs
    return ms < silentMs ? undefined : `Kafka has not answered for ${Math.floor(ms / 1000)} s`
  }

  async function start() {
    await consumer.connect()
    await consumer.subscribe({topics: [topic], fromBeginning: true})
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) =>
        handle(payload).catch((error: unknown) => {
          if (!isOfKafka(error)) fail(error)
          throw error
        }),
    })
  }

  function startAgain() {
    pause(restartMs, draining.signal)
      .then(start)
      .catch((error: unknown) => {
        if (!draining.signal.aborted) fail(kafkaError(error, config, topic))
      })
  }

  try {
    await start()
  } catch (error) {
    await within(closeMs, consumer.disconnect())
    throw kafkaError(error, config)
  }
  void followEnds({
    ...{kafka, topic, log, stop: draining.signal},
    // A fetched batch states the end of its partition too, but none comes while PostgreSQL is away.
    isWanted: () => awayReason() === undefined,
    setEnds: (partition, ends) => places.has(partition) && lag.setEnds(partition, ends),
  })
  return {
    onStored,
    failed,
    awayReason,
    async drain() {
      draining.abort()
      try {
        consumer.pause([{topic}])
      } catch {
        // Between two connections the library has nothing to pause.
      }
      await writer.drained()
      await within(commitMs, Promise.resolve(committing).then(commit))
    },
    close() {
      draining.abort()
      return within(closeMs, consumer.disconnect())
    },
  }
}
