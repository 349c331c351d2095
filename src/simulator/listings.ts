/**
 * Companies that go public, about one every two days. Each is expected for three months, on a date that
 * moves.
 */
import {dayMs} from '../lib/time.js'
import {inventedCompany} from './invented-names.js'
import {stream} from './random.js'

export interface Listing {
  symbol: string
  name: string
  /** Midnight of the day that was expected at the requested instant. */
  dayMs: number
  /** Lower end of the price range in USD; 0: not known yet. */
  low: number
  high: number
  exchange: string
}

const firstMs = Date.UTC(2024, 0, 8)
const everyDays = 2
/** Time before a listing from which its date is certain. Earlier dates are mostly guesses. */
const settledMs = 10 * dayMs

/** Listings expected within three months after an instant, in order of the expected day. */
export function listingsAt(seed: number, atMs: number): Listing[] {
  const today = Math.floor(atMs / dayMs) * dayMs
  const first = Math.max(0, Math.floor((today - firstMs) / dayMs / everyDays) - 10)
  const found: Listing[] = []
  for (let n = first; n < first + 10 + 110 / everyDays; n++) {
    const of = stream(seed, 'listing', n)
    const trueMs = firstMs + n * everyDays * dayMs
    const expectedMs =
      trueMs - atMs > settledMs ? trueMs + of.whole(Math.floor(atMs / (7 * dayMs)), -3, 9, 1) * dayMs : trueMs
    if (expectedMs < today || expectedMs > today + 91 * dayMs) continue
    const {name, letters} = inventedCompany(of)
    const low = of.uniform(2) < 0.3 ? 0 : of.whole(3, 4, 30)
    const tail = n % 7 === 0 ? ' Information Corp' : n % 7 === 1 ? ' Error Correction Inc' : ''
    // Two letters that count up, so that no two listings of a period share a symbol.
    const suffix = String.fromCharCode(65 + (Math.floor(n / 26) % 26), 65 + (n % 26))
    found.push({
      symbol: `${letters.slice(0, 2)}${suffix}`,
      name: `${name}${tail}`,
      dayMs: expectedMs,
      low,
      high: low === 0 ? 0 : low + of.whole(4, 0, 3),
      exchange: of.pick(5, ['NASDAQ', 'NYSE', 'NYSE MKT']),
    })
  }
  return found.sort((a, b) => a.dayMs - b.dayMs || (a.symbol < b.symbol ? -1 : 1))
}
