/** The widths of a table's columns. */
import {isNumberText} from './cell.js'
import {clipToWidth, widthOf} from './width.js'

export interface Column {
  name: string
  width: number
  isNumeric: boolean
  /** The table fits no terminal: each row is shown as a list of its cells. */
  isRecord: boolean
}

/**
 * How narrow columns become, one step after the other until the table fits: what begins the row is cut last,
 * an instant loses its seconds before much text is cut, its time of day at last, and names give way where the
 * cells below are short.
 */
const steps: readonly Readonly<Record<'text' | 'first' | 'instant' | 'name', number>>[] = [
  {text: 24, first: 36, instant: 19, name: 14},
  {text: 16, first: 28, instant: 16, name: 10},
  {text: 10, first: 20, instant: 16, name: 7},
  {text: 10, first: 10, instant: 16, name: 4},
  {text: 10, first: 10, instant: 10, name: 4},
  {text: 10, first: 10, instant: 10, name: 1},
]
const instant = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/
/** Without a terminal a longer cell runs over and the ones below stay where they are. */
const mostPadding = 60

/**
 * Columns as wide as what they hold, made to fit `width` (undefined: no terminal, nothing is cut), the widest
 * of those that may be narrowed first. Numbers are never cut.
 */
export function fitColumns(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: ReadonlySet<string> | undefined,
  width: number | undefined,
  gap: number,
): Column[] {
  const columns = names.map((name, at) => {
    const cells = rows.map((row) => row[at] ?? '').filter((cell) => cell !== '–')
    const isNumeric = numeric ? numeric.has(name) : cells.length > 0 && cells.every(isNumberText)
    const content = cells.reduce((most, cell) => Math.max(most, widthOf(cell)), 1)
    const isInstant = cells.length > 0 && cells.every((cell) => instant.test(cell))
    return {
      name,
      isNumeric,
      isInstant,
      content,
      width: Math.min(Math.max(widthOf(name), content), width ?? mostPadding),
      isRecord: false,
    }
  })
  if (width === undefined) return columns
  const excess = () =>
    columns.reduce((sum, column) => sum + column.width, 0) + gap * (columns.length - 1) - width
  const first = columns.find((column) => !column.isNumeric && !column.isInstant)
  for (const step of steps) {
    const least = (column: (typeof columns)[number]) => {
      const most = column.isNumeric
        ? column.content
        : column.isInstant
          ? step.instant
          : column === first
            ? step.first
            : step.text
      return Math.max(Math.min(column.content, most), Math.min(widthOf(column.name), step.name))
    }
    while (excess() > 0) {
      const widest = columns
        .filter((column) => column.width > least(column))
        .sort((a, b) => b.width - a.width)[0]
      if (!widest) break
      widest.width -= 1
    }
  }
  if (excess() > 0) return columns.map((column) => ({...column, isRecord: true}))
  for (const column of columns) if (column.isInstant) column.width = wholeLength(column.width) ?? column.width
  if (first) first.width += Math.max(0, Math.min(first.content - first.width, -excess()))
  return columns
}

/** A cell in its column: an instant without its seconds or as its day, other text with an ellipsis. */
export function clipToColumn(text: string, width: number): string {
  const whole = wholeLength(width)
  return whole !== undefined && instant.test(text) ? text.slice(0, whole) : clipToWidth(text, width)
}

/** What is left of an instant: all of it, the minute, the day; undefined where there is no room for that. */
function wholeLength(width: number): number | undefined {
  return [19, 16, 10].find((length) => length <= width)
}
