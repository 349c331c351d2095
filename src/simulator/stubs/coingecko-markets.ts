/** CoinGecko's list of coins by capitalisation. */
import {dayMs} from '../../lib/time.js'
import type {Coin} from '../coins.js'
import {type StubRequest, json, jsonList, NotSimulated, onlyKnown, type Reply} from '../stub.js'
import {dayExtremes, type Extremes, type Quotes, type Ranked, refreshedMs, volumeOf} from '../quotes.js'
import type {Scenario} from '../scenario.js'

const known = [
  'vs_currency',
  'ids',
  'order',
  'per_page',
  'page',
  'sparkline',
  'price_change_percentage',
  'locale',
  'precision',
  'include_rehypothecated',
  'x_cg_demo_api_key',
]
const fresh = {'cache-control': 'max-age=30, public, must-revalidate, s-maxage=60'}
const spans: Readonly<Record<string, number>> = {
  '1h': dayMs / 24,
  '24h': dayMs,
  '7d': 7 * dayMs,
  '14d': 14 * dayMs,
  '30d': 30 * dayMs,
  '200d': 200 * dayMs,
  '1y': 365 * dayMs,
}

export function coinMarketsReply(request: StubRequest, scenario: Scenario, quotes: Quotes): Reply {
  onlyKnown(request.query, known)
  const currency = request.query.get('vs_currency')
  if (!currency) return json({error: 'Missing parameter vs_currency'}, 422)
  const rate = rateOf(currency.toLowerCase(), scenario, request.atMs)
  if (rate === undefined) return json({error: 'invalid vs_currency'}, 422)
  const perPage = Number(request.query.get('per_page') ?? 100)
  const page = Number(request.query.get('page') ?? 1)
  if (!Number.isInteger(perPage) || perPage < 1 || perPage > 250 || !Number.isInteger(page) || page < 1)
    return json({error: 'invalid per_page or page'}, 422)
  if (request.query.get('sparkline') === 'true') throw new NotSimulated('sparkline=true')

  const ids = request.query
    .get('ids')
    ?.split(',')
    .map((id) => id.trim())
    .filter(Boolean)
  const requested = ids === undefined ? undefined : new Set(ids)
  const ranking = quotes
    .ranking(scenario, request.atMs)
    .filter(({coin}) => requested === undefined || requested.has(coin.id))
  const order = request.query.get('order') ?? 'market_cap_desc'
  const sorted = sort(ranking, order, request.atMs)
  const spanNames = (request.query.get('price_change_percentage') ?? '')
    .split(',')
    .filter((name) => name in spans)
  const withRehypothecated = request.query.get('include_rehypothecated') === 'true'
  const shown = {rate, spanNames, withRehypothecated, atMs: request.atMs}
  const rows = sorted
    .slice((page - 1) * perPage, page * perPage)
    .map((ranked) => row(ranked, shown, scenario, quotes))
  return jsonList(rows, corrupt, undefined, fresh)
}

/** Units of the currency for one USD. */
function rateOf(currency: string, scenario: Scenario, atMs: number): number | undefined {
  if (currency === 'usd') return 1
  if (currency === 'krw') return scenario.bithumb.krwPerUsd(atMs)
  const coin = {btc: scenario.coin('bitcoin'), eth: scenario.coin('ethereum')}[currency]
  return coin && 1 / scenario.usd(coin, atMs)
}

function sort(ranking: readonly Ranked[], order: string, atMs: number): readonly Ranked[] {
  if (order === 'market_cap_desc') return ranking
  if (order === 'market_cap_asc') return ranking.toReversed()
  if (order === 'id_asc') return ranking.toSorted((a, b) => (a.coin.id < b.coin.id ? -1 : 1))
  if (order === 'id_desc') return ranking.toSorted((a, b) => (a.coin.id > b.coin.id ? -1 : 1))
  const volume = new Map(ranking.map((one) => [one, volumeOf(one.coin, one.marketCap, atMs)]))
  const byVolume = ranking.toSorted((a, b) => (volume.get(b) ?? 0) - (volume.get(a) ?? 0))
  if (order === 'volume_desc') return byVolume
  if (order === 'volume_asc') return byVolume.reverse()
  throw new NotSimulated(`order=${order}`)
}

interface Shown {
  /** Units of the requested currency for one USD. */
  rate: number
  spanNames: readonly string[]
  withRehypothecated: boolean
  atMs: number
}

/** A coin at the instant of its last refresh. */
interface Now {
  coin: Coin
  at: number
  /** Units of the requested currency for one USD. */
  rate: number
  usd: number
  /** Price in USD a day earlier. */
  before: number
  /** High and low of the day. */
  day: Extremes
}

