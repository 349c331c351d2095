import {defineCollector, type Rejected, type TaggedRow} from '../define.js'
import {weekly} from '../define-schedule.js'
import {UnexpectedBody} from '../errors.js'
import {plainCode} from '../codes.js'
import {pluralize} from '../text.js'
import {dayIn} from '../time.js'
import {describe, described, each, filled, isItem, isRejected, textOrNull} from '../parse.js'
import {page, wikipedia} from '../providers/wikipedia.js'
import {
  type Cells,
  evenCells,
  firstDateIn,
  isDate,
  isUneven,
  namedRows,
  symbolIn,
  type Uneven,
} from '../providers/wikipedia/cells.js'
import {changesIn, isChangeItem} from '../providers/wikipedia/changes.js'
import {type ListedMember, periodsOf} from '../providers/wikipedia/membership.js'
import {gridOf} from '../providers/wikipedia/table.js'

/**
 * Bounds of the number of rows. The list has 500 companies in about 503 rows, and anybody can edit it. A
 * version outside these bounds is refused.
 */
const fewestRows = 480
const mostRows = 520

/**
 * The columns that identify a member; the others are descriptive. Columns are read by header text, because
 * their number and order have changed.
 */
const columns = ['Symbol', 'Security']

/**
 * Members of the S&P 500. A company that leaves the list is not deleted; `removed_at` gets the instant. The
 * table of changes on the same page gives the members of the past.
 */
export const sp500Companies = defineCollector({
  name: 'sp500-companies',
  summary: 'collect the members of the S&P 500',
  schedule: [weekly('mon 06:00', 'UTC')],
  tables: ['sp500_companies', 'sp500_membership'],
  key: ['symbol'],
  secondaryGuard: {table: 'sp500_membership', statement: 'select_sp500_membership_refusal'},
  after: 'update_sp500_companies_left',
  sources: {
    wikipedia: {
      provider: wikipedia,
      request: () => page('List_of_S&P_500_companies'),
      *parse(body: unknown, {at}) {
        const rows = members(body)
        const companyOf = companiesByCik(rows.filter((row): row is Cells => !isUneven(row)))
        const found = [...each(rows, (row) => member(evenCells(row), companyOf, at))]
        yield* found
        const listed = found.flatMap((one) => (isRejected(one) ? [] : [one]))
        // A member whose row could not be read has not left the list.
        if (typeof body === 'string' && listed.length === found.length) yield* membership(body, listed, at)
      },
    },
  },
})

/** The periods of all members, present and past, and the rows of the changes that cannot be read. */
function* membership(
  page: string,
  listed: readonly ListedMember[],
  at: Date,
): Generator<TaggedRow | Rejected> {
  const changes = changesIn(page)
  if (changes === undefined) return
  yield* changes.filter((one) => isRejected(one))
  const known = {known_from: at.toISOString(), seen_at: at.toISOString()}
  const readable = changes.flatMap((one) => (isRejected(one) ? [] : [one]))
  for (const period of periodsOf(listed, readable, dayIn('America/New_York', at)))
    yield {table: 'sp500_membership', row: {...period, ...known}}
}

function member(cells: Cells, companyOf: ReadonlyMap<string, Set<string>>, at: Date) {
  const symbol = symbolIn(cells, 'Symbol')
  const hyphenated = symbol.replace('.', '-')
  const cik = described(cells, 'CIK', cikOf)
  const companies = [...(companyOf.get(cik ?? '') ?? [])]
  if (companies.length > 1)
    throw new Error(`the CIK ${cik} is that of several companies: ${companies.slice(0, 3).join(', ')}`)
  return {
    symbol,
    company_name: checked(cells, 'Security', isName) ?? filled(cells, 'Security'),
    gics_sector: checked(cells, 'GICS Sector', (text) => sectors.has(text)),
    gics_sub_industry: checked(cells, 'GICS Sub-Industry', (text) => isName(text) && !/\d/.test(text)),
    headquarters: checked(cells, 'Headquarters Location', isName),
    date_added: described(cells, 'Date added', (cell) => firstDateIn(cell, 'Date added')),
    cik,
    founded: checked(cells, 'Founded', (text) => /\b(1[5-9]|20)\d\d\b/.test(text) && !isDate(text)),
    // Wikipedia and fin write BRK.B. Some providers write BRK-B.
    symbol_yahoo: hyphenated,
    symbol_alphavantage: hyphenated,
    symbol_sec: hyphenated,
    symbol_finnhub: symbol,
    is_member: true,
    first_seen: at.toISOString().slice(0, 10),
    removed_at: null,
  }
}

