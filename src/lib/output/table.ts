/** Prints rows as a table. */
import {displayCell, isNumberText, zoneShown} from './cell.js'
import {clipToColumn, type Column, gap} from './columns.js'
import type {RowsOptions} from './format.js'
import {type Layout, layoutOf} from './layout.js'
import {clipToWidth, prepareWidths, widthOf} from './width.js'
import type {Writer} from './writer.js'

type Row = Readonly<Record<string, unknown>>

/** The number of rows that determine the column widths. Later rows are printed as they arrive. */
const measuredRows = 1000

interface Style {
  header(text: string): string
  faint(text: string): string
}

/**
 * Prints a header, aligned columns, and the time zone of the instants. If the table is wider than the
 * terminal, cells are cut and columns are left out. Few rows that are much wider have a line for each cell.
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
  let layout: Layout | undefined
  let hasInstants = false
  let printed = 0

  const print = (cells: string[], {columns, positions}: Layout): Promise<boolean> => {
    printed += 1
    const shown = positions.map((at) => cells[at] ?? '')
    return writer.write(
      columns.some((column) => column.isRecord)
        ? recordText(shown, columns, printed, width, style)
        : `${lineText(shown, columns, width)}\n`,
    )
  }
  const start = async (isWhole: boolean): Promise<boolean> => {
    const {numeric, keep = []} = options
    layout = layoutOf(names ?? [], measured, {numeric, width, isWhole, keep})
    let isRead = await writer.write(headText(layout, width, style))
    for (const cells of measured) if (!(isRead = await print(cells, layout))) return false
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
    if (layout !== undefined) {
      if (!(await print(cells, layout))) return
      continue
    }
    measured.push(cells)
    if (measured.length >= measuredRows && !(await start(false))) return
  }
  if (layout === undefined && measured.length === 0) {
    await writer.write(`${options.empty ?? 'no rows'}\n`)
    return
  }
  if (layout === undefined && !(await start(true))) return
  const notes = [
    ...(layout?.hidden.length
      ? [`(no room for ${layout.hidden.join(', ')}: use --json, or a wider terminal)`]
      : []),
    ...(hasInstants ? [`(times in ${zoneShown(options.zone)})`] : []),
  ]
  for (const note of notes) await writer.write(`${style.faint(note)}\n`)
}

/** The columns with one value, and the header; nothing if each cell has a line of its own. */
function headText({columns, common}: Layout, width: number | undefined, style: Style): string {
  if (columns.some((column) => column.isRecord)) return ''
  const header = lineText(
    columns.map((column) => column.name),
    columns,
    width,
  )
  const lines = common.map(({name, cell}) => `${style.faint(`${name}:`)} ${cell}`)
  return `${[...lines, style.header(header)].join('\n')}\n`
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
    const cell = cells[at] ?? ''
    return `${column.name.padEnd(nameWidth)}${gap}${isNumberText(cell) ? cell : clipToWidth(cell, cellWidth)}`.trimEnd()
  })
  return `${number === 1 ? '' : '\n'}${style.faint(`row ${number}`)}\n${lines.join('\n')}\n`
}
