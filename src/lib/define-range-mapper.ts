/** The type in which a mapper is declared that recomputes rows from stored ones by SQL alone. */
import type {TableName} from './rows.js'

/**
 * A job that recomputes rows of a table from other stored rows, for any range of time and hour by hour. Its
 * statements take $1 begin and $2 end, both whole minutes. `compare` and `recompute` also take $3, the
 * targets as an array; null for all.
 */
export interface RangeMapper {
  name: string
  summary: string
  /** It has none: another job keeps the rows up to date. */
  schedule?: undefined
  /** The reason for that, as a sentence for the help. */
  unscheduled: string
  tables: readonly [TableName]
  /** Tables that its statements read. */
  from: readonly TableName[]
  /** Statement that yields the begin of each hour that has stored rows to recompute from (`begins_at`). */
  hours: `select_${string}`
  /**
   * Statement that yields the rows that would change, each with its `fate`, and with `compared`, the number
   * of all rows. If none would change, it yields one row whose fate is null.
   */
  compare: `select_${string}`
  /** Statement that changes these rows, and yields the same. */
  recompute: `upsert_${string}`
}
