import {minuteMs} from '../../lib/time.js'
import {json, jsonList, onlyKnown, type Reply, type StubRequest} from '../stub.js'
import {kstMs, type BithumbMarket} from '../markets.js'
import type {Scenario} from '../scenario.js'

export interface Candle {
  market: string
  candle_date_time_utc: string
  candle_date_time_kst: string
  opening_price: number
  high_price: number
  low_price: number
  trade_price: number
  timestamp: number
  candle_acc_trade_price: number
  candle_acc_trade_volume: number
  unit: number
}

const mostCandles = 200

/** One-minute candles of a market before `to`, newest first; `to` is exclusive, and a time in Seoul. */
export function minuteCandles(
  request: StubRequest,
  scenario: Scenario,
  headers: Readonly<Record<string, string>>,
): Reply {
  const {query, atMs} = request
  onlyKnown(query, ['market', 'to', 'count'])
  const failed = (name: string | number, message: string) => json({error: {name, message}}, 200, headers)
  const market = scenario.bithumb.byCode.get((query.get('market') ?? '').toUpperCase())
  if (!market || market.listedMs > atMs || market.delistedMs <= atMs) return failed(404, 'Code not found')
  const count = Number(query.get('count') ?? 1)
  if (!Number.isInteger(count) || count < 1 || count > mostCandles)
    return failed('400', `Parameter 'count' must be from 1 to ${mostCandles}.`)
  const to = query.get('to')
  const toMs = to === null ? Infinity : Date.parse(`${to}Z`) - kstMs
  if (Number.isNaN(toMs)) return failed('400', "Parameter 'to' is not a time.")
  const corrupt = (row: Candle, variant: number) =>
    variant % 2 === 0 ? {...row, low_price: -1} : {...row, candle_date_time_utc: 'yesterday'}
  return jsonList(candlesBefore(market, {toMs, atMs, count}, scenario), corrupt, undefined, headers)
}

/** The newest candles that began before `toMs`. That of the minute of `atMs` is unfinished. */
export function candlesBefore(
  market: BithumbMarket,
  {toMs, atMs, count}: {toMs: number; atMs: number; count: number},
  {bithumb: exchange}: Scenario,
): Candle[] {
  const found: Candle[] = []
  let beforeMs = Math.min(atMs + 1, Math.ceil(toMs / minuteMs) * minuteMs)
  for (;;) {
    const trade = exchange.lastTrade(market, beforeMs - 1)
    const startMs = Math.floor(trade.atMs / minuteMs) * minuteMs
    if (trade.atMs < market.listedMs) return found
    const price = exchange.price(market, trade.atMs)
    const start = new Date(startMs).toISOString().slice(0, 19)
    const candle = found.at(-1)
    if (candle?.candle_date_time_utc === start) {
      // Trades come from the newest to the oldest.
      candle.opening_price = price
      candle.high_price = Math.max(candle.high_price, price)
      candle.low_price = Math.min(candle.low_price, price)
      candle.candle_acc_trade_price += price * trade.volume
      candle.candle_acc_trade_volume = eight(candle.candle_acc_trade_volume + trade.volume)
    } else {
      if (found.length === count) return found
      found.push({
        market: market.code,
        candle_date_time_utc: start,
        candle_date_time_kst: new Date(startMs + kstMs).toISOString().slice(0, 19),
        opening_price: price,
        high_price: price,
        low_price: price,
        trade_price: price,
        timestamp: trade.atMs,
        candle_acc_trade_price: price * trade.volume,
        candle_acc_trade_volume: trade.volume,
        unit: 1,
      })
    }
    beforeMs = trade.atMs
  }
}

function eight(value: number): number {
  return Number(value.toFixed(8))
}
