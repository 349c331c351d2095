/** The types in which caches are declared. */
import type {Schedule} from './define.js'
import type {Market} from './market/sessions.js'
import type {NewRow, TableName} from './rows.js'

/** One field of the hash of a cache, and its row in the table of snapshots. */
export interface CacheEntry<T extends TableName> {
  field: string
  snapshot: NewRow[T]
  /** The value of the field as text. `lastUpdated`: the ISO instant at which the rest of it last changed. */
  value(lastUpdated: string): string
}

/** A job that copies rows of a statement to a hash of Redis, and stores a snapshot of each that changed. */
export interface Cache<T extends TableName, Row> {
  /** `cache-sp500`: the command `fin cache sp500`. A feed may have the rest of the name. */
  name: `cache-${string}`
  summary: string
  /** The feed that receives the trades. */
  feed: string
  /** The job works in the session, and outside it on the hour. */
  schedule: readonly Schedule[]
  /**
   * Statement that yields the rows. $1: the instant up to which trades count, $2 and $3: the opening and the
   * last print of the latest session, $4 and $5: those of the previous one.
   */
  from: `select_${string}`
  /** The table of snapshots. */
  tables: readonly [T]
  key: readonly (keyof NewRow[T] & string)[]
  /** The hash, and the seconds after its last change until it expires. */
  hash: {key: string; seconds: number}
  /** The channel that gets a message after a change of the hash. */
  channel: string
  /** Pure. */
  entries(rows: readonly Row[], market: Market): Iterable<CacheEntry<T>>
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as for AnyCollector in define.ts
export type AnyCache = Cache<any, any>

/** Returns its argument, so that table and row are inferred. */
export function defineCache<T extends TableName, Row>(cache: Cache<T, Row>): Cache<T, Row> {
  return cache
}
