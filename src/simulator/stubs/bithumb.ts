import {bithumb} from '../../lib/providers/bithumb.js'
import {dayMs, isoDay} from '../../lib/time.js'
import {type Ask, type Face, json, jsonList, NotSimulated, onlyKnown, type Reply} from '../stub.js'
import {kstMs, type Market} from '../markets.js'
import type {World} from '../scenario.js'
import {bithumbSocket} from './bithumb-socket.js'

const mostMarkets = 200

/**
 * Bithumb's public REST API and its socket. A failed call is mostly status 200, and one unknown code fails
 * the whole of it.
 */
export function bithumbFace(): Face {
  // The year's high and low of each market, which change once a day.
  const years = new Map<string, Year & {day: number}>()
  return {
    provider: bithumb,
    secret: () => undefined,
    answer(ask, world) {
      if (ask.method !== 'GET') throw new NotSimulated('this method')
      if (ask.path === '/v1/market/all') return allMarkets(ask, world)
      if (ask.path === '/v1/ticker') return tickers(ask, world, years)
      throw new NotSimulated('this path')
    },
    socket: (path, world) =>
      path === '/websocket/v1'
        ? bithumbSocket(world, (market, atMs) => ticker(market, atMs, world, years))
        : undefined,
    refuse: (_limit, _untilMs, ask) =>
      json({error: {name: 'too_many_requests', message: 'Too many API requests.'}}, 429, counts(ask)),
  }
}

function counts(ask: Ask): Record<string, string> {
  return {
    'x-ratelimit-remaining': String(ask.remaining),
    'x-ratelimit-requested-tokens': '1',
    'x-ratelimit-burst-capacity': String(ask.capacity),
    'x-ratelimit-replenish-rate': String(ask.capacity),
  }
}

function allMarkets(ask: Ask, world: World): Reply {
  onlyKnown(ask.query, ['isDetails'])
  const detailed = ask.query.get('isDetails') === 'true'
  const rows = world.bithumb
    .markets(ask.atMs)
    .map((market) => ({
      market: market.code,
      korean_name: market.koreanName,
      english_name: market.englishName,
      ...(detailed ? {market_warning: isCautioned(market, ask.atMs) ? 'CAUTION' : 'NONE'} : {}),
    }))
  const spoil = (row: object, variant: number) =>
    variant % 2 === 0 ? {...row, market: undefined} : {...row, korean_name: 'a name with \u0000 in it'}
  return jsonList(rows, spoil, undefined, counts(ask))
}

/** Some weeks of caution, more so before a market is closed. */
function isCautioned(market: Market, atMs: number): boolean {
  return (
    (market.delistedMs < Infinity && market.delistedMs - atMs < 30 * dayMs) ||
    market.chance.uniform(Math.floor(atMs / (14 * dayMs)), 5) < 0.03
  )
}

function tickers(ask: Ask, world: World, years: Map<string, Year & {day: number}>): Reply {
  onlyKnown(ask.query, ['markets'])
  const failed = (name: string | number, message: string) => json({error: {name, message}}, 200, counts(ask))
  const codes = (ask.query.get('markets') ?? '')
    .split(',')
    .map((code) => code.trim().toUpperCase())
    .filter(Boolean)
  if (codes.length === 0) return failed(400, 'Missing request parameter. Check parameters!')
  if (codes.length > mostMarkets)
    return failed('400', `Parameter 'markets' must be less than or equal to ${mostMarkets} items.`)
  const rows = []
  for (const code of codes) {
    const market = world.bithumb.byCode.get(code)
    if (!market || market.listedMs > ask.atMs || market.delistedMs <= ask.atMs)
      return failed(404, 'Code not found')
    rows.push(ticker(market, ask.atMs, world, years))
  }
  const spoil = (row: object, variant: number) =>
    variant % 2 === 0
      ? {...row, trade_price: -1}
      : {...row, trade_date: undefined, trade_timestamp: 'yesterday'}
  return jsonList(rows, spoil, undefined, counts(ask))
}

/**
 * Prices and sums count from midnight in Seoul; both timestamps are Seoul's wall time written as if it were
 * UTC.
 */
function ticker(market: Market, atMs: number, world: World, years: Map<string, Year & {day: number}>) {
  const {bithumb: exchange} = world
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
  const year = yearOf(market, midnight, world, years)
  const change = Number((price - closing).toFixed(8))
  const rate = Number((price / closing - 1).toFixed(4))
  // A share of all coins, another one each day; the rolling day holds as much as a whole one.
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

/** Weekly prices of the 52 weeks before a day; one day per market is kept. */
function yearOf(
  market: Market,
  midnight: number,
  world: World,
  years: Map<string, Year & {day: number}>,
): Year {
  const kept = years.get(market.code)
  if (kept?.day === midnight) return kept
  const found = {day: midnight, high: -Infinity, highMs: midnight, low: Infinity, lowMs: midnight}
  const first = Math.max(midnight - 52 * 7 * dayMs, market.listedMs)
  for (let ms = midnight; ms >= first; ms -= 7 * dayMs) {
    const price = world.bithumb.price(market, ms)
    if (price > found.high) Object.assign(found, {high: price, highMs: ms})
    if (price < found.low) Object.assign(found, {low: price, lowMs: ms})
  }
  years.set(market.code, found)
  return found
}

function eight(value: number): number {
  return Number(value.toFixed(8))
}

/** `20261123` and `180430`. */
function stamp(ms: number): {date: string; time: string} {
  const digits = new Date(ms).toISOString().replace(/\D/g, '')
  return {date: digits.slice(0, 8), time: digits.slice(8, 14)}
}
