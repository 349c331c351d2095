/** Reads Alpha Vantage's CSV: its rows, whether it has its end, and a refusal in the shape of CSV. */
import {parse as parseCsv} from 'csv-parse/sync'
import {UnexpectedBody} from '../../errors.js'
import {describe, isItem} from '../../parse.js'

type Item = Readonly<Record<string, unknown>>

/** The most lines that are tried although they cannot be read, because each takes far longer than another. */
const mostUnreadable = 1_000

/**
 * The rows of a CSV answer by header name; a single rejected row is accepted too. Every line is parsed alone,
 * so that a bad line does not affect the others. A line with another number of cells than the header becomes
 * `{line, problem}`; `wholeLine` throws for it. Throws UnexpectedBody without a header that has the `needed`
 * columns, as for the JSON of a refusal, and for an answer that was cut.
 */
export function csvItems(body: unknown, needed: readonly string[]): Item[] {
  if (isItem(body) && ('line' in body || needed.every((column) => column in body))) return [body]
  const text = typeof body === 'string' ? body.replace(/^\uFEFF/, '') : ''
  const [head = '', ...rest] = text.split(/\r?\n/)
  const header = cellsOf(head)?.map((name) => name.trim()) ?? []
  if (!needed.every((column) => header.includes(column)))
    throw new UnexpectedBody(
      `expected CSV with the columns ${needed.join(', ')}, got ${describe(typeof body === 'string' ? head : body)}`,
    )
  const lines = rest.filter((line) => line.trim() !== '')
  let unreadable = 0
  const rows = lines.map((line) => {
    const cells = cellsOf(line)
    if (cells === undefined && ++unreadable > mostUnreadable)
      throw new UnexpectedBody(
        `more than ${mostUnreadable} lines have a quote without its end: this is not CSV`,
      )
    return cells
  })
  checkEnd(text, header, rows)
  return rows.map((cells, index) =>
    cells?.length === header.length
      ? Object.fromEntries(header.map((name, column) => [name, cells[column]!]))
      : {line: lines[index], problem: problemOf(cells, header)},
  )
}

/** Returns a row of CSV. Throws for a line that could not be read as one. */
export function wholeLine(item: Item): Item {
  if (!('line' in item)) return item
  throw new Error(typeof item['problem'] === 'string' ? item['problem'] : 'the line is not a row of CSV')
}

function problemOf(cells: readonly string[] | undefined, header: readonly string[]): string {
  return cells === undefined
    ? 'the line has a quote without its end'
    : `the line has ${cells.length} cells, the header has ${header.length}`
}

/**
 * Throws UnexpectedBody for an answer that was cut. Every known answer ends with a line feed. One without it
 * is accepted only if nothing shows a cut: its last line has all cells, and other lines end with the same
 * cell. An answer is cut too if its last line is the only one with too few cells.
 */
function checkEnd(text: string, header: readonly string[], rows: readonly (readonly string[] | undefined)[]) {
  const last = rows.at(-1)
  const isShort = (cells: readonly string[] | undefined) => (cells?.length ?? 0) < header.length
  const others = rows.slice(0, -1)
  const cut = (why: string) =>
    new UnexpectedBody(`the answer was cut: ${why}`, {
      nextStep: 'Nothing of it was stored. Run the command again; a saved answer must be complete.',
    })
  if (rows.length > 0 && isShort(last) && !others.some(isShort))
    throw cut(`its last line has ${last?.length ?? 'an open quote'} of ${header.length} cells`)
  if (text.endsWith('\n')) return
  if (
    last === undefined ||
    last.length !== header.length ||
    !others.some((cells) => cells?.at(-1) === last.at(-1))
  )
    throw cut(
      rows.length === 0
        ? 'its header has no line feed'
        : `its last line (${rows.length + 1}) has no line feed`,
    )
}

/** The cells of one line; undefined when its quotes do not match. */
function cellsOf(line: string): string[] | undefined {
  if (!line.includes('"')) return line.split(',')
  try {
    return (parseCsv(line, {relax_quotes: true}) as string[][])[0]
  } catch {
    return undefined
  }
}

/**
 * The field and the text of a refusal in the shape of CSV; undefined for any other text. A request for CSV is
 * refused with the usual header and the name of the field, one letter in each column as far as they go
 * (`I,n,f,o,r,m,a`): the text is lost. The field and its text can also be the first two lines.
 */
export function refusalInCsv(
  text: string,
  fields: readonly string[],
): {field: string; why: string | undefined} | undefined {
  if (text.length > 5_000 || /^\s*[<{[]/.test(text)) return undefined
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
  const [head = '', ...rest] = lines
  const named = fields.find((field) => head.trim().replace(/^"(.*)"$/, '$1') === field)
  if (named !== undefined)
    return {
      field: named,
      why:
        rest
          .join(' ')
          .trim()
          .replace(/^"(.*)"$/, '$1') || undefined,
    }
  for (const line of rest) {
    const cells = line.split(',')
    const letters = cells.map((cell) => (cell === '" "' ? ' ' : cell))
    if (letters.length < 2 || letters.some((cell) => cell.length > 1)) return undefined
    const spelt = letters.join('')
    const field = fields.find(
      (name) => spelt.length > 1 && (name.startsWith(spelt) || spelt.startsWith(name)),
    )
    if (field !== undefined) return {field, why: undefined}
  }
  return undefined
}
