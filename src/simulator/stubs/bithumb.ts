import {bithumb} from '../../lib/providers/bithumb.js'
import {dayMs, isoDay} from '../../lib/time.js'
import {
  type StubRequest,
  type ProviderStub,
  json,
  jsonList,
  NotSimulated,
  onlyKnown,
  type Reply,
} from '../stub.js'
import {kstMs, type BithumbMarket} from '../markets.js'
import type {Scenario} from '../scenario.js'
import {minuteCandles} from './bithumb-candles.js'
import {bithumbSocketTalk} from './bithumb-socket.js'

const mostMarkets = 200

/**
 * Stub of Bithumb's public REST API and WebSocket. Most failures have status 200, and one unknown code fails
 * the whole request.
 */
export function bithumbStub(): ProviderStub {
  // High and low of 52 weeks by market, which change once a day.
  const years = new Map<string, Year & {day: number}>()
  return {
    provider: bithumb,
    secret: () => undefined,
    answer(request, scenario) {
      if (request.method !== 'GET') throw new NotSimulated('this method')
      if (request.path === '/v1/market/all') return allMarkets(request, scenario)
      if (request.path === '/v1/ticker') return tickers(request, scenario, years)
      if (request.path === '/v1/candles/minutes/1')
        return minuteCandles(request, scenario, rateHeaders(request))
      throw new NotSimulated('this path')
    },
    socket: (path, scenario) =>
      path === '/websocket/v1'
        ? bithumbSocketTalk(scenario, (market, atMs) => ticker(market, atMs, scenario, years))
        : undefined,
    refuse: (_limit, _untilMs, request) =>
      json(
        {error: {name: 'too_many_requests', message: 'Too many API requests.'}},
        429,
        rateHeaders(request),
      ),
  }
}

function rateHeaders(request: StubRequest): Record<string, string> {
  return {
    'x-ratelimit-remaining': String(request.remaining),
    'x-ratelimit-requested-tokens': '1',
    'x-ratelimit-burst-capacity': String(request.capacity),
    'x-ratelimit-replenish-rate': String(request.capacity),
  }
}

function allMarkets(request: StubRequest, scenario: Scenario): Reply {
  onlyKnown(request.query, ['isDetails'])
  const detailed = request.query.get('isDetails') === 'true'
  const rows = scenario.bithumb
    .markets(request.atMs)
    .map((market) => ({
      market: market.code,
      korean_name: market.koreanName,
      english_name: market.englishName,
      ...(detailed ? {market_warning: isCautioned(market, request.atMs) ? 'CAUTION' : 'NONE'} : {}),
    }))
  const corrupt = (row: object, variant: number) =>
    variant % 2 === 0 ? {...row, market: undefined} : {...row, korean_name: 'a name with \u0000 in it'}
  return jsonList(rows, corrupt, undefined, rateHeaders(request))
}

/** True in some weeks, and in the last 30 days before a delisting. */
function isCautioned(market: BithumbMarket, atMs: number): boolean {
  return (
    (market.delistedMs < Infinity && market.delistedMs - atMs < 30 * dayMs) ||
    market.chance.uniform(Math.floor(atMs / (14 * dayMs)), 5) < 0.03
  )
}

function tickers(request: StubRequest, scenario: Scenario, years: Map<string, Year & {day: number}>): Reply {
  onlyKnown(request.query, ['markets'])
  const failed = (name: string | number, message: string) =>
    json({error: {name, message}}, 200, rateHeaders(request))
  const codes = (request.query.get('markets') ?? '')
    .split(',')
    .map((code) => code.trim().toUpperCase())
    .filter(Boolean)
  if (codes.length === 0) return failed(400, 'Missing request parameter. Check parameters!')
  if (codes.length > mostMarkets)
    return failed('400', `Parameter 'markets' must be less than or equal to ${mostMarkets} items.`)
  const rows = []
  for (const code of codes) {
    const market = scenario.bithumb.byCode.get(code)
    if (!market || market.listedMs > request.atMs || market.delistedMs <= request.atMs)
      return failed(404, 'Code not found')
    rows.push(ticker(market, request.atMs, scenario, years))
  }
  const corrupt = (row: object, variant: number) =>
    variant % 2 === 0
      ? {...row, trade_price: -1}
      : {...row, trade_date: undefined, trade_timestamp: 'yesterday'}
  return jsonList(rows, corrupt, undefined, rateHeaders(request))
}

