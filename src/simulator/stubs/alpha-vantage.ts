import {alphaVantage} from '../../lib/providers/alpha-vantage.js'
import {type StubRequest, type ProviderStub, json, NotSimulated, type Reply} from '../stub.js'
import type {Scenario} from '../scenario.js'
import {calendarColumns, earningsCalendar, ipoCalendar} from './alpha-vantage-calendar.js'
import {balanceSheet} from './alpha-vantage-balance.js'
import {etfProfile} from './alpha-vantage-etf.js'
import {overview} from './alpha-vantage-fundamentals.js'
import {macro} from './alpha-vantage-macro.js'
import {movers} from './alpha-vantage-movers.js'
import {news} from './alpha-vantage-news.js'

const thanks = 'Thank you for using Alpha Vantage!'
const premium = 'https://www.alphavantage.co/premium/'

/** Answers by the name of the function. Undefined: the answer is "Invalid API call". */
const functions: Readonly<Record<string, (request: StubRequest, scenario: Scenario) => Reply | undefined>> = {
  CPI: macro,
  INFLATION: macro,
  FEDERAL_FUNDS_RATE: macro,
  TREASURY_YIELD: macro,
  EARNINGS_CALENDAR: earningsCalendar,
  IPO_CALENDAR: ipoCalendar,
  TOP_GAINERS_LOSERS: movers,
  OVERVIEW: overview,
  BALANCE_SHEET: balanceSheet,
  ETF_PROFILE: etfProfile,
  NEWS_SENTIMENT: news,
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
