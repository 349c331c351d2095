import {defineCollector, type Schedule} from '../define.js'
import {UnexpectedBody} from '../errors.js'
import {code} from '../codes.js'
import {count, day, decimal, describe, each, filled, isItem, isoTime, positive, textOrNull} from '../parse.js'
import {coingecko, coinProfile, coinSymbols, ids} from '../providers/coingecko.js'

type Item = Readonly<Record<string, unknown>>

/** 200 coins a day, so that the 1,000 largest take five days if the quota allows it. */
const daily200: Schedule = {cron: '0 17 * * *', zone: 'UTC', catchUp: 'latest', args: ['--limit', '200']}

/**
 * Profiles of the 1,000 largest coins. The first hundred come before the others; within each group the oldest
 * profile comes first. An absent metric is null, not 0.
 */
export const coinDetails = defineCollector({
  name: 'coin-details',
  summary: 'collect profiles of the 1,000 largest coins',
  schedule: [daily200],
  claim: {
    rank: 50,
    requests: 1000,
    everyDays: 5,
    atLeastEveryDays: 30,
    rationale:
      'descriptions, links and community figures of the first 1,000 coins change slowly, and their prices come with coingecko-ids',
  },
  targets: 'select_coingecko_detail_coins',
  dependsOn: ['fin ingest coingecko-ids'],
  every: '30 days',
  within: '49 days',
  tables: ['coingecko_coin_details'],
  key: ['coingecko_id'],
  sources: {
    coingecko: {
      provider: coingecko,
      request: ({target}) => coinProfile(target),
      parse: (body: unknown) => each([profile(body)], row),
    },
  },
})

function profile(body: unknown): Item {
  if (!isItem(body) || !isItem(body['links']) || typeof body['symbol'] !== 'string')
    throw new UnexpectedBody(`expected the profile of a coin, got ${describe(body)}`)
  return body
}

function row(coin: Item) {
  const [links, image, market, community, developer] = [
    'links',
    'image',
    'market_data',
    'community_data',
    'developer_data',
  ].map((part) => itemOf(coin[part]))
  const usd = (field: string) => itemOf(market?.[field])['usd'] ?? null
  const metric = (of: Item | undefined, field: string) => count(of?.[field] ?? null)
  const figure = (field: string) => decimal(market?.[field] ?? null)
  const score = (field: string) => decimal(coin[field] ?? null)
  return {
    coingecko_id: code(coin, 'id', ids),
    symbol: code(coin, 'symbol', coinSymbols).toUpperCase(),
    name: filled(coin, 'name'),
    web_slug: textOrNull(coin['web_slug']),
    description_en: textOrNull(itemOf(coin['description'])['en']),
    genesis_date: day(coin['genesis_date'] ?? null),
    country_origin: textOrNull(coin['country_origin']),
    homepage_url: firstOf(links?.['homepage']),
    blockchain_site: firstOf(links?.['blockchain_site']),
    twitter_screen_name: textOrNull(links?.['twitter_screen_name']),
    facebook_username: textOrNull(links?.['facebook_username']),
    telegram_channel_identifier: textOrNull(links?.['telegram_channel_identifier']),
    subreddit_url: textOrNull(links?.['subreddit_url']),
    github_repos: isItem(links?.['repos_url']) ? links['repos_url'] : null,
    image_thumb: textOrNull(image?.['thumb']),
    image_small: textOrNull(image?.['small']),
    image_large: textOrNull(image?.['large']),
    categories: Array.isArray(coin['categories']) ? (coin['categories'] as unknown[]) : null,
    current_price_usd: positive(usd('current_price')),
    current_price_krw: positive(itemOf(market?.['current_price'])['krw'] ?? null),
    market_cap_usd: positive(usd('market_cap')),
    market_cap_rank: count(coin['market_cap_rank'] ?? market?.['market_cap_rank'] ?? null),
    total_volume_usd: decimal(usd('total_volume')),
    ath_usd: decimal(usd('ath')),
    ath_change_percentage: decimal(usd('ath_change_percentage')),
    ath_date: isoTime(usd('ath_date')),
    atl_usd: decimal(usd('atl')),
    atl_change_percentage: decimal(usd('atl_change_percentage')),
    atl_date: isoTime(usd('atl_date')),
    total_supply: figure('total_supply'),
    circulating_supply: figure('circulating_supply'),
    max_supply: figure('max_supply'),
    price_change_24h_usd: figure('price_change_24h'),
    price_change_percentage_24h: figure('price_change_percentage_24h'),
    price_change_percentage_7d: figure('price_change_percentage_7d'),
    price_change_percentage_30d: figure('price_change_percentage_30d'),
    community_score: score('community_score'),
    twitter_followers: metric(community, 'twitter_followers'),
    reddit_subscribers: metric(community, 'reddit_subscribers'),
    telegram_channel_user_count: metric(community, 'telegram_channel_user_count'),
    developer_score: score('developer_score'),
    forks: metric(developer, 'forks'),
    stars: metric(developer, 'stars'),
    total_issues: metric(developer, 'total_issues'),
    closed_issues: metric(developer, 'closed_issues'),
    commit_count_4_weeks: metric(developer, 'commit_count_4_weeks'),
    public_interest_score: score('public_interest_score'),
    liquidity_score: score('liquidity_score'),
    coingecko_last_updated: isoTime(coin['last_updated'] ?? null),
  }
}

/** `value` if it is an object, else an empty object. */
function itemOf(value: unknown): Item {
  return isItem(value) ? value : {}
}

/** The first link that is not empty, because the provider pads lists of links with empty text. */
function firstOf(value: unknown): string | null {
  return Array.isArray(value)
    ? ((value as unknown[]).map(textOrNull).find((link) => link !== null) ?? null)
    : textOrNull(value)
}
