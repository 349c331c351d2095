/** Turns the frames of a feed into rows and rejected items. */
import type {AnyFeed, FrameOrigin} from '../define-feed.js'
import type {Rejected} from '../define.js'
import {messageOf} from '../errors.js'
import {isRejected} from '../parse.js'
import type {RejectedPlace, StreamRow} from '../sinks/delivery.js'
import {BadJson} from '../json.js'
import {dayMs} from '../time.js'
import {frameValue, rejectedFrame, type ReceivedFrame} from '../transport/frames.js'

/** Where the frames come from; the identity is that of each frame. */
export type FramesOrigin = Omit<FrameOrigin, 'id'>

export interface ParsedFrames {
  rows: StreamRow[]
  rejected: RejectedPlace[]
}

/**
 * The longest time that an instant may be after the arrival of its frame. Clocks differ by less. A row from
 * the far future would stay the newest of its target for good.
 */
const aheadMs = dayMs
export const farFuture = 'its instant is more than a day after its arrival'

/** True for a row whose instant cannot be right. `at`: arrival of its frame or line. */
export function isOfFarFuture(feed: AnyFeed, row: StreamRow, at: Date): boolean {
  return Number(row[feed.live.instant]) > at.getTime() + aheadMs
}

/** Parses frames in order. A frame or an item that cannot become a row is rejected, and the others follow. */
export function rowsOfFrames(
  feed: AnyFeed,
  frames: readonly ReceivedFrame[],
  origin: FramesOrigin,
): ParsedFrames {
  const parsed: ParsedFrames = {rows: [], rejected: []}
  frames.forEach((received, index) => {
    const place = `frame ${index + 1}`
    if (!('bytes' in received)) {
      parsed.rejected.push({...received, place})
      return
    }
    const {bytes, id, at} = received
    let frame: unknown
    try {
      frame = frameValue(bytes)
      let item = 0
      for (const row of feed.parse(frame, {...origin, id}) as Iterable<Rejected | StreamRow>) {
        item++
        if (isRejected(row)) parsed.rejected.push({...row, place: `${place}, item ${item}`})
        else if (isOfFarFuture(feed, row, at))
          parsed.rejected.push({rejected: farFuture, item: row, place: `${place}, item ${item}`})
        else parsed.rows.push(row)
      }
    } catch (error) {
      const rejected =
        error instanceof BadJson ? rejectedFrame(bytes, error) : {rejected: messageOf(error), item: frame}
      parsed.rejected.push({...rejected, place})
    }
  })
  return parsed
}
