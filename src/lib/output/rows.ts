/**
 * Prints rows on stdout in the chosen format. Memory stays constant for any number of rows, and a slow reader
 * slows the source down.
 */
import type {Format, RowsOptions} from './format.js'
import {safeJson} from './safe.js'
import {createWriter, type Writer} from './writer.js'

type Row = Readonly<Record<string, unknown>>

/** The format that a flag chooses; without a flag a table on a terminal, and `piped` otherwise. */
export function chooseFormat<P extends string = 'table'>(
  flags: {json?: boolean; ndjson?: boolean; csv?: boolean},
  isTTY: boolean | undefined,
  piped: P = 'table' as P,
): Format | P {
  if (flags.json) return 'json'
  if (flags.ndjson) return 'ndjson'
  if (flags.csv) return 'csv'
  return isTTY ? 'table' : piped
}

/**
 * Prints every row. If the reader goes away (`| head`), it stops reading the source and returns without an
 * error. It throws the errors of the source. A JSON array is then left open, so that no reader takes it for
 * complete.
 */
export async function printRows(
  rows: AsyncIterable<object> | Iterable<object>,
  options: RowsOptions,
): Promise<void> {
  const writer = createWriter(options.stdout ?? process.stdout, options.live ? 0 : undefined)
  const source = rows as AsyncIterable<Row> | Iterable<Row>
  if (options.format === 'table') await (await import('./table.js')).printTable(source, options, writer)
  else if (options.format === 'csv') await (await import('./csv.js')).printCsv(source, options, writer)
  else await printJson(source, options, writer)
  await writer.end()
}

async function printJson(
  rows: AsyncIterable<Row> | Iterable<Row>,
  {format, columns}: RowsOptions,
  writer: Writer,
): Promise<void> {
  const isArray = format === 'json'
  const jsonNames = columns?.map((name) => JSON.stringify(name))
  let isFirst = true
  for await (const row of rows) {
    const text = safeJson(rowJson(row, columns, jsonNames))
    const isRead = await writer.write(isArray ? `${isFirst ? '[\n' : ',\n'}${text}` : `${text}\n`)
    isFirst = false
    if (!isRead) return
  }
  if (isArray) await writer.write(isFirst ? '[]\n' : '\n]\n')
}

/**
 * The JSON of a row, in the order of the columns. Cell by cell is faster than a replacer for the whole row.
 */
function rowJson(
  row: Row,
  columns: readonly string[] | undefined,
  jsonNames: readonly string[] | undefined,
): string {
  const names = columns ?? Object.keys(row).filter((name) => row[name] !== undefined)
  let text = '{'
  for (let at = 0; at < names.length; at++)
    text += `${at === 0 ? '' : ','}${jsonNames?.[at] ?? JSON.stringify(names[at])}:${cellJson(row[names[at] as string])}`
  return `${text}}`
}

function cellJson(cell: unknown): string {
  if (cell === null || cell === undefined) return 'null'
  if (typeof cell === 'bigint') return `"${cell}"`
  return typeof cell === 'object' ? JSON.stringify(cell, exact) : JSON.stringify(cell)
}

function exact(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
