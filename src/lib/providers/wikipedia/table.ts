/** Reads a table of a page as a grid of texts, whatever cells are merged. */
import {cheerio} from '../../html-parser.js'
import {UnexpectedBody} from '../../errors.js'
import {nestsDeeperThan} from '../../html.js'

/** The used fields of a node of the tree. */
interface Node {
  type: string
  name?: string
  data?: string
  attribs?: Readonly<Record<string, string>>
  /** The last character of the element in the page. */
  endIndex?: number | null
  children?: readonly Node[]
}

/** The rows of the grid; a row has as many cells as the page gives it. */
export interface Grid {
  header: string[]
  rows: string[][]
}

/** More columns or rows than a merged cell can span, as in HTML. */
const [mostColumns, mostRows] = [1_000, 65_534]
/** The deepest nesting, and the most cells of a grid: far more than any page has. */
const [deepest, mostCells] = [500, 500_000]

/**
 * The table with this id; undefined without one, and if the page does not hold its end tag. The first row is
 * the header. A merged cell stands in each column and each row that it spans. A row of headings that repeats
 * the header is left out. Throws UnexpectedBody for a page that nests too deep, or with too many cells.
 */
export function gridOf(page: string, id: string): Grid | undefined {
  if (nestsDeeperThan(deepest, page)) throw new UnexpectedBody(`the page nests deeper than ${deepest} levels`)
  const root = cheerio()
    .load(page, {xml: {xmlMode: false, withEndIndices: true}})
    .root()
    .get(0) as Node | undefined
  const table = root && tableIn(root, id)
  if (table === undefined || !hasEnd(table, page)) return undefined
  const sections = childrenOf(table, ['thead', 'tbody', 'tfoot'])
  const grid = (sections.length === 0 ? [table] : sections).flatMap((section) =>
    rowsOf(childrenOf(section, ['tr'])),
  )
  const [header = [], ...rest] = grid.filter((row) => row.length > 0)
  return {header, rows: rest.filter((row) => row.some((text, column) => text !== header[column]))}
}

/** The first table with this id. A search by the library needs the square of the number of siblings. */
function tableIn(node: Node, id: string): Node | undefined {
  if (node.name === 'table' && node.attribs?.['id'] === id) return node
  for (const child of node.children ?? []) {
    const found = tableIn(child, id)
    if (found) return found
  }
  return undefined
}

/** True if the table ends with its own end tag, not with the page or with the element around it. */
function hasEnd({endIndex}: Node, page: string): boolean {
  if (typeof endIndex !== 'number') return false
  return /^<\/table\s*>?$/i.test(page.slice(page.lastIndexOf('<', endIndex), endIndex + 1))
}

function childrenOf({children = []}: Node, names: readonly string[]): Node[] {
  return children.filter(({name = ''}) => names.includes(name))
}

/** A merged cell from above: its text, and how many more rows it spans. */
interface Merged {
  text: string
  left: number
}

function rowsOf(rows: readonly Node[]): string[][] {
  let above = new Map<number, Merged>()
  let cells = 0
  return rows.map((row) => {
    const texts: string[] = []
    const below = new Map<number, Merged>()
    const push = (text: string) => {
      texts.push(text)
      if (cells + texts.length > mostCells)
        throw new UnexpectedBody(`the table has more than ${mostCells.toLocaleString('en-US')} cells`)
    }
    const fill = () => {
      for (let merged = above.get(texts.length); merged; merged = above.get(texts.length)) {
        if (merged.left > 1) below.set(texts.length, {...merged, left: merged.left - 1})
        push(merged.text)
      }
    }
    for (const cell of childrenOf(row, ['td', 'th'])) {
      fill()
      const text = textOf(cell)
      const columns = Math.min(spanOf(cell.attribs?.['colspan'], 1), mostColumns)
      const left = spanOf(cell.attribs?.['rowspan'], mostRows) - 1
      for (let column = 0; column < columns; column++) {
        if (left > 0) below.set(texts.length, {text, left})
        push(text)
      }
    }
    fill()
    above = below
    cells += texts.length
    return texts
  })
}

/** The number in an attribute; 1 without one. `zero`: the meaning of 0. */
function spanOf(attribute: string | undefined, zero: number): number {
  const found = /^\s*(\d{1,6})/.exec(attribute ?? '')?.[1]
  return found === undefined ? 1 : Number(found) || zero
}

const hiddenNames = new Set(['sup', 'style', 'script', 'template'])
const hiddenClasses = new Set(['reference', 'sortkey', 'noprint', 'mw-editsection'])
/** Elements that begin a line. */
const lines = new Set(['br', 'p', 'div', 'li'])

/** The visible text of a cell in one line; a line break is a blank. */
function textOf(cell: Node): string {
  // A copy, because a slice of a string keeps the whole page in memory (V8).
  return Buffer.from(insideOf(cell).replace(/\s+/g, ' ').trim()).toString()
}

function insideOf({children = []}: Node): string {
  return children.map(shownBy).join('')
}

function shownBy(node: Node): string {
  if (node.type === 'text') return node.data ?? ''
  if (node.children === undefined || isHidden(node)) return ''
  return lines.has(node.name ?? '') ? ` ${insideOf(node)}` : insideOf(node)
}

function isHidden({type, name = '', attribs = {}}: Node): boolean {
  return (
    type === 'comment' ||
    hiddenNames.has(name) ||
    'hidden' in attribs ||
    (attribs['class'] ?? '').split(/\s+/).some((one) => hiddenClasses.has(one)) ||
    /display\s*:\s*none|visibility\s*:\s*hidden/i.test(attribs['style'] ?? '')
  )
}
