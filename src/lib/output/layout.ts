/** Decides how a table fits a terminal: its columns, and whether each cell has a line of its own. */
import {clipToColumn, type Column, fitColumns, readableSteps} from './columns.js'

export interface Layout {
  columns: Column[]
  /** The position of each column in the row. */
  positions: number[]
  /** Columns with the same cell in every row, printed once above the table. */
  common: {name: string; cell: string}[]
  /** The names of columns that have no room. */
  hidden: string[]
}

export interface LayoutOptions {
  numeric: ReadonlySet<string> | undefined
  /** Undefined: no terminal, nothing is cut or left out. */
  width: number | undefined
  /** Whether `rows` are all rows, so that a cell that is the same in all of them can be printed once. */
  isWhole: boolean
  /** Columns that are left out last. Few rows with such columns are printed cell by cell, not cut. */
  keep: readonly string[]
}

/** The number of rows up to which a table that is too wide is printed cell by cell. */
const mostRecords = 3

/**
 * The layout of a table. If many rows are too wide for the terminal, columns with one value are printed once,
 * and then the last columns are left out. The column that begins a row may not be cut so that two rows look
 * alike.
 */
export function layoutOf(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  options: LayoutOptions,
): Layout {
  const {numeric, width, isWhole, keep} = options
  const every = names.map((_, at) => at)
  const fit = (positions: readonly number[], allowed?: number) =>
    fitColumns(
      positions.map((at) => names[at] as string),
      rows.map((row) => positions.map((at) => row[at] ?? '')),
      numeric,
      width,
      allowed,
    )
  const whole: Layout = {columns: fit(every), positions: every, common: [], hidden: []}
  if (width === undefined || (rows.length <= mostRecords && keep.length === 0)) return whole
  const isReadable = (positions: readonly number[]) => {
    const columns = fit(positions, readableSteps)
    return columns.every(({isRecord}) => !isRecord) && isDistinct(columns, positions, rows)
  }
  if (isReadable(every)) return {...whole, columns: fit(every, readableSteps)}
  if (rows.length <= mostRecords)
    return {...whole, columns: whole.columns.map((column) => ({...column, isRecord: rows.length > 0}))}
  const common = isWhole ? every.filter((at) => rows.every((row) => row[at] === rows[0]?.[at])) : []
  let positions = every.filter((at) => !common.includes(at))
  const droppable = [
    ...positions.filter((at) => !keep.includes(names[at] as string)).toReversed(),
    ...positions.filter((at) => keep.includes(names[at] as string)).toReversed(),
  ]
  const hidden: number[] = []
  while (positions.length > 2 && !isReadable(positions)) {
    const next = droppable.shift() as number
    hidden.push(next)
    positions = positions.filter((at) => at !== next)
  }
  const columns = fit(positions, isReadable(positions) ? readableSteps : undefined)
  if (columns.some(({isRecord}) => isRecord)) return whole
  return {
    columns,
    positions,
    common: common.map((at) => ({name: names[at] as string, cell: rows[0]?.[at] ?? ''})),
    hidden: hidden.sort((a, b) => a - b).map((at) => names[at] as string),
  }
}

/** Whether the names of columns, and the cells of the first text column, still differ when they are cut. */
function isDistinct(
  columns: readonly Column[],
  positions: readonly number[],
  rows: readonly (readonly string[])[],
): boolean {
  const heads = columns.map(({name, width}) => clipToColumn(name, width))
  if (new Set(heads).size < heads.length) return false
  const first = columns.findIndex(({isNumeric}) => !isNumeric)
  if (first === -1) return true
  const width = columns[first]?.width ?? 0
  const cells = new Set(rows.map((row) => row[positions[first] as number] ?? ''))
  return new Set([...cells].map((cell) => clipToColumn(cell, width))).size === cells.size
}
