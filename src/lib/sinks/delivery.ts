/** Deliveries: the rows of one message, or of frames that arrived together. */
import type {Rejected} from '../define.js'

export type StreamRow = Readonly<Record<string, unknown>>

/** True for a trade without a flag, and for a row of a table without flags. */
export function isRegular(row: StreamRow): boolean {
  return row['flag'] === undefined || row['flag'] === null
}

/** An item that cannot become a row, and where it was. */
export interface RejectedPlace extends Rejected {
  /** `frame 2` or `frame 2, item 5`, from 1; absent: the whole message. */
  place?: string
}

/** The place of a Kafka message. */
export interface MessagePosition {
  partition: number
  offset: number
  /** The end of the message before it. Lower than `offset`: the offsets between them are gone. */
  from: number
  /** The topic was made again, so this offset may be lower than one that is stored. */
  isReset?: boolean
}

export interface Delivery {
  rows: readonly StreamRow[]
  rejected: readonly RejectedPlace[]
  /** When its first frame arrived at the producer. */
  at: Date
  /** The size of its source in bytes, for the bound of a queue. */
  bytes: number
  /** Absent: it is not from Kafka, and will not come again. */
  position?: MessagePosition
}
