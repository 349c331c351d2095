/** The positions of a consumer in PostgreSQL: the first offset of each partition that is not stored yet. */
import type {Transaction} from '../db/database.js'
import {FinError} from '../errors.js'
import type {Delivery, MessagePosition} from './delivery.js'

export interface Consumer {
  group: string
  topic: string
}

export interface StoredPosition {
  /** The first offset that is not stored. */
  next: number
  /** Timestamp of the message before it; undefined: it is not known. */
  lastAt: Date | undefined
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

/** Partition -> its position. One without any is absent. */
export async function storedPositions(
  database: Pick<Transaction, 'query'>,
  {group, topic}: Consumer,
  partitions: readonly number[],
): Promise<Map<number, StoredPosition>> {
  const rows = await database.query<{partition: number; next_offset: string; last_message_at: string | null}>(
    'select_stream_positions',
    [group, topic, partitions],
  )
  return new Map(
    rows.map((row) => [
      row.partition,
      {
        next: Number(row.next_offset),
        lastAt: row.last_message_at === null ? undefined : new Date(row.last_message_at),
      },
    ]),
  )
}

/**
 * Moves the positions past deliveries that follow what is stored. Returns false if a stored position
 * differs from the expected one, or an offset is missing between two deliveries; the caller then undoes the
 * transaction.
 */
export async function movePositions(
  tx: Transaction,
  {group, topic}: Consumer,
  deliveries: readonly Delivery[],
): Promise<boolean> {
  const moves = new Map<number, Move>()
  for (const {position, at} of deliveries.filter(isPositioned)) {
    const {partition, offset} = position
    const move = moves.get(partition)
    if (move && move.next !== offset) return false
    moves.set(partition, {before: move?.before ?? offset, next: offset + 1, lastAt: at})
  }
  return (await move(tx, {group, topic}, moves)) === moves.size
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
  const stored = await storedPositions(tx, {group, topic}, partitions)
  const moves = new Map<number, Move>()
  const added: Delivery[] = []
  const skipped: SkippedOffsets[] = []
  for (const delivery of deliveries) {
    const {position} = delivery
    if (position) {
      const {partition, offset, from} = position
      const before = stored.get(partition)?.next ?? from
      const expected = moves.get(partition)?.next ?? before
      if (offset < expected && !position.isReset) continue
      if (expected < from)
        throw new PositionWentBack(
          `partition ${partition} of ${topic} is stored up to offset ${expected} only, although ${from} was reached: the database lost what it had committed`,
          {nextStep: 'Start the consumer again. It reads the messages again from there.'},
        )
      if (offset < expected) skipped.push({partition, first: expected, last: null})
      else if (offset > expected) skipped.push({partition, first: expected, last: offset - 1})
      moves.set(partition, {before, next: offset + 1, lastAt: delivery.at})
    }
    added.push(delivery)
  }
  await move(tx, {group, topic}, moves)
  return {added, skipped}
}

/** A position before and after deliveries, and the timestamp of the last of their messages. */
interface Move {
  before: number
  next: number
  lastAt: Date
}

/** Moves the positions of partitions, and returns how many were the expected ones. */
async function move(tx: Transaction, {group, topic}: Consumer, moves: ReadonlyMap<number, Move>) {
  const all = [...moves.values()]
  return tx.prepared('update_stream_positions', [
    ...[group, topic, [...moves.keys()]],
    all.map(({before}) => before),
    all.map(({next}) => next),
    all.map(({lastAt}) => lastAt.toISOString()),
  ])
}

function isPositioned(delivery: Delivery): delivery is Positioned {
  return delivery.position !== undefined
}
