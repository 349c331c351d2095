import {defineCollector, type Parsed} from '../define.js'
import {daily} from '../define-schedule.js'
import {code, companySymbol} from '../codes.js'
import {day, decimal, described, each, isRejected, must} from '../parse.js'
import {alphaVantage, query} from '../providers/alpha-vantage.js'
import {csvItems, wholeLine} from '../providers/alpha-vantage/csv.js'
import {symbols} from '../providers/alpha-vantage/symbols.js'
import {known, knownCode} from '../providers/alpha-vantage/text.js'

type Row = Extract<Parsed<'earnings_calendar'>, {symbol: unknown}>

/** The columns that identify a report; the others are descriptive. */
const columns = ['symbol', 'reportDate', 'fiscalDateEnding']

/**
 * Report dates of the whole US market for a year ahead, in one request. Symbol and fiscal period identify a
 * report. If its date moves, a row with the new date supersedes the row with the old one. The history keeps
 * every date and estimate.
 */
export const earningsCalendar = defineCollector({
  name: 'earnings-calendar',
  summary: 'collect the report dates of US companies for a year ahead',
  // after the last report of the US day, in winter and summer, and before the jobs that need the dates
  schedule: [daily('01:30', 'UTC')],
  claim: {
    rank: 10,
    requests: 1,
    everyDays: 1,
    atLeastEveryDays: 1,
    rationale: 'the report dates of the whole market for one request; balance sheets and news follow them',
  },
  tables: ['earnings_calendar', 'earnings_calendar_history'],
  history: 'earnings_calendar_history',
  key: ['symbol', 'fiscal_date_ending'],
  guard: 'select_earnings_calendar_refusal',
  after: 'update_earnings_calendar_seen',
  sources: {
    'alpha-vantage': {
      provider: alphaVantage,
      request: () => query('EARNINGS_CALENDAR', {horizon: '12month'}, 'text'),
      *parse(body: unknown, {at}) {
        const reports = new Map<string, Report>()
        for (const one of each(csvItems(body, columns), (item) => report(wholeLine(item), at))) {
          if (isRejected(one)) {
            yield one
            continue
          }
          const key = `${one.row.symbol} ${one.row.fiscal_date_ending}`
          const other = reports.get(key)
          reports.set(key, other === undefined ? one : merged(other, one))
        }
        for (const {row} of reports.values()) {
          yield row
          // without a fiscal period nothing tells which report it was before
          if (row.fiscal_date_ending !== null)
            yield {table: 'earnings_calendar_history', row: version(row, at)}
        }
      },
    },
  },
})

interface Report {
  row: Row
  /** The spelling of the symbol in the answer is that of fin. */
  isOurSpelling: boolean
}

function report(item: unknown, at: Date): Report {
  const spelt = code(item, 'symbol', symbols).toUpperCase()
  const symbol = companySymbol(spelt)
  const name = described(item, 'name', known)
  return {
    isOurSpelling: symbol === spelt,
    row: {
      symbol,
      // the provider repeats the symbol if it has no name
      company_name: name?.toUpperCase() === spelt || name?.toUpperCase() === symbol ? null : name,
      report_date: day(must(item, 'reportDate')) ?? missing('reportDate'),
      fiscal_date_ending: day(must(item, 'fiscalDateEnding')),
      estimate: described(item, 'estimate', decimal),
      currency: described(item, 'currency', knownCode),
      time_of_day: timeOfDay(item),
      event_description: null,
      fetched_at: at.toISOString(),
      superseded_at: null,
    },
  }
}

function version(row: Row, at: Date) {
  const {symbol, fiscal_date_ending, report_date, estimate, currency, time_of_day} = row
  return {
    symbol,
    fiscal_date_ending: fiscal_date_ending!,
    report_date,
    estimate,
    currency,
    time_of_day,
    collected_at: at.toISOString(),
  }
}

/**
 * Merges the rows of one report under both spellings of a class share, often with different dates (HEI.A 27
 * May, HEI-A 2 June). The dotted row wins. Its date is that of the company's other class (HEI: 27 May)
 * wherever the file has both, and only it has the time of day. The hyphenated row is an older projection; it
 * fills the fields that the winner lacks.
 */
function merged(first: Report, second: Report): Report {
  const [{row: loser}, winner] =
    first.isOurSpelling && !second.isOurSpelling ? [second, first] : [first, second]
  const {row} = winner
  // an amount must keep its own currency
  const {estimate, currency} = row.estimate === null && loser.estimate !== null ? loser : row
  return {...winner, row: {...row, company_name: row.company_name ?? loser.company_name, estimate, currency}}
}

/** Null if the answer has no such column, as before 2026. */
function timeOfDay(item: unknown): 'bmo' | 'amc' | 'unknown' | null {
  const time = (item as Readonly<Record<string, unknown>>)['timeOfTheDay']
  if (time === undefined) return null
  return time === 'pre-market' ? 'bmo' : time === 'post-market' ? 'amc' : 'unknown'
}

function missing(field: string): never {
  throw new Error(`field "${field}" is empty`)
}
