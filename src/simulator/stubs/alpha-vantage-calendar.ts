/**
 * Alpha Vantage's calendars as CSV: expected reports and expected listings. The two spellings of a class
 * share have different report dates.
 */
import {dayMs, isoDay} from '../../lib/time.js'
import {type StubRequest, listReply, onlyKnown, type Reply} from '../stub.js'
import {listingsAt} from '../listings.js'
import {stream} from '../random.js'
import type {Scenario} from '../scenario.js'

interface Line {
  symbol: string
  name: string
  reportDate: string
  fiscalDateEnding: string
  estimate: string
  currency: string
  timeOfTheDay: string
}

const months: Readonly<Record<string, number>> = {'3month': 3, '6month': 6, '12month': 12}
/** Instant from which the calendar has the column of the time of day. */
const timeOfDaySince = Date.UTC(2026, 0, 1)
/** Preferred shares by member. They report with their company and have no name and no estimate. */
const preferred: Readonly<Record<string, readonly string[]>> = {
  BAC: ['BAC-PB', 'BAC-PE'],
  JPM: ['JPM-PC'],
  USB: ['USB-PA'],
}
/** The other share class of a member, spelled with a hyphen only. */
const otherClasses: Readonly<Record<string, string>> = {'BF.B': 'BF-A', 'BRK.B': 'BRK-A'}
const listingColumns = [
  'symbol',
  'name',
  'ipoDate',
  'priceRangeLow',
  'priceRangeHigh',
  'currency',
  'exchange',
]
const currencies = ['USD', 'USD', 'USD', 'CNY', 'CAD', 'EUR', 'GBP', 'JPY', 'BRL', 'KZT']
const foreignCount = 60

/**
 * Expected reports of all symbols or of one, by date. A symbol without a report gives only the header.
 * Undefined for an unknown horizon.
 */
export function earningsCalendarReply(request: StubRequest, scenario: Scenario): Reply | undefined {
  onlyKnown(request.query, ['function', 'apikey', 'horizon', 'symbol'])
  const horizon = months[request.query.get('horizon') ?? '3month']
  if (horizon === undefined) return undefined
  const today = Math.floor(request.atMs / dayMs) * dayMs
  const symbol = request.query.get('symbol')
  const lines = [...expected(scenario, today, today + horizon * 30.4 * dayMs, request.atMs)]
    .filter((line) => symbol === null || line.symbol === symbol)
    .sort((a, b) =>
      a.reportDate === b.reportDate ? (a.symbol < b.symbol ? -1 : 1) : a.reportDate < b.reportDate ? -1 : 1,
    )
  const columns = reportColumns(request.atMs)
  const corrupt = (line: Line, variant: number) =>
    variant % 2 === 0 ? {...line, reportDate: '2026-02-30'} : {...line, currency: 'dollars'}
  return csvReply(columns, lines, corrupt)
}

function reportColumns(atMs: number): string[] {
  return [
    'symbol',
    'name',
    'reportDate',
    'fiscalDateEnding',
    'estimate',
    'currency',
    ...(atMs < timeOfDaySince ? [] : ['timeOfTheDay']),
  ]
}

/** The columns of the calendar that a request names; undefined for any other function, which answers JSON. */
export function calendarColumns({query, atMs}: StubRequest): readonly string[] | undefined {
  const name = query.get('function')
  if (name === 'EARNINGS_CALENDAR') return reportColumns(atMs)
  return name === 'IPO_CALENDAR' ? listingColumns : undefined
}

