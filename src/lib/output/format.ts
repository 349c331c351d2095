/** The format in which rows are printed. */
export type Format = 'table' | 'json' | 'ndjson' | 'csv'

export interface RowsOptions {
  format: Format
  /** The columns, in this order; default: those of the first row. */
  columns?: readonly string[] | undefined
  /**
   * Columns that hold numbers, also as text: aligned right in a table, never prefixed in CSV. Absent: the
   * cells decide.
   */
  numeric?: ReadonlySet<string> | undefined
  /** Columns that a table leaves out last if the terminal is too narrow for all. */
  keep?: readonly string[] | undefined
  stdout?: NodeJS.WritableStream | undefined
  /** The time zone of instants in a table; default: UTC. The other formats print them in UTC. */
  zone?: string | undefined
  /** Prints CSV without the protection against formulas and control characters. */
  raw?: boolean | undefined
  /** Writes each row immediately instead of many together, for rows that arrive over time. */
  live?: boolean | undefined
  /** The message in place of a table without rows; default: "no rows". */
  empty?: string | undefined
}
