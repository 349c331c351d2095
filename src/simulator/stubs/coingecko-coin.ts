/** Answers of CoinGecko about one coin: its quotes on exchanges, and its profile. */
import {dayMs, isoDay, minuteMs} from '../../lib/time.js'
import type {Coin} from '../coins.js'
import {type StubRequest, json, jsonList, NotSimulated, onlyKnown, type Reply} from '../stub.js'
import {type CoinPair, pairsOf, pairsQuotedIn} from '../pairs.js'
import {dayExtremes, type Quotes, volumeOf} from '../quotes.js'
import type {Scenario} from '../scenario.js'
import {exchangeName} from './coingecko-exchanges.js'

const tickersPerPage = 100
const notFound = () => json({error: 'coin not found'}, 404)
const fresh = {'cache-control': 'public, max-age=30'}

/** The coin, if it exists at the time of the request. */
function known(id: string, request: StubRequest, scenario: Scenario): Coin | undefined {
  const coin = scenario.coin(id)
  return coin && coin.bornMs <= request.atMs ? coin : undefined
}

export function coinTickersReply(id: string, request: StubRequest, scenario: Scenario): Reply {
  onlyKnown(request.query, [
    'exchange_ids',
    'include_exchange_logo',
    'page',
    'order',
    'depth',
    'x_cg_demo_api_key',
  ])
  if (request.query.get('depth') === 'true') throw new NotSimulated('depth=true')
  const coin = known(id, request, scenario)
  if (!coin) return notFound()
  const page = Number(request.query.get('page') ?? 1)
  const order = request.query.get('order') ?? 'trust_score_desc'
  if (!['trust_score_desc', 'volume_desc'].includes(order)) throw new NotSimulated(`order=${order}`)
  const requested = request.query.get('exchange_ids')?.split(',').filter(Boolean)
  const pairs = [...pairsOf(scenario, coin, request.atMs), ...pairsQuotedIn(scenario, coin, request.atMs)]
    .filter(({exchange}) => requested === undefined || requested.includes(exchange))
    .sort((a, b) => b.volumeUsd - a.volumeUsd || (a.exchange < b.exchange ? -1 : 1))
  const rows = pairs
    .slice((page - 1) * tickersPerPage, page * tickersPerPage)
    .map((pair) => ticker(pair, scenario))
  const corrupt = (row: object, variant: number) =>
    variant % 2 === 0 ? {...row, last: -1} : {...row, timestamp: 'yesterday'}
  return jsonList(rows, corrupt, (all) => ({name: coin.name.trim(), tickers: all}), {
    ...fresh,
    'per-page': String(tickersPerPage),
    total: String(pairs.length),
  })
}

function ticker(pair: CoinPair, scenario: Scenario) {
  const {coin, targetCoin, usd, atMs} = pair
  const [btc, eth] = ['bitcoin', 'ethereum'].map((id) => scenario.usd(scenario.coin(id)!, atMs))
  const converted = (value: number) => ({
    btc: digits(value / btc!),
    eth: digits(value / eth!),
    usd: digits(value),
  })
  const at = `${new Date(atMs).toISOString().slice(0, 19)}+00:00`
  return {
    base: pair.base,
    target: pair.target,
    market: {name: exchangeName.get(pair.exchange), identifier: pair.exchange, has_trading_incentive: false},
    last: Number(pair.last.toPrecision(9)),
    volume: pair.volumeUsd / usd,
    converted_last: converted(usd),
    converted_volume: converted(pair.volumeUsd),
    trust_score: coin.chance.uniform(55) < 0.1 ? 'green' : null,
    bid_ask_spread_percentage: pair.spread,
    timestamp: at,
    last_traded_at: at,
    last_fetch_at: at,
    is_anomaly: pair.isAnomaly,
    is_stale: pair.isStale,
    trade_url:
      coin.chance.uniform(56) < 0.1
        ? null
        : `https://exchange.example/${encodeURIComponent(pair.exchange)}/${encodeURIComponent(`${pair.base}_${pair.target}`)}`,
    token_info_url: null,
    coin_id: coin.id,
    ...(targetCoin ? {target_coin_id: targetCoin.id} : {}),
    coin_mcap_usd: coin.quality === 'whole' ? scenario.usd(coin, atMs) * coin.supply : 0,
  }
}

/** Rounds like CoinGecko: to whole units from a million up, otherwise to seven digits. */
function digits(value: number): number {
  return value >= 1e6 ? Math.round(value) : Number(value.toPrecision(7))
}

