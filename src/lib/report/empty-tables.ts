/** Finds the commands that fill the empty tables behind a query, a table or a view. */
import type {Database} from '../db/database.js'
import {isTable} from '../db/identifiers.js'
import {emptyTables} from '../db/read-table.js'
import {statement, type StatementName} from '../db/statement.js'
import type {AnyCollector, AnyMapper, RangeMapper} from '../define.js'
import type {AnyCache} from '../define-cache.js'

/** A job that writes tables. */
export type TableWriter = AnyCollector | AnyMapper | RangeMapper | AnyCache

/** The names after `from` and `join`: tables, views, functions, and names of the statement's own. */
export function namesRead(text: string): string[] {
  const found = text.replaceAll(/--.*$/gm, '').matchAll(/\b(?:from|join)\s+([a-z_][a-z0-9_]*)/g)
  return [...new Set([...found].map(([, name]) => name as string))]
}

/** The tables behind a named query, without those that it declares optional. */
export async function tablesOfQuery(database: Database, name: StatementName): Promise<string[]> {
  const {text} = statement(name)
  const optional = /^-- optional: (.+)$/m.exec(text)?.[1]?.split(', ') ?? []
  return (await tablesBehind(database, namesRead(text))).filter((table) => !optional.includes(table))
}

/** The tables of `rows.ts` behind the given tables, views and functions. */
export async function tablesBehind(database: Database, names: readonly string[]): Promise<string[]> {
  if (names.every(isTable)) return [...names]
  const rows = await database.query<{reader: string; source: string}>('select_sources')
  const visited = new Set<string>()
  const visit = (name: string) => {
    if (visited.has(name)) return
    visited.add(name)
    for (const {reader, source} of rows) if (reader === name) visit(source)
  }
  for (const name of names) visit(name)
  return [...visited].filter(isTable)
}

/**
 * A message with the tables that are empty, and the commands that fill them in the order in which to run
 * them. Undefined if every table holds rows, or if no job writes the empty ones. `loadWriters` is called only
 * if a table is empty.
 */
export async function missingData(
  database: Database,
  tables: readonly string[],
  loadWriters: () => Promise<readonly TableWriter[]>,
): Promise<string | undefined> {
  const empty = await emptyTables(database, tables)
  if (empty.length === 0) return undefined
  const writers = await loadWriters()
  const written = empty.filter((table) => writersOf(table, writers).length > 0)
  if (written.length === 0) return undefined
  const commands = await commandsFor(written, writers, database)
  return `no data in ${written.join(', ')} yet; to collect it:\n${commands.map((line) => `  ${line}`).join('\n')}`
}

/** The jobs that write the table; those whose primary table it is, if there are any. */
function writersOf(table: string, writers: readonly TableWriter[]): TableWriter[] {
  const all = writers.filter(({tables}) => tables.some((one) => one === table))
  const primary = all.filter(({tables}) => tables[0] === table)
  return primary.length > 0 ? primary : all
}

/** The commands that fill the tables, after those that they depend on and that stored nothing yet. */
async function commandsFor(
  tables: readonly string[],
  writers: readonly TableWriter[],
  database: Database,
): Promise<string[]> {
  const every = [...new Set(writers.flatMap((job) => job.tables))]
  const empty = new Set<string>(await emptyTables(database, every))
  const byCommand = new Map(writers.map((job) => [commandOf(job), job]))
  const needs = (job: TableWriter): TableWriter[] => {
    if ('sources' in job) return (job.dependsOn ?? []).flatMap((line) => byCommand.get(line) ?? [])
    const read = typeof job.from === 'string' ? namesRead(statement(job.from).text) : job.from
    return read.flatMap((table) => writersOf(table, writers))
  }
  const commands: string[] = []
  const visited = new Set<TableWriter>()
  const visit = (job: TableWriter) => {
    if (visited.has(job)) return
    visited.add(job)
    for (const needed of needs(job)) if (empty.has(needed.tables[0])) visit(needed)
    commands.push(commandOf(job))
  }
  for (const table of tables) for (const job of writersOf(table, writers)) visit(job)
  return commands
}

function commandOf(job: TableWriter): string {
  return `fin ${'sources' in job ? 'ingest' : 'entries' in job ? 'cache' : 'map'} ${job.name}`
}
