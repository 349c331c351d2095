/**
 * Figures of coins as CoinGecko shows them: the ranking by capitalisation, highs, lows and volume. They
 * change once a minute, as at CoinGecko.
 */
import {dayMs, hourMs, minuteMs} from '../lib/time.js'
import type {Coin} from './coins.js'
import {wander} from './random.js'
import type {Scenario} from './scenario.js'

/** A coin and its position in the ranking of one minute. */
export interface Ranked {
  coin: Coin
  /** Rank among coins that have a price and a verified supply and follow no other coin. */
  rank: number | null
  /** Rank including coins that follow another coin. */
  rankWithRehypothecated: number | null
  /** Capitalisation in USD at the full minute, by which coins are ranked. */
  marketCap: number
}

export interface Extremes {
  high: number
  highMs: number
  low: number
  lowMs: number
}

export interface Quotes {
  /** Coins, largest first. One minute is cached, because pages of a list are requested one after another. */
  ranking(scenario: Scenario, atMs: number): readonly Ranked[]
  /** All-time high and low up to the instant. */
  allTime(scenario: Scenario, coin: Coin, atMs: number): Extremes
}

/** Earliest instant of all-time highs and lows. */
const firstMs = Date.UTC(2017, 0, 1)
const gridMs = 20 * dayMs

/**
 * Extremes of each coin up to a step of the grid, by scenario. A search from there gives the same result as a
 * search from the start.
 */
const searches = new WeakMap<Scenario, Map<string, Extremes & {step: number}>>()

export function createQuotes(): Quotes {
  let cached: {minute: number; scenario: Scenario; ranking: Ranked[]} | undefined
  return {
    ranking(scenario, atMs) {
      const minute = Math.floor(atMs / minuteMs)
      if (cached?.minute !== minute || cached.scenario !== scenario)
        cached = {minute, scenario, ranking: rankAll(scenario, minute * minuteMs)}
      return cached.ranking
    },
    allTime(scenario, coin, atMs) {
      const searched = searches.get(scenario) ?? new Map<string, Extremes & {step: number}>()
      searches.set(scenario, searched)
      const from = Math.max(firstMs, coin.bornMs)
      const last = Math.floor((atMs - from) / gridMs)
      const start = scenario.usd(coin, from)
      let found = searched.get(coin.id)
      if (found === undefined || found.step > last)
        found = {step: 0, high: start, highMs: from, low: start, lowMs: from}
      const {...next} = found
      for (let step = found.step + 1; step <= last; step++) {
        const ms = from + step * gridMs
        const usd = scenario.usd(coin, ms)
        if (usd > next.high) Object.assign(next, {high: usd, highMs: ms})
        if (usd < next.low) Object.assign(next, {low: usd, lowMs: ms})
      }
      searched.set(coin.id, {...next, step: Math.max(0, last)})
      return {high: next.high, highMs: next.highMs, low: next.low, lowMs: next.lowMs}
    },
  }
}

function rankAll(scenario: Scenario, atMs: number): Ranked[] {
  const all = scenario
    .coins(atMs)
    .map(
      (coin) =>
        ({
          coin,
          rank: null,
          rankWithRehypothecated: null,
          marketCap: scenario.usd(coin, atMs) * coin.supply,
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

/** Last refresh of a coin's figures. Each coin is refreshed at its own time within the minute. */
export function refreshedMs(coin: Coin, atMs: number): number {
  const offset = coin.chance.whole(30, 0, minuteMs - 1)
  return Math.floor((atMs - offset) / minuteMs) * minuteMs + offset
}

/** High and low of the last 24 hours, from hourly prices and the newest one. */
export function dayExtremes(scenario: Scenario, coin: Coin, atMs: number): Extremes {
  const found = {high: -Infinity, highMs: atMs, low: Infinity, lowMs: atMs}
  const first = Math.ceil((atMs - dayMs) / hourMs) * hourMs
  for (let ms = first; ms <= atMs + hourMs - 1; ms += hourMs) {
    const at = Math.min(ms, atMs)
    const usd = scenario.usd(coin, at)
    if (usd > found.high) Object.assign(found, {high: usd, highMs: at})
    if (usd < found.low) Object.assign(found, {low: usd, lowMs: at})
  }
  return found
}

/** Volume of 24 hours in USD: a fraction of the capitalisation that changes from day to day. */
export function volumeOf(coin: Coin, marketCap: number, atMs: number): number {
  const share = 0.004 + 0.12 * coin.chance.uniform(31) ** 3
  return marketCap * share * Math.exp(wander(coin.chance, atMs + 40 * dayMs, 0.12, 0.5))
}
