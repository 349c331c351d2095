/** Prints rows as CSV. */
import {stringify} from 'csv-stringify/sync'
import {DeepJson} from '../json.js'
import type {RowsOptions} from './format.js'
import {safeText} from './safe.js'
import type {Writer} from './writer.js'

type Row = Readonly<Record<string, unknown>>

/** The number of rows that are turned into text together. */
const batchSize = 200

/**
 * The beginning of a cell that a spreadsheet runs as a formula, also after blanks and in full-width or
 * small form. A tab or line break matches as well, because it may start a new cell.
 */
const formula = /^(?:[\t\r\n]|[\s\u200b\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b])/
const sign = /[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]/
/** A run of separators, blanks and quotes. It is matched as a whole, so that the time is linear. */
const separators = /[;|"\s\u200b\u2060\ufeff]+/g
/** Up to the last character at which a spreadsheet of another locale or setting starts a new cell. */
const toNewCell = /^.*[;|\t\r\n]/s
const needsQuotes = /[;|\t]/
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i

/** Prints a header and the rows. Null is an empty cell, instants stay in UTC, objects are JSON. */
export async function printCsv(
  rows: AsyncIterable<Row> | Iterable<Row>,
  options: RowsOptions,
  writer: Writer,
): Promise<void> {
  const {isTTY} = (options.stdout ?? process.stdout) as {isTTY?: boolean}
  const toText = (lines: string[][]) => {
    const text = stringify(lines, {quoted_match: needsQuotes})
    return options.raw && !isTTY ? text : safeText(text)
  }
  let columns = options.columns
  if (columns) await writer.write(toText([[...columns]]))
  let batch: string[][] = []
  for await (const row of rows) {
    if (!columns) {
      columns = Object.keys(row)
      await writer.write(toText([[...columns]]))
    }
    batch.push(columns.map((name) => csvCell(row[name], name, options)))
    if (batch.length < batchSize) continue
    const lines = batch
    batch = []
    if (!(await writer.write(toText(lines)))) return
  }
  if (batch.length > 0) await writer.write(toText(batch))
}

/** The text of one cell, without NUL. A formula in a text column gets an apostrophe in front of it. */
function csvCell(cell: unknown, column: string, {numeric, raw}: RowsOptions): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell === 'number' || typeof cell === 'bigint' || typeof cell === 'boolean') return String(cell)
  if (cell instanceof Date) return cell.toISOString()
  const text = (
    typeof cell === 'string' || cell instanceof DeepJson ? String(cell) : JSON.stringify(cell)
  ).replaceAll('\u0000', '')
  if (raw) return text
  const guarded = text.replace(separators, (run, at: number) =>
    sign.test(text[at + run.length] ?? '') ? run.replace(toNewCell, "$&'") : run,
  )
  if (!formula.test(text)) return guarded
  const isNumber = numeric === undefined ? decimal.test(text) : numeric.has(column)
  return isNumber ? text : `'${guarded}`
}
