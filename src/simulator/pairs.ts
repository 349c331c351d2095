/**
 * Pairs of coins on the exchanges of the scenario, as CoinGecko reports them: price, volume, and signs of bad
 * quotes.
 */
import {dayMs, hourMs, minuteMs} from '../lib/time.js'
import type {Coin} from './coins.js'
import {stable} from './coin-sizes.js'
import type {Scenario} from './scenario.js'

export interface CoinPair {
  coin: Coin
  exchange: string
  base: string
  target: string
  targetCoin: Coin | undefined
  /** USD for one coin on this exchange. */
  usd: number
  /** Units of the target for one coin. */
  last: number
  /** Volume of 24 hours in USD. */
  volumeUsd: number
  atMs: number
  isAnomaly: boolean
  isStale: boolean
  spread: number | null
}

/** Exchanges outside Korea by their id at CoinGecko, with the currencies in which they quote coins. */
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
/** First lane of a coin's stream that only this file draws from. */
const lane = 60

/**
 * The exchange with most of a coin's trades. Its price is the coin's price; the others differ by some tenths
 * of a percent.
 */
function mainVenue(coin: Coin): string {
  if (stable.has(coin.id)) return 'kraken'
  return coin.chance.uniform(50, lane) < 0.7
    ? 'binance'
    : coin.chance.pick(51, ['okex', 'bybit_spot', 'gdax'], lane)
}

/**
 * Every pair whose base is the coin, at the last full minute. The first pair of the main exchange has more
 * than half of the valid volume outside Korea. The volume-weighted median is therefore the coin's price,
 * whatever the other pairs show.
 */
export function pairsOf(scenario: Scenario, coin: Coin, atMs: number): CoinPair[] {
  if (coin.quality === 'unpriced') return []
  const at = Math.floor(atMs / minuteMs) * minuteMs
  const tradedUsd = scenario.usd(coin, at) * coin.supply * (0.01 + 0.05 * coin.chance.uniform(52, lane))
  const main = mainVenue(coin)
  const pairs = [...koreanPairs(scenario, coin, at, tradedUsd)]
  for (const [index, [exchange, targets]] of venues.entries()) {
    const isMain = exchange === main
    if (!isMain && coin.chance.uniform(53 + index, lane) > (others.includes(exchange) ? 0.3 : 0.55)) continue
    for (const [nth, target] of targets.entries()) {
      const n = 70 + index * 10 + nth
      if (quoteCoins[target] === coin.id || (nth > 0 && coin.chance.uniform(n, lane) > 0.5)) continue
      pairs.push(pairAt({coin, exchange, target, n, isFirst: isMain && nth === 0}, {scenario, at, tradedUsd}))
    }
  }
  return pairs
}

interface Quoted {
  coin: Coin
  exchange: string
  target: string
  /** Number of the pair among those of the coin. */
  n: number
  /** True for the first pair of the main exchange, whose quote is always right. */
  isFirst: boolean
}

/** The quote of a pair. `tradedUsd`: a day's volume of the coin on all exchanges. */
function pairAt(
  {coin, exchange, target, n, isFirst}: Quoted,
  {scenario, at, tradedUsd}: {scenario: Scenario; at: number; tradedUsd: number},
): CoinPair {
  const id = quoteCoins[target]
  const targetCoin = id === undefined ? undefined : scenario.coin(id)
  const draw = isFirst ? 1 : coin.chance.uniform(n, lane + 1 + Math.floor(at / dayMs))
  const {isAnomaly, isStale, ageMs} = qualityOf(draw)
  const noise = 0.004 * coin.chance.noise(at / dayMs, lane + n)
  const error = isFirst ? 0 : isAnomaly ? 0.25 + 5 * draw : noise
  // An anomaly of the price comes with an anomalous volume.
  const share = isFirst ? 0.6 : isAnomaly ? 4 : 0.02 * coin.chance.uniform(n, lane + 2)
  const usd = scenario.usd(coin, Math.max(coin.bornMs, at - ageMs)) * (1 + error)
  return {
    coin,
    exchange,
    base: exchange === 'kraken' && coin.id === 'bitcoin' ? 'XBT' : coin.symbol.toUpperCase(),
    target,
    targetCoin,
    usd,
    last: usd / (targetCoin ? scenario.usd(targetCoin, at) : (fiat[target] ?? 1)),
    volumeUsd: tradedUsd * share,
    atMs: at - ageMs,
    isAnomaly,
    isStale,
    spread: draw < 0.12 ? null : 0.01 + 0.4 * draw,
  }
}

/**
 * Quality of a quote: 3 of 100 are anomalies, and 4 are days old. The anomalies and 2 others are three hours
 * late.
 */
function qualityOf(draw: number): {isAnomaly: boolean; isStale: boolean; ageMs: number} {
  const isStale = draw >= 0.03 && draw < 0.07
  const lateMs = draw < 0.09 ? 3 * hourMs : 0
  return {isAnomaly: draw < 0.03, isStale, ageMs: isStale ? Math.ceil(draw * 1000) * dayMs : lateMs}
}

/**
 * Pairs at Bithumb while it lists the coin, and at Upbit, with a larger volume. A won price is the mean of a
 * minute's trades, so it lies between the price steps.
 */
function* koreanPairs(scenario: Scenario, coin: Coin, at: number, traded: number): Generator<CoinPair> {
  const markets = scenario.bithumb
    .markets(at)
    .filter((market) => market.coin === coin && market.quote === 'KRW')
  const isAtUpbit = markets.length > 0 && coin.chance.uniform(54, lane) < 0.6
  const last = Number(scenario.bithumb.krw(coin, at).toPrecision(9))
  const pair = {
    coin,
    target: 'KRW',
    targetCoin: undefined,
    usd: last / scenario.bithumb.krwPerUsd(at),
    last,
    atMs: at,
    isAnomaly: false,
    isStale: false,
    spread: 0.1,
  }
  for (const {symbol} of markets) yield {...pair, exchange: 'bithumb', base: symbol, volumeUsd: traded * 0.05}
  if (isAtUpbit) yield {...pair, exchange: 'upbit', base: markets[0]!.symbol, volumeUsd: traded * 0.2}
}

/** Pairs of other coins that are quoted in this one. The coin's page shows them too. */
export function pairsQuotedIn(scenario: Scenario, coin: Coin, atMs: number): CoinPair[] {
  if (!Object.values(quoteCoins).includes(coin.id)) return []
  const listed = [...new Set(scenario.bithumb.markets(atMs).map((market) => market.coin))]
  return listed
    .filter((one) => one !== coin)
    .flatMap((one) => pairsOf(scenario, one, atMs))
    .filter(({targetCoin}) => targetCoin === coin)
}
