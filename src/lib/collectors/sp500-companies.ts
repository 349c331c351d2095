import {load} from 'cheerio/slim'
import {pluralize} from '../text.js'
import {defineCollector} from '../define.js'
import {weekly} from '../schedules.js'
import {UnexpectedBody} from '../errors.js'
import {day, describe, each, filled, isItem, must, textOrNull} from '../parse.js'
import {page, wikipedia} from '../providers/wikipedia.js'

/**
 * Bounds of the number of rows. The list has 500 companies in about 503 rows, and anybody can edit it. A
 * version outside these bounds is refused.
 */
const fewestRows = 480
const mostRows = 520

/** The columns that are read, by header text, because their number and order have changed. */
const columns = [
  'Symbol',
  'Security',
  'GICS Sector',
  'GICS Sub-Industry',
  'Headquarters Location',
  'Date added',
  'CIK',
  'Founded',
]

/** Members of the S&P 500. A company that leaves the list is not deleted; `removed_at` gets the instant. */
export const sp500Companies = defineCollector({
  name: 'sp500-companies',
  summary: 'collect the members of the S&P 500',
  schedule: [weekly('mon 06:00', 'UTC')],
  tables: ['sp500_companies'],
  key: ['symbol'],
  after: 'update_sp500_companies_left',
  sources: {
    wikipedia: {
      provider: wikipedia,
      request: () => page('List_of_S&P_500_companies'),
      parse: (body: unknown, {at}) =>
        each(members(body), (cells) => {
          const symbol = filled(cells, 'Symbol').toUpperCase().replace('-', '.')
          const cik = textOrNull(must(cells, 'CIK'))
          const hyphenated = symbol.replace('.', '-')
          return {
            symbol,
            company_name: filled(cells, 'Security'),
            gics_sector: textOrNull(must(cells, 'GICS Sector')),
            gics_sub_industry: textOrNull(must(cells, 'GICS Sub-Industry')),
            headquarters: textOrNull(must(cells, 'Headquarters Location')),
            date_added: firstDay(must(cells, 'Date added')),
            cik: cik === null ? null : cik.padStart(10, '0'),
            founded: textOrNull(must(cells, 'Founded')),
            // Wikipedia and fin write BRK.B. Some providers write BRK-B.
            symbol_yahoo: hyphenated,
            symbol_alphavantage: hyphenated,
            symbol_sec: hyphenated,
            symbol_finnhub: symbol,
            is_member: true,
            first_seen: at.toISOString().slice(0, 10),
            removed_at: null,
          }
        }),
    },
  },
})

type Cells = Readonly<Record<string, string>>

/**
 * Rows of the constituents table by header text. The cells of one rejected row are accepted too. Throws
 * UnexpectedBody.
 */
function members(body: unknown): Cells[] {
  if (isItem(body) && 'Symbol' in body) return [body as Cells]
  if (typeof body !== 'string') throw new UnexpectedBody(`expected the page as HTML, got ${describe(body)}`)
  const $ = load(body)
  const table = $('table#constituents').first()
  if (table.length === 0) throw new UnexpectedBody('the page has no table with the id "constituents"')
  if (!/<\/table\s*>/i.test(body.slice(body.indexOf('id="constituents"'))))
    throw new UnexpectedBody(
      'the page was cut: its table of constituents has no end; the stored list is kept',
    )
  const [head, ...rows] = table.find('tr').toArray()
  if (head === undefined) throw new UnexpectedBody('the table of constituents is empty')
  const clean = (cell: Parameters<typeof $>[0]) => {
    const copy = $(cell).clone()
    copy.find('sup, style, script, .reference, .sortkey').remove()
    // A copy, because a slice of a string keeps the whole page in memory (V8).
    return Buffer.from(copy.text().replace(/\s+/g, ' ').trim()).toString()
  }
  const headers = $(head).find('th, td').toArray().map(clean)
  const lacking = columns.filter((column) => !headers.includes(column))
  if (lacking.length > 0)
    throw new UnexpectedBody(
      `the table of constituents has no column ${lacking.map((column) => `"${column}"`).join(', ')}`,
    )
  const found = rows
    .map((row) => $(row).find('td, th').toArray().map(clean))
    .filter((cells) => cells.length > 0)
    .map((cells) => Object.fromEntries(headers.map((header, index) => [header, cells[index] ?? ''])))
  if (found.length < fewestRows || found.length > mostRows)
    throw new UnexpectedBody(
      `the list has ${pluralize(found.length, 'row')}, expected ${fewestRows} to ${mostRows}; the stored list is kept`,
      {nextStep: 'Look at the page: an edit may have damaged it. The next run requests it again.'},
    )
  const symbols = found.map((cells) => cells['Symbol'])
  const twice = symbols.find((symbol, index) => symbols.indexOf(symbol) !== index)
  if (twice !== undefined)
    throw new UnexpectedBody(`the list names ${describe(twice)} twice; the stored list is kept`)
  return found
}

/** The first date in a cell, which may be empty or have a note after the date. */
function firstDay(value: unknown): string | null {
  const [found] = /\d{4}-\d\d-\d\d/.exec(textOrNull(value) ?? '') ?? []
  return found === undefined ? null : day(found)
}
