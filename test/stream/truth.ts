/** Compares trades of the simulator with those in a table, and recorded gaps with its log of sockets. */
import {createHash} from 'node:crypto'
import type {LoggedConnection} from '../../src/simulator/connections.js'
import type {InventedTrade} from '../../src/simulator/trades.js'

/** A time in epoch milliseconds. */
export interface Span {
  fromMs: number
  toMs: number
}

export interface StoredTrade {
  timestamp_ms: string
  price: string
  volume: string | null
}

export interface Comparison {
  /** Trades that are neither stored nor within `toleranceMs` of a gap. */
  lost: string[]
  /** Trades that are stored more often than they happened. */
  doubled: string[]
  /** Trades that are not stored, and in a gap or near one. */
  missed: number
  /** The greatest distance of a trade that is not stored from its gap, in milliseconds. */
  farthestMs: number
}

/** Pure. Equal trades are told apart by their number only. */
export function compareTrades(
  truth: readonly InventedTrade[],
  stored: readonly StoredTrade[],
  gaps: readonly Span[],
  toleranceMs: number,
): Comparison {
  const found: Comparison = {lost: [], doubled: [], missed: 0, farthestMs: 0}
  const expected = counted(truth.map(({ms, price, volume}) => `${ms} ${price} ${volume}`))
  const present = counted(
    stored.map((one) => `${one.timestamp_ms} ${Number(one.price)} ${Number(one.volume)}`),
  )
  for (const [trade, count] of present)
    if (count > (expected.get(trade) ?? 0))
      found.doubled.push(`${trade}: ${count} instead of ${expected.get(trade) ?? 0}`)
  for (const [trade, count] of expected) {
    const missing = count - (present.get(trade) ?? 0)
    if (missing <= 0) continue
    const farMs = distance(Number(trade.split(' ')[0]), gaps)
    if (farMs > toleranceMs) found.lost.push(`${trade}: ${farMs} ms from a gap`)
    else {
      found.missed += missing
      found.farthestMs = Math.max(found.farthestMs, farMs)
    }
  }
  return found
}

function counted(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

function distance(ms: number, spans: readonly Span[]): number {
  return Math.min(...spans.map(({fromMs, toMs}) => Math.max(0, fromMs - ms, ms - toMs)), Infinity)
}

/** The digest by which the log of sockets names a secret. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 8)
}

/** The times in which a target was subscribed on a connection that brought data. */
export function subscribedSpans(connections: readonly LoggedConnection[], target: string): Span[] {
  return connections.flatMap(({subscriptions, closedAt, fault, faultAt}) =>
    subscriptions
      .filter((one) => one.target === target)
      .map(({subscribedAt, unsubscribedAt}) => ({
        fromMs: Date.parse(subscribedAt),
        toMs: Math.min(
          ...[unsubscribedAt, closedAt, fault === 'hang' ? faultAt : null].map((end) =>
            end === null ? Infinity : Date.parse(end),
          ),
        ),
      })),
  )
}

/**
 * The parts of a gap in which the target was subscribed: at its begin, at its end, and between, each in
 * milliseconds. A gap may begin before its connection ended, and end after the next subscription.
 */
export function overlaps(
  gap: Span,
  subscribed: readonly Span[],
): {begin: number; end: number; between: number} {
  const found = {begin: 0, end: 0, between: 0}
  for (const {fromMs, toMs} of subscribed) {
    const ms = Math.min(gap.toMs, toMs) - Math.max(gap.fromMs, fromMs)
    if (ms <= 0) continue
    if (fromMs <= gap.fromMs) found.begin = Math.max(found.begin, ms)
    else if (toMs >= gap.toMs) found.end = Math.max(found.end, ms)
    else found.between += ms
  }
  return found
}
