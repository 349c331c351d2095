/**
 * The coins of the scenario: some 420 real ones and invented ones. 5,000 exist from the beginning, others are
 * launched later.
 */
import {coinName} from './coin-names.js'
import {sizes, stable} from './coin-sizes.js'
import {otherCoins} from './other-coins.js'
import {inventedName} from './invented-names.js'
import {dayMs} from '../lib/time.js'
import {stream, wander, type Stream} from './random.js'
import type {ShippedPair} from './shipped-pairs.js'

export interface Coin {
  id: string
  /** As CoinGecko spells it: mostly lower case, not unique. */
  symbol: string
  name: string
  /** Hangul spelling, for coins that a Korean exchange may list. */
  koreanName: string | undefined
  /** Price in USD on 1 January 2026, the start of the random walk. */
  baseUsd: number
  /** Number of coins in circulation. */
  supply: number
  maxSupply: number | null
  /** Typical change of the price in a day, as a logarithm. */
  perDay: number
  /** Largest amplitude of one octave of its walk, as a logarithm. */
  widest: number
  /** Logarithm of the price at which its walk is zero. */
  logUsd: number
  /** Instant of the coin's launch. */
  bornMs: number
  /**
   * The coin whose price it follows, if it is wrapped, bridged or staked. Such a coin has no rank of its own.
   */
  follows: {coin: Coin; ratio: number} | undefined
  /** `unverified`: its supply is not known, so its capitalisation is 0. `unpriced`: no market quotes it. */
  quality: 'whole' | 'unverified' | 'unpriced'
  chance: Stream
}

/** Number of coins that exist from the beginning: twenty pages of 250. */
export const foundingCoins = 5000
const anchorMs = Date.UTC(2026, 0, 1)
const firstLaunchMs = Date.UTC(2024, 0, 8, 6)
/** Number of launches: about one every twelve days, until 2034. */
const launches = 300

interface Draft {
  id: string
  symbol: string
  name: string
  usd: number
  millions: number
  koreanName?: string | undefined
  perDay?: number
}

/** Every coin of the scenario, past and future, in a fixed order. `pairs`: the coins that Bithumb trades. */
export function inventCoins(seed: number, pairs: readonly ShippedPair[]): Coin[] {
  const coins: Coin[] = []
  const byId = new Map<string, Coin>()
  const add = (
    draft: Draft,
    bornMs: number,
    follows?: Coin['follows'],
    quality: Coin['quality'] = 'whole',
  ) => {
    const chance = stream(seed, 'coin', draft.id)
    const baseUsd = follows === undefined ? draft.usd : follows.coin.baseUsd * follows.ratio
    const supply = Math.max(1, Math.round((draft.millions * 1e6) / baseUsd))
    const [perDay, widest] = stable.has(draft.id)
      ? [0.0002, 0.0007]
      : [draft.perDay ?? 0.03 + 0.04 * chance.uniform(3), 0.8]
    const coin: Coin = {
      id: draft.id,
      symbol: draft.symbol,
      name: draft.name,
      koreanName: draft.koreanName,
      baseUsd,
      supply,
      perDay,
      widest,
      bornMs,
      follows,
      quality,
      chance,
      logUsd: Math.log(baseUsd) - wander(chance, anchorMs, perDay, widest),
      maxSupply:
        draft.id === 'bitcoin'
          ? 21_000_000
          : chance.uniform(1) < 0.45
            ? Math.round(supply * (1 + chance.uniform(2)))
            : null,
    }
    coins.push(coin)
    byId.set(coin.id, coin)
  }

  for (const pair of pairs) {
    if (byId.has(pair.coingecko_id)) continue
    const of = stream(seed, 'pair', pair.coingecko_id)
    const [usd, millions] = sizes[pair.coingecko_id] ?? [
      Math.exp(-6 + 8 * of.uniform(1)),
      Math.exp(1.2 + 5.2 * of.uniform(2)),
    ]
    const names = {
      symbol: pair.symbol.toLowerCase(),
      name: coinName(pair.coingecko_id),
      koreanName: pair.korean_name || undefined,
    }
    add(
      {
        id: pair.coingecko_id,
        ...names,
        usd,
        millions,
        perDay: millions > 5000 ? 0.022 : 0.03 + 0.025 * of.uniform(3),
      },
      0,
    )
  }
  for (const other of otherCoins) {
    const leader = other.follows === undefined ? undefined : byId.get(other.follows)
    add(other, 0, leader && {coin: leader, ratio: other.ratio ?? 1})
  }
  const knownSymbols = coins.map((coin) => coin.symbol)
  const invent = (kind: string, index: number): Draft & {of: Stream} => {
    const of = stream(seed, kind, index)
    const {name, korean, slug, ticker} = inventedName(of)
    let id = slug
    for (let copy = 2; byId.has(id); copy++) id = `${slug}-${copy}`
    const usd = Math.exp(-16 + 17 * of.uniform(10))
    const millions = Math.exp(-3.5 + 8.5 * of.uniform(11) ** 1.6)
    return {
      id,
      symbol: ticker,
      name,
      koreanName: korean,
      usd,
      millions,
      perDay: 0.035 + 0.05 * of.uniform(12),
      of,
    }
  }
  for (let index = 0; coins.length < foundingCoins; index++) {
    const {of, ...draft} = invent('invented', index)
    const shared = of.uniform(13) < 0.12
    const quality = of.uniform(14) < 0.006 ? 'unpriced' : of.uniform(15) < 0.07 ? 'unverified' : 'whole'
    add(shared ? {...draft, symbol: of.pick(16, knownSymbols)} : draft, 0, undefined, quality)
  }
  for (let index = 0; index < launches; index++) {
    const {of, ...draft} = invent('launched', index)
    const bornMs = firstLaunchMs + Math.round((index + of.uniform(20) * 0.9) * 12) * dayMs
    add(
      {...draft, usd: Math.exp(-5 + 6 * of.uniform(17)), millions: Math.exp(2 + 4 * of.uniform(18))},
      bornMs,
    )
  }
  return coins
}

/** Price of a coin in USD, in constant time. An unpriced coin has one too, but stubs do not show it. */
export function usdOf(coin: Coin, atMs: number): number {
  if (coin.follows !== undefined) return usdOf(coin.follows.coin, atMs) * coin.follows.ratio
  return Math.exp(coin.logUsd + wander(coin.chance, atMs, coin.perDay, coin.widest))
}
