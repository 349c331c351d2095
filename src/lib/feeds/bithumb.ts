import {defineFeed} from '../define-feed.js'
import {each, filled, isItem, must} from '../parse.js'
import {bithumb as provider} from '../providers/bithumb.js'
import {aheadMs, instantsOf, nineHoursMs, quoteRow, wallOf, type Wall} from '../providers/bithumb/quotes.js'

/**
 * Every quote of Bithumb's markets as it changes. A frame is binary and holds UTF-8 JSON
 * (wss://ws-api.bithumb.com/websocket/v1):
 * `{"type":"ticker","code":"KRW-BTC","trade_price":91196000,"trade_date":"20260730","trade_time":"164855",
 * "trade_timestamp":1785397735004,...}`
 * Unlike the REST ticker its epochs are true, and its date and time are Seoul's.
 */
export const bithumb = defineFeed({
  name: 'bithumb',
  summary: 'listen to the quotes of all Bithumb markets',
  provider,
  socketUrl: 'wss://ws-api.bithumb.com/websocket/v1',
  targets: 'select_bithumb_listed_markets',
  listedBy: ['fin ingest bithumb-markets'],
  table: 'bithumb_ticker',
  about: 'market',
  // One list is one subscription, and another would take its place. Nothing acknowledges it; an unknown code
  // is passed over in silence.
  subscribe: (codes, ticket) => [[{ticket}, {type: 'ticker', codes}, {format: 'DEFAULT'}]],
  // Closed after 60 s without a word from us (measured; the documentation says 120). PING is answered every
  // 10 s from then on.
  heartbeat: {text: 'PING', everyMs: 20_000},
  silenceMs: 45_000,
  refusal(frame) {
    if (!isItem(frame)) return undefined
    const {error, status, message} = frame
    if (typeof status === 'string' && typeof message === 'string')
      return {next: 'wait', why: `status ${status} ${message}`} // as its REST API says no
    if (!isItem(error)) return undefined
    const why =
      [error['name'], error['message']].filter((part) => typeof part === 'string').join(' ') ||
      'an error without a text'
    return {next: mistakes.has(error['name']) ? 'stop' : 'wait', why}
  },
  *parse(frame) {
    if (
      isItem(frame) &&
      (frame['status'] === 'UP' || (otherChannels.has(frame['type']) && typeof frame['code'] === 'string'))
    )
      return
    yield* each([frame], quote)
  },
})

/** Errors of what was asked for; every other one may be over in a while. */
const mistakes = new Set<unknown>(['NO_TICKET', 'WRONG_FORMAT', 'INVALID_PARAM'])
const otherChannels = new Set<unknown>(['trade', 'orderbook'])

function quote(frame: unknown) {
  const type = must(frame, 'type')
  if (type !== 'ticker') throw new Error(`it is no ticker: type ${JSON.stringify(type)?.slice(0, 40)}`)
  const instants = instantsOf(frame)
  const kst = wallOf(frame)
  aheadMs(instants.tradedMs, kst, [-nineHoursMs]) // throws where they disagree
  // Only what the row stands on must be there: a quote without the year's high is a quote.
  return quoteRow(
    frame,
    {market: filled(frame, 'code'), ...instants, utc: earlier(instants.tradedMs), kst},
    (item, field) => (isItem(item) ? (item[field] ?? null) : null),
  )
}

/** The same instant in UTC. */
function earlier(tradedMs: number): Wall {
  const digits = new Date(tradedMs).toISOString().replaceAll(/\D/g, '')
  return {date: digits.slice(0, 8), time: digits.slice(8, 14)}
}
