import {alphaVantage} from '../../lib/providers/alpha-vantage.js'
import {type StubRequest, type ProviderStub, json, NotSimulated, type Reply} from '../stub.js'
import type {Scenario} from '../scenario.js'
import {calendarColumns, earningsCalendarReply, ipoCalendarReply} from './alpha-vantage-calendar.js'
import {balanceSheetReply} from './alpha-vantage-balance.js'
import {etfProfileReply} from './alpha-vantage-etf.js'
import {overviewReply} from './alpha-vantage-fundamentals.js'
import {macroReply} from './alpha-vantage-macro.js'
import {moversReply} from './alpha-vantage-movers.js'
import {newsReply} from './alpha-vantage-news.js'

const thanks = 'Thank you for using Alpha Vantage!'
const premium = 'https://www.alphavantage.co/premium/'

/** Answers by the name of the function. Undefined: the answer is "Invalid API call". */
const functions: Readonly<Record<string, (request: StubRequest, scenario: Scenario) => Reply | undefined>> = {
  CPI: macroReply,
  INFLATION: macroReply,
  FEDERAL_FUNDS_RATE: macroReply,
  TREASURY_YIELD: macroReply,
  EARNINGS_CALENDAR: earningsCalendarReply,
  IPO_CALENDAR: ipoCalendarReply,
  TOP_GAINERS_LOSERS: moversReply,
  OVERVIEW: overviewReply,
  BALANCE_SHEET: balanceSheetReply,
  ETF_PROFILE: etfProfileReply,
  NEWS_SENTIMENT: newsReply,
}

/** Stub of Alpha Vantage, whose answers all have status 200. */
export const alphaVantageStub: ProviderStub = {
  provider: alphaVantage,
  secret: (query) => query.get('apikey') || undefined,
  answer,
  refuse(limit, _untilMs, request) {
    const columns = calendarColumns(request)
    if (columns !== undefined) return inCsv(columns, 'Information')
    if (limit.per === 'second') {
      return json({
        Information: `${thanks} Please consider spreading out your free API requests more sparingly (1 request per second). You may subscribe to any of the premium plans at ${premium} to lift the free key rate limit (25 requests per day), raise the per-second burst limit, and instantly unlock all premium endpoints`,
      })
    }
    // The answer quotes the secret.
    return json({
      Information: `We have detected your API key as ${request.secret ?? ''} and our standard API rate limit is ${limit.requests} requests per day. Please subscribe to any of the premium plans at ${premium} to instantly remove all daily rate limits.`,
    })
  },
}

/** A refusal in the shape of CSV: the usual header, then the field's name, one letter in each column. */
function inCsv(columns: readonly string[], field: string): Reply {
  const letters = [...field].slice(0, columns.length)
  return {
    status: 200,
    type: 'application/x-download',
    text: `${columns.join(',')}\r\n${letters.join(',')}\r\n`,
  }
}

function answer(request: StubRequest, scenario: Scenario): Reply {
  if (request.method !== 'GET' || request.path !== '/query') throw new NotSimulated('this path')
  const accept = request.headers['accept'] ?? '*/*'
  if (!/\*\/\*|application\/(json|\*)/.test(accept))
    return json({detail: 'Could not satisfy the request Accept header.'})
  const name = request.query.get('function') ?? ''
  const columns = calendarColumns(request)
  if (request.secret === undefined && columns !== undefined) return inCsv(columns, 'Error Message')
  if (request.secret === undefined)
    return json({
      'Error Message':
        'the parameter apikey is invalid or missing. Please claim your free API key on (https://www.alphavantage.co/support/#api-key). It should take less than 20 seconds.',
    })
  return (
    functions[name]?.(request, scenario) ??
    json({
      'Error Message': `Invalid API call. Please retry or visit the documentation (https://www.alphavantage.co/documentation/) for ${name}.`,
    })
  )
}
