import {defineCollector, type Parsed} from '../define.js'
import {weekly} from '../define-schedule.js'
import {code} from '../codes.js'
import {day, described, each, filled, isRejected, must, positive} from '../parse.js'
import {alphaVantage, query} from '../providers/alpha-vantage.js'
import {csvItems, wholeLine} from '../providers/alpha-vantage/csv.js'
import {symbols} from '../providers/alpha-vantage/symbols.js'
import {known, knownCode} from '../providers/alpha-vantage/text.js'

type Row = Extract<Parsed<'ipo_calendar'>, {company_name: unknown}>

/** The columns that identify a listing; the others are descriptive. */
const columns = ['symbol', 'name', 'ipoDate']

/** Expected listings of the next three months, and the history of the expected dates of each. */
export const ipoCalendar = defineCollector({
  name: 'ipo-calendar',
  summary: 'collect the expected listings of the next three months',
  schedule: [weekly('mon 01:45', 'UTC')],
  claim: {
    rank: 30,
    requests: 1,
    everyDays: 7,
    atLeastEveryDays: 7,
    rationale: 'every expected listing for one request',
  },
  tables: ['ipo_calendar', 'ipo_calendar_history'],
  key: ['symbol'],
  guard: 'select_ipo_calendar_refusal',
  after: 'update_ipo_calendar_seen',
  sources: {
    'alpha-vantage': {
      provider: alphaVantage,
      request: () => query('IPO_CALENDAR', {}, 'text'),
      *parse(body: unknown, {at}) {
        for (const row of each(csvItems(body, columns), (item) => listing(wholeLine(item), at))) {
          yield row
          if (isRejected(row)) continue
          const seen = {first_seen_at: at.toISOString(), last_seen_at: at.toISOString()}
          yield {table: 'ipo_calendar_history', row: {symbol: row.symbol, ipo_date: row.ipo_date, ...seen}}
        }
      },
    },
  },
})

function listing(item: unknown, at: Date): Row {
  const symbol = code(item, 'symbol', symbols).toUpperCase()
  return {
    symbol,
    company_name: known(must(item, 'name')) ?? symbol,
    ipo_date: expectedDay(filled(item, 'ipoDate')),
    price_range_low: described(item, 'priceRangeLow', positive),
    price_range_high: described(item, 'priceRangeHigh', positive),
    currency: described(item, 'currency', knownCode),
    exchange: described(item, 'exchange', knownCode),
    fetched_at: at.toISOString(),
  }
}

/** ISO day from `2026-12-01` or `12/1/26`; the provider writes both. Throws for any other text. */
function expectedDay(value: string): string {
  const [, month = '', date = '', year = ''] = /^(\d{1,2})\/(\d{1,2})\/(\d\d|\d{4})$/.exec(value) ?? []
  const found = day(
    month === '' ? value : `${year.padStart(4, '20')}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`,
  )
  if (found === null) throw new Error('field "ipoDate" is empty')
  return found
}
