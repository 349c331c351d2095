import {defineFeed} from '../define.js'
import {each, filled, isItem, must} from '../parse.js'
import {bithumb as provider} from '../providers/bithumb.js'
import {aheadMs, instantsOf, nineHoursMs, quoteRow, wallOf, type Wall} from '../providers/bithumb-quotes.js'

/**
 * Every quote of Bithumb's markets as it changes. A frame is binary and holds UTF-8 JSON (wss://ws-api.bithumb.com/websocket/v1):
 * `{"type":"ticker","code":"KRW-BTC","trade_price":91196000,"trade_date":"20260730","trade_time":"164855","trade_timestamp":1785397735004,...}`
 * Unlike the REST ticker its epochs are true, and its date and time are Seoul's.
 */
export const bithumb = defineFeed({
  name: 'bithumb',
  summary: 'listen to the quotes of all Bithumb markets',
  provider,
  socketUrl: 'wss://ws-api.bithumb.com/websocket/v1',
  targets: 'select_bithumb_listed_markets',
  table: 'bithumb_ticker',
  // One list is one subscription, and another would take its place. Nothing acknowledges it; an unknown code is passed over in silence.
  subscribe: (codes, ticket) => [[{ticket}, {type: 'ticker', codes}, {format: 'DEFAULT'}]],
  // Closed after 60 s without a word from us (measured; the documentation says 120). PING is answered every 10 s from then on.
  heartbeat: {text: 'PING', everyMs: 20_000},
  silenceMs: 45_000,
  refusal(frame) {
    if (!isItem(frame) || !isItem(frame['error'])) return undefined
    const {name, message} = frame['error']
    return [name, message].filter((part) => typeof part === 'string').join(' ') || 'an error without a text'
  },
  * parse(frame) {
    if (isItem(frame) && (typeof frame['status'] === 'string' || (otherChannels.has(frame['type']) && typeof frame['code'] === 'string'))) return
    yield* each([frame], quote)
  },
})

const otherChannels = new Set<unknown>(['trade', 'orderbook'])

function quote(frame: unknown) {
  const type = must(frame, 'type')
  if (type !== 'ticker') throw new Error(`it is no ticker: type ${JSON.stringify(type)?.slice(0, 40)}`)
  const instants = instantsOf(frame)
  const kst = wallOf(frame)
  aheadMs(instants.tradedMs, kst, [-nineHoursMs])
  // Only what the row stands on must be there: a quote without the year's high is a quote.
  return quoteRow(frame, {market: filled(frame, 'code'), ...instants, utc: earlier(instants.tradedMs), kst}, (item, field) => isItem(item) ? item[field] ?? null : null)
}

/** The same instant in UTC. */
function earlier(tradedMs: number): Wall {
  const digits = new Date(tradedMs).toISOString().replaceAll(/\D/g, '')
  return {date: digits.slice(0, 8), time: digits.slice(8, 14)}
}
