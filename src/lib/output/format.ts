/** The form in which rows are printed. */
export type Format = 'table' | 'json' | 'ndjson' | 'csv'

export interface RowsOptions {
  format: Format
  /** Which columns, in this order; default: those of the first row. */
  columns?: readonly string[] | undefined
  /**
   * Columns that hold numbers, also as text: aligned right in a table, never prefixed in CSV. Absent: judged
   * by the cells.
   */
  numeric?: ReadonlySet<string> | undefined
  stdout?: NodeJS.WritableStream | undefined
  /** Where instants are shown in a table; the other forms have them in UTC as they are. Default: UTC. */
  zone?: string | undefined
  /** CSV without the guard against cells that a spreadsheet would run. */
  raw?: boolean | undefined
  /** Rows come one by one in their own time: each is handed over at once instead of many together. */
  live?: boolean | undefined
  /** Said instead of a table without rows. */
  empty?: string | undefined
}
