/** Bars from the one-minute candles of Bithumb. */
import {code} from '../../codes.js'
import type {HttpRequest, ParsedRow, Rejected} from '../../define.js'
import type {BarSpan} from '../../define-feed.js'
import {clip, count, decimal, each, filled, isoTime, list, must} from '../../parse.js'
import {minuteMs} from '../../time.js'
import {marketCodes} from '../bithumb.js'
import {nineHoursMs} from './quotes.js'

/** The most candles of one request. */
export const mostCandles = 200

type Bar = ParsedRow<'trade_bars'>

/** The candles of a market before `until`. Its `to` is exclusive, and a time in Seoul. */
export function candles({target, from, until}: BarSpan): HttpRequest {
  const to = new Date(until.getTime() + nineHoursMs).toISOString().slice(0, 19)
  const minutes = (until.getTime() - from.getTime()) / minuteMs
  return {path: '/v1/candles/minutes/1', query: {market: target, to, count: minutes}}
}

/**
 * The bars of an answer, newest first. Bithumb counts candles, and a minute without a trade has none. So the
 * answer of a quiet market reaches further back than `from`; those candles are left out.
 */
export function* candleBars(body: unknown, span: BarSpan): Generator<Bar | Rejected> {
  yield* each(list(body, 'candle_date_time_utc'), (item) => bar(item, span))
}

/**
 * True for an answer without a candle. A market with a trade before `to` has one, however long ago. So
 * Bithumb does not keep its candles, or the market was listed later.
 */
export function hasNoCandles(body: unknown): boolean {
  return Array.isArray(body) && body.length === 0
}

/** Throws for a candle of another market or length, and for one that begins at `until` or later. */
function bar(item: unknown, {target, from, until}: BarSpan): Bar | undefined {
  const market = code(item, 'market', marketCodes)
  if (market !== target) throw new Error(`it is a candle of "${clip(market)}", and ${target} was requested`)
  const unit = count(must(item, 'unit'))
  if (unit !== 1) throw new Error(`it is a candle of ${unit} minutes, and one minute was requested`)
  const minute = minuteOf(item)
  const minuteStartMs = Date.parse(minute)
  if (minuteStartMs >= until.getTime())
    throw new Error(`its minute ${minute} is not before ${until.toISOString()}, as requested`)
  if (minuteStartMs < from.getTime()) return undefined
  const updatedMs = count(must(item, 'timestamp')) ?? missing('timestamp')
  const closedMs = Math.min(Math.max(updatedMs, minuteStartMs), minuteStartMs + minuteMs - 1)
  return {
    asset_class: 'crypto',
    symbol: market,
    minute,
    open: number(item, 'opening_price'),
    high: number(item, 'high_price'),
    low: number(item, 'low_price'),
    close: number(item, 'trade_price'),
    volume: number(item, 'candle_acc_trade_volume'),
    turnover: number(item, 'candle_acc_trade_price'),
    trades: null,
    open_at: minute,
    close_at: new Date(closedMs).toISOString(),
  }
}

/** The start of the minute, which the candle has in UTC and in the time of Seoul. */
function minuteOf(item: unknown): string {
  const utc = wall(item, 'candle_date_time_utc')
  const kst = wall(item, 'candle_date_time_kst')
  if (Date.parse(kst) - Date.parse(utc) !== nineHoursMs || !utc.endsWith(':00.000Z'))
    throw new Error(`"${clip(utc)}" and "${clip(kst)}" are not a minute in UTC and in Seoul`)
  return utc
}

function wall(item: unknown, field: string): string {
  return isoTime(`${filled(item, field)}Z`) ?? missing(field)
}

function number(item: unknown, field: string): string {
  return decimal(must(item, field)) ?? missing(field)
}

function missing(field: string): never {
  throw new Error(`field "${field}" is null`)
}
