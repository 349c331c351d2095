import {defineFeed} from '../define-feed.js'
import {exact, exactObject, percent} from '../exact-json.js'
import {each, filled, isItem, must} from '../parse.js'
import {dayMs, minuteMs, secondMs} from '../time.js'
import {bithumb as provider, marketsPerCall, tickers} from '../providers/bithumb.js'
import {candleBars, candles, mostCandles, hasNoCandles} from '../providers/bithumb/candles.js'
import {restQuotes} from '../providers/bithumb/rest-quotes.js'
import {aheadMs, instantsOf, nineHoursMs, quoteRow, wallOf, type Wall} from '../providers/bithumb/quotes.js'

/**
 * Every quote of Bithumb's markets as it changes. A frame is binary and holds UTF-8 JSON
 * (wss://ws-api.bithumb.com/websocket/v1):
 * `{"type":"ticker","code":"KRW-BTC","trade_price":91196000,"trade_date":"20260730","trade_time":"164855",
 * "trade_timestamp":1785397735004,...}`
 * Unlike those of the REST ticker, its epochs are correct; its date and time are Seoul's.
 */
export const bithumb = defineFeed({
  name: 'bithumb',
  summary: 'quotes of all Bithumb markets',
  provider,
  socketUrl: 'wss://ws-api.bithumb.com/websocket/v1',
  targets: 'select_bithumb_listed_markets',
  targetsEveryMs: minuteMs,
  dependsOn: ['fin ingest bithumb-markets'],
  table: 'bithumb_ticker',
  newest: {table: 'bithumb_ticker_latest', copy: 'insert_bithumb_ticker_of_interval'},
  about: 'market',
  // One list is one subscription; another list would replace it. The server does not acknowledge it, and
  // ignores unknown codes.
  subscribe: (codes, _subscribed, ticket) => [[{ticket}, {type: 'ticker', codes}, {format: 'DEFAULT'}]],
  // The server closes a connection after 60 s without a message from us (measured; documented: 120). After a
  // PING it sends an answer every 10 s.
  heartbeat: {text: 'PING', everyMs: 20_000},
  silenceMs: 45_000,
  // After a subscription Bithumb sends the current state of each target, also of one that is not traded. All
  // markets together are never without a quote for two minutes; a single one may be for half an hour.
  noDataMs: (targets) => Math.min(30, Math.max(2, 30 / targets)) * minuteMs,
  isData: (frame) => isItem(frame) && frame['type'] === 'ticker',
  refusal(frame) {
    if (!isItem(frame)) return undefined
    const {error, status, message} = frame
    if (typeof status === 'string' && typeof message === 'string')
      return {next: 'wait', why: `status ${status} ${message}`} // the form of a refusal of its REST API
    if (!isItem(error)) return undefined
    const why =
      [error['name'], error['message']].filter((part) => typeof part === 'string').join(' ') ||
      'an error without a text'
    return {next: mistakes.has(error['name']) ? 'stop' : 'wait', why}
  },
  *parse(frame) {
    // An answer of the REST ticker, which stands in for a silent socket.
    if (Array.isArray(frame)) return yield* restQuotes(frame)
    if (
      isItem(frame) &&
      (frame['status'] === 'UP' || (otherChannels.has(frame['type']) && typeof frame['code'] === 'string'))
    )
      return
    yield* each([frame], quote)
  },
  fallback: {silentMs: 30 * secondMs, request: tickers, batch: marketsPerCall, everyMs: minuteMs},
  repair: {mostMinutes: mostCandles, request: candles, parse: candleBars, isEmpty: hasNoCandles},
  group: 'bithumb-ticker-consumer-group',
  live: {
    hash: {
      key: 'crypto_realtime_data',
      seconds: dayMs / secondMs,
      value: (row) =>
        exactObject({
          symbol: row.market,
          price: exact(row.trade_price),
          change_rate: exact(row.signed_change_rate && percent(row.signed_change_rate)),
          change_price: exact(row.signed_change_price),
          volume: exact(row.trade_volume),
          acc_trade_price_24h: exact(row.acc_trade_price_24h),
          timestamp: exact(row.timestamp_field),
          source: row.source ?? null,
        }),
    },
    latest: {
      key: (market) => `latest:crypto:${market}`,
      seconds: dayMs / secondMs,
      value: (row) =>
        exactObject({
          symbol: row.market,
          price: exact(row.trade_price),
          change_rate: exact(row.signed_change_rate),
          change_price: exact(row.signed_change_price),
          volume: exact(row.trade_volume),
          timestamp: exact(row.timestamp_field),
          source: row.source ?? null,
        }),
    },
    channel: 'crypto_updates',
    instant: 'timestamp_field',
    newest: 'select_bithumb_newest_quotes',
  },
})

/** Errors of the subscription itself; every other error may be temporary. */
const mistakes = new Set<unknown>(['NO_TICKET', 'WRONG_FORMAT', 'INVALID_PARAM'])
const otherChannels = new Set<unknown>(['trade', 'orderbook'])

function quote(frame: unknown) {
  const type = must(frame, 'type')
  if (type !== 'ticker') throw new Error(`it is not a ticker: type ${JSON.stringify(type)?.slice(0, 40)}`)
  const instants = instantsOf(frame)
  const kst = wallOf(frame)
  aheadMs(instants.tradedMs, kst, [-nineHoursMs]) // throws if they disagree
  // Only market, price and times are required: any other missing field becomes null.
  return quoteRow<null>(
    frame,
    {market: filled(frame, 'code'), ...instants, utc: earlier(instants.tradedMs), kst},
    (item, field, read) => read((isItem(item) ? item[field] : null) ?? null),
  )
}

/** The same instant in UTC. */
function earlier(tradedMs: number): Wall {
  const digits = new Date(tradedMs).toISOString().replaceAll(/\D/g, '')
  return {date: digits.slice(0, 8), time: digits.slice(8, 14)}
}
