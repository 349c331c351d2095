/**
 * What CoinGecko would show of each coin: its order by size, and one row's figures. Refreshed once a minute,
 * as the real ones are.
 */
import {dayMs, hourMs, minuteMs} from '../lib/time.js'
import type {Coin} from './coins.js'
import {wander} from './random.js'
import type {World} from './scenario.js'

/** A coin and its place among those of one minute. */
export interface Ranked {
  coin: Coin
  /** Among coins with a price and a verified supply that follow no other. */
  rank: number | null
  /** The same, with those that follow another coin. */
  rankWithRehypothecated: number | null
  /** USD at the full minute; what the order goes by. */
  marketCap: number
}

export interface Extremes {
  high: number
  highMs: number
  low: number
  lowMs: number
}

export interface Quotes {
  /** Largest first. One minute is kept, because pages of one list are asked one after another. */
  ranking(world: World, atMs: number): readonly Ranked[]
  /** All-time high and low up to the instant. */
  allTime(world: World, coin: Coin, atMs: number): Extremes
}

/** The world's year zero for highs and lows. */
const firstMs = Date.UTC(2017, 0, 1)
const gridMs = 20 * dayMs

export function createQuotes(): Quotes {
  let kept: {minute: number; world: World; ranking: Ranked[]} | undefined
  // How far the highs and lows of a coin have been searched; searching on from there gives what searching
  // anew would.
  const searched = new Map<string, Extremes & {step: number}>()
  return {
    ranking(world, atMs) {
      const minute = Math.floor(atMs / minuteMs)
      if (kept?.minute !== minute || kept.world !== world)
        kept = {minute, world, ranking: rankAll(world, minute * minuteMs)}
      return kept.ranking
    },
    allTime(world, coin, atMs) {
      const from = Math.max(firstMs, coin.bornMs)
      const last = Math.floor((atMs - from) / gridMs)
      const start = world.usd(coin, from)
      let found = searched.get(coin.id)
      if (found === undefined || found.step > last)
        found = {step: 0, high: start, highMs: from, low: start, lowMs: from}
      const {...next} = found
      for (let step = found.step + 1; step <= last; step++) {
        const ms = from + step * gridMs
        const usd = world.usd(coin, ms)
        if (usd > next.high) Object.assign(next, {high: usd, highMs: ms})
        if (usd < next.low) Object.assign(next, {low: usd, lowMs: ms})
      }
      searched.set(coin.id, {...next, step: Math.max(0, last)})
      return {high: next.high, highMs: next.highMs, low: next.low, lowMs: next.lowMs}
    },
  }
}

function rankAll(world: World, atMs: number): Ranked[] {
  const all = world
    .coins(atMs)
    .map(
      (coin) =>
        ({
          coin,
          rank: null,
          rankWithRehypothecated: null,
          marketCap: world.usd(coin, atMs) * coin.supply,
        }) as Ranked,
    )
  all.sort((a, b) => b.marketCap - a.marketCap || (a.coin.id < b.coin.id ? -1 : 1))
  let rank = 0
  let rankOfAll = 0
  for (const one of all) {
    if (one.coin.quality !== 'whole') continue
    one.rankWithRehypothecated = ++rankOfAll
    if (one.coin.follows === undefined) one.rank = ++rank
  }
  return all
}

/** When the shown figures of a coin were last refreshed: each coin has its own second of the minute. */
export function refreshedMs(coin: Coin, atMs: number): number {
  const offset = coin.chance.whole(30, 0, minuteMs - 1)
  return Math.floor((atMs - offset) / minuteMs) * minuteMs + offset
}

/** High and low of the 24 hours before: hourly, and the newest. */
export function dayExtremes(world: World, coin: Coin, atMs: number): Extremes {
  const found = {high: -Infinity, highMs: atMs, low: Infinity, lowMs: atMs}
  const first = Math.ceil((atMs - dayMs) / hourMs) * hourMs
  for (let ms = first; ms <= atMs + hourMs - 1; ms += hourMs) {
    const at = Math.min(ms, atMs)
    const usd = world.usd(coin, at)
    if (usd > found.high) Object.assign(found, {high: usd, highMs: at})
    if (usd < found.low) Object.assign(found, {low: usd, lowMs: at})
  }
  return found
}

/** USD traded in 24 hours: a share of the capitalisation that moves from day to day. */
export function volumeOf(coin: Coin, marketCap: number, atMs: number): number {
  const share = 0.004 + 0.12 * coin.chance.uniform(31) ** 3
  return marketCap * share * Math.exp(wander(coin.chance, atMs + 40 * dayMs, 0.12, 0.5))
}
