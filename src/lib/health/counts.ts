/** The counts of one stream: plain numbers that the stream changes, and that the metrics read. */

/** Where a consumer stores rows. */
export type Store = 'postgres' | 'redis'
export const stores: readonly Store[] = ['postgres', 'redis']

/** Why a trade is flagged. */
export type TradeFlag = 'conditions' | 'outlier'
export const tradeFlags: readonly TradeFlag[] = ['conditions', 'outlier']

/** All numbers count from the start of the process. */
export interface StreamCounts {
  /** Frames received from the provider or read from Kafka. */
  frames: number
  /** Bytes of these frames. */
  bytes: number
  /** Rows made of frames. */
  rows: number
  /** Flagged trades among these rows. */
  flagged: Record<TradeFlag, number>
  /** Rows that `--filter` left out because of their flag. */
  leftOut: number
  /** Items that cannot become a row, and rows that the table refuses. */
  rejected: number
  /** Connections to the provider after the first one. */
  reconnects: number
  /** Times without a connection, and missing offsets of Kafka. */
  gaps: number
  /** Sum of the lengths of the times without a connection. */
  gapSeconds: number
  /** Messages that Kafka acknowledged. */
  sends: number
  /** Rows that each store has taken. */
  storedRows: Record<Store, number>
  /** Batches that a store did not take; a batch that is tried again counts each time. */
  storeFailures: Record<Store, number>
  /** Partition of Kafka -> messages that are not yet stored. */
  lag: Map<number, number>
  /**
   * Arrival at the producer of the newest frame with data, in milliseconds since 1970; undefined before the
   * first one. A stream with a connection counts it when it arrives, a consumer when it is stored.
   */
  lastEventMs: number | undefined
  /** Whether the connection to the provider is open; undefined for a stream without one. */
  connected: boolean | undefined
  /** Called after each batch that a store has taken: its rows, and the seconds of the write. */
  onBatch?: (store: Store, rows: number, seconds: number) => void
  /** Called after each batch that both stores have: the seconds since its oldest frame was received. */
  onLatency?: (seconds: number) => void
}

/** The counts at the start of a stream. */
export function createStreamCounts(): StreamCounts {
  return {
    frames: 0,
    bytes: 0,
    rows: 0,
    flagged: {conditions: 0, outlier: 0},
    leftOut: 0,
    rejected: 0,
    reconnects: 0,
    gaps: 0,
    gapSeconds: 0,
    sends: 0,
    storedRows: {postgres: 0, redis: 0},
    storeFailures: {postgres: 0, redis: 0},
    lag: new Map(),
    lastEventMs: undefined,
    connected: undefined,
  }
}
