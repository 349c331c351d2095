import {isItem} from '../../lib/parse.js'
import {isoDay} from '../../lib/time.js'
import type {SocketTalk} from '../stub.js'
import {kstMs, type BithumbMarket} from '../markets.js'
import type {Scenario} from '../scenario.js'

/** A quote in the format of the REST API, whose timestamps are nine hours ahead. */
interface RestTicker {
  market: string
  trade_timestamp: number
  timestamp: number
}

const statusEveryMs = 10_000

/**
 * Bithumb's public WebSocket. A new list of codes replaces the previous subscription, without an
 * acknowledgement; unknown codes are ignored. Epochs are UTC, dates are Seoul's. After a first PING it sends
 * a status frame every 10 s.
 */
export function bithumbSocketTalk(
  scenario: Scenario,
  quote: (market: BithumbMarket, atMs: number) => RestTicker,
): SocketTalk {
  let codes: readonly string[] = []
  /** Instant of the last sent trade, by code. */
  const sentTrades = new Map<string, number>()
  let statusAtMs = Infinity

  function receive(text: string, atMs: number) {
    if (text === 'PING') {
      statusAtMs = Math.min(statusAtMs, atMs)
      return {frames: []}
    }
    const parts = jsonOf(text)
    if (!Array.isArray(parts)) return refused('WRONG_FORMAT', 'Format 이 맞지 않습니다.')
    const requested = parts.filter(isItem)
    if (!requested.some((part) => typeof part['ticket'] === 'string' && part['ticket'] !== ''))
      return refused('NO_TICKET', '티켓이 존재하지 않거나, 유효하지 않습니다.')
    const channels = requested.filter((part) => 'type' in part)
    const other = channels.find(({type}) => type !== 'ticker')
    if (other) return refused('INVALID_PARAM', `${String(other['type'])} 은 지원하지 않는 타입입니다.`)
    const requestedCodes = channels.flatMap((part) =>
      Array.isArray(part['codes']) ? (part['codes'] as unknown[]) : [],
    )
    if (requestedCodes.length === 0) return refused('INVALID_PARAM', 'codes 필드가 비어 있습니다.')
    codes = requestedCodes.filter((code): code is string => typeof code === 'string')
    sentTrades.clear()
    return {frames: updates(atMs, 'SNAPSHOT')}
  }

  function updates(atMs: number, streamType = 'REALTIME'): unknown[] {
    const frames: unknown[] = []
    if (atMs >= statusAtMs) {
      statusAtMs = atMs + statusEveryMs
      frames.push({status: 'UP'})
    }
    for (const code of codes) {
      const market = scenario.bithumb.byCode.get(code)
      if (!market || market.listedMs > atMs || market.delistedMs <= atMs) continue
      const trade = scenario.bithumb.lastTrade(market, atMs)
      if (sentTrades.get(code) === trade.atMs) continue
      sentTrades.set(code, trade.atMs)
      frames.push(frame(quote(market, atMs), streamType))
    }
    return frames
  }

  return {form: 'binary', isSole: false, receive, updates: (atMs) => updates(atMs), targets: () => codes}
}

function frame({market, trade_timestamp: traded, timestamp, ...prices}: RestTicker, streamType: string) {
  const wall = new Date(traded).toISOString()
  const others = Object.fromEntries(
    Object.entries(prices).filter(([name]) => !/^trade_(date|time)/.test(name)),
  )
  return {
    type: 'ticker',
    code: market,
    ...others,
    trade_date: isoDay(traded).replaceAll('-', ''),
    trade_time: wall.slice(11, 19).replaceAll(':', ''),
    trade_timestamp: traded - kstMs,
    ask_bid: traded % 2 === 0 ? 'BID' : 'ASK',
    market_state: 'ACTIVE',
    is_trading_suspended: false,
    delisting_date: '',
    market_warning: 'NONE',
    timestamp: timestamp - kstMs,
    stream_type: streamType,
  }
}

function refused(name: string, message: string) {
  return {frames: [{error: {name, message}}], close: 1000}
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
