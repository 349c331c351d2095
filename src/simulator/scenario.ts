/**
 * One small world from which every provider's face is drawn, so that joins between providers make sense. It
 * is a function of (seed, entity, instant): nothing in it changes when another entity or provider is added,
 * and no instant depends on one that was asked for before.
 */
import {inventNews, type News} from './articles.js'
import {foundingCoins, inventCoins, usdOf, type Coin} from './coins.js'
import {shippedPairs} from './shipped-pairs.js'
import {inventMacro, type Series} from './macro.js'
import {inventExchange, type Exchange} from './markets.js'
import {inventMembers, type Change, type Member} from './members.js'
import {inventAccounts, type Accounts} from './posts.js'
import {reportsOf, type Report} from './reports.js'
import {inventTruths, type Truths} from './truths.js'

export interface World {
  seed: number
  /** Coins that exist at the instant, in no order of rank. */
  coins(atMs: number): Coin[]
  coin(id: string): Coin | undefined
  /** USD; also for a coin that no market quotes. */
  usd(coin: Coin, atMs: number): number
  /** Bithumb: markets, won prices, and the premium that a report on it must find again. */
  bithumb: Exchange
  members(atMs: number): Member[]
  indexChanges(atMs: number): Change[]
  /** Reports of a company whose true day lies between two instants, as they are known at a third. */
  reports(symbol: string, fromMs: number, toMs: number, atMs: number): Report[]
  news: News
  /** Who posts on X, and what. */
  accounts: Accounts
  /** Who posts on Truth Social, what, and which tags are on the rise. */
  truths: Truths
  /** By FRED's id. */
  series: ReadonlyMap<string, Series>
}

/**
 * Markets that in this world trade another coin of the same symbol than the shipped pair says: the two that
 * the list itself marks as doubtful. Name and price give them away.
 */
const mistaken: Readonly<Record<string, string>> = {REI: 'rei-network', PUMP: 'pump-token'}

export function createWorld(seed: number): World {
  const pairs = shippedPairs()
  const coins = inventCoins(seed, pairs)
  const byId = new Map(coins.map((coin) => [coin.id, coin]))
  const listed = pairs.flatMap(({symbol, coingecko_id: id}) => {
    const coin = byId.get(mistaken[symbol] ?? id)
    return coin ? [{symbol, coin}] : []
  })
  const {members, changes} = inventMembers(seed)
  return {
    seed,
    usd: usdOf,
    members,
    coins: (atMs) => coins.filter((coin) => coin.bornMs <= atMs),
    coin: (id) => byId.get(id),
    bithumb: inventExchange(seed, listed, coins.slice(foundingCoins)),
    indexChanges: changes,
    reports: (symbol, fromMs, toMs, atMs) => reportsOf(seed, symbol, fromMs, toMs, atMs),
    news: inventNews(seed),
    accounts: inventAccounts(seed),
    truths: inventTruths(seed),
    series: inventMacro(seed),
  }
}
