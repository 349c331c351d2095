/** Sends the frames of a producer to Kafka, in order, and repeats each batch until all replicas have it. */
import type {Kafka, PartitionerArgs, Producer} from 'kafkajs'
import type {Config} from '../config.js'
import {isFinError} from '../errors.js'
import type {StreamCounts} from '../health/counts.js'
import type {Log} from '../output/log.js'
import {createPersistence, orStop, within} from '../persistently.js'
import type {Frame} from './frames.js'
import {kafkaError} from './kafka-client.js'
import {requireTopic} from './topics.js'
import {batchesOf, type EncodedMessage, encodeFrames, type ProducerFacts} from './kafka-message.js'

export interface KafkaSender {
  /**
   * Resolves when all replicas have the frames. Also tries again after a refusal, because a person may change
   * the rights or limits of the brokers. Throws after `stop`.
   */
  send(frames: readonly Frame[], facts: ProducerFacts): Promise<void>
  /** Why Kafka takes nothing at present; undefined if it does. */
  awayReason(): string | undefined
  close(): Promise<void>
}

export interface SenderOptions {
  name: string
  kafka: Kafka
  config: Config
  topic: string
  counts: StreamCounts
  log: Log
  /** When it is aborted, nothing is sent again. */
  stop: AbortSignal
}

/** The longest wait for the end of the connections, in real milliseconds. */
const closeMs = 1_000

/** Opens the producer. Throws NeedsPerson if the topic does not exist. */
export async function openKafkaSender(options: SenderOptions): Promise<KafkaSender> {
  const {name, kafka, config, topic, counts, log, stop} = options
  let producer: Producer | undefined

  async function connected(): Promise<Producer> {
    if (producer) return producer
    // Known before it connects, so that `drop` also ends a connection that failed half way.
    producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: () => partitionOfShard,
    })
    await producer.connect()
    return producer
  }

  /** Closes a producer whose state is unknown after an error; the next try opens another one. */
  async function drop() {
    const dropped = producer
    producer = undefined
    await dropped?.disconnect().catch(() => {})
  }

  const outage = createPersistence({
    log,
    stop,
    failureOf(error) {
      stop.throwIfAborted()
      const known = kafkaError(error, config, topic)
      if (!isFinError(known)) throw known // a defect
      return known
    },
    awayText: ({message}) =>
      `${name}: nothing can be sent to Kafka: ${message}. fin keeps what arrives, and tries again until it works.`,
    backText: `${name}: Kafka takes messages again`,
    cleanUp: drop,
  })

  /** Sends messages as one batch, and repeats it until all replicas have it. */
  async function sendBatch(messages: EncodedMessage[]) {
    const sending = outage.persistently(async () => (await connected()).send({topic, acks: -1, messages}))
    // The library tries twice, and waits for each answer.
    await orStop(sending, stop)
    counts.sends += messages.length
  }

  await requireTopic(options)
  return {
    async send(frames, facts) {
      for (const messages of batchesOf(encodeFrames(frames, facts))) await sendBatch(messages)
    },
    awayReason: outage.awayReason,
    // A broker that is frozen ends no connection.
    close: () => within(closeMs, drop()),
  }
}

/** The partition of a message: that of its shard, so that the frames of a shard stay in order. */
function partitionOfShard({partitionMetadata, message}: PartitionerArgs): number {
  const shard = Number(message.key?.toString() ?? 1)
  return (shard - 1) % partitionMetadata.length
}
