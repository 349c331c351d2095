/** The lag of a consumer: for each partition the messages up to its end that are not yet stored. */
import type {Kafka} from 'kafkajs'
import {pause} from '../clock.js'
import {messageOf} from '../errors.js'
import type {StreamCounts} from '../health/counts.js'
import type {Log} from '../output/log.js'
import {within} from '../persistently.js'
import {type PartitionEnds, partitionEnds} from './topic-ends.js'

export interface Lag {
  /** Partition -> the first offset that is not stored. */
  stored: ReadonlyMap<number, number>
  setStored(partition: number, next: number | undefined): void
  /** Without `low` the known one stays: a fetched batch states only `high`. */
  setEnds(partition: number, ends: {low?: number; high: number}): void
  /** Forgets partitions that another consumer has. */
  keep(partitions: readonly number[]): void
}

export function createLag(counts: Pick<StreamCounts, 'lag'>): Lag {
  const ends = new Map<number, PartitionEnds>()
  const stored = new Map<number, number>()
  const count = (partition: number) => {
    const known = ends.get(partition)
    if (known === undefined) return
    const next = Math.max(known.low, stored.get(partition) ?? 0)
    counts.lag.set(partition, Math.max(0, known.high - next))
  }
  return {
    stored,
    setStored(partition, next) {
      if (next === undefined) stored.delete(partition)
      else stored.set(partition, next)
      count(partition)
    },
    setEnds(partition, {low = ends.get(partition)?.low ?? 0, high}) {
      ends.set(partition, {low, high})
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
 * Every five seconds in which `isWanted`, reads the ends of each partition and passes them on to `setEnds`. A
 * read that fails is tried again five seconds later. Ends with `stop`, and never rejects.
 */
export async function followEnds(options: {
  kafka: Kafka
  topic: string
  isWanted(): boolean
  setEnds: Lag['setEnds']
  stop: AbortSignal
  log: Pick<Log, 'detail'>
}): Promise<void> {
  const {kafka, topic, isWanted, setEnds, stop, log} = options
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
      for (const [partition, ends] of await partitionEnds(admin, topic)) setEnds(partition, ends)
    } catch (error) {
      log.detail(`the ends of ${topic} are not known: ${messageOf(error)}`)
    }
  }
  if (admin) await within(closeMs, admin.disconnect())
}
