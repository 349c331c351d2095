/** Rows as CSV. */
import {stringify} from 'csv-stringify/sync'
import type {RowsOptions} from './format.js'
import {safeText} from './safe.js'
import type {Writer} from './writer.js'

type Row = Readonly<Record<string, unknown>>

/** Rows that are turned into text together. */
const batchSize = 200

/**
 * What a spreadsheet runs, also behind blanks and as full-width or small form; and a tab or line break that
 * may start a new cell.
 */
const formula = /^(?:[\t\r\n]|[\s\u200b\u2060\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b])/
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i

/** Header and rows. Null is an empty cell; instants are as they came, in UTC; JSON is JSON. */
export async function printCsv(
  rows: AsyncIterable<Row> | Iterable<Row>,
  options: RowsOptions,
  writer: Writer,
): Promise<void> {
  const isTerminal = (options.stdout ?? process.stdout) as {isTTY?: boolean}
  const toText = (lines: string[][]) => {
    const text = stringify(lines)
    return isTerminal.isTTY ? safeText(text) : text
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

/** The text of one cell: without NUL, and a formula in a text column gets an apostrophe in front. */
function csvCell(cell: unknown, column: string, {numeric, raw}: RowsOptions): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell === 'number' || typeof cell === 'bigint' || typeof cell === 'boolean') return String(cell)
  if (cell instanceof Date) return cell.toISOString()
  const text = (typeof cell === 'string' ? cell : JSON.stringify(cell)).replaceAll('\u0000', '')
  if (raw || !formula.test(text)) return text
  const isNumber = numeric === undefined ? decimal.test(text) : numeric.has(column)
  return isNumber ? text : `'${text}`
}
