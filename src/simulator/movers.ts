/** Alpha Vantage's movers: three lists of twenty shares from the last completed session, with prices. */
import {closureOf} from '../lib/market/holidays.js'
import {dayMs, hourMs, isoDay} from '../lib/time.js'
import {stream} from './random.js'

export interface Mover {
  ticker: string
  price: string
  change_amount: string
  change_percentage: string
  volume: string
}

export interface Movers {
  /** Midnight of the session. */
  sessionMs: number
  gainers: readonly Mover[]
  losers: readonly Mover[]
  active: readonly Mover[]
}

const perList = 20
/** Time of day in UTC at which the day's lists appear: 16:30 in New York in winter, 17:30 in summer. */
const readyMs = 21.5 * hourMs

/** The lists that are the newest at an instant. `members`: symbols of the index at that instant. */
export function moversAt(seed: number, atMs: number, members: readonly string[]): Movers {
  const sessionMs = lastSession(atMs)
  const of = stream(seed, 'movers', isoDay(sessionMs))
  const list = (make: (n: number) => Mover) => {
    const made = Array.from({length: perList}, (_, n) => make(n))
    return [...new Map(made.map((item) => [item.ticker, item])).values()]
  }
  return {
    sessionMs,
    gainers: list((n) =>
      mover(small(of, n, 1), 1.8 ** (perList - n) / 600 + 0.4 + of.uniform(n, 10), of, n, 11),
    ),
    losers: list((n) => mover(small(of, n, 2), -(0.95 - 0.03 * n), of, n, 12)),
    // The first gainer is also among the most traded.
    active: list((n) =>
      mover(n === 3 ? small(of, 0, 1) : of.pick(n, members, 3), of.uniform(n, 4) * 0.4 - 0.2, of, n, 13),
    ),
  }
}

/** Midnight of the last day whose session is over. */
function lastSession(atMs: number): number {
  let day = Math.floor((atMs - readyMs) / dayMs) * dayMs
  while (closureOf(isoDay(day)) !== undefined) day -= dayMs
  return day
}

/** Symbol of a small company, or of its warrants, rights or units: `OPFI+`, `CELG^`, `PIIIW`. */
function small(of: ReturnType<typeof stream>, n: number, lane: number): string {
  const letters = Array.from({length: 4}, (_, index) =>
    String.fromCharCode(65 + of.whole(n * 4 + index, 0, 25, lane)),
  ).join('')
  return `${letters}${n === 10 ? '^' : n === 3 ? '+' : of.uniform(n, lane + 20) < 0.4 ? 'W' : ''}`
}

function mover(ticker: string, rate: number, of: ReturnType<typeof stream>, n: number, lane: number): Mover {
  const before = 0.01 + 30 * of.uniform(n, lane) ** 3
  const now = Math.max(0.0001, before * (1 + rate))
  return {
    ticker,
    price: String(Number(now.toFixed(4))),
    change_amount: String(Number((now - before).toFixed(4))),
    change_percentage: `${percent(rate * 100)}%`,
    volume: String(of.whole(n, 20_000, 400_000_000, lane + 1)),
  }
}

/** Formats a percentage as `70.8122` or `17900.0`. */
function percent(value: number): string {
  const rounded = String(Number(value.toFixed(4)))
  return rounded.includes('.') ? rounded : `${rounded}.0`
}
