/**
 * Pairs of coins on the exchanges of the world, as CoinGecko sees them: price, volume, and which are not to
 * be trusted.
 */
import {dayMs, hourMs, minuteMs} from '../lib/time.js'
import type {Coin} from './coins.js'
import {stable} from './coin-sizes.js'
import type {World} from './scenario.js'

export interface Pair {
  coin: Coin
  exchange: string
  base: string
  target: string
  targetCoin: Coin | undefined
  /** USD for one coin, as this exchange has it. */
  usd: number
  /** Units of the target for one coin. */
  last: number
  /** USD of 24 hours. */
  volumeUsd: number
  atMs: number
  isAnomaly: boolean
  isStale: boolean
  spread: number | null
}

/** Exchanges outside Korea, by CoinGecko's ids, with what they quote coins in. */
const venues: readonly (readonly [id: string, targets: readonly string[]])[] = [
  ['binance', ['USDT', 'USDC', 'BTC', 'FDUSD', 'TRY']],
  ['gdax', ['USD', 'EUR']],
  ['kraken', ['USD', 'EUR', 'USDT']],
  ['bybit_spot', ['USDT', 'USDC']],
  ['okex', ['USDT', 'USD']],
  ['gate', ['USDT']],
  ['kucoin', ['USDT', 'BTC']],
  ['mxc', ['USDT']],
]
const others = ['gate', 'kucoin', 'mxc']
const fiat: Readonly<Record<string, number>> = {USD: 1, EUR: 1.1696, TRY: 0.0233, FDUSD: 1}
const quoteCoins: Readonly<Record<string, string>> = {
  USDT: 'tether',
  USDC: 'usd-coin',
  BTC: 'bitcoin',
  ETH: 'ethereum',
}
/** Chance numbers of a coin's stream that nothing else draws. */
const lane = 60

/**
 * The exchange on which most of a coin is traded; its price is the coin's own. The others differ by some
 * tenths of a percent.
 */
function mainVenue(coin: Coin): string {
  if (stable.has(coin.id)) return 'kraken'
  return coin.chance.uniform(50, lane) < 0.7
    ? 'binance'
    : coin.chance.pick(51, ['okex', 'bybit_spot', 'gdax'], lane)
}

/**
 * Every pair whose base is the coin, at the last full minute. More than half of the sound volume outside
 * Korea is the first pair of the main exchange, so that the volume-weighted median is the coin's price
 * whatever the others show.
 */
export function pairsOf(world: World, coin: Coin, atMs: number): Pair[] {
  if (coin.quality === 'unpriced') return []
  const at = Math.floor(atMs / minuteMs) * minuteMs
  const tradedUsd = world.usd(coin, at) * coin.supply * (0.01 + 0.05 * coin.chance.uniform(52, lane))
  const main = mainVenue(coin)
  const pairs = [...koreanPairs(world, coin, at, tradedUsd)]
  for (const [place, [exchange, targets]] of venues.entries()) {
    const isMain = exchange === main
    if (!isMain && coin.chance.uniform(53 + place, lane) > (others.includes(exchange) ? 0.3 : 0.55)) continue
    for (const [nth, target] of targets.entries()) {
      const n = 70 + place * 10 + nth
      if (quoteCoins[target] === coin.id || (nth > 0 && coin.chance.uniform(n, lane) > 0.5)) continue
      pairs.push(pairAt({coin, exchange, target, n, isFirst: isMain && nth === 0}, {world, at, tradedUsd}))
    }
  }
  return pairs
}

interface Quoted {
  coin: Coin
  exchange: string
  target: string
  /** Numbers the pair among those of the coin. */
  n: number
  /** The first pair of the main exchange, which is never wrong. */
  isFirst: boolean
}

/** `tradedUsd`: what is traded of the coin in a day everywhere. */
function pairAt(
  {coin, exchange, target, n, isFirst}: Quoted,
  {world, at, tradedUsd}: {world: World; at: number; tradedUsd: number},
): Pair {
  const id = quoteCoins[target]
  const targetCoin = id === undefined ? undefined : world.coin(id)
  const luck = isFirst ? 1 : coin.chance.uniform(n, lane + 1 + Math.floor(at / dayMs))
  const {isAnomaly, isStale, ageMs} = soundness(luck)
  const noise = 0.004 * coin.chance.noise(at / dayMs, lane + n)
  const error = isFirst ? 0 : isAnomaly ? 0.25 + 5 * luck : noise
  // An anomaly is often one of volume as well.
  const share = isFirst ? 0.6 : isAnomaly ? 4 : 0.02 * coin.chance.uniform(n, lane + 2)
  const usd = world.usd(coin, Math.max(coin.bornMs, at - ageMs)) * (1 + error)
  return {
    coin,
    exchange,
    base: exchange === 'kraken' && coin.id === 'bitcoin' ? 'XBT' : coin.symbol.toUpperCase(),
    target,
    targetCoin,
    usd,
    last: usd / (targetCoin ? world.usd(targetCoin, at) : (fiat[target] ?? 1)),
    volumeUsd: tradedUsd * share,
    atMs: at - ageMs,
    isAnomaly,
    isStale,
    spread: luck < 0.12 ? null : 0.01 + 0.4 * luck,
  }
}

/** Of 100 pairs 3 show an anomaly, and 4 are days old. The anomalies and 2 more are three hours late. */
function soundness(luck: number): {isAnomaly: boolean; isStale: boolean; ageMs: number} {
  const isStale = luck >= 0.03 && luck < 0.07
  const lateMs = luck < 0.09 ? 3 * hourMs : 0
  return {isAnomaly: luck < 0.03, isStale, ageMs: isStale ? Math.ceil(luck * 1000) * dayMs : lateMs}
}

/**
 * Bithumb while it lists the coin, and Upbit, which trades more of those that it has. A won price is the mean
 * of a minute's trades: it lies between the price steps.
 */
function* koreanPairs(world: World, coin: Coin, at: number, traded: number): Generator<Pair> {
  const markets = world.bithumb.markets(at).filter((market) => market.coin === coin && market.quote === 'KRW')
  const isAtUpbit = markets.length > 0 && coin.chance.uniform(54, lane) < 0.6
  const last = Number(world.bithumb.krw(coin, at).toPrecision(9))
  const pair = {
    coin,
    target: 'KRW',
    targetCoin: undefined,
    usd: last / world.bithumb.krwPerUsd(at),
    last,
    atMs: at,
    isAnomaly: false,
    isStale: false,
    spread: 0.1,
  }
  for (const {symbol} of markets) yield {...pair, exchange: 'bithumb', base: symbol, volumeUsd: traded * 0.05}
  if (isAtUpbit) yield {...pair, exchange: 'upbit', base: markets[0]!.symbol, volumeUsd: traded * 0.2}
}

/** Pairs of other coins that are quoted in this one: they stand on its page too. */
export function pairsQuotedIn(world: World, coin: Coin, atMs: number): Pair[] {
  if (!Object.values(quoteCoins).includes(coin.id)) return []
  const listed = [...new Set(world.bithumb.markets(atMs).map((market) => market.coin))]
  return listed
    .filter((one) => one !== coin)
    .flatMap((one) => pairsOf(world, one, atMs))
    .filter(({targetCoin}) => targetCoin === coin)
}
