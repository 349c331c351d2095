/**
 * Generates `src/lib/rows.ts` from the catalog of a new schema, because `initdb/` alone describes columns.
 */
import {randomUUID} from 'node:crypto'
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import type pg from 'pg'
import type {Config} from '../config.js'
import {NeedsPerson} from '../errors.js'
import {createTrialSchema} from '../db/identifiers.js'
import {openDatabase} from '../db/pool.js'
import {shippedSchema} from '../db/schema.js'
import {packageFolder, statement, type StatementName} from '../db/statement.js'

interface Column {
  relation: string
  is_view: boolean
  name: string
  type: string
  not_null: boolean
  is_identity: boolean
  is_generated: boolean
  has_default: boolean
  /** Another job than the table's own fills it, as its comment states: `filled by company-overview: ...`. */
  is_filled_later: boolean
}

interface Key {
  relation: string
  columns: string[]
  is_surrogate: boolean
}

interface Catalog {
  columns: Column[]
  keys: Key[]
  partitioned: {relation: string; column_name: string}[]
}

/** Columns that the database fills; no row contains them. */
const housekeeping = new Set(['created_at', 'updated_at'])
const numericTypes = new Set(['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision'])

/**
 * The current and the generated text of the file. Throws `NeedsPerson` if fin is installed without its
 * source.
 */
export async function freshRows(config: Config): Promise<{file: string; current: string; text: string}> {
  const file = join(packageFolder(), 'src', 'lib', 'rows.ts')
  if (!existsSync(file))
    throw new NeedsPerson('the source of fin is not installed here', {
      nextStep: 'Run this in a clone of the project.',
    })
  const database = await openDatabase(config, {application: 'db types', schema: 'skip'})
  try {
    const client = await database.pool.connect()
    try {
      return {file, current: readFileSync(file, 'utf8'), text: renderRows(await readFreshCatalog(client))}
    } finally {
      client.release()
    }
  } finally {
    await database.close()
  }
}

/** Applies `initdb/` in a temporary schema, reads its catalog, and rolls everything back. */
export async function readFreshCatalog(client: pg.ClientBase): Promise<Catalog> {
  const rowsOf = async <R extends pg.QueryResultRow>(name: StatementName) =>
    (await client.query<R>(statement(name).text)).rows
  await client.query('begin')
  try {
    for (const step of createTrialSchema(`fin_types_${randomUUID().slice(0, 8)}`)) await client.query(step)
    for (const file of shippedSchema()) await client.query(file.text)
    return {
      columns: await rowsOf<Column>('select_catalog_columns'),
      keys: await rowsOf<Key>('select_catalog_keys'),
      partitioned: await rowsOf('select_catalog_partitioned'),
    }
  } finally {
    await client.query('rollback')
  }
}

function typeOf(column: Column): string {
  const {type} = column
  if (type.endsWith('[]')) {
    const element = scalar(type.slice(0, -2))
    return element.includes(' ') ? `(${element})[]` : `${element}[]`
  }
  return scalar(type)
}

function scalar(type: string): string {
  if (type === 'boolean') return 'boolean'
  if (['smallint', 'integer', 'real', 'double precision'].includes(type)) return 'number'
  if (type === 'json' || type === 'jsonb') return 'unknown'
  return type === 'bytea' ? 'Buffer' : 'string'
}

function orNull(type: string, nullable: boolean): string {
  return nullable && type !== 'unknown' ? `${type} | null` : type
}

/** A field of a new row: a column with a default is optional, and a nullable column must be given as null. */
const writtenField = (column: Column) =>
  `    ${column.name}${column.has_default || column.is_filled_later ? '?' : ''}: ${orNull(typeOf(column), !column.not_null)}`

function isWritten(column: Column): boolean {
  return !column.is_identity && !column.is_generated && !(column.has_default && housekeeping.has(column.name))
}

/** The text of `rows.ts`. It depends only on the catalog, so that it can be compared. */
export function renderRows({columns, keys, partitioned}: Catalog): string {
  const names = (isView: boolean) => [
    ...new Set(columns.filter((column) => column.is_view === isView).map((column) => column.relation)),
  ]
  const of = (relation: string) => columns.filter((column) => column.relation === relation)
  const list = (items: readonly string[]) => `[${items.map((item) => `'${item}'`).join(', ')}]`
  // A key on the digest of a long text (url_hash) is a key on the text in new rows, because the table
  // computes the digest.
  const isDigest = (table: string, name: string) =>
    name.endsWith('_hash') && of(table).some((column) => column.name === name && column.is_generated)
  const keyOf = (table: string) =>
    (keys.find((key) => key.relation === table && !key.is_surrogate)?.columns ?? []).map((name) =>
      isDigest(table, name) ? name.slice(0, -'_hash'.length) : name,
    )
  const entries = (relations: readonly string[], value: (relation: string) => string) =>
    relations.map((relation) => `  ${relation}: ${value(relation)},`)
  const tables = names(false)
  const views = names(true)
  return [
    '// GENERATED from initdb/ by `fin db types`. Do not edit: change a file in initdb/ and run it again.',
    '/* eslint-disable */',
    '',
    '/**',
    ' * A new row, without the columns that the database fills. Columns with a default are optional. numeric and bigint',
    ' * are text, instants ISO 8601 in UTC.',
    ' */',
    'export interface NewRow {',
    ...tables.flatMap((table) => [`  ${table}: {`, ...of(table).filter(isWritten).map(writtenField), '  }']),
    '}',
    '',
    'export type TableName = keyof NewRow',
    'export type ViewName =',
    ...views.map((view) => `  | '${view}'`),
    '',
    '/** Column order of every table. */',
    'export const columns: Readonly<Record<TableName, readonly string[]>> = {',
    ...entries(tables, (table) => list(of(table).map((column) => column.name))),
    '}',
    '',
    '/** Columns of a new row, without those that the database or a later job fills. */',
    'export const ownColumns: Readonly<Record<TableName, readonly string[]>> = {',
    ...entries(tables, (table) =>
      list(
        of(table)
          .filter((column) => isWritten(column) && !column.is_filled_later)
          .map((column) => column.name),
      ),
    ),
    '}',
    '',
    '/** Column order of every view. */',
    'export const viewColumns: Readonly<Record<ViewName, readonly string[]>> = {',
    ...entries(views, (view) => list(of(view).map((column) => column.name))),
    '}',
    '',
    '/** Natural key of every table; empty for a table whose only key is a number. */',
    'export const keys: Readonly<Record<TableName, readonly string[]>> = {',
    ...entries(tables, (table) => list(keyOf(table))),
    '}',
    '',
    '/** Columns that hold numbers, of tables and views. */',
    'export const numericColumns: Readonly<Record<TableName | ViewName, readonly string[]>> = {',
    ...entries([...tables, ...views], (relation) =>
      list(
        of(relation)
          .filter((column) => numericTypes.has(column.type))
          .map((column) => column.name),
      ),
    ),
    '}',
    '',
    '/** Tables partitioned by month, with the column of the event time. */',
    'export const partitioned: Readonly<Partial<Record<TableName, string>>> = {',
    ...partitioned.map(({relation, column_name}) => `  ${relation}: '${column_name}',`),
    '}',
    '',
  ].join('\n')
}
