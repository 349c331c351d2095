import {defineCollector, type ParsedRow} from '../define.js'
import {daily} from '../define-schedule.js'
import {code} from '../codes.js'
import {
  count,
  decimal,
  described,
  each,
  filled,
  isItem,
  isoTime,
  list,
  must,
  positive,
  textOrNull,
} from '../parse.js'
import {coingecko, coinMarkets, coinSymbols, ids} from '../providers/coingecko.js'

const pages = Array.from({length: 20}, (_, index) => String(index + 1))

/** The 5,000 largest coins, page by page. The next run resumes with the pages that are still missing. */
export const coingeckoIds = defineCollector({
  name: 'coingecko-ids',
  summary: 'collect the 5,000 largest coins of CoinGecko',
  schedule: [daily('15:30', 'UTC')],
  claim: {
    rank: 10,
    requests: 20,
    everyDays: 1,
    atLeastEveryDays: 1,
    rationale:
      'every other crypto table joins on it, and it has the price and rank of 5,000 coins for 20 requests',
  },
  targets: pages,
  tables: ['coingecko_id_mapping'],
  key: ['coingecko_id'],
  after: 'update_coingecko_ranks',
  sources: {
    coingecko: {
      provider: coingecko,
      request: ({target}) => coinMarkets(Number(target)),
      parse: (body: unknown) => each(list(body, 'market_cap_rank'), coin),
    },
  },
})

/** Fields of a coin in the list. The profile of a coin, another endpoint, has none of them. */
const figures = [
  'current_price',
  'market_cap',
  'total_volume',
  'ath',
  'atl',
  'circulating_supply',
  'total_supply',
]

function coin(item: unknown): ParsedRow<'coingecko_id_mapping'> {
  if (isItem(item) && !figures.some((field) => field in item))
    throw new Error('it has no figure of a coin: is this the answer of another endpoint?')
  return {
    coingecko_id: code(item, 'id', ids),
    symbol: code(item, 'symbol', coinSymbols).toUpperCase(),
    name: filled(item, 'name'),
    image_url: described(item, 'image', textOrNull),
    current_price_usd: described(item, 'current_price', positive),
    market_cap_usd: described(item, 'market_cap', positive),
    market_cap_rank: count(must(item, 'market_cap_rank')),
    market_cap_rank_with_rehypothecated: described(item, 'market_cap_rank_with_rehypothecated', count),
    total_volume_usd: described(item, 'total_volume', decimal),
    price_change_percentage_24h: described(item, 'price_change_percentage_24h', decimal),
    ath_usd: described(item, 'ath', decimal),
    ath_date: described(item, 'ath_date', isoTime),
    atl_usd: described(item, 'atl', decimal),
    atl_date: described(item, 'atl_date', isoTime),
    circulating_supply: described(item, 'circulating_supply', decimal),
    total_supply: described(item, 'total_supply', decimal),
    max_supply: described(item, 'max_supply', decimal),
    last_updated: described(item, 'last_updated', isoTime),
  }
}
