/** Finds the column of a table that holds the time of the event in a row. */

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
 * Columns with the time at which a row was written. If the collector must provide the column, it holds the
 * time of the event (`created_at` of a post).
 */
const writeTimes = ['updated_at', 'created_at', 'ingested_at']

/** Whether a filter on time can use the column. */
export function isTime({type}: CatalogColumn): boolean {
  return times.has(type)
}

export function isNumber({type}: CatalogColumn): boolean {
  return numbers.has(type)
}

/**
 * The column of the event time: the partition key, else a time in the primary key, else a required time. A
 * time in the key with a default, such as the end of a contract or infinity, is not one.
 * Without these it is the time at which the row was last written. Undefined for a table without any time.
 */
export function eventTime(columns: readonly CatalogColumn[]): string | undefined {
  const candidates = columns.filter(isTime)
  const isProvided = (column: CatalogColumn) =>
    !writeTimes.includes(column.column_name) || (column.is_required && !column.has_default)
  // A default in a key stands for "none", such as the infinite expiry of a perpetual contract.
  const isStandIn = (column: CatalogColumn) =>
    column.has_default && column.is_primary_key && !column.is_partition_key
  const eventTimes = candidates.filter((column) => isProvided(column) && !isStandIn(column))
  const found =
    eventTimes.find((column) => column.is_partition_key) ??
    eventTimes.find((column) => column.is_primary_key && !column.has_default) ??
    eventTimes.find((column) => column.is_required)
  const written = writeTimes.find((name) => candidates.some((column) => column.column_name === name))
  return found?.column_name ?? written ?? candidates[0]?.column_name
}
