/** Reads the table of changes in Wikipedia's list of the S&P 500: who joined and who left, and when. */
import {plainCode} from '../../codes.js'
import type {Rejected} from '../../define.js'
import {pluralize} from '../../text.js'
import {described, each, isRejected, must, wordsOrNull} from '../../parse.js'
import {type Cells, firstDay, symbolIn} from './cells.js'
import {gridOf} from './table.js'

/** A company as a row of the changes names it. */
export interface Side {
  symbol: string
  /** Null if the row gives only the symbol. */
  company_name: string | null
}

/** One row: a company joined, a company left, or both. */
export interface Change {
  day: string
  added: Side | null
  removed: Side | null
}

const columns = ['Effective Date', 'Added Ticker', 'Added Security', 'Removed Ticker', 'Removed Security']

/**
 * The changes of the page in its order, and the rows that cannot be read. Undefined if the page has no table
 * of changes with these columns; the run reports it as a field that the provider no longer sends.
 */
export function changesIn(page: string): (Change | Rejected)[] | undefined {
  const rows = rowsOf(page)
  const found = described({changes: rows}, 'changes', () => rows)
  if (found === undefined) return undefined
  return [...each(found, change)].map((one) => (isRejected(one) ? {...one, table: 'sp500_membership'} : one))
}

/** The rows by header text. The header has two rows: "Added" above "Ticker" is "Added Ticker". */
function rowsOf(page: string): Cells[] | undefined {
  const grid = gridOf(page, 'changes')
  const [lower, ...rows] = grid?.rows ?? []
  if (grid === undefined || lower === undefined) return undefined
  const header = grid.header.map((upper, column) =>
    upper === lower[column] ? upper : `${upper} ${lower[column]}`,
  )
  if (columns.some((column) => !header.includes(column))) return undefined
  return rows.map((texts) =>
    texts.length === header.length
      ? Object.fromEntries(header.map((name, column) => [name, texts[column]!]))
      : {
          problem: `the row of the changes has ${pluralize(texts.length, 'cell')}, the header has ${header.length}`,
          cells: texts.join(' | '),
        },
  )
}

/** Throws if the row has no date, or no symbol on either side. */
function change(cells: Cells): Change {
  if (cells['problem'] !== undefined) throw new Error(cells['problem'])
  const on = firstDay(must(cells, 'Effective Date'), 'Effective Date')
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