function* expected(scenario: Scenario, fromMs: number, toMs: number, atMs: number): Generator<Line> {
  for (const member of scenario.members(atMs)) {
    for (const {day, fiscalEnd, estimate, timeOfDay} of scenario.reports(member.symbol, fromMs, toMs, atMs)) {
      if (Date.parse(`${day}T00:00:00Z`) < fromMs) continue // an expected date before today
      const own = {
        symbol: member.symbol,
        name: plainName(member.name),
        reportDate: day,
        fiscalDateEnding: fiscalEnd,
        estimate,
        currency: 'USD',
        timeOfTheDay: timeOfDay,
      }
      yield own
      const bare = {...own, estimate: '', timeOfTheDay: ''}
      for (const preferredSymbol of preferred[member.symbol] ?? [])
        yield {...bare, symbol: preferredSymbol, name: preferredSymbol}
      if (!member.symbol.includes('.')) continue
      // The same share again, with an older projected date.
      const later = isoDay(Date.parse(`${day}T00:00:00Z`) + 6 * dayMs)
      yield {
        ...bare,
        symbol: member.symbol.replace('.', '-'),
        name: `${own.name} - CLASS B`,
        reportDate: later,
        estimate: estimate === '' ? '' : `${estimate}71`,
      }
      const other = otherClasses[member.symbol]
      if (other !== undefined) yield {...bare, symbol: other, name: `${own.name} - CLASS A`}
    }
  }
  for (let n = 0; n < foreignCount; n++) yield* foreign(scenario, n, fromMs, toMs, atMs)
}

/** Reports of depositary receipts: five letters, no name, often no estimate, some in a foreign currency. */
function* foreign(
  scenario: Scenario,
  n: number,
  fromMs: number,
  toMs: number,
  atMs: number,
): Generator<Line> {
  const of = stream(scenario.seed, 'foreign', n)
  const letters = Array.from({length: 3}, (_, index) =>
    String.fromCharCode(65 + of.whole(index, 0, 25)),
  ).join('')
  const symbol = `${letters}${String.fromCharCode(65 + (n % 26))}${n % 2 === 0 ? 'F' : 'Y'}`
  for (const {day, fiscalEnd, estimate} of scenario.reports(symbol, fromMs, toMs, atMs)) {
    if (Date.parse(`${day}T00:00:00Z`) < fromMs) continue
    yield {
      symbol,
      name: symbol,
      reportDate: day,
      fiscalDateEnding: fiscalEnd,
      estimate: of.uniform(7) < 0.6 ? '' : estimate,
      currency: of.pick(8, currencies),
      timeOfTheDay: '',
    }
  }
}

/** The name in upper case, without most punctuation: `BROWN FORMAN`. */
function plainName(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\(.*?\)/g, '')
    .replace(/[^A-Za-z0-9&' ]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .toUpperCase()
}

/** A CSV reply in the provider's format: a header, LF, no quotes. */
function csvReply<Line extends object>(
  columns: readonly string[],
  lines: readonly Line[],
  corrupt: (line: Line, variant: number) => unknown,
): Reply {
  const written = (line: Line) =>
    columns.map((column) => (line as Record<string, unknown>)[column] ?? '').join(',')
  return listReply(
    'application/x-download',
    lines,
    (items) => [columns.join(','), ...items.map(written), ''].join('\n'),
    corrupt,
  )
}

/** Expected listings. The date format changes every month, because the real one has changed several times. */
export function ipoCalendarReply(request: StubRequest, scenario: Scenario): Reply {
  onlyKnown(request.query, ['function', 'apikey'])
  const isSlashed = new Date(request.atMs).getUTCMonth() % 2 === 0
  const lines = listingsAt(scenario.seed, request.atMs).map(
    ({symbol, name, dayMs: ms, low, high, exchange}) => ({
      symbol,
      name: plainName(name),
      ipoDate: isSlashed ? slashed(new Date(ms)) : isoDay(ms),
      priceRangeLow: String(low),
      priceRangeHigh: String(high),
      currency: 'USD',
      exchange,
    }),
  )
  const corrupt = (line: (typeof lines)[number], variant: number) =>
    variant % 2 === 0 ? {...line, ipoDate: '13/45/26'} : {...line, priceRangeLow: '90', priceRangeHigh: '9'}
  return csvReply(listingColumns, lines, corrupt)
}

function slashed(date: Date): string {
  return `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${String(date.getUTCFullYear()).slice(2)}`
}
