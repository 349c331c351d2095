/** Decides where to read on in a batch of a partition, so that no message is skipped. */
import type {Batch} from 'kafkajs'
import type {StoredPosition} from '../sinks/positions.js'
import {arrivalMs} from './kafka-message.js'

/** How far this member has read a partition. */
export interface Place {
  /** The next offset; undefined: nothing is stored, so everything is read. */
  next: number | undefined
  /** Timestamp of the message before `next`, until it is compared; undefined: nothing is compared. */
  lastMs: number | undefined
  /** The offset that was sought because a batch began elsewhere; undefined after the batch from there. */
  sought: number | undefined
  /** The topic was made again, and nothing of it is read yet. */
  isReset: boolean
}

/** The place of a member that has read nothing yet. */
export function placeAt(stored: StoredPosition | undefined): Place {
  return {next: stored?.next, lastMs: stored?.lastAt?.getTime(), sought: undefined, isReset: false}
}

/** The offset from which to fetch. */
export function wantedOffset({next, lastMs}: Place): number {
  return next === undefined ? 0 : lastMs === undefined ? next : next - 1
}

/**
 * Pure. The first offset to read in a batch; or the offset to seek instead; or why the topic is another one
 * than that of the position.
 *
 * A batch that begins elsewhere may have been fetched before a seek, even after the seek took effect, because
 * two fetches of a partition overlap when its leader changes. So the offset is sought while the batch is
 * handled, when no other batch of the partition waits. Only the batch after that may begin later: the offsets
 * before it are gone.
 */
export function startIn(
  place: Place,
  batch: Pick<Batch, 'firstOffset' | 'highWatermark' | 'messages'>,
): {offset: number} | {seek: number} | {madeAgain: string} {
  const {next, lastMs, sought} = place
  const first = Number(batch.firstOffset())
  const wanted = wantedOffset(place)
  if (first !== wanted) {
    if (sought !== wanted) return {seek: wanted}
    // A new leader may state an end that is too low for a moment. But an offset that was sought is refused
    // only if the topic really ends before it.
    if (next !== undefined && Number(batch.highWatermark) < next)
      return {madeAgain: `ends before the stored position ${next}`}
    return {offset: Math.max(first, next ?? 0)}
  }
  const [message] = batch.messages
  if (lastMs === undefined || next === undefined || !message) return {offset: first}
  return Number(message.offset) === first && arrivalMs(message.timestamp) === lastMs
    ? {offset: next}
    : {madeAgain: `holds another message before the stored position ${next}`}
}
