/** The facts of Finnhub's socket that all of its feeds share. */
import type {List, ParsedRow} from '../../define.js'
import type {LiveValues} from '../../define-feed.js'
import {type Exact, exact, exactObject} from '../../exact-json.js'
import {tradingAt} from '../../market/hours.js'
import type {StatementName} from '../../db/statement.js'
import {dayMs, hourMs, minuteMs, secondMs} from '../../time.js'
import {finnhub} from '../finnhub.js'
import {hasTrades, refusedFrame, subscriptions} from './trades.js'

/** The condition codes of trades, and which of them regular trades have. */
const conditions: List = {
  shipped: 'providers/finnhub/trade-conditions.csv',
  ownFile: 'trade-conditions.csv',
  columns: ['code', 'is_regular'],
  problem(rows) {
    const [wrong] = rows.filter(({is_regular: value}) => value !== 'true' && value !== 'false')
    return (
      wrong && `the code "${wrong['code']}" has the is_regular "${wrong['is_regular']}": write true or false`
    )
  },
}

/**
 * wss://ws.finnhub.io carries 50 symbols a credential, and one connection: a second one ends both. It
 * closes connections at random, and sometimes falls silent without closing.
 */
export const finnhubSocket = {
  provider: finnhub,
  socketUrl: 'wss://ws.finnhub.io/',
  secretParameter: 'token',
  mostTargets: 50,
  targetsEveryMs: minuteMs,
  about: 'symbol',
  subscribe: subscriptions,
  // The pauses are those of clients in use; the provider documents none.
  pace: {everyMs: 50, burst: 20, pauseMs: 1_000},
  heartbeat: {text: null, everyMs: 15_000},
  silenceMs: 30_000,
  noDataMs: longestSilence,
  isData: hasTrades,
  refusal: refusedFrame,
  repair: {impossibleBecause: 'Finnhub gives no past trades to a free credential'},
  conditions,
} as const

/** The columns of every trade, in the order in which statements that append trades take them. */
export const tradeColumns = [
  'symbol',
  'trade_id',
  'price',
  'volume',
  'timestamp_ms',
  'trade_conditions',
  'flag',
  'source',
] as const

/** The milliseconds within which 50 symbols are never without a trade. Fewer symbols may be for longer. */
const silences = {regular: 2.5 * minuteMs, extended: 2 * hourMs} as const

/**
 * The milliseconds without a trade of so many targets that are an outage at an instant. None are one while
 * the exchanges are closed, or before their hours have lasted that long, because the silence may have begun
 * before them.
 */
function longestSilence(targets: number, at: Date): number {
  const trading = tradingAt(at)
  if (trading === undefined) return Infinity
  const longest = silences[trading.hours] * Math.max(1, 50 / targets)
  return trading.sinceMs >= longest ? longest : Infinity
}

interface Published {
  /** Hash and channel that the backend reads; absent: none. */
  hash?: string
  channel?: string
  /** `stocks:sp500`: the middle of the key of one symbol. */
  topic: string
  newest: StatementName
  /** Fields of the key of one symbol that only this feed has. */
  others?: (trade: StoredTrade) => Record<string, string | Exact | null>
}

type StoredTrade = Pick<
  ParsedRow<'etf_realtime_prices'>,
  'symbol' | 'price' | 'volume' | 'timestamp_ms' | 'source'
> & {pod_index?: number | null | undefined; category?: string | null | undefined}

/** The values in Redis: `{symbol, price, volume, timestamp}`, the timestamp in epoch milliseconds. */
export function liveTrades({hash, channel, topic, newest, others}: Published): LiveValues<StoredTrade> {
  const facts = (trade: StoredTrade) => ({
    symbol: trade.symbol,
    price: exact(trade.price),
    volume: exact(trade.volume),
    timestamp: exact(trade.timestamp_ms),
  })
  return {
    ...(hash === undefined
      ? {}
      : {hash: {key: hash, seconds: (5 * dayMs) / secondMs, value: (trade) => exactObject(facts(trade))}}),
    latest: {
      key: (symbol) => `latest:${topic}:${symbol}`,
      seconds: (5 * dayMs) / secondMs,
      value: (trade) => exactObject({...facts(trade), ...others?.(trade), source: trade.source ?? null}),
    },
    ...(channel === undefined ? {} : {channel}),
    instant: 'timestamp_ms',
    newest,
  }
}
