/** Which column of a table holds the time of what a row tells. */

/** A row of `select_columns`. */
export interface CatalogColumn {
  table_name: string
  is_view: boolean
  column_name: string
  type: string
  is_required: boolean
  has_default: boolean
  is_partition_key: boolean
  is_primary_key: boolean
}

const times = new Set(['date', 'timestamp with time zone', 'timestamp without time zone'])
const numbers = new Set(['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'])
/**
 * When the row was written, not when what it tells happened; but one that the collector must give is the
 * event's (`created_at` of a post).
 */
const ofWriting = ['updated_at', 'created_at', 'ingested_at']

/** True for a column that a filter on time can be put on. */
export function isTime({type}: CatalogColumn): boolean {
  return times.has(type)
}

export function isNumber({type}: CatalogColumn): boolean {
  return numbers.has(type)
}

/**
 * The event time: what the table is partitioned by, else the time in its key, else the only kind of time that
 * every row has; else when the row was last written. Undefined for a table without any time.
 */
export function eventTime(columns: readonly CatalogColumn[]): string | undefined {
  const candidates = columns.filter(isTime)
  const ofEvent = candidates.filter(
    (column) => !ofWriting.includes(column.column_name) || (column.is_required && !column.has_default),
  )
  const found =
    ofEvent.find((column) => column.is_partition_key) ??
    ofEvent.find((column) => column.is_primary_key) ??
    ofEvent.find((column) => column.is_required)
  const written = ofWriting.find((name) => candidates.some((column) => column.column_name === name))
  return found?.column_name ?? written ?? candidates[0]?.column_name
}
