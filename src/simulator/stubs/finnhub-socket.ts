import {isItem} from '../../lib/parse.js'
import {minuteMs} from '../../lib/time.js'
import type {SocketTalk} from '../stub.js'
import type {Scenario} from '../scenario.js'
import {stream, type Stream} from '../random.js'
import type {InventedTrade} from '../trades.js'

/** Symbols of one connection, unknown ones included. */
const maxSymbols = 50
const pingEveryMs = minuteMs
/** Trades are read from the scenario in steps of this length, so that a backlog takes no memory. */
const stepMs = 1_000
const mostTradesPerFrame = 10

/** A symbol in the time from its subscription to its end. */
interface Subscription {
  symbol: string
  /** Trades up to this instant are sent. */
  sentMs: number
  /** Trades after this instant are not sent; `Infinity` while the symbol is subscribed. */
  untilMs: number
}

/**
 * Finnhub's WebSocket: one symbol per message, no acknowledgement, and no answer about an unknown symbol.
 * Every trade of a subscribed symbol is sent once, however slowly the client reads. Class shares have a dot,
 * as clients of Finnhub send them: `BF.B`. Its documentation does not say so.
 */
export function finnhubSocketTalk(scenario: Scenario): SocketTalk {
  const of = stream(scenario.seed, 'frames of finnhub')
  let subscriptions: Subscription[] = []
  let frameCount = 0
  let pingAtMs: number | undefined

  const active = () => subscriptions.filter(({untilMs}) => untilMs === Infinity)

  function receive(text: string, atMs: number) {
    const message = jsonOf(text)
    if (!isItem(message)) return problem('Invalid message')
    const {type, symbol} = message
    const isKnown = type === 'subscribe' || type === 'unsubscribe'
    if (!isKnown || typeof symbol !== 'string' || symbol === '') return problem('Invalid message')
    const present = active().find((one) => one.symbol === symbol)
    if (type === 'unsubscribe') {
      if (present) present.untilMs = atMs
    } else if (!present) {
      if (active().length >= maxSymbols) return problem('Subscribing to too many symbols')
      subscriptions.push({symbol, sentMs: atMs, untilMs: Infinity})
    }
    return {frames: []}
  }

  function* updates(atMs: number) {
    pingAtMs ??= atMs + pingEveryMs
    if (atMs >= pingAtMs) {
      pingAtMs = atMs + pingEveryMs
      yield {type: 'ping'}
    }
    for (;;) {
      const due = subscriptions.filter(({sentMs, untilMs}) => sentMs < Math.min(atMs, untilMs))
      if (due.length === 0) break
      const toMs = Math.min(atMs, Math.min(...due.map(({sentMs}) => sentMs)) + stepMs)
      for (const trades of inFrames(due.flatMap((one) => take(one, toMs))))
        yield {data: trades.map(shown), type: 'trade'}
    }
    subscriptions = subscriptions.filter(({sentMs, untilMs}) => sentMs < untilMs)
  }

  /** The trades of a subscription that are due at an instant and not sent yet. */
  function take(one: Subscription, atMs: number): InventedTrade[] {
    const toMs = Math.min(atMs, one.untilMs)
    if (toMs <= one.sentMs) return []
    const trades = scenario.trades(one.symbol, one.sentMs, toMs)
    one.sentMs = toMs
    return trades
  }

  function* inFrames(trades: InventedTrade[]) {
    trades.sort((a, b) => a.ms - b.ms)
    for (let first = 0; first < trades.length;) {
      const n = frameCount++
      let end = first + of.whole(n, 1, mostTradesPerFrame)
      // Two equal trades are in one frame.
      while (end < trades.length && isSameTrade(trades[end], trades[end - 1])) end++
      yield mixed(of, n, trades.slice(first, end))
      first = end
    }
  }

  return {form: 'text', isSole: true, receive, updates, targets: () => active().map(({symbol}) => symbol)}
}

/** Swaps two neighbours in some frames, because Finnhub does not sort by time. */
function mixed(of: Stream, n: number, trades: InventedTrade[]): InventedTrade[] {
  const at = of.whole(n, 0, Math.max(0, trades.length - 2), 2)
  const [one, other] = [trades[at], trades[at + 1]]
  if (one && other && of.uniform(n, 3) < 0.3) trades.splice(at, 2, other, one)
  return trades
}

function isSameTrade(one: InventedTrade | undefined, other: InventedTrade | undefined): boolean {
  return one?.symbol === other?.symbol && one?.ms === other?.ms && one?.price === other?.price
}

function shown({symbol, ms, price, volume, conditions}: InventedTrade) {
  return {c: conditions, p: price, s: symbol, t: ms, v: volume}
}

function problem(msg: string) {
  return {frames: [{msg, type: 'error'}]}
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
