/**
 * The only place where a name becomes part of SQL text: tables and columns that `rows.ts` knows, partitions
 * named after them, and the two databases of the embedded server. Everything is quoted by pg.
 */
import pg from 'pg'
import {columns, viewColumns, type TableName, type ViewName} from '../rows.js'

const quote = (name: string) => pg.escapeIdentifier(name)

/** The quoted name of a table or view. Throws for a name that `rows.ts` does not know. */
function tableIdentifier(name: string): string {
  if (!isTable(name) && !isView(name)) throw new Error(`there is no table or view "${name}"`)
  return quote(name)
}

/** The quoted name of a column of a table or view. Throws for a name that `rows.ts` does not know. */
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

export function createPartition(table: TableName, month: string): string {
  const {from, to} = bounds(month)
  return `create table if not exists ${quote(partitionName(table, month))} partition of ${tableIdentifier(table)} for values from (${from}) to (${to})`
}

/**
 * The steps that make the partition of a month whose rows already sit in the DEFAULT partition: it is
 * detached, so the month's rows can be moved through the parent, and attached again.
 */
export function movePartition(
  table: TableName,
  month: string,
  timeColumn: string,
  stored: readonly string[],
): string[] {
  const {from, to} = bounds(month)
  const parent = tableIdentifier(table)
  const rest = quote(`${table}_default`)
  const time = columnIdentifier(table, timeColumn)
  const names = stored.map((column) => columnIdentifier(table, column)).join(', ')
  return [
    `alter table ${parent} detach partition ${rest}`,
    createPartition(table, month),
    `with moved as (delete from ${rest} where ${time} >= ${from} and ${time} < ${to} returning ${names}) ` +
      `insert into ${parent} (${names}) overriding system value select ${names} from moved`,
    `alter table ${parent} attach partition ${rest} default`,
  ]
}

function bounds(month: string): {from: string; to: string} {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw new Error(`"${month}" is not a month`)
  const first = `${month}-01T00:00:00Z`
  const next = new Date(Date.parse(first))
  next.setUTCMonth(next.getUTCMonth() + 1)
  return {from: pg.escapeLiteral(first), to: pg.escapeLiteral(next.toISOString())}
}

/** Makes a database of the embedded server, from the template that nobody is connected to. */
export function createDatabase(name: 'fin' | 'fin_simulated'): string {
  return `create database ${quote(name)} template template0`
}

/**
 * Makes, and makes current, a schema in which `initdb/` is tried out; the transaction is rolled back
 * afterwards.
 */
export function createTrialSchema(name: string): string[] {
  return [`create schema ${quote(name)}`, `set local search_path to ${quote(name)}`]
}

/**
 * Reads columns of a table or view; of the rows whose time is at or after $1 and before $2, each null for no
 * bound, where a time column is named.
 */
export function selectRows(table: string, names: readonly string[], timeColumn: string | undefined): string {
  const select = `select ${names.map((name) => columnIdentifier(table, name)).join(', ')} from ${tableIdentifier(table)}`
  if (timeColumn === undefined) return select
  const time = columnIdentifier(table, timeColumn)
  return `${select} where ($1::timestamptz is null or ${time} >= $1::timestamptz) and ($2::timestamptz is null or ${time} < $2::timestamptz)`
}

/** Counts the rows of a table, as `rows`. */
export function countRows(table: string): string {
  return `select count(*) as rows from ${tableIdentifier(table)}`
}

/**
 * The newest time of a table, as `newest`, of the rows at or after $1; null for all. A bound spares the
 * partitions before it.
 */
export function newestRow(table: string, timeColumn: string): string {
  const time = columnIdentifier(table, timeColumn)
  return `select max(${time}) as newest from ${tableIdentifier(table)} where $1::timestamptz is null or ${time} >= $1::timestamptz`
}
