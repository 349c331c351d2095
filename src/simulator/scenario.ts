/**
 * The invented data from which every provider stub draws, so that joins between providers make sense. It is a
 * function of (seed, entity, instant). Another entity or provider changes nothing in it, and no instant
 * depends on earlier requests.
 */
import {inventNews, type News} from './articles.js'
import {foundingCoins, inventCoins, usdOf, type Coin} from './coins.js'
import {shippedPairs, type ShippedPair} from './shipped-pairs.js'
import {inventMacro, type InventedSeries} from './macro.js'
import {inventExchange, type Exchange} from './markets.js'
import {inventMembers, type InventedChange} from './members.js'
import type {Member} from './real-members.js'
import {inventAccounts, type Accounts} from './posts.js'
import {reportsOf, type Report} from './reports.js'
import {inventTrades, type Trades} from './trades.js'
import {inventTruths, type Truths} from './truths.js'

export interface Scenario {
  seed: number
  /** Coins that exist at the instant, not ordered by rank. */
  coins(atMs: number): Coin[]
  coin(id: string): Coin | undefined
  /** Price in USD; also for a coin that no market quotes. */
  usd(coin: Coin, atMs: number): number
  /** Bithumb: markets, won prices, and the premium that a report must reproduce. */
  bithumb: Exchange
  members(atMs: number): readonly Member[]
  indexChanges(atMs: number): InventedChange[]
  /** Reports of a company whose actual day lies between two instants, as known at a third. */
  reports(symbol: string, fromMs: number, toMs: number, atMs: number): Report[]
  news: News
  /** Trades of shares and funds. */
  trades: Trades
  /** Accounts of X and their posts. */
  accounts: Accounts
  /** Accounts of Truth Social, their posts, and trending tags. */
  truths: Truths
  /** Series by their id at FRED. */
  series: ReadonlyMap<string, InventedSeries>
}

/**
 * Markets that here trade another coin than the shipped pair states, with the same symbol. They are the two
 * that the list itself marks as doubtful. Name and price reveal the difference.
 */
const mistaken: Readonly<Record<string, string>> = {REI: 'rei-network', PUMP: 'pump-token'}

/**
 * The coins of the newest seed, by their ids too, and the shipped pairs. They never change, and take long to
 * invent.
 */
let invented: {seed: number; pairs: ShippedPair[]; coins: Coin[]; byId: Map<string, Coin>} | undefined

function coinsOf(seed: number) {
  if (invented?.seed === seed) return invented
  const pairs = shippedPairs()
  const coins = inventCoins(seed, pairs)
  invented = {seed, pairs, coins, byId: new Map(coins.map((coin) => [coin.id, coin]))}
  return invented
}

/**
 * Creates the scenario of a seed. `tradesPerSecond`: mean number of trades per symbol. `outliers`: the
 * fraction of trades with a wrong price.
 */
export function createScenario(seed: number, tradesPerSecond = 1, outliers = 0): Scenario {
  const {pairs, coins, byId} = coinsOf(seed)
  const listed = pairs.flatMap(({symbol, coingecko_id: id}) => {
    const coin = byId.get(mistaken[symbol] ?? id)
    return coin ? [{symbol, coin}] : []
  })
  const {members, changes} = inventMembers(seed)
  return {
    seed,
    usd: usdOf,
    members,
    // they are in the order of their launches
    coins: (atMs) => coins.slice(0, coins.findLastIndex(({bornMs}) => bornMs <= atMs) + 1),
    coin: (id) => byId.get(id),
    bithumb: inventExchange(seed, listed, coins.slice(foundingCoins)),
    indexChanges: changes,
    reports: (symbol, fromMs, toMs, atMs) => reportsOf(seed, symbol, fromMs, toMs, atMs),
    news: inventNews(seed),
    trades: inventTrades(seed, {perSecond: tradesPerSecond, outliers}, members),
    accounts: inventAccounts(seed),
    truths: inventTruths(seed),
    series: inventMacro(seed),
  }
}
