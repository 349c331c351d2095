/** Computes the widths of a table's columns. */
import {isNumberText} from './cell.js'
import {clipToWidth, widthOf} from './width.js'

/** The blanks between two columns. */
export const gap = '  '

export interface Column {
  name: string
  width: number
  isNumeric: boolean
  /** Whether the table is too wide for the terminal, so that each row is printed as a list of its cells. */
  isRecord: boolean
}

/**
 * The minimum widths of columns. The steps apply one after the other until the table fits. The first column
 * is cut last. An instant loses its seconds before much text is cut, and its time of day last. A name is
 * cut if the cells below it are short.
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
/** The maximum width without a terminal. A longer cell overflows, and the other rows keep their columns. */
const maxPadding = 60

/**
 * The columns, as wide as their content, then narrowed to fit `width`, the widest first. Undefined `width`
 * means no terminal: nothing is cut. Numbers are never cut. `allowed` is the number of steps to try.
 */
export function fitColumns(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: ReadonlySet<string> | undefined,
  width: number | undefined,
  allowed = steps.length,
): Column[] {
  const columns = names.map((name, at) => {
    const cells = rows.map((row) => row[at] ?? '').filter((cell) => cell !== '–')
    const isNumeric = numeric ? numeric.has(name) : cells.length > 0 && cells.every(isNumberText)
    const content = cells.reduce((most, cell) => Math.max(most, widthOf(cell)), 1)
    const numbers = cells.reduce((most, cell) => (isNumberText(cell) ? Math.max(most, cell.length) : most), 0)
    const isInstant = cells.length > 0 && cells.every((cell) => instant.test(cell))
    return {
      name,
      isNumeric,
      isInstant,
      // Instants of one day that would look alike without their time.
      needsTime: isInstant && new Set(cells.map((cell) => cell.slice(0, 10))).size < new Set(cells).size,
      content,
      numbers,
      width: Math.max(
        isNumeric ? content : numbers,
        Math.min(Math.max(widthOf(name), content), width ?? maxPadding),
      ),
      isRecord: false,
    }
  })
  if (width === undefined) return columns
  const excess = () =>
    columns.reduce((sum, column) => sum + column.width, 0) + gap.length * (columns.length - 1) - width
  const first = columns.find((column) => !column.isNumeric && !column.isInstant)
  for (const step of steps.slice(0, allowed)) {
    const least = (column: (typeof columns)[number]) => {
      const limit = column.isNumeric
        ? column.content
        : column.isInstant
          ? step.instant
          : column === first
            ? step.first
            : step.text
      const cell = Math.max(column.numbers, Math.min(column.content, limit))
      return Math.max(cell, Math.min(widthOf(column.name), step.name))
    }
    while (excess() > 0) {
      const widest = columns
        .filter((column) => column.width > least(column))
        .sort((a, b) => b.width - a.width)[0]
      if (!widest) break
      widest.width -= 1
    }
  }
  const isUnclear = columns.some(({needsTime, width: cut}) => needsTime && cut < 16)
  if (excess() > 0 || isUnclear) return columns.map((column) => ({...column, isRecord: true}))
  for (const column of columns)
    if (column.isInstant) column.width = instantLength(column.width) ?? column.width
  if (first) first.width += Math.max(0, Math.min(first.content - first.width, -excess()))
  return columns
}

/** The number of steps after which cells and names are still easy to read. */
export const readableSteps = 3

/** A cell cut to its column: an instant to its minute or day, other text with an ellipsis; a number never. */
export function clipToColumn(text: string, width: number): string {
  if (isNumberText(text)) return text
  const length = instantLength(width)
  return length !== undefined && instant.test(text) ? text.slice(0, length) : clipToWidth(text, width)
}

/**
 * The length of an instant that fits: in full, to the minute, or to the day; undefined if none of them
 * fits.
 */
function instantLength(width: number): number | undefined {
  return [19, 16, 10].find((length) => length <= width)
}
