import {alphaVantage} from '../../lib/providers/alpha-vantage.js'
import {type Ask, type Face, json, NotSimulated, type Reply} from '../stub.js'
import type {World} from '../scenario.js'
import {earningsCalendar, ipoCalendar} from './alpha-vantage-calendar.js'
import {balanceSheet} from './alpha-vantage-balance.js'
import {etfProfile} from './alpha-vantage-etf.js'
import {overview} from './alpha-vantage-fundamentals.js'
import {macro} from './alpha-vantage-macro.js'
import {movers} from './alpha-vantage-movers.js'
import {news} from './alpha-vantage-news.js'

const thanks = 'Thank you for using Alpha Vantage!'
const premium = 'https://www.alphavantage.co/premium/'

/** By the name of the function. Undefined: the answer is "Invalid API call". */
const functions: Readonly<Record<string, (ask: Ask, world: World) => Reply | undefined>> = {
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

/** Whatever happens, the status is 200. */
export const alphaVantageFace: Face = {
  provider: alphaVantage,
  secret: (query) => query.get('apikey') || undefined,
  answer,
  refuse(limit, _untilMs, ask) {
    if (limit.per === 'second') {
      return json({
        Information: `${thanks} Please consider spreading out your free API requests more sparingly (1 request per second). You may subscribe to any of the premium plans at ${premium} to lift the free key rate limit (25 requests per day), raise the per-second burst limit, and instantly unlock all premium endpoints`,
      })
    }
    // The answer quotes the key.
    return json({
      Information: `We have detected your API key as ${ask.secret ?? ''} and our standard API rate limit is ${limit.requests} requests per day. Please subscribe to any of the premium plans at ${premium} to instantly remove all daily rate limits.`,
    })
  },
}

function answer(ask: Ask, world: World): Reply {
  if (ask.method !== 'GET' || ask.path !== '/query') throw new NotSimulated('this path')
  const accept = ask.headers['accept'] ?? '*/*'
  if (!/\*\/\*|application\/(json|\*)/.test(accept))
    return json({detail: 'Could not satisfy the request Accept header.'})
  const name = ask.query.get('function') ?? ''
  if (ask.secret === undefined)
    return json({
      'Error Message':
        'the parameter apikey is invalid or missing. Please claim your free API key on (https://www.alphavantage.co/support/#api-key). It should take less than 20 seconds.',
    })
  return (
    functions[name]?.(ask, world) ??
    json({
      'Error Message': `Invalid API call. Please retry or visit the documentation (https://www.alphavantage.co/documentation/) for ${name}.`,
    })
  )
}
