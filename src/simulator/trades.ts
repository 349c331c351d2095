/**
 * Trades of shares and funds, each a function of (seed, rate, symbol, instant). They come round the clock on
 * every day, so that a simulation at any hour has some.
 */
import {dayMs, hourMs} from '../lib/time.js'
import {offsetMs} from '../lib/zone.js'
import {sharePrice} from './fundamentals.js'
import {tradedFunds} from './funds.js'
import {moversAt} from './movers.js'
import {type Planted, type Planting, plantingOf} from './planted.js'
import {type Stream, stream} from './random.js'

export interface InventedTrade {
  symbol: string
  /** Instant of the trade in epoch milliseconds. */
  ms: number
  /** USD, up to four decimals. */
  price: number
  /** Shares; some are fractions. */
  volume: number
  /** Codes of conditions; may be empty, null or undefined. */
  conditions: readonly string[] | null | undefined
  /** The truth about the price, if prices are planted. It is not sent. */
  planted?: Planted
}

/**
 * Trades of a symbol after `fromMs`, up to and with `toMs`, in the order of their instants. Two of them can
 * be equal. A symbol trades on each UTC day on which it is in the index, a followed fund or among the movers.
 */
export type Trades = (symbol: string, fromMs: number, toMs: number) => InventedTrade[]

/** Trades are invented by cells of this length. */
const cellMs = 100
/** Fraction of cells that can have trades, so that trades come in bursts. */
const activeShare = 0.1
/** Number of cached days. */
const maxDays = 10

/**
 * Invents the trades. `perSecond`: mean number of trades per symbol and second. `outliers`: the fraction of
 * trades with a wrong price; above 0, prices also jump, and symbols move differently.
 */
export function inventTrades(
  seed: number,
  {perSecond, outliers}: {perSecond: number; outliers: number},
  members: (atMs: number) => readonly {symbol: string}[],
): Trades {
  const plantings = new Map<string, Planting>()
  const plantingFor = (symbol: string) => {
    if (outliers === 0) return undefined
    const known = plantings.get(symbol) ?? plantingOf(seed, symbol, outliers)
    plantings.set(symbol, known)
    return known
  }
  const days = new Map<number, ReadonlyMap<string, number>>()
  const pricesOf = (day: number) => {
    let prices = days.get(day)
    if (!prices) {
      if (days.size >= maxDays) days.clear()
      prices = pricesOfDay(seed, day * dayMs, members)
      days.set(day, prices)
    }
    return prices
  }
  return (symbol, fromMs, toMs) => {
    const of = stream(seed, 'trades', symbol)
    const planting = plantingFor(symbol)
    const found: InventedTrade[] = []
    for (let cell = Math.floor(fromMs / cellMs); cell * cellMs <= toMs; cell++) {
      if (of.uniform(cell) >= activeShare) continue
      const price = pricesOf(Math.floor((cell * cellMs) / dayMs)).get(symbol)
      if (price === undefined) continue
      for (const trade of tradesOfCell(of, cell, perSecond, {symbol, price, planting}))
        if (trade.ms > fromMs && trade.ms <= toMs) found.push(trade)
    }
    return found
  }
}

/** The symbols that trade on a UTC day, with the price about which they move. */
function pricesOfDay(
  seed: number,
  dayStartMs: number,
  members: (atMs: number) => readonly {symbol: string}[],
): ReadonlyMap<string, number> {
  const shares = [dayStartMs, dayStartMs + dayMs - 1].map((atMs) => ({
    atMs,
    symbols: members(atMs).map(({symbol}) => symbol),
  }))
  const movers = shares.flatMap(({atMs, symbols}) => {
    const {gainers, losers} = moversAt(seed, atMs, symbols)
    return [...gainers, ...losers]
  })
  return new Map([
    ...movers.map(({ticker, price}) => [ticker, Number(price)] as const),
    ...[...shares.flatMap(({symbols}) => symbols), ...tradedFunds].map(
      (symbol) => [symbol, sharePrice(seed, symbol, dayStartMs)] as const,
    ),
  ])
}

function tradesOfCell(
  of: Stream,
  cell: number,
  perSecond: number,
  {symbol, price, planting}: {symbol: string; price: number; planting: Planting | undefined},
): InventedTrade[] {
  const startMs = cell * cellMs
  const mean = (perSecond * cellMs) / 1000 / activeShare
  const count = Math.floor(2 * mean * of.uniform(cell, 1) + of.uniform(cell, 2))
  const movement = planting?.movement ?? 1
  const drift = 0.004 * of.noise(startMs / hourMs, 3) + 0.0008 * of.noise(startMs / 20_000, 4)
  const level = price * (1 + movement * drift)
  const isSession = count > 0 && isInSession(startMs)
  const trades: InventedTrade[] = []
  let ms = startMs
  for (let n = 0; n < count; n++) {
    const own = (draw: number) => of.uniform(cell, 10 * (n + 1) + draw)
    if (n === 0 || own(0) < 0.7) ms = startMs + Math.floor(own(1) * cellMs)
    const volume = volumeOf(own(2), own(3))
    const right = level * (1 + movement * 0.0004 * (own(4) - 0.5))
    const {factor, planted} = plantedAt(planting, ms, cell, n)
    const trade: InventedTrade = {
      symbol,
      ms,
      price: priceOf(right * factor, own(5)),
      volume,
      conditions: conditionsOf(volume, isSession, own(6), own(7)),
      ...(planted && {planted}),
    }
    trades.push(trade)
    if (own(8) < 0.04) trades.push(trade)
  }
  return trades.sort((a, b) => a.ms - b.ms)
}

/** The factor of a planted price, and the truth about it. */
function plantedAt(
  planting: Planting | undefined,
  ms: number,
  cell: number,
  n: number,
): {factor: number; planted?: Planted} {
  if (!planting) return {factor: 1}
  const {factor, jump} = planting.levelAt(ms)
  const error = planting.errorOf(cell, n)
  return {factor: factor * (1 + error), planted: {error, jump, movement: planting.movement}}
}

/** Most prices are whole cents, others have up to four decimals. */
function priceOf(value: number, kind: number): number {
  const unit = kind < 0.75 && value >= 1 ? 100 : 10_000
  return Math.max(1, Math.round(value * unit)) / unit
}

/** An odd lot, round lots, or a fraction. */
function volumeOf(kind: number, size: number): number {
  if (kind < 0.05) return Math.ceil(size * 9_999) / 1_000 || 0.001
  return kind < 0.65 ? 1 + Math.floor(size * 99) : 100 * (1 + Math.floor(size * 9))
}

/**
 * 1: every trade, 8: a sweep, 12: an odd lot, 24: outside the session, 3: an average price. A few trades have
 * no codes.
 */
function conditionsOf(
  volume: number,
  isSession: boolean,
  kind: number,
  sweep: number,
): InventedTrade['conditions'] {
  if (kind < 0.01) return []
  if (kind < 0.02) return null
  if (kind < 0.03) return undefined
  return [
    '1',
    ...(kind < 0.04 ? ['3'] : []),
    ...(sweep < 0.1 ? ['8'] : []),
    ...(volume < 100 ? ['12'] : []),
    ...(isSession ? [] : ['24']),
  ]
}

/** True from 09:30 to 16:00 in New York, on every day. */
function isInSession(ms: number): boolean {
  // the clock there changes at whole hours
  const localMs = ms + offsetMs('America/New_York', Math.floor(ms / hourMs) * hourMs)
  const timeMs = localMs - Math.floor(localMs / dayMs) * dayMs
  return timeMs >= 9.5 * hourMs && timeMs < 16 * hourMs
}
