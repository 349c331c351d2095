/** The lag of a consumer: for each partition the messages up to its end that are not yet stored. */
import type {Kafka} from 'kafkajs'
import {pause} from '../clock.js'
import {messageOf} from '../errors.js'
import type {StreamCounts} from '../health/counts.js'
import type {Log} from '../output/log.js'
import {within} from '../persistently.js'

export interface Lag {
  /** Partition -> the first offset that is not stored. */
  stored: ReadonlyMap<number, number>
  setStored(partition: number, next: number | undefined): void
  /** `end`: the offset of the next message to come. */
  setEnd(partition: number, end: number): void
  /** Forgets partitions that another consumer has. */
  keep(partitions: readonly number[]): void
}

export function createLag(counts: Pick<StreamCounts, 'lag'>): Lag {
  const ends = new Map<number, number>()
  const stored = new Map<number, number>()
  const count = (partition: number) => {
    const end = ends.get(partition)
    if (end !== undefined) counts.lag.set(partition, Math.max(0, end - (stored.get(partition) ?? 0)))
  }
  return {
    stored,
    setStored(partition, next) {
      if (next === undefined) stored.delete(partition)
      else stored.set(partition, next)
      count(partition)
    },
    setEnd(partition, end) {
      ends.set(partition, end)
      count(partition)
    },
    keep(partitions) {
      for (const partition of [...ends.keys()].filter((one) => !partitions.includes(one))) {
        ends.delete(partition)
        counts.lag.delete(partition)
      }
    },
  }
}

/** Real milliseconds between two reads of the ends. */
const endsMs = 5_000
/** The longest wait for the end of the connection, in real milliseconds. */
const closeMs = 2_000

/**
 * Reads the ends of a topic every five seconds in which `isWanted`, and passes each on to `setEnd`. A read
 * that fails is tried again five seconds later. Ends with `stop`, and never rejects.
 */
export async function followEnds(options: {
  kafka: Kafka
  topic: string
  isWanted(): boolean
  setEnd: Lag['setEnd']
  stop: AbortSignal
  log: Pick<Log, 'detail'>
}): Promise<void> {
  const {kafka, topic, isWanted, setEnd, stop, log} = options
  let admin: ReturnType<Kafka['admin']> | undefined
  const waited = () =>
    pause(endsMs, stop).then(
      () => true,
      () => false,
    )
  while (await waited()) {
    if (!isWanted()) continue
    try {
      admin ??= kafka.admin()
      await admin.connect()
      for (const {partition, high} of await admin.fetchTopicOffsets(topic)) setEnd(partition, Number(high))
    } catch (error) {
      log.detail(`the ends of ${topic} are not known: ${messageOf(error)}`)
    }
  }
  if (admin) await within(closeMs, admin.disconnect())
}
