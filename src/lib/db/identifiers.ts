/**
 * Puts names into SQL text. No other file does this. The names are tables and columns of `rows.ts`, channels,
 * partitions named after them, and the two databases of the embedded server. pg quotes every name.
 */
import pg from 'pg'
import {columns, viewColumns, type TableName, type ViewName} from '../rows.js'

const quote = (name: string) => pg.escapeIdentifier(name)

/** The quoted name of a table or view. Throws for a name that is not in `rows.ts`. */
function tableIdentifier(name: string): string {
  if (!isTable(name) && !isView(name)) throw new Error(`"${name}" is not a table or view`)
  return quote(name)
}

/** The quoted name of a column of a table or view. Throws for a name that is not in `rows.ts`. */
function columnIdentifier(table: string, column: string): string {
  const known: readonly string[] = isTable(table) ? columns[table] : isView(table) ? viewColumns[table] : []
  if (!known.includes(column)) throw new Error(`"${table}" has no column "${column}"`)
  return quote(column)
}

export function isTable(name: string): name is TableName {
  return Object.hasOwn(columns, name)
}

export function isView(name: string): name is ViewName {
  return Object.hasOwn(viewColumns, name)
}

/** `bithumb_ticker_y2026m11` for the month `2026-11`. */
export function partitionName(table: TableName, month: string): string {
  return `${table}_y${month.slice(0, 4)}m${month.slice(5)}`
}

/**
 * Holds the lock of partition changes of one table until the transaction ends. Readers and writers of the
 * table do not wait for it. It needs the right to change the table.
 */
export function lockForPartitions(table: TableName): string {
  return `lock table only ${tableIdentifier(table)} in share update exclusive mode`
}

/**
 * Holds off the writers of a table until the transaction ends; readers do not wait. Every statement of fin
 * names the table itself, so its partitions need no lock.
 */
export function lockForRewriting(table: TableName): string {
  return `lock table only ${tableIdentifier(table)} in share row exclusive mode`
}

/** Holds off changes of tables and of their partitions until the transaction ends. */
export function lockForReading(tables: readonly TableName[]): string {
  return `lock table ${tables.map(tableIdentifier).join(', ')} in access share mode`
}

export function createPartition(table: TableName, month: string): string {
  const {from, to} = bounds(month)
  return `create table if not exists ${quote(partitionName(table, month))} partition of ${tableIdentifier(table)} for values from (${from}) to (${to})`
}

/**
 * The statements that make the partition of a month whose rows are already in the DEFAULT partition. They
 * detach DEFAULT, move the rows of the month, and attach DEFAULT again. The rows go into the partition by its
 * own name, because the triggers of the table must not see them as new rows.
 */
export function movePartition(
  table: TableName,
  month: string,
  timeColumn: string,
  stored: readonly string[],
): string[] {
  const {from, to} = bounds(month)
  const parent = tableIdentifier(table)
  const partition = quote(partitionName(table, month))
  const defaultPartition = quote(`${table}_default`)
  const time = columnIdentifier(table, timeColumn)
  const names = stored.map((column) => columnIdentifier(table, column)).join(', ')
  return [
    `alter table ${parent} detach partition ${defaultPartition}`,
    createPartition(table, month),
    `with moved as (delete from ${defaultPartition} where ${time} >= ${from} and ${time} < ${to} returning ${names}) ` +
      `insert into ${partition} (${names}) overriding system value select ${names} from moved`,
    `alter table ${parent} attach partition ${defaultPartition} default`,
  ]
}

function bounds(month: string): {from: string; to: string} {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw new Error(`"${month}" is not a month`)
  const first = `${month}-01T00:00:00Z`
  const next = new Date(Date.parse(first))
  next.setUTCMonth(next.getUTCMonth() + 1)
  return {from: pg.escapeLiteral(first), to: pg.escapeLiteral(next.toISOString())}
}

/** Makes a database of the embedded server, from the template that never has a connection. */
export function createDatabase(name: 'fin' | 'fin_simulated'): string {
  return `create database ${quote(name)} template template0`
}

/**
 * The statements that make a trial schema for `initdb/` and select it. The caller rolls the transaction
 * back.
 */
export function createTrialSchema(name: string): string[] {
  return [`create schema ${quote(name)}`, `set local search_path to ${quote(name)}`]
}

/**
 * Reads columns of a table or view. With a time column, it reads the rows at or after $1 and before $2;
 * null means no bound.
 */
export function selectRows(table: string, names: readonly string[], timeColumn: string | undefined): string {
  const select = `select ${names.map((name) => columnIdentifier(table, name)).join(', ')} from ${tableIdentifier(table)}`
  if (timeColumn === undefined) return select
  const time = columnIdentifier(table, timeColumn)
  return `${select} where ($1::timestamptz is null or ${time} >= $1::timestamptz) and ($2::timestamptz is null or ${time} < $2::timestamptz)`
}

/** Counts the rows of each table, in a column of its name. */
export function countRows(tables: readonly string[]): string {
  const counts = tables.map((table) => {
    const name = tableIdentifier(table)
    return `(select count(*) from ${name}) as ${name}`
  })
  return `select ${counts.join(', ')}`
}

/** Names the tables without rows, as `name`. */
export function selectEmpty(tables: readonly string[]): string {
  return tables
    .map(
      (table) =>
        `select ${pg.escapeLiteral(table)} as name where not exists (select from ${tableIdentifier(table)})`,
    )
    .join(' union all ')
}

/** Reads the newest time of each table, in a column of its name. An index on the time makes it fast. */
export function newestRows(timeColumns: ReadonlyMap<string, string>): string {
  const newest = [...timeColumns].map(([table, column]) => {
    const name = tableIdentifier(table)
    return `(select max(${columnIdentifier(table, column)}) from ${name}) as ${name}`
  })
  return `select ${newest.join(', ')}`
}

/** Starts to receive the notifications of a channel. */
export function listenTo(channel: string): string {
  return `listen ${quote(channel)}`
}