function row(
  {coin, rank, rankWithRehypothecated}: Ranked,
  {rate, spanNames, withRehypothecated, atMs}: Shown,
  scenario: Scenario,
  quotes: Quotes,
) {
  const at = Math.max(coin.bornMs, refreshedMs(coin, atMs))
  const now: Now = {
    coin,
    at,
    rate,
    usd: scenario.usd(coin, at),
    before: scenario.usd(coin, Math.max(coin.bornMs, at - dayMs)),
    day: dayExtremes(scenario, coin, at),
  }
  return {
    id: coin.id,
    symbol: coin.symbol,
    name: coin.name,
    image: imageOf(coin),
    ...sizeColumns(now, rank),
    ...supplyColumns(coin),
    ...recordColumns(now, hasPrice(coin) ? quotes.allTime(scenario, coin, at) : undefined),
    last_updated: hasPrice(coin) ? new Date(at).toISOString() : null,
    ...(withRehypothecated ? {market_cap_rank_with_rehypothecated: rankWithRehypothecated} : {}),
    ...Object.fromEntries(
      spanNames.map((name) => [
        `price_change_percentage_${name}_in_currency`,
        changeSince(now, spans[name] ?? dayMs, scenario),
      ]),
    ),
  }
}

function hasPrice(coin: Coin): boolean {
  return coin.quality !== 'unpriced'
}

/** Columns of prices and sizes, and of their changes in a day. */
function sizeColumns({coin, at, rate, usd, before, day}: Now, rank: number | null) {
  const isVerified = coin.quality === 'whole'
  const ifPriced = <T>(value: T) => (hasPrice(coin) ? value : null)
  const ifVerified = <T>(value: T) => (isVerified ? value : null)
  const cap = usd * coin.supply * rate
  const change = rounded((usd / before - 1) * 100)
  return {
    current_price: ifPriced(amount(usd * rate)),
    market_cap: ifPriced(isVerified ? whole(cap) : 0),
    market_cap_rank: rank,
    fully_diluted_valuation: ifVerified(whole((cap * (coin.maxSupply ?? coin.supply)) / coin.supply)),
    total_volume: ifPriced(whole(volumeOf(coin, cap, at))),
    high_24h: ifPriced(amount(day.high * rate)),
    low_24h: ifPriced(amount(day.low * rate)),
    price_change_24h: ifPriced((usd - before) * rate),
    price_change_percentage_24h: ifPriced(change),
    market_cap_change_24h: ifVerified((usd - before) * coin.supply * rate),
    market_cap_change_percentage_24h: ifVerified(change),
  }
}

function supplyColumns(coin: Coin) {
  const total =
    coin.maxSupply === null ? coin.supply : Math.max(coin.supply, Math.round(coin.maxSupply * 0.97))
  return {
    circulating_supply: coin.quality === 'whole' ? coin.supply : 0,
    total_supply: coin.chance.uniform(33) < 0.05 ? null : total,
    max_supply: coin.maxSupply,
  }
}

/** Columns of the all-time high and low, which may be of the last day. `ever`: undefined without a price. */
function recordColumns({coin, rate, usd, day}: Now, ever: Extremes | undefined) {
  const high = Math.max(ever?.high ?? 0, day.high)
  const low = Math.min(ever?.low ?? Infinity, day.low)
  const iso = (ms: number) => new Date(ms + coin.chance.whole(32, 0, 999)).toISOString()
  const none = {
    ath: null,
    ath_change_percentage: null,
    ath_date: null,
    atl: null,
    atl_change_percentage: null,
    atl_date: null,
  }
  const records = ever && {
    ath: amount(high * rate),
    ath_change_percentage: rounded((usd / high - 1) * 100),
    ath_date: iso(high === ever.high ? ever.highMs : day.highMs),
    atl: amount(low * rate),
    atl_change_percentage: rounded((usd / low - 1) * 100),
    atl_date: iso(low === ever.low ? ever.lowMs : day.lowMs),
  }
  const times = {times: rounded(usd / low), currency: 'usd', percentage: rounded((usd / low) * 100)}
  return {...(records ?? none), roi: coin.chance.uniform(34) < 0.03 ? times : null}
}

/** Change in percent over a span; null if the coin was launched within it. */
function changeSince({coin, at, usd}: Now, spanMs: number, scenario: Scenario): number | null {
  const isKnown = hasPrice(coin) && at - spanMs >= coin.bornMs
  return isKnown ? (usd / scenario.usd(coin, at - spanMs) - 1) * 100 : null
}

function imageOf(coin: Coin): string {
  const number = coin.chance.whole(35, 1, 70_000)
  return coin.chance.uniform(36) < 0.01
    ? 'missing_large.png'
    : `https://coin-images.coingecko.com/coins/images/${number}/large/${encodeURIComponent(coin.id)}.png?1696501400`
}

/** Rounds to whole units from 10,000 up, otherwise to six digits. */
function amount(value: number): number {
  return value >= 10_000 ? Math.round(value) : Number(value.toPrecision(6))
}

function whole(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(6))
}

function rounded(percent: number): number {
  return Number(percent.toFixed(5))
}

function corrupt(item: object, variant: number): unknown {
  const kinds = [
    {...item, id: null},
    {...item, name: 'a name with \u0000 in it'},
    {...item, current_price: -1},
    {...item, symbol: undefined},
  ]
  return kinds[variant % kinds.length]
}
