/** Reads the table of changes in Wikipedia's list of the S&P 500: who joined and who left, and when. */
import {plainCode} from '../../codes.js'
import type {Rejected} from '../../define.js'
import {each, isItem, isRejected, must, noteField, wordsOrNull} from '../../parse.js'
import {type Cells, evenCells, firstDateIn, isUneven, namedRows, symbolIn, type Uneven} from './cells.js'
import {gridOf} from './table.js'

/** A company as a row of the changes names it. */
export interface Side {
  symbol: string
  /** Null if the row gives only the symbol. */
  company_name: string | null
}

/** One row: a company joined, a company left, or both. */
export interface MembershipChange {
  day: string
  added: Side | null
  removed: Side | null
}

const id = 'changes'
const columns = ['Effective Date', 'Added Ticker', 'Added Security', 'Removed Ticker', 'Removed Security']

/**
 * The changes of the page in its order, and the rows that cannot be read. Undefined if the page has no
 * complete table of changes with these columns; the run reports it as a field that the provider no longer
 * sends.
 */
export function changesIn(page: string): (MembershipChange | Rejected)[] | undefined {
  const rows = rowsOf(page)
  noteField('changes', rows !== undefined)
  if (rows === undefined) return undefined
  return [...each(rows, (row) => change(evenCells(row)))].map((one) =>
    isRejected(one) ? {...one, table: 'sp500_membership'} : one,
  )
}

/** True for the item of a rejected change. */
export function isChangeItem(item: unknown): boolean {
  return isUneven(item) ? item.table === id : isItem(item) && 'Effective Date' in item
}

/** The rows by header text. The header has two rows: "Added" above "Ticker" is "Added Ticker". */
function rowsOf(page: string): (Cells | Uneven)[] | undefined {
  const grid = gridOf(page, id)
  const [lower, ...rows] = grid?.rows ?? []
  if (grid === undefined || lower === undefined) return undefined
  const header = grid.header.map((upper, column) =>
    upper === lower[column] ? upper : `${upper} ${lower[column]}`,
  )
  if (columns.some((column) => !header.includes(column))) return undefined
  return namedRows(id, header, rows)
}

/** Throws if the row has no date, or no symbol on either side. */
function change(cells: Cells): MembershipChange {
  const on = firstDateIn(must(cells, 'Effective Date'), 'Effective Date')
  if (on === null) throw new Error('the change has no date')
  const [added, removed] = [sideOf(cells, 'Added'), sideOf(cells, 'Removed')]
  if (added === null && removed === null) throw new Error('the change names no symbol')
  return {day: on, added, removed}
}

function sideOf(cells: Cells, side: 'Added' | 'Removed'): Side | null {
  const ticker = `${side} Ticker`
  if (wordsOrNull(plainCode(String(must(cells, ticker)))) === null) return null
  return {symbol: symbolIn(cells, ticker), company_name: wordsOrNull(must(cells, `${side} Security`))}
}
