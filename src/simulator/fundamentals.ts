/** Fundamentals of a company as functions of its symbol and a quarter, and its share price on a day. */
import {dayMs} from '../lib/time.js'
import {type Stream, stream, wander} from './random.js'

/** One quarter as the company reported it, in whole USD. */
export interface Quarter {
  /** `2026-09-30`. */
  fiscalEnd: string
  isYearEnd: boolean
  revenue: number
  grossProfit: number
  ebitda: number
  netIncome: number
  shares: number
  balance: Balance
}

/** A balance sheet: current + nonCurrent assets = current + nonCurrent liabilities + equity. */
export interface Balance {
  currentAssets: number
  nonCurrentAssets: number
  currentLiabilities: number
  nonCurrentLiabilities: number
  equity: number
}

const yearMs = 365.25 * dayMs

/** The random stream of a company, and its constant figures. */
function company(seed: number, symbol: string) {
  const of = stream(seed, 'fundamentals', symbol)
  const revenue = 10 ** (8.7 + of.uniform(1) * 2)
  const margin = of.uniform(3) * 0.3 - 0.03
  const price = 15 + 400 * of.uniform(8) ** 2
  return {
    of,
    revenue,
    margin,
    price,
    growth: of.uniform(2) * 0.16 - 0.02,
    turnover: 0.25 + of.uniform(4) * 0.9,
    // Large share buybacks leave some companies with more liabilities than assets.
    debts: of.uniform(5) < 0.05 ? 1.02 + of.uniform(6) * 0.3 : 0.35 + of.uniform(6) * 0.5,
    // capitalisation: ten to thirty-five times the earnings of a typical year
    shares: (4 * revenue * Math.max(margin, 0.04) * (10 + 25 * of.uniform(7))) / price,
  }
}

/** Share price in USD at the close of the day before the instant; it changes once a day. */
export function sharePrice(seed: number, symbol: string, atMs: number): number {
  const {of, price, growth} = company(seed, symbol)
  const closeMs = Math.floor(atMs / dayMs) * dayMs
  return price * Math.exp((growth * (closeMs - Date.UTC(2026, 0))) / yearMs + wander(of, closeMs, 0.016))
}

/** Figures of the quarter that ends on a day. */
export function quarterOf(seed: number, symbol: string, fiscalEnd: string): Quarter {
  const one = company(seed, symbol)
  const {of} = one
  const endMs = Date.parse(`${fiscalEnd}T00:00:00Z`)
  const years = (endMs - Date.UTC(2026, 0)) / yearMs
  const n = Math.round((endMs - Date.UTC(1990, 0)) / (yearMs / 4))
  const thousands = (value: number) => Math.round(value / 1000) * 1000
  const revenue = thousands(one.revenue * Math.exp(one.growth * years + 0.08 * of.noise(n / 2, 9)))
  const assets = thousands(
    ((one.revenue * 4) / one.turnover) * Math.exp(one.growth * years + 0.05 * of.noise(n / 4, 10)),
  )
  const liabilities = thousands(assets * (one.debts + 0.05 * of.noise(n / 6, 11)))
  const currentAssets = thousands(assets * (0.2 + 0.25 * of.uniform(12)))
  const currentLiabilities = thousands(liabilities * (0.2 + 0.3 * of.uniform(13)))
  return {
    fiscalEnd,
    isYearEnd: [11, 0, 1].includes(new Date(endMs).getUTCMonth()),
    revenue,
    grossProfit: thousands(revenue * (0.25 + 0.5 * of.uniform(14))),
    ebitda: thousands(revenue * (one.margin + 0.1 + 0.04 * of.noise(n / 2, 15))),
    netIncome: thousands(revenue * (one.margin + 0.05 * of.noise(n, 16))),
    shares: thousands(one.shares * Math.exp(-0.01 * years)),
    balance: {
      currentAssets,
      nonCurrentAssets: assets - currentAssets,
      currentLiabilities,
      nonCurrentLiabilities: liabilities - currentLiabilities,
      equity: assets - liabilities,
    },
  }
}

/** Random stream of a company, for values that are not figures of a quarter. */
export function fundamentalsChance(seed: number, symbol: string): Stream {
  return company(seed, symbol).of
}

/** True for a symbol of the index that Alpha Vantage does not cover: about one in sixty. */
export function isUncovered(seed: number, symbol: string): boolean {
  return stream(seed, 'uncovered', symbol).uniform(1) < 0.016
}
