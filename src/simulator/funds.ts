/** Exchange-traded funds: the profile of each, as a function of its symbol and the day. */
import {dayMs, isoDay} from '../lib/time.js'
import type {Member} from './real-members.js'
import {type Stream, stream, wander} from './random.js'

export interface FundHolding {
  /** '' for cash, futures, bonds and foreign shares. */
  symbol: string
  description: string
  /** Fraction of the fund. */
  weight: number
}

export interface Fund {
  symbol: string
  /** USD. */
  assets: number
  expense: number
  turnover: number | undefined
  yield: number
  /** `1999-03-10`. */
  inception: string
  sectors: {sector: string; weight: number}[]
  /** Holdings by weight, heaviest first; the weights add up to one. */
  holdings: FundHolding[]
}

/**
 * Symbols of funds by the kind of their holdings: members of the index, members of one sector, foreign
 * shares, bonds, or metal. A metal fund lists no holdings.
 */
const kinds: Readonly<Record<string, string>> = {
  index: 'SPY VOO IVV VTI RSP VUG VTV VIG VYM SCHD IJH IJR IWM MDY DIA QQQ ARKK',
  foreign: 'VEA VWO EFA EEM EWY GDX',
  bonds: 'BND AGG TLT IEF SHY TIP HYG LQD',
  'Information Technology': 'XLK SMH SOXX',
  Financials: 'XLF KRE',
  Energy: 'XLE',
  'Health Care': 'XLV XBI IBB',
  'Consumer Discretionary': 'XLY',
  Industrials: 'XLI',
  'Communication Services': 'XLC',
  'Consumer Staples': 'XLP',
  Utilities: 'XLU',
  Materials: 'XLB',
  'Real Estate': 'XLRE VNQ',
  metal: 'SLV USO',
}
const kindOf = new Map(
  Object.entries(kinds).flatMap(([kind, symbols]) =>
    symbols.split(' ').map((symbol) => [symbol, kind] as const),
  ),
)

/** Symbols of the funds that trade; GLD and IBIT are trusts without such a profile. */
export const tradedFunds: readonly string[] = [...kindOf.keys(), 'GLD', 'IBIT']

/** The profile of a fund, constant within a day; undefined for a symbol that is not a fund. */
export function fundOf(
  seed: number,
  symbol: string,
  atMs: number,
  members: readonly Member[],
): Fund | undefined {
  const kind = kindOf.get(symbol)
  if (kind === undefined) return undefined
  const today = Math.floor(atMs / dayMs) * dayMs
  const of = stream(seed, 'fund', symbol)
  const holdings = withWeights(seed, today, parts(of, kind, symbol, members))
  return {
    symbol,
    assets: Math.round((10 ** (9.5 + of.uniform(1) * 2) * Math.exp(wander(of, today, 0.01))) / 1e5) * 1e5,
    expense: 0.0003 + of.whole(2, 0, 40) / 10_000,
    turnover: of.uniform(3) < 0.15 ? undefined : of.whole(4, 1, 80) / 100,
    yield: kind === 'metal' ? 0 : of.whole(5, 10, 500) / 10_000,
    inception: isoDay(Date.UTC(of.whole(6, 1993, 2020), of.whole(7, 0, 11), of.whole(8, 1, 28))),
    sectors: kind === 'bonds' || kind === 'metal' ? [] : sectorsOf(kind, holdings, members),
    holdings,
  }
}

function parts(
  of: Stream,
  kind: string,
  fund: string,
  members: readonly Member[],
): Omit<FundHolding, 'weight'>[] {
  const cash = {symbol: '', description: 'CASH'}
  if (kind === 'metal') return []
  if (kind === 'bonds')
    return [
      cash,
      ...Array.from({length: 40}, (_, n) => ({
        symbol: '',
        description: `UNITED STATES TREASURY NOTE ${(of.whole(n, 4, 20, 20) / 4).toFixed(3)}% ${2027 + of.whole(n, 0, 9, 21)}`,
      })),
    ]
  if (kind === 'foreign')
    // Ordinary shares of several companies have the same description and differ only in weight.
    return [
      cash,
      ...Array.from({length: 60}, (_, n) =>
        of.uniform(n, 22) < 0.3
          ? {symbol: `${String(of.whole(n, 1000, 9999, 23))}.HK`, description: `OVERSEAS COMPANY ${n}`}
          : {symbol: '', description: `OVERSEAS HOLDING ${of.whole(n, 1, 40, 24)} ORD`},
      ),
    ]
  const isWhole = /^(SPY|VOO|IVV|VTI|RSP)$/.test(fund)
  const own = members.filter(({sector, cik}) =>
    kind === 'index' ? isWhole || of.uniform(Number(cik) % 1_000_003, 25) < 0.25 : sector === kind,
  )
  return [
    ...own.map(({symbol, name}) => ({symbol: symbol.replace('.', '-'), description: name.toUpperCase()})),
    cash,
    {symbol: '', description: 'E-MINI S&P 500 FUTURE'},
  ]
}

/** Adds random weights that sum to one, with four decimals. Cash and futures have small weights. */
function withWeights(
  seed: number,
  today: number,
  parts: readonly Omit<FundHolding, 'weight'>[],
): FundHolding[] {
  const raw = parts.map(({symbol, description}) => {
    const own = stream(seed, 'weight', symbol, description)
    return (
      (/CASH|FUTURE/.test(description) ? 0.05 : 1 / (1 + own.whole(1, 0, 60))) *
      Math.exp(wander(own, today, 0.01))
    )
  })
  const sum = raw.reduce((a, b) => a + b, 0)
  const name = ({symbol, description}: {symbol: string; description: string}) => `${symbol} ${description}`
  const shares = parts
    .map((part, n) => ({...part, weight: Math.max(1, Math.round(((raw[n] ?? 0) / sum) * 10_000))}))
    .sort((a, b) => b.weight - a.weight || (name(a) < name(b) ? -1 : 1))
  const [heaviest] = shares
  if (heaviest) heaviest.weight += 10_000 - shares.reduce((total, {weight}) => total + weight, 0)
  return shares.map((part) => ({...part, weight: part.weight / 10_000}))
}

function sectorsOf(
  kind: string,
  holdings: readonly FundHolding[],
  members: readonly Member[],
): Fund['sectors'] {
  const sectorOf = new Map(members.map(({symbol, sector}) => [symbol.replace('.', '-'), sector]))
  const sums = new Map<string, number>()
  for (const {symbol, weight} of holdings) {
    const sector = sectorOf.get(symbol) ?? (kind === 'foreign' ? 'Financials' : undefined)
    if (sector !== undefined) sums.set(sector, (sums.get(sector) ?? 0) + weight)
  }
  return [...sums]
    .map(([sector, weight]) => ({sector: sector.toUpperCase(), weight}))
    .sort((a, b) => b.weight - a.weight)
}
