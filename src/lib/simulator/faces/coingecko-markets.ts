/** CoinGecko's list of coins by size. */
import {dayMs} from '../../time.js'
import type {Coin} from '../coins.js'
import {type Ask, json, jsonList, NotSimulated, onlyKnown, type Reply} from '../face.js'
import {dayExtremes, type Quotes, type Ranked, refreshedMs, volumeOf} from '../quotes.js'
import type {World} from '../world.js'

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

export function coinMarkets(ask: Ask, world: World, quotes: Quotes): Reply {
  onlyKnown(ask.query, known)
  const currency = ask.query.get('vs_currency')
  if (!currency) return json({error: 'Missing parameter vs_currency'}, 422)
  const rate = rateOf(currency.toLowerCase(), world, ask.atMs)
  if (rate === undefined) return json({error: 'invalid vs_currency'}, 422)
  const perPage = Number(ask.query.get('per_page') ?? 100)
  const page = Number(ask.query.get('page') ?? 1)
  if (!Number.isInteger(perPage) || perPage < 1 || perPage > 250 || !Number.isInteger(page) || page < 1)
    return json({error: 'invalid per_page or page'}, 422)
  if (ask.query.get('sparkline') === 'true') throw new NotSimulated('sparkline=true')

  const ids = ask.query
    .get('ids')
    ?.split(',')
    .map((id) => id.trim())
    .filter(Boolean)
  const wanted = ids === undefined ? undefined : new Set(ids)
  const ranking = quotes
    .ranking(world, ask.atMs)
    .filter(({coin}) => wanted === undefined || wanted.has(coin.id))
  const order = ask.query.get('order') ?? 'market_cap_desc'
  const sorted = sort(ranking, order, ask.atMs)
  const spanNames = (ask.query.get('price_change_percentage') ?? '')
    .split(',')
    .filter((name) => name in spans)
  const withRehypothecated = ask.query.get('include_rehypothecated') === 'true'
  const shown = {rate, spanNames, withRehypothecated, atMs: ask.atMs}
  const rows = sorted
    .slice((page - 1) * perPage, page * perPage)
    .map((ranked) => row(ranked, shown, world, quotes))
  return jsonList(rows, spoil, undefined, fresh)
}

/** Units of the currency for one USD. */
function rateOf(currency: string, world: World, atMs: number): number | undefined {
  if (currency === 'usd') return 1
  if (currency === 'krw') return world.bithumb.krwPerUsd(atMs)
  const coin = {btc: world.coin('bitcoin'), eth: world.coin('ethereum')}[currency]
  return coin && 1 / world.usd(coin, atMs)
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
  /** Units of the asked currency for one USD. */
  rate: number
  spanNames: readonly string[]
  withRehypothecated: boolean
  atMs: number
}

function row(
  {coin, rank, rankWithRehypothecated}: Ranked,
  {rate, spanNames, withRehypothecated, atMs}: Shown,
  world: World,
  quotes: Quotes,
) {
  const at = Math.max(coin.bornMs, refreshedMs(coin, atMs))
  const hasPrice = coin.quality !== 'unpriced'
  const isVerified = coin.quality === 'whole'
  const usd = world.usd(coin, at)
  const before = world.usd(coin, Math.max(coin.bornMs, at - dayMs))
  const day = dayExtremes(world, coin, at)
  const ever = hasPrice ? quotes.allTime(world, coin, at) : undefined
  const change = (usd / before - 1) * 100
  const cap = usd * coin.supply * rate
  const high = Math.max(ever?.high ?? 0, day.high)
  const low = Math.min(ever?.low ?? Infinity, day.low)
  const iso = (ms: number) => new Date(ms + coin.chance.whole(32, 0, 999)).toISOString()
  const price = (value: number) => (hasPrice ? amount(value * rate) : null)
  return {
    id: coin.id,
    symbol: coin.symbol,
    name: coin.name,
    image: imageOf(coin),
    current_price: price(usd),
    market_cap: !hasPrice ? null : isVerified ? whole(cap) : 0,
    market_cap_rank: rank,
    fully_diluted_valuation:
      hasPrice && isVerified ? whole((cap * (coin.maxSupply ?? coin.supply)) / coin.supply) : null,
    total_volume: hasPrice ? whole(volumeOf(coin, cap, at)) : null,
    high_24h: price(day.high),
    low_24h: price(day.low),
    price_change_24h: hasPrice ? (usd - before) * rate : null,
    price_change_percentage_24h: hasPrice ? rounded(change) : null,
    market_cap_change_24h: hasPrice && isVerified ? (usd - before) * coin.supply * rate : null,
    market_cap_change_percentage_24h: hasPrice && isVerified ? rounded(change) : null,
    circulating_supply: isVerified ? coin.supply : 0,
    total_supply:
      coin.chance.uniform(33) < 0.05
        ? null
        : coin.maxSupply === null
          ? coin.supply
          : Math.max(coin.supply, Math.round(coin.maxSupply * 0.97)),
    max_supply: coin.maxSupply,
    ath: price(high),
    ath_change_percentage: hasPrice ? rounded((usd / high - 1) * 100) : null,
    ath_date: ever ? iso(high === ever.high ? ever.highMs : day.highMs) : null,
    atl: price(low),
    atl_change_percentage: hasPrice ? rounded((usd / low - 1) * 100) : null,
    atl_date: ever ? iso(low === ever.low ? ever.lowMs : day.lowMs) : null,
    roi:
      coin.chance.uniform(34) < 0.03
        ? {times: rounded(usd / low), currency: 'usd', percentage: rounded((usd / low) * 100)}
        : null,
    last_updated: hasPrice ? new Date(at).toISOString() : null,
    ...(withRehypothecated ? {market_cap_rank_with_rehypothecated: rankWithRehypothecated} : {}),
    ...Object.fromEntries(
      spanNames.map((name) => [
        `price_change_percentage_${name}_in_currency`,
        changeSince(coin, spans[name] ?? dayMs, usd, at, hasPrice, world),
      ]),
    ),
  }
}

function changeSince(
  coin: Coin,
  spanMs: number,
  usd: number,
  at: number,
  hasPrice: boolean,
  world: World,
): number | null {
  return hasPrice && at - spanMs >= coin.bornMs ? (usd / world.usd(coin, at - spanMs) - 1) * 100 : null
}

function imageOf(coin: Coin): string {
  const number = coin.chance.whole(35, 1, 70_000)
  return coin.chance.uniform(36) < 0.01
    ? 'missing_large.png'
    : `https://coin-images.coingecko.com/coins/images/${number}/large/${encodeURIComponent(coin.id)}.png?1696501400`
}

/** Whole units above 10,000, six digits below. */
function amount(value: number): number {
  return value >= 10_000 ? Math.round(value) : Number(value.toPrecision(6))
}

function whole(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(6))
}

function rounded(percent: number): number {
  return Number(percent.toFixed(5))
}

function spoil(item: object, variant: number): unknown {
  const kinds = [
    {...item, id: null},
    {...item, name: 'a name with \u0000 in it'},
    {...item, current_price: -1},
    {...item, symbol: undefined},
  ]
  return kinds[variant % kinds.length]
}
