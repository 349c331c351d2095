/** Earnings reports of companies: the actual date of each, and the dates that were expected before. */
import {dayMs, isoDay} from '../lib/time.js'
import {stream} from './random.js'

export interface Report {
  symbol: string
  /** Last day of the fiscal quarter, `2026-09-30`. */
  fiscalEnd: string
  /** The day of the report as known at the requested instant. */
  day: string
  timeOfDay: 'pre-market' | 'post-market' | ''
  /** Consensus earnings per share in USD; '': none yet. */
  estimate: string
}

/**
 * Time before a report from which its date is certain. Some earlier dates are guesses, wrong by some days.
 */
const settledMs = 25 * dayMs

/** Reports of a company whose actual day lies between two instants, as known at `atMs`, oldest first. */
export function reportsOf(
  seed: number,
  symbol: string,
  fromMs: number,
  toMs: number,
  atMs: number,
): Report[] {
  const of = stream(seed, 'reports', symbol)
  // Four of five companies use calendar quarters.
  const shift = of.uniform(1) < 0.8 ? 0 : of.whole(2, 1, 2)
  const timeOfDay = (['pre-market', 'post-market', ''] as const)[of.whole(3, 0, 2)] as Report['timeOfDay']
  const found: Report[] = []
  const firstQuarter =
    Math.floor((new Date(fromMs).getUTCFullYear() * 12 + new Date(fromMs).getUTCMonth() - shift) / 3) - 2
  for (let quarter = firstQuarter; ; quarter++) {
    // The last day of the quarter.
    const endMs = Date.UTC(Math.floor(((quarter + 1) * 3 + shift) / 12), ((quarter + 1) * 3 + shift) % 12, 0)
    const trueMs = onWeekday(endMs + of.whole(quarter, 18, 50, 4) * dayMs)
    if (trueMs > toMs) return found
    if (trueMs < fromMs) continue
    const isGuess = trueMs - atMs > settledMs && of.uniform(quarter, 5) < 0.4
    const dayAt = isGuess ? onWeekday(trueMs + of.whole(quarter, -6, 6, 6) * dayMs) : trueMs
    found.push({
      symbol,
      fiscalEnd: isoDay(endMs),
      day: isoDay(dayAt),
      timeOfDay,
      estimate:
        trueMs - atMs > 80 * dayMs ? '' : (of.uniform(7) * 4 - 0.4 + of.noise(quarter / 3, 8)).toFixed(2),
    })
  }
}

function onWeekday(ms: number): number {
  const weekday = new Date(ms).getUTCDay()
  return ms + (weekday === 6 ? 2 : weekday === 0 ? 1 : 0) * dayMs
}