export function coinProfileReply(
  id: string,
  request: StubRequest,
  scenario: Scenario,
  quotes: Quotes,
): Reply {
  onlyKnown(request.query, [
    'localization',
    'tickers',
    'market_data',
    'community_data',
    'developer_data',
    'sparkline',
    'x_cg_demo_api_key',
  ])
  for (const part of ['localization', 'tickers', 'sparkline'])
    if (request.query.get(part) !== 'false') throw new NotSimulated(`${part} other than false`)
  const coin = known(id, request, scenario)
  if (!coin) return notFound()
  const {chance} = coin
  const at = Math.floor(request.atMs / minuteMs) * minuteMs
  const ranked = quotes.ranking(scenario, at).find((one) => one.coin === coin)
  const slug = encodeURIComponent(coin.id)
  const image = (size: string) =>
    `https://coin-images.coingecko.com/coins/images/${chance.whole(35, 1, 70_000)}/${size}/${slug}.png?1696501400`
  const dayOfGenesis =
    chance.uniform(41) < 0.4 ? isoDay(Date.UTC(2009, 0, 3) + chance.whole(42, 0, 5000) * dayMs) : null
  const followers = chance.uniform(43) < 0.7 ? null : chance.whole(44, 0, 900_000)
  const hasCode = chance.uniform(45) < 0.6
  const code = (n: number, most: number) => (hasCode ? chance.whole(n, 0, most) : null)
  return json(
    {
      id: coin.id,
      symbol: coin.symbol,
      name: coin.name,
      web_slug: coin.id,
      asset_platform_id: null,
      platforms: {'': ''},
      detail_platforms: {},
      block_time_in_minutes: 0,
      hashing_algorithm: null,
      categories: ['Layer 1 (L1)', null, 'Made up'].slice(0, chance.whole(46, 0, 3)),
      preview_listing: false,
      public_notice: null,
      additional_notices: [],
      description: {
        en:
          chance.uniform(47) < 0.2
            ? ''
            : `${coin.name} is a coin of an invented world.\r\n\r\nIts <a href="https://example.com/${slug}">paper</a> says why.`,
      },
      links: {
        homepage: [`https://${slug}.example/`, '', ''],
        whitepaper: '',
        blockchain_site: ['', `https://explorer.example/${slug}`, ''],
        official_forum_url: ['', '', ''],
        chat_url: ['', '', ''],
        announcement_url: ['', ''],
        twitter_screen_name: chance.uniform(48) < 0.8 ? slug.slice(0, 15) : '',
        facebook_username: '',
        bitcointalk_thread_identifier: null,
        telegram_channel_identifier: '',
        subreddit_url: chance.uniform(49) < 0.5 ? `https://www.reddit.com/r/${slug}/` : null,
        repos_url: {github: hasCode ? [`https://github.com/${slug}/${slug}`] : [], bitbucket: []},
      },
      image: {thumb: image('thumb'), small: image('small'), large: image('large')},
      country_origin: chance.uniform(57) < 0.2 ? 'KR' : '',
      genesis_date: dayOfGenesis,
      sentiment_votes_up_percentage: null,
      sentiment_votes_down_percentage: null,
      ico_data: null,
      watchlist_portfolio_users: chance.whole(58, 0, 2_000_000),
      market_cap_rank: ranked?.rank ?? null,
      market_data: marketOf(coin, at, ranked?.rank ?? null, scenario, quotes),
      community_data: {
        facebook_likes: null,
        twitter_followers: null,
        reddit_average_posts_48h: 0,
        reddit_subscribers: followers,
        telegram_channel_user_count: null,
      },
      developer_data: {
        forks: code(59, 30_000),
        stars: code(60, 60_000),
        subscribers: null,
        total_issues: code(61, 6000),
        closed_issues: code(62, 5000),
        commit_count_4_weeks: code(63, 400),
      },
      status_updates: [],
      last_updated: new Date(at).toISOString(),
    },
    200,
    fresh,
  )
}

/** Market data with amounts by currency, without amounts for a coin that no market quotes. */
function marketOf(coin: Coin, at: number, rank: number | null, scenario: Scenario, quotes: Quotes) {
  const rate = scenario.bithumb.krwPerUsd(at)
  const hasPrice = coin.quality !== 'unpriced'
  const usd = scenario.usd(coin, at)
  const since = (days: number) =>
    hasPrice && at - days * dayMs >= coin.bornMs
      ? (usd / scenario.usd(coin, at - days * dayMs) - 1) * 100
      : null
  const money = (value: number) =>
    hasPrice
      ? {
          usd: digits(value),
          krw: digits(value * rate),
          btc: digits(value / scenario.usd(scenario.coin('bitcoin')!, at)),
        }
      : {}
  const both = <T>(value: T) => (hasPrice ? {usd: value, krw: value} : {})
  const date = (ms: number) => both(new Date(ms).toISOString())
  const ever = quotes.allTime(scenario, coin, at)
  const day = dayExtremes(scenario, coin, at)
  const [high, low] = [Math.max(ever.high, day.high), Math.min(ever.low, day.low)]
  const cap = usd * coin.supply
  return {
    current_price: money(usd),
    total_value_locked: null,
    mcap_to_tvl_ratio: null,
    roi: null,
    ath: money(high),
    ath_change_percentage: both((usd / high - 1) * 100),
    ath_date: date(high === ever.high ? ever.highMs : day.highMs),
    atl: money(low),
    atl_change_percentage: both((usd / low - 1) * 100),
    atl_date: date(low === ever.low ? ever.lowMs : day.lowMs),
    market_cap: coin.quality === 'unverified' ? both(0) : money(cap),
    market_cap_rank: rank,
    total_volume: money(volumeOf(coin, cap, at)),
    high_24h: money(day.high),
    low_24h: money(day.low),
    price_change_24h: hasPrice ? usd - scenario.usd(coin, Math.max(coin.bornMs, at - dayMs)) : null,
    price_change_percentage_24h: since(1),
    price_change_percentage_7d: since(7),
    price_change_percentage_30d: since(30),
    total_supply: coin.supply,
    max_supply: coin.maxSupply,
    max_supply_infinite: coin.maxSupply === null,
    circulating_supply: coin.quality === 'whole' ? coin.supply : 0,
    last_updated: new Date(at).toISOString(),
  }
}
