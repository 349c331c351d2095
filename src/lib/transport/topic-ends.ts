/** Reads the ends of topics, for the lag of their consumers. */
import type {Admin} from 'kafkajs'
import type {Config} from '../config.js'
import {messageOf} from '../errors.js'
import {kafkaClient, kafkaError} from './kafka-client.js'

/** The offsets of one partition: that of its oldest message, and that of the next one to come. */
export interface PartitionEnds {
  low: number
  high: number
}

/** Topic -> partition -> its ends. A topic that does not exist is absent. */
export type TopicEnds = ReadonlyMap<string, ReadonlyMap<number, PartitionEnds>>

/** A short time, because a person waits for the answer. */
const timeoutMs = 2_000

/**
 * The ends of these topics, or the reason why they are not known. Throws NeedsPerson if KAFKA_BROKERS is not
 * set, or wrong.
 */
export async function topicEnds(
  config: Pick<Config, 'kafkaBrokers'>,
  topics: readonly string[],
): Promise<{ends: TopicEnds} | {why: string}> {
  const admin = (await kafkaClient(config, {warn: () => {}}, timeoutMs)).admin()
  try {
    await admin.connect()
    const present = new Set(await admin.listTopics())
    const ends = new Map<string, ReadonlyMap<number, PartitionEnds>>()
    for (const topic of topics.filter((name) => present.has(name)))
      ends.set(topic, await partitionEnds(admin, topic))
    return {ends}
  } catch (error) {
    return {why: messageOf(kafkaError(error, config))}
  } finally {
    await admin.disconnect().catch(() => {})
  }
}

/** The ends of each partition of a topic. */
export async function partitionEnds(
  admin: Pick<Admin, 'fetchTopicOffsets'>,
  topic: string,
): Promise<ReadonlyMap<number, PartitionEnds>> {
  const offsets = await admin.fetchTopicOffsets(topic)
  return new Map(offsets.map(({partition, low, high}) => [partition, {low: Number(low), high: Number(high)}]))
}
