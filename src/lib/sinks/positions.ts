/** The positions of a consumer in PostgreSQL: the first offset of each partition that is not stored yet. */
import type {Transaction} from '../db/database.js'
import {FinError} from '../errors.js'
import type {Delivery, MessagePosition} from './delivery.js'

export interface Consumer {
  group: string
  topic: string
}

/** Offsets that were gone before they were read; `last` is null if the topic was made again. */
export interface SkippedOffsets {
  partition: number
  first: number
  last: number | null
}

/** A position is before what this process stored: the database is an older copy of itself. */
export class PositionWentBack extends FinError {
  readonly exitCode = 1
}

type Positioned = Delivery & {position: MessagePosition}

/**
 * Moves the positions past deliveries that follow what is stored. Returns false, and the transaction must be
 * undone, if a position is another one, or an offset is missing between two deliveries.
 */
export async function movePositions(
  tx: Transaction,
  {group, topic}: Consumer,
  deliveries: readonly Delivery[],
): Promise<boolean> {
  const ranges = new Map<number, {first: number; next: number}>()
  for (const {position} of deliveries.filter(isPositioned)) {
    const range = ranges.get(position.partition)
    if (!range) ranges.set(position.partition, {first: position.offset, next: position.offset + 1})
    else if (range.next !== position.offset) return false
    else range.next++
  }
  const partitions = [...ranges.keys()]
  const [first, next] = [
    [...ranges.values()].map((one) => one.first),
    [...ranges.values()].map((one) => one.next),
  ]
  return (
    (await tx.prepared('update_stream_positions', [group, topic, partitions, first, next])) === ranges.size
  )
}

/**
 * Locks the positions, and returns the deliveries that are not stored yet and the offsets that are missing
 * before them. Moves the positions past the deliveries. Throws PositionWentBack.
 */
export async function catchUp(
  tx: Transaction,
  {group, topic}: Consumer,
  deliveries: readonly Delivery[],
): Promise<{added: Delivery[]; skipped: SkippedOffsets[]}> {
  const positioned = deliveries.filter(isPositioned)
  const partitions = [...new Set(positioned.map(({position}) => position.partition))].sort((a, b) => a - b)
  const firsts = partitions.map(
    (partition) => positioned.find(({position}) => position.partition === partition)!.position.from,
  )
  await tx.query('insert_stream_positions', [group, topic, partitions, firsts])
  const stored = await tx.query<{partition: number; next_offset: string}>('select_stream_positions', [
    group,
    topic,
    partitions,
  ])
  const before = new Map(stored.map((row) => [row.partition, Number(row.next_offset)]))
  const next = new Map(before)
  const added: Delivery[] = []
  const skipped: SkippedOffsets[] = []
  for (const delivery of deliveries) {
    const {position} = delivery
    if (position) {
      const {partition, offset, from} = position
      const expected = next.get(partition) ?? from
      if (offset < expected && !position.isReset) continue
      if (expected < from)
        throw new PositionWentBack(
          `partition ${partition} of ${topic} is stored up to offset ${expected} only, although ${from} was reached: the database lost what it had committed`,
          {nextStep: 'Start the consumer again. It reads the messages again from there.'},
        )
      if (offset < expected) skipped.push({partition, first: expected, last: null})
      else if (offset > expected) skipped.push({partition, first: expected, last: offset - 1})
      next.set(partition, offset + 1)
    }
    added.push(delivery)
  }
  await tx.prepared('update_stream_positions', [
    group,
    topic,
    partitions,
    partitions.map((partition) => before.get(partition)),
    partitions.map((partition) => next.get(partition)),
  ])
  return {added, skipped}
}

function isPositioned(delivery: Delivery): delivery is Positioned {
  return delivery.position !== undefined
}
