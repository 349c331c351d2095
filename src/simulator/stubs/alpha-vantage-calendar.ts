/**
 * Alpha Vantage's calendars, as CSV: expected reports, with two spellings of class shares that disagree, and
 * expected listings.
 */
import {dayMs, isoDay} from '../../lib/time.js'
import {type Ask, listReply, onlyKnown, type Reply} from '../stub.js'
import {listingsAt} from '../listings.js'
import {stream} from '../random.js'
import type {World} from '../scenario.js'

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
/** The column of the time of day came with 2026. */
const timeOfDaySince = Date.UTC(2026, 0, 1)
/** Of members: they report with their company, have no name and no estimate. */
const preferred: Readonly<Record<string, readonly string[]>> = {
  BAC: ['BAC-PB', 'BAC-PE'],
  JPM: ['JPM-PC'],
  USB: ['USB-PA'],
}
/** The other class of a member, under the hyphen only. */
const otherClasses: Readonly<Record<string, string>> = {'BF.B': 'BF-A', 'BRK.B': 'BRK-A'}
const currencies = ['USD', 'USD', 'USD', 'CNY', 'CAD', 'EUR', 'GBP', 'JPY', 'BRL', 'KZT']
const foreignCount = 60

/**
 * The whole market, or one symbol, in the order of the dates. A symbol without a report gives the header
 * alone.
 */
export function earningsCalendar(ask: Ask, world: World): Reply | undefined {
  onlyKnown(ask.query, ['function', 'apikey', 'horizon', 'symbol'])
  const horizon = months[ask.query.get('horizon') ?? '3month']
  if (horizon === undefined) return undefined
  const today = Math.floor(ask.atMs / dayMs) * dayMs
  const symbol = ask.query.get('symbol')
  const lines = [...expected(world, today, today + horizon * 30.4 * dayMs, ask.atMs)]
    .filter((line) => symbol === null || line.symbol === symbol)
    .sort((a, b) =>
      a.reportDate === b.reportDate ? (a.symbol < b.symbol ? -1 : 1) : a.reportDate < b.reportDate ? -1 : 1,
    )
  const columns = [
    'symbol',
    'name',
    'reportDate',
    'fiscalDateEnding',
    'estimate',
    'currency',
    ...(ask.atMs < timeOfDaySince ? [] : ['timeOfTheDay']),
  ]
  const spoil = (line: Line, variant: number) =>
    variant % 2 === 0 ? {...line, reportDate: '2026-02-30'} : {...line, currency: 'dollars'}
  return csvReply(columns, lines, spoil)
}

function* expected(world: World, fromMs: number, toMs: number, atMs: number): Generator<Line> {
  for (const member of world.members(atMs)) {
    for (const {day, fiscalEnd, estimate, timeOfDay} of world.reports(member.symbol, fromMs, toMs, atMs)) {
      if (Date.parse(`${day}T00:00:00Z`) < fromMs) continue // a guess that lies before today
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
      for (const share of preferred[member.symbol] ?? []) yield {...bare, symbol: share, name: share}
      if (!member.symbol.includes('.')) continue
      // the same share again: an older projection of another day
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
  for (let n = 0; n < foreignCount; n++) yield* foreign(world, n, fromMs, toMs, atMs)
}

/** Depositary receipts: five letters, no name, many without an estimate, some in a currency of their own. */
function* foreign(world: World, n: number, fromMs: number, toMs: number, atMs: number): Generator<Line> {
  const of = stream(world.seed, 'foreign', n)
  const letters = Array.from({length: 3}, (_, place) =>
    String.fromCharCode(65 + of.whole(place, 0, 25)),
  ).join('')
  const symbol = `${letters}${String.fromCharCode(65 + (n % 26))}${n % 2 === 0 ? 'F' : 'Y'}`
  for (const {day, fiscalEnd, estimate} of world.reports(symbol, fromMs, toMs, atMs)) {
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

/** `BROWN FORMAN`: upper case, no signs. */
function plainName(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\(.*?\)/g, '')
    .replace(/[^A-Za-z0-9&' ]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .toUpperCase()
}

/** A CSV reply as the provider writes it: a header, LF, no quotes. */
function csvReply<Line extends object>(
  columns: readonly string[],
  lines: readonly Line[],
  spoil: (line: Line, variant: number) => unknown,
): Reply {
  const written = (line: Line) =>
    columns.map((column) => (line as Record<string, unknown>)[column] ?? '').join(',')
  return listReply(
    'application/x-download',
    lines,
    (items) => [columns.join(','), ...items.map(written), ''].join('\n'),
    spoil,
  )
}

/** Expected listings. The form of the dates has changed now and then: here with every other month. */
export function ipoCalendar(ask: Ask, world: World): Reply {
  onlyKnown(ask.query, ['function', 'apikey'])
  const isSlashed = new Date(ask.atMs).getUTCMonth() % 2 === 0
  const lines = listingsAt(world.seed, ask.atMs).map(({symbol, name, dayMs: ms, low, high, exchange}) => ({
    symbol,
    name: plainName(name),
    ipoDate: isSlashed ? slashed(new Date(ms)) : isoDay(ms),
    priceRangeLow: String(low),
    priceRangeHigh: String(high),
    currency: 'USD',
    exchange,
  }))
  const spoil = (line: (typeof lines)[number], variant: number) =>
    variant % 2 === 0 ? {...line, ipoDate: '13/45/26'} : {...line, priceRangeLow: '90', priceRangeHigh: '9'}
  return csvReply(
    ['symbol', 'name', 'ipoDate', 'priceRangeLow', 'priceRangeHigh', 'currency', 'exchange'],
    lines,
    spoil,
  )
}

function slashed(date: Date): string {
  return `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${String(date.getUTCFullYear()).slice(2)}`
}
