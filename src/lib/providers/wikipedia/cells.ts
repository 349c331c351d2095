/** Reads the rows of Wikipedia's tables: their cells by header text, and the symbols and days in them. */
import {code, plainCode} from '../../codes.js'
import {day, describe, filled, isItem, textOrNull} from '../../parse.js'
import {pluralize} from '../../text.js'

/** The cells of a row by header text. */
export type Cells = Readonly<Record<string, string>>

/** A row that does not have one cell for each header. A list and a number are never values of `Cells`. */
export interface Uneven {
  cells: readonly string[]
  columns: number
  /** The id of its table. */
  table: string
}

/** The rows of the table with the id `table`. */
export function namedRows(
  table: string,
  header: readonly string[],
  rows: readonly string[][],
): (Cells | Uneven)[] {
  return rows.map((cells) =>
    cells.length === header.length
      ? Object.fromEntries(header.map((name, column) => [name, cells[column]!]))
      : {cells, columns: header.length, table},
  )
}

/** True for an uneven row. Also accepts the item of a rejection. */
export function isUneven(row: unknown): row is Uneven {
  return isItem(row) && Array.isArray(row['cells'])
}

/** The cells of a row. Throws for an uneven one. */
export function evenCells(row: Cells | Uneven): Cells {
  if (!isUneven(row)) return row
  throw new Error(`the row has ${pluralize(row.cells.length, 'cell')}, the header has ${row.columns}`)
}

/** The symbol in a cell, in the form of every table. Throws if the cell is blank or holds something else. */
export function symbolIn(cells: Cells, column: string): string {
  const spelt = plainCode(filled(cells, column)).toUpperCase().replace('-', '.')
  return code({[column]: spelt}, column, /^(?=.*[A-Z])[A-Z0-9]{1,10}(\.[A-Z]{1,2})?$/)
}

const written =
  /\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b/i

export const isDate = (text: string) =>
  /\d{4}-\d\d-\d\d/.test(text) || (written.test(text) && /\b\d{4}\b/.test(text) && /^[\w\s,.]+$/.test(text))

/**
 * The first date in a cell, which may be empty or have a note after the date. Also reads "January 5, 2001".
 * Throws for a text without a date.
 */
export function firstDateIn(value: unknown, column: string): string | null {
  const text = textOrNull(value)
  if (text === null) return null
  const [iso] = /\d{4}-\d\d-\d\d/.exec(text) ?? []
  if (iso !== undefined) return day(iso)
  const [month] = written.exec(text) ?? []
  const [, date] = /\b(\d{1,2})\b/.exec(text) ?? []
  const [year] = /\b(?:19|20)\d\d\b/.exec(text) ?? []
  if (month === undefined || date === undefined || year === undefined)
    throw new Error(`${describe(text)} is not a value of "${column}"`)
  const index = new Date(`${month} 1, 2000 00:00:00 UTC`).getUTCMonth() + 1
  return day(`${year}-${String(index).padStart(2, '0')}-${date.padStart(2, '0')}`)
}
