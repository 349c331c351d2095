/** Reads any table or view: its rows as a stream, its size, and its newest time. */
import {rowsInBatches} from './cursor.js'
import {countRows, newestRows, selectEmpty, selectRows} from './identifiers.js'
import type {Database} from './database.js'
import {eventTime, isNumber, isTime, type CatalogColumn} from './time-column.js'

export interface ReadableTable {
  name: string
  columns: string[]
  numeric: ReadonlySet<string>
  /** Columns that a filter on time can use. */
  times: string[]
  /** The column that the filter uses by default. */
  time: string | undefined
}

/** The columns of a table or view of fin. */
export async function readableTable(database: Database, name: string): Promise<ReadableTable> {
  const columns = await database.query<CatalogColumn>('select_columns', [name])
  return {
    name,
    columns: columns.map((column) => column.column_name),
    numeric: new Set(columns.filter(isNumber).map((column) => column.column_name)),
    times: columns.filter(isTime).map((column) => column.column_name),
    time: eventTime(columns),
  }
}

export interface TimeBounds {
  /** The column that the bounds apply to; undefined: no bounds. */
  on: string | undefined
  /** ISO 8601; null: from the first row. */
  since: string | null
  /** ISO 8601, not included; null: to the last row. */
  until: string | null
}

/**
 * The rows of the span in batches, in no particular order. Memory stays constant: the server waits for the
 * reader.
 */
export async function* readTable(
  database: Database,
  table: ReadableTable,
  {on, since, until}: TimeBounds,
  batch = 250,
): AsyncGenerator<object[]> {
  const isBounded = on !== undefined && (since !== null || until !== null)
  const text = selectRows(table.name, table.columns, isBounded ? on : undefined)
  yield* rowsInBatches<object>(() => database.pool.connect(), text, isBounded ? [since, until] : [], batch)
}

/** The given tables that hold no row, in their order. */
export async function emptyTables(database: Database, tables: readonly string[]): Promise<string[]> {
  if (tables.length === 0) return []
  const {rows} = await database.pool.query<{name: string}>(selectEmpty(tables))
  const empty = new Set(rows.map(({name}) => name))
  return tables.filter((table) => empty.has(table))
}

/** The exact number of rows of each table, by its name. */
export async function rowCounts(
  database: Database,
  tables: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  if (tables.length === 0) return {}
  return (await database.pool.query<Record<string, string>>(countRows(tables))).rows[0] ?? {}
}

/** The newest time of each table, by its name; null for a table without rows. */
export async function newestTimes(
  database: Database,
  timeColumns: ReadonlyMap<string, string>,
): Promise<Readonly<Record<string, string | null>>> {
  if (timeColumns.size === 0) return {}
  return (await database.pool.query<Record<string, string | null>>(newestRows(timeColumns))).rows[0] ?? {}
}
