/** Decides where to read on in a batch of a partition, so that no message is skipped. */
import type {Batch} from 'kafkajs'

/** How far this member has read a partition. */
export interface Place {
  /** The next offset; undefined: nothing is stored, so everything is read. */
  next: number | undefined
  /** The offset that was sought because a batch began elsewhere; undefined after the batch from there. */
  sought?: number | undefined
}

export interface BatchStart {
  /** The first offset to read. */
  offset: number
  /** The topic was made again. */
  isReset: boolean
}

/**
 * Pure. The start in a batch, or the offset to seek instead of reading it.
 *
 * A batch that begins elsewhere may be from before a seek, also if that has taken effect: a change of the
 * leader lets two fetches of a partition overlap. So the offset is sought while the batch is handled, when no
 * other batch of the partition waits. Only the batch after that may begin later: the offsets before it are
 * gone.
 */
export function startIn(
  {next, sought}: Place,
  batch: Pick<Batch, 'firstOffset' | 'highWatermark'>,
): BatchStart | {seek: number} {
  const first = Number(batch.firstOffset())
  const wanted = next ?? 0
  if (first !== wanted && sought !== wanted) return {seek: wanted}
  if (next === undefined) return {offset: first, isReset: false}
  // A new leader may state an end that is too low for a moment. But the position that was sought is refused
  // only if the topic really ends before it.
  if (sought === wanted && Number(batch.highWatermark) < wanted) return {offset: first, isReset: true}
  return {offset: Math.max(first, wanted), isReset: false}
}
