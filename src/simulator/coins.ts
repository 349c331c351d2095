/**
 * The coins of the world: some 420 by name, the rest invented, 5,000 at any time and those that were launched
 * since.
 */
import {coinName} from './coin-names.js'
import {sizes, stable} from './coin-sizes.js'
import {furtherCoins} from './further-coins.js'
import {inventedName} from './invented-names.js'
import {dayMs} from '../lib/time.js'
import {stream, wander, type Stream} from './random.js'
import type {Pair} from './shipped-pairs.js'

export interface Coin {
  id: string
  /** As CoinGecko spells it: mostly lower case, not unique. */
  symbol: string
  name: string
  /** Hangul spelling, for coins that a Korean exchange may list. */
  koreanName: string | undefined
  /** USD on 1 January 2026, from which the price wanders. */
  baseUsd: number
  /** Coins in circulation. */
  supply: number
  maxSupply: number | null
  perDay: number
  /** The most that one octave of its walk swings, as a logarithm. */
  widest: number
  /** Logarithm of the price where its walk stands at zero. */
  logUsd: number
  /** Before this instant the coin does not exist. */
  bornMs: number
  /** Priced after another coin: wrapped, bridged, staked; such a coin has no rank of its own. */
  follows: {coin: Coin; ratio: number} | undefined
  /**
   * `unverified`: its supply is not known, so the capitalisation is given as 0. `unpriced`: no market quotes
   * it.
   */
  quality: 'whole' | 'unverified' | 'unpriced'
  chance: Stream
}

/** Coins that exist from the beginning: what twenty pages of 250 show. */
export const foundingCoins = 5000
const anchorMs = Date.UTC(2026, 0, 1)
const firstLaunchMs = Date.UTC(2024, 0, 8, 6)
/** Launches every twelve days or so, until 2034. */
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

/** Every coin that ever is, in a fixed order. `pairs`: those that Bithumb trades. */
export function inventCoins(seed: number, pairs: readonly Pair[]): Coin[] {
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
  for (const further of furtherCoins) {
    const leader = further.follows === undefined ? undefined : byId.get(further.follows)
    add(further, 0, leader && {coin: leader, ratio: further.ratio ?? 1})
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

/**
 * USD for one coin, whoever asks; also for an unpriced one, whose faces keep it to themselves. Constant time.
 */
export function usdOf(coin: Coin, atMs: number): number {
  if (coin.follows !== undefined) return usdOf(coin.follows.coin, atMs) * coin.follows.ratio
  return Math.exp(coin.logUsd + wander(coin.chance, atMs, coin.perDay, coin.widest))
}
