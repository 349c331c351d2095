/** Reads a table of a page as a grid of texts, whatever cells are merged. */
import {load} from 'cheerio/slim'

type Page = ReturnType<typeof load>
type Node = Parameters<Page>[0]

/** The rows of the grid; a row has as many cells as the page gives it. */
export interface Grid {
  header: string[]
  rows: string[][]
}

/** More columns or rows than a merged cell can span, as in HTML. */
const [mostColumns, mostRows] = [1_000, 65_534]

/**
 * The table that `selector` finds; undefined without one, and without its end in the page. The first row is
 * the header. A merged cell stands in each column and each row that it spans. A row of headings that repeats
 * the header is left out.
 */
export function gridOf(page: string, selector: string): Grid | undefined {
  const $ = load(page)
  const table = $(selector).first()
  if (table.length === 0) return undefined
  const sections = table.children('thead, tbody, tfoot').toArray()
  const grid = (sections.length === 0 ? [table.get(0)!] : sections).flatMap((section) =>
    rowsOf($, $(section).children('tr').toArray()),
  )
  const [header = [], ...rest] = grid.filter((row) => row.length > 0)
  return {header, rows: rest.filter((row) => row.some((text, column) => text !== header[column]))}
}

/** A merged cell from above: its text, and how many more rows it spans. */
interface Merged {
  text: string
  left: number
}

function rowsOf($: Page, rows: readonly Node[]): string[][] {
  let above = new Map<number, Merged>()
  return rows.map((row) => {
    const texts: string[] = []
    const below = new Map<number, Merged>()
    const fill = () => {
      for (let merged = above.get(texts.length); merged; merged = above.get(texts.length)) {
        if (merged.left > 1) below.set(texts.length, {...merged, left: merged.left - 1})
        texts.push(merged.text)
      }
    }
    for (const cell of $(row).children('td, th').toArray()) {
      fill()
      const text = textOf($, cell)
      const columns = Math.min(spanOf($(cell).attr('colspan'), 1), mostColumns)
      const left = spanOf($(cell).attr('rowspan'), mostRows) - 1
      for (let column = 0; column < columns; column++) {
        if (left > 0) below.set(texts.length, {text, left})
        texts.push(text)
      }
    }
    fill()
    above = below
    return texts
  })
}

/** The number in an attribute; 1 without one. `zero`: the meaning of 0. */
function spanOf(attribute: string | undefined, zero: number): number {
  const found = /^\s*(\d{1,6})/.exec(attribute ?? '')?.[1]
  return found === undefined ? 1 : Number(found) || zero
}

const hidden = 'sup, style, script, template, [hidden], .reference, .sortkey, .noprint, .mw-editsection'

/** The visible text of a cell in one line; a line break is a blank. */
function textOf($: Page, cell: Node): string {
  const copy = $(cell).clone()
  copy.find(hidden).remove()
  copy
    .find('[style]')
    .filter((_, part) => /display\s*:\s*none|visibility\s*:\s*hidden/i.test($(part).attr('style') ?? ''))
    .remove()
  copy.find('br, p, div, li').before(' ')
  // A copy, because a slice of a string keeps the whole page in memory (V8).
  return Buffer.from(copy.text().replace(/\s+/g, ' ').trim()).toString()
}
