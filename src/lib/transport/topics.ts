/** The topics of Kafka: their facts, and their creation. */
import type {Admin, Kafka} from 'kafkajs'
import type {Config} from '../config.js'
import {NeedsPerson} from '../errors.js'
import {dayMs} from '../time.js'
import {pluralize} from '../text.js'
import {pause} from '../clock.js'
import {kafkaError} from './kafka-client.js'

export interface Topic {
  name: string
  partitions: number
  /** The wanted number; a cluster with fewer brokers gets as many as it has brokers. */
  replicas: number
  retentionMs: number
}

/** Feed -> its topic. */
export const topics = {
  sp500: {name: 'sp500-websocket-trades', partitions: 3, replicas: 2, retentionMs: 7 * dayMs},
  bithumb: {name: 'bithumb-ticker', partitions: 1, replicas: 2, retentionMs: 3 * dayMs},
  movers: {name: 'finnhub-trades', partitions: 1, replicas: 2, retentionMs: 3 * dayMs},
  etf: {name: 'etf-trades', partitions: 1, replicas: 2, retentionMs: 3 * dayMs},
} as const satisfies Record<string, Topic>

/** The topic of a feed. */
export function topicOf({name}: {name: string}): Topic {
  const topic = Object.entries(topics).find(([feed]) => feed === name)?.[1]
  if (!topic) throw new Error(`the feed ${name} has no topic`)
  return topic
}

/** Throws NeedsPerson if the topic does not exist, or another error of fin if Kafka does not answer. */
export async function requireTopic({
  kafka,
  config,
  topic,
}: {
  kafka: Kafka
  config: Config
  topic: string
}): Promise<void> {
  const admin = kafka.admin()
  try {
    await admin.connect()
    if (!(await admin.listTopics()).includes(topic))
      throw new NeedsPerson(`the topic ${topic} does not exist in Kafka`, {
        nextStep: 'Run `fin stream topics`.',
      })
  } catch (error) {
    throw kafkaError(error, config)
  } finally {
    await admin.disconnect().catch(() => {})
  }
}

/** Tries to read a new topic, and the real milliseconds between them. */
const [mostTries, retryMs] = [25, 200]

export interface ArrangeOptions {
  /** Adds the missing partitions of a topic that exists. */
  addPartitions: boolean
  /** Lets the brokers check everything, and changes nothing. */
  dryRun: boolean
  /** Called before a topic is created or changed, for the message of an error. */
  onTopic?(name: string): void
}

/** One topic as it is now, or as it would be after a run that is not dry. */
export interface TopicRow {
  topic: string
  state: 'created' | 'would create' | 'partitions added' | 'would add partitions' | 'exists'
  partitions: number
  replicas: number
  /** null: without a limit. */
  retention_days: number | null
  /** How it differs from the wanted topic; null if it does not. */
  difference: string | null
}

/**
 * Creates the topics that are missing, and adds partitions if that is requested. Deletes nothing, and changes
 * no other setting of a topic.
 */
export async function arrangeTopics(
  admin: Admin,
  wanted: readonly Topic[],
  options: ArrangeOptions,
): Promise<TopicRow[]> {
  const {brokers} = await admin.describeCluster()
  const present = new Set(await admin.listTopics())
  const rows: TopicRow[] = []
  for (const topic of wanted) {
    options.onTopic?.(topic.name)
    const isNew = !present.has(topic.name) && (await create(admin, topic, brokers.length, options))
    rows.push(
      isNew
        ? newRow(topic, brokers.length, options)
        : await arrangePresent(admin, topic, brokers.length, options),
    )
  }
  return rows
}

/** True if the topic was created; false if another process was faster. */
async function create(
  admin: Admin,
  topic: Topic,
  brokers: number,
  {dryRun}: ArrangeOptions,
): Promise<boolean> {
  const isNew = await admin.createTopics({
    validateOnly: dryRun,
    waitForLeaders: false,
    topics: [
      {
        topic: topic.name,
        numPartitions: topic.partitions,
        replicationFactor: Math.min(topic.replicas, brokers),
        configEntries: [{name: 'retention.ms', value: String(topic.retentionMs)}],
      },
    ],
  })
  if (isNew && !dryRun) await hasLeaders(admin, topic.name)
  return isNew
}