/** The sectors of the Global Industry Classification Standard. */
const sectors = new Set([
  'Communication Services',
  'Consumer Discretionary',
  'Consumer Staples',
  'Energy',
  'Financials',
  'Health Care',
  'Industrials',
  'Information Technology',
  'Materials',
  'Real Estate',
  'Utilities',
])

/**
 * The text of a cell, or null; undefined if the table has no such column. Throws for a text that its column
 * cannot have.
 */
function checked(cells: Cells, column: string, isRight: (text: string) => boolean) {
  return described(cells, column, (cell) => {
    const found = textOrNull(cell)
    if (found === null || isRight(found)) return found
    throw new Error(`${describe(found)} is not a value of "${column}"`)
  })
}

/** True for the name of a company or place: it has a letter, and is neither a date nor a sector. */
const isName = (text: string) => /\p{L}/u.test(text) && !isDate(text) && !sectors.has(text)

/** Ten digits; null for an empty cell. Throws for anything else than a number of at most ten digits. */
function cikOf(cell: unknown): string | null {
  const found = textOrNull(cell)
  if (found === null) return null
  const digits = plainCode(found)
  if (!/^\d{1,10}$/.test(digits))
    throw new Error(`${describe(found)} is not a CIK, which has at most ten digits`)
  return digits.padStart(10, '0')
}

/** The companies of each CIK, without the class of their shares: a company has one CIK for all classes. */
function companiesByCik(rows: readonly Cells[]): ReadonlyMap<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const {CIK: cik = '', Security: name = ''} of rows) {
    if (!/^\d{1,10}$/.test(cik)) continue
    const key = cik.padStart(10, '0')
    const company = plainCode(name)
      .replace(/\W{0,10}\b(class|series)\s+[a-z]\b\W{0,10}/gi, '')
      .trim()
    found.set(key, (found.get(key) ?? new Set()).add(company))
  }
  return found
}

/**
 * Rows of the constituents table by header text. One rejected row is accepted too. Throws UnexpectedBody,
 * also for a rejected change: it makes no period without the rest of its table.
 */
function members(body: unknown): (Cells | Uneven)[] {
  if (isChangeItem(body))
    throw new UnexpectedBody('this row is a change of the index', {
      nextStep: 'It is read again with the next page: run fin ingest sp500-companies.',
    })
  if (isUneven(body) || (isItem(body) && 'Symbol' in body)) return [body as Cells | Uneven]
  if (typeof body !== 'string') throw new UnexpectedBody(`expected the page as HTML, got ${describe(body)}`)
  const grid = gridOf(body, 'constituents')
  if (grid === undefined)
    throw new UnexpectedBody(
      'the page was cut, or has no table with the id "constituents"; the stored list is kept',
    )
  const {header, rows} = grid
  const lacking = columns.filter((column) => !header.includes(column))
  if (lacking.length > 0)
    throw new UnexpectedBody(
      `the table of constituents has no column ${lacking.map((column) => `"${column}"`).join(', ')}`,
    )
  const found = namedRows('constituents', header, rows)
  if (found.length < fewestRows || found.length > mostRows)
    throw new UnexpectedBody(
      `the list has ${pluralize(found.length, 'row')}, expected ${fewestRows} to ${mostRows}; the stored list is kept`,
      {nextStep: 'Look at the page: an edit may have damaged it. The next run requests it again.'},
    )
  const symbols = found.flatMap((row) => (isUneven(row) ? [] : plainCode(row['Symbol'] ?? '') || []))
  const twice = symbols.find((symbol, index) => symbols.indexOf(symbol) !== index)
  if (twice !== undefined)
    throw new UnexpectedBody(`the list names ${describe(twice)} twice; the stored list is kept`)
  return found
}