/**
 * A ticker at an instant. Prices and sums count from midnight in Seoul. Both timestamps are Seoul's
 * wall-clock time written as UTC.
 */
function ticker(
  market: BithumbMarket,
  atMs: number,
  scenario: Scenario,
  years: Map<string, Year & {day: number}>,
) {
  const {bithumb: exchange} = scenario
  const trade = exchange.lastTrade(market, atMs)
  const price = exchange.price(market, trade.atMs)
  const midnight = Math.floor((trade.atMs + kstMs) / dayMs) * dayMs - kstMs
  const opening = exchange.price(market, Math.max(midnight, market.listedMs))
  const closing = exchange.price(market, Math.max(midnight - 40_000, market.listedMs))
  let high = Math.max(opening, price)
  let low = Math.min(opening, price)
  for (let ms = midnight + dayMs / 24; ms < trade.atMs; ms += dayMs / 24) {
    const seen = exchange.price(market, ms)
    high = Math.max(high, seen)
    low = Math.min(low, seen)
  }
  const year = yearOf(market, midnight, scenario, years)
  const change = Number((price - closing).toFixed(8))
  const rate = Number((price / closing - 1).toFixed(4))
  // A fraction of the supply that changes every day. The rolling 24 hours have the volume of a whole day.
  const volume24h =
    market.coin.supply * (0.00002 + 0.0005 * market.chance.uniform(Math.floor(midnight / dayMs), 6) ** 2)
  const part = (trade.atMs - midnight) / dayMs
  const utc = stamp(trade.atMs)
  const kst = stamp(trade.atMs + kstMs)
  return {
    market: market.code,
    trade_date: utc.date,
    trade_time: utc.time,
    trade_date_kst: kst.date,
    trade_time_kst: kst.time,
    trade_timestamp: trade.atMs + kstMs,
    opening_price: opening,
    high_price: high,
    low_price: low,
    trade_price: price,
    prev_closing_price: closing,
    change: change > 0 ? 'RISE' : change < 0 ? 'FALL' : 'EVEN',
    change_price: Math.abs(change),
    change_rate: Math.abs(rate),
    signed_change_price: change,
    signed_change_rate: rate,
    trade_volume: trade.volume,
    acc_trade_price: volume24h * part * price,
    acc_trade_price_24h: volume24h * price,
    acc_trade_volume: eight(volume24h * part),
    acc_trade_volume_24h: eight(volume24h),
    highest_52_week_price: Math.max(year.high, high),
    highest_52_week_date: high >= year.high ? isoDay(trade.atMs + kstMs) : isoDay(year.highMs + kstMs),
    lowest_52_week_price: Math.min(year.low, low),
    lowest_52_week_date: low <= year.low ? isoDay(trade.atMs + kstMs) : isoDay(year.lowMs + kstMs),
    timestamp: trade.atMs + kstMs,
  }
}

interface Year {
  high: number
  highMs: number
  low: number
  lowMs: number
}

/** High and low of the weekly prices in the 52 weeks before a day. One day per market is cached. */
function yearOf(
  market: BithumbMarket,
  midnight: number,
  scenario: Scenario,
  years: Map<string, Year & {day: number}>,
): Year {
  const cached = years.get(market.code)
  if (cached?.day === midnight) return cached
  const found = {day: midnight, high: -Infinity, highMs: midnight, low: Infinity, lowMs: midnight}
  const first = Math.max(midnight - 52 * 7 * dayMs, market.listedMs)
  for (let ms = midnight; ms >= first; ms -= 7 * dayMs) {
    const price = scenario.bithumb.price(market, ms)
    if (price > found.high) Object.assign(found, {high: price, highMs: ms})
    if (price < found.low) Object.assign(found, {low: price, lowMs: ms})
  }
  years.set(market.code, found)
  return found
}

function eight(value: number): number {
  return Number(value.toFixed(8))
}

/** Date and time of an instant as `20261123` and `180430`. */
function stamp(ms: number): {date: string; time: string} {
  const digits = new Date(ms).toISOString().replace(/\D/g, '')
  return {date: digits.slice(0, 8), time: digits.slice(8, 14)}
}