/** Waits until the brokers know a new topic. The library itself fails if one of them does not know it yet. */
async function hasLeaders(admin: Admin, name: string): Promise<void> {
  for (let tries = 1; ; tries++)
    try {
      await admin.fetchTopicMetadata({topics: [name]})
      return
    } catch (error) {
      if (tries >= mostTries) throw error
      await pause(retryMs)
    }
}

function newRow({name, partitions, replicas, retentionMs}: Topic, brokers: number, {dryRun}: ArrangeOptions) {
  const possible = Math.min(replicas, brokers)
  return {
    topic: name,
    state: dryRun ? 'would create' : 'created',
    partitions,
    replicas: possible,
    retention_days: retentionMs / dayMs,
    difference: possible < replicas ? replicaText(possible, replicas, brokers) : null,
  } satisfies TopicRow
}

async function arrangePresent(
  admin: Admin,
  topic: Topic,
  brokers: number,
  {addPartitions, dryRun}: ArrangeOptions,
): Promise<TopicRow> {
  const found = await readTopic(admin, topic.name)
  const isGrowing = addPartitions && found.partitions < topic.partitions
  if (isGrowing)
    await admin.createPartitions({
      validateOnly: dryRun,
      topicPartitions: [{topic: topic.name, count: topic.partitions}],
    })
  const partitions = isGrowing ? topic.partitions : found.partitions
  return {
    topic: topic.name,
    state: !isGrowing ? 'exists' : dryRun ? 'would add partitions' : 'partitions added',
    partitions,
    replicas: found.replicas,
    retention_days: found.retentionMs === undefined ? null : found.retentionMs / dayMs,
    difference: differenceOf({...found, partitions}, topic, brokers),
  }
}

interface FoundTopic {
  partitions: number
  replicas: number
  /** undefined: without a limit. */
  retentionMs: number | undefined
}

async function readTopic(admin: Admin, name: string): Promise<FoundTopic> {
  const {ConfigResourceTypes} = (await import('kafkajs')).default
  const {topics: known} = await admin.fetchTopicMetadata({topics: [name]})
  const {resources} = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{type: ConfigResourceTypes.TOPIC, name, configNames: ['retention.ms']}],
  })
  const partitions = known[0]?.partitions ?? []
  const retention = Number(resources[0]?.configEntries[0]?.configValue)
  return {
    partitions: partitions.length,
    replicas: Math.min(...partitions.map(({replicas}) => replicas.length)),
    retentionMs: retention >= 0 ? retention : undefined,
  }
}

function differenceOf(found: FoundTopic, wanted: Topic, brokers: number): string | null {
  const parts: string[] = []
  if (found.partitions !== wanted.partitions)
    parts.push(
      `${pluralize(found.partitions, 'partition')} instead of ${wanted.partitions}${found.partitions < wanted.partitions ? ' (--add-partitions adds them)' : ''}`,
    )
  if (found.replicas < wanted.replicas) parts.push(replicaText(found.replicas, wanted.replicas, brokers))
  if (found.retentionMs !== wanted.retentionMs)
    parts.push(
      `kept for ${found.retentionMs === undefined ? 'ever' : days(found.retentionMs)} instead of ${days(wanted.retentionMs)} (retention.ms=${wanted.retentionMs})`,
    )
  return parts.length === 0 ? null : parts.join('; ')
}

function replicaText(found: number, wanted: number, brokers: number): string {
  const why =
    brokers < wanted ? `, because there ${brokers === 1 ? 'is' : 'are'} ${pluralize(brokers, 'broker')}` : ''
  return `${pluralize(found, 'replica')} instead of ${wanted}${why}`
}

function days(ms: number): string {
  return `${pluralize(ms / dayMs, 'day')}`
}
