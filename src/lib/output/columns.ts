/** The widths of a table's columns. */
import {isNumberText} from './cell.js'
import {widthOf} from './width.js'

export interface Column {
  name: string
  width: number
  isNumeric: boolean
  /** The table fits no terminal: each row is shown as a list of its cells. */
  isRecord: boolean
}

/** No text column is made narrower than this while another is wider. */
const leastTextWidth = 10
/** Without a terminal a longer cell runs over and the ones below stay where they are. */
const mostPadding = 60

/**
 * Columns as wide as what they hold, made to fit `width` (undefined: no terminal, nothing is cut) by narrowing the
 * widest text column first. Numbers are never cut.
 */
export function fitColumns(
  names: readonly string[], rows: readonly (readonly string[])[], numeric: ReadonlySet<string> | undefined, width: number | undefined, gap: number,
): Column[] {
  const columns = names.map((name, at) => {
    const cells = rows.map((row) => row[at] ?? '').filter((cell) => cell !== '–')
    const isNumeric = numeric ? numeric.has(name) : cells.length > 0 && cells.every(isNumberText)
    const content = cells.reduce((most, cell) => Math.max(most, widthOf(cell)), 1)
    return {name, isNumeric, content, width: Math.min(Math.max(widthOf(name), content), width ?? mostPadding), isRecord: false}
  })
  if (width === undefined) return columns
  const excess = () => columns.reduce((sum, column) => sum + column.width, 0) + gap * (columns.length - 1) - width
  const least = (column: typeof columns[number]) => column.isNumeric ? column.content : Math.min(column.content, leastTextWidth)
  while (excess() > 0) {
    const widest = columns.filter((column) => column.width > least(column)).sort((a, b) => b.width - a.width)[0]
    if (!widest) return columns.map((column) => ({...column, isRecord: true}))
    widest.width -= 1
  }
  return columns
}
