/** Prints rows as a table. */
import {displayCell, zoneShown} from './cell.js'
import {clipToColumn, fitColumns, type Column} from './columns.js'
import type {RowsOptions} from './format.js'
import {clipToWidth, prepareWidths, widthOf} from './width.js'
import type {Writer} from './writer.js'

type Row = Readonly<Record<string, unknown>>

/** The number of rows that determine the column widths. Later rows are printed as they arrive. */
const measuredRows = 1000
const gap = '  '

interface Style {
  header(text: string): string
  faint(text: string): string
}

/**
 * Prints a header, aligned columns, and the time zone of the instants. If the table is wider than the
 * terminal, cells are cut. If it is much wider, each cell has a line of its own.
 */
export async function printTable(
  rows: AsyncIterable<Row> | Iterable<Row>,
  options: RowsOptions,
  writer: Writer,
): Promise<void> {
  const stdout = (options.stdout ?? process.stdout) as NodeJS.WritableStream & {
    isTTY?: boolean
    columns?: number
  }
  const width = stdout.isTTY ? (stdout.columns ?? 80) : undefined
  const style = styleFor(stdout.isTTY === true)
  let measured: string[][] = []
  let names: readonly string[] | undefined = options.columns
  let columns: Column[] | undefined
  let hasInstants = false
  let printed = 0

  const print = (cells: string[]): Promise<boolean> => {
    printed += 1
    return writer.write(
      columns === undefined || names === undefined
        ? ''
        : columns.some((column) => column.isRecord)
          ? recordText(cells, columns, printed, width, style)
          : `${lineText(cells, columns, width)}\n`,
    )
  }
  const start = async (): Promise<boolean> => {
    columns = fitColumns(names ?? [], measured, options.numeric, width, gap.length)
    const isRead =
      columns.some((column) => column.isRecord) ||
      (await writer.write(
        `${style.header(
          lineText(
            columns.map((column) => column.name),
            columns,
            width,
          ),
        )}\n`,
      ))
    for (const cells of measured) if (!(await print(cells))) return false
    measured = []
    return isRead
  }

  for await (const row of rows) {
    names ??= Object.keys(row)
    const cells = names.map((name) => {
      const {text, isInstant} = displayCell(row[name], options.zone)
      hasInstants ||= isInstant
      return text
    })
    await prepareWidths(cells)
    if (columns !== undefined) {
      if (!(await print(cells))) return
      continue
    }
    measured.push(cells)
    if (measured.length >= measuredRows && !(await start())) return
  }
  if (columns === undefined && measured.length === 0) {
    await writer.write(`${options.empty ?? 'no rows'}\n`)
    return
  }
  if (columns === undefined && !(await start())) return
  if (hasInstants) await writer.write(`${style.faint(`(times in ${zoneShown(options.zone)})`)}\n`)
}

function styleFor(isTerminal: boolean): Style {
  const isPlain = !isTerminal || Boolean(process.env['NO_COLOR']) || process.env['TERM'] === 'dumb'
  const paint = (code: number) => (text: string) => (isPlain ? text : `\u001b[${code}m${text}\u001b[0m`)
  return {header: paint(1), faint: paint(2)}
}

function lineText(cells: readonly string[], columns: readonly Column[], width: number | undefined): string {
  return columns
    .map((column, at) => {
      const text = width === undefined ? (cells[at] ?? '') : clipToColumn(cells[at] ?? '', column.width)
      const blanks = ' '.repeat(Math.max(0, column.width - widthOf(text)))
      return column.isNumeric ? `${blanks}${text}` : `${text}${blanks}`
    })
    .join(gap)
    .trimEnd()
}

/** The text of a row with one line per cell, for tables that are too wide for the terminal. */
function recordText(
  cells: readonly string[],
  columns: readonly Column[],
  number: number,
  width: number | undefined,
  style: Style,
): string {
  const nameWidth = Math.max(...columns.map((column) => column.name.length))
  const lines = columns.map((column, at) => {
    const cellWidth = width === undefined ? Infinity : Math.max(10, width - nameWidth - gap.length)
    return `${column.name.padEnd(nameWidth)}${gap}${clipToWidth(cells[at] ?? '', cellWidth)}`.trimEnd()
  })
  return `${style.faint(`row ${number}`)}\n${lines.join('\n')}\n`
}
