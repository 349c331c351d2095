/** Bithumb's markets: the listed ones at an instant, their prices in KRW, and the Korean premium. */
import {dayMs, hourMs} from '../lib/time.js'
import {usdOf, type Coin} from './coins.js'
import {stream, wander, type Stream} from './random.js'

export interface BithumbMarket {
  /** `KRW-BTC`. */
  code: string
  quote: 'KRW' | 'BTC'
  symbol: string
  coin: Coin
  koreanName: string
  englishName: string
  listedMs: number
  /** Instant of the delisting; Infinity for most markets. */
  delistedMs: number
  chance: Stream
}

export interface Exchange {
  /** Markets listed at the instant, in the exchange's order. */
  markets(atMs: number): BithumbMarket[]
  /** Every market, past and future, by its code. */
  byCode: ReadonlyMap<string, BithumbMarket>
  /** Won for one US dollar at a bank. */
  krwPerUsd(atMs: number): number
  /** Won for one USDT at Bithumb, before rounding to a price step. */
  krwPerUsdt(atMs: number): number
  /**
   * Premium of a coin at Bithumb over its USD price times `krwPerUsdt`, as a fraction: 0.01 is one percent.
   */
  premium(coin: Coin, atMs: number): number
  /** The won price before rounding to a price step: usd x krwPerUsdt x (1 + premium). */
  krw(coin: Coin, atMs: number): number
  /** The price as the market shows it, rounded to a price step. */
  price(market: BithumbMarket, atMs: number): number
  /** The newest trade at or before the instant. */
  lastTrade(market: BithumbMarket, atMs: number): {atMs: number; volume: number}
}

export const kstMs = 9 * hourMs
const btcMarkets = [
  'ETH',
  'XRP',
  'SOL',
  'ADA',
  'LINK',
  'DOT',
  'AVAX',
  'ATOM',
  'NEAR',
  'SUI',
  'UNI',
  'AAVE',
  'HBAR',
]
/** Symbols that are never delisted, because prices and mappings of others are compared with them. */
const lasting = new Set([
  'BTC',
  'ETH',
  'XRP',
  'SOL',
  'USDT',
  'USDC',
  'DOGE',
  'ADA',
  'BNB',
  'SHIB',
  'EGG',
  'META',
  'SIX',
  'BOA',
  'REI',
  'PUMP',
  'TRX',
  'LINK',
])

/**
 * Invents Bithumb. `pairs`: symbol and coin of each market that exists from the beginning. `launched`: coins
 * that it may list later.
 */
export function inventExchange(
  seed: number,
  pairs: readonly {symbol: string; coin: Coin}[],
  launched: readonly Coin[],
): Exchange {
  const won = stream(seed, 'fx', 'krw')
  const usdtPremium = stream(seed, 'premium', 'usdt')
  const general = stream(seed, 'premium', 'general')
  const byCode = new Map<string, BithumbMarket>()
  const add = (
    quote: BithumbMarket['quote'],
    symbol: string,
    coin: Coin,
    listedMs: number,
    delistedMs: number,
  ) => {
    const code = `${quote}-${symbol}`
    if (byCode.has(code)) return
    byCode.set(code, {
      code,
      quote,
      symbol,
      coin,
      listedMs,
      delistedMs,
      chance: stream(seed, 'market', code),
      koreanName: coin.koreanName ?? coin.name,
      englishName: coin.name.trim(),
    })
  }

  for (const {symbol, coin} of pairs) {
    const of = stream(seed, 'listing', symbol)
    const leaves = !lasting.has(symbol) && of.uniform(1) < 0.3
    // About three in ten are delisted over ten years from July 2025: one a month.
    add('KRW', symbol, coin, 0, leaves ? Date.UTC(2025, 6, 1, 6) + of.whole(2, 0, 3650) * dayMs : Infinity)
  }
  for (const symbol of btcMarkets) {
    const market = byCode.get(`KRW-${symbol}`)
    if (market) add('BTC', symbol, market.coin, 0, market.delistedMs)
  }
  for (const coin of launched) {
    const of = stream(seed, 'listing', coin.id)
    if (of.uniform(1) < 0.25) continue
    const listedMs = coin.bornMs + of.whole(2, 3, 40) * dayMs
    add(
      'KRW',
      coin.symbol.toUpperCase(),
      coin,
      listedMs,
      of.uniform(3) < 0.1 ? listedMs + of.whole(4, 200, 900) * dayMs : Infinity,
    )
  }
  const all = [...byCode.values()]

  const krwPerUsd = (atMs: number) => 1420 * Math.exp(wander(won, atMs, 0.0045, 0.05))
  const krwPerUsdt = (atMs: number) =>
    krwPerUsd(atMs) *
    (1 +
      0.008 +
      0.012 * usdtPremium.noise(atMs / (6 * dayMs), 1) +
      0.003 * usdtPremium.noise(atMs / (dayMs / 6), 2))
  const premium = (coin: Coin, atMs: number) =>
    coin.id === 'tether'
      ? 0
      : 0.006 +
        0.009 * general.noise(atMs / (4 * dayMs), 1) +
        0.003 * general.noise(atMs / (dayMs / 8), 2) +
        (coin.baseUsd > 50 ? 0.001 : 0.008) * coin.chance.noise(atMs / dayMs, 40)
  // Tether has no premium, because Bithumb quotes it and the premium is relative to that price.
  const krw = (coin: Coin, atMs: number) =>
    coin.id === 'tether' ? krwPerUsdt(atMs) : usdOf(coin, atMs) * krwPerUsdt(atMs) * (1 + premium(coin, atMs))
  const bitcoin = byCode.get('KRW-BTC')?.coin

  return {
    byCode,
    krwPerUsd,
    krwPerUsdt,
    premium,
    krw,
    markets: (atMs) => all.filter((market) => market.listedMs <= atMs && atMs < market.delistedMs),
    price: (market, atMs) =>
      market.quote === 'KRW' || bitcoin === undefined
        ? stepped(krw(market.coin, atMs))
        : inEights(usdOf(market.coin, atMs) / usdOf(bitcoin, atMs)),
    lastTrade(market, atMs) {
      // A large coin trades every second or two, a small one every few minutes. Each slot has one trade.
      const capUsd = market.coin.supply * market.coin.baseUsd
      const slotMs = Math.round(Math.min(400_000, Math.max(1500, 3e13 / capUsd)))
      const at = (slot: number) => slot * slotMs + Math.floor(market.chance.uniform(slot, 1) * slotMs)
      const slot = Math.floor(atMs / slotMs)
      const newest = at(slot) <= atMs ? slot : slot - 1
      const usd = 20 + 4000 * market.chance.uniform(newest, 2) ** 3
      return {atMs: at(newest), volume: inEights(usd / usdOf(market.coin, at(newest)))}
    },
  }
}

const steps = [
  [1_000_000, 1000],
  [500_000, 500],
  [100_000, 100],
  [50_000, 50],
  [10_000, 10],
  [5000, 5],
  [100, 1],
  [10, 0.01],
  [1, 0.001],
  [0.01, 0.0001],
] as const

/** Rounds to Bithumb's price step. A price below 0.01 won is rounded to eight decimals, but never to 0. */
function stepped(won: number): number {
  const step = steps.find(([from]) => won >= from)?.[1]
  return step === undefined ? inEights(won) : Number((Math.round(won / step) * step).toFixed(4))
}

function inEights(price: number): number {
  return Math.max(1e-8, Number(price.toFixed(8)))
}
