/** Reads the rows of a table or view for `fin export`. */
import {readableTable, readTable} from '../db/read-table.js'
import {NeedsPerson} from '../errors.js'
import {instantFrom} from '../instant.js'
import {unknownName} from '../output/suggest.js'
import {columns, viewColumns} from '../rows.js'
import type {Context} from '../run/context.js'

export interface ExportOptions {
  since?: string | undefined
  until?: string | undefined
  on?: string | undefined
}

export interface Exported {
  rows: AsyncIterable<object>
  columns: readonly string[]
  numeric: ReadonlySet<string>
}

/**
 * The rows, with their columns. Throws `NeedsPerson` for a table, column or instant that does not exist.
 * The rows throw the reason of `stop` after a signal.
 */
export async function exportRows(
  {clock, database, stop}: Context,
  name: string,
  {since, until, on}: ExportOptions,
): Promise<Exported> {
  const known = [...Object.keys(columns), ...Object.keys(viewColumns)]
  if (!known.includes(name))
    throw unknownName(
      'table or view of fin',
      name,
      known,
      'fin status lists the tables. Read a table or view of your own with: psql "$(fin db url --with-password)"',
    )
  const opened = await database()
  const table = await readableTable(opened, name)
  const column = on ?? table.time
  const isBounded = since !== undefined || until !== undefined
  if (on !== undefined && !table.times.includes(on))
    throw new NeedsPerson(`"${on}" is not a column of ${name} that holds a time`, {
      nextStep:
        table.times.length > 0
          ? `Use one of: ${table.times.join(', ')}.`
          : 'Leave --on out: the table has no time.',
    })
  if (isBounded && column === undefined)
    throw new NeedsPerson(`${name} has no column that holds a time`, {
      nextStep: 'Leave --since and --until out.',
    })
  const instant = (text: string | undefined, flag: string) =>
    text === undefined ? null : instantFrom(text, clock.now(), flag).toISOString()
  const span = {on: column, since: instant(since, 'since'), until: instant(until, 'until')}
  const rows = async function* () {
    for await (const batch of readTable(opened, table, span)) {
      stop.throwIfAborted()
      yield* batch
    }
  }
  return {rows: rows(), columns: table.columns, numeric: table.numeric}
}
