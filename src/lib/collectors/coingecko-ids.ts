import {defineCollector} from '../define.js'
import {daily} from '../schedules.js'
import {code} from '../codes.js'
import {
  count,
  decimal,
  decimalOrNull,
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
      parse: (body: unknown) =>
        each(list(body, 'market_cap_rank'), (item) => ({
          coingecko_id: code(item, 'id', ids),
          symbol: code(item, 'symbol', coinSymbols).toUpperCase(),
          name: filled(item, 'name'),
          image_url: textOrNull(described(item, 'image')),
          current_price_usd: positive(must(item, 'current_price')),
          market_cap_usd: positive(must(item, 'market_cap')),
          market_cap_rank: count(must(item, 'market_cap_rank')),
          market_cap_rank_with_rehypothecated: isItem(item)
            ? count(item['market_cap_rank_with_rehypothecated'] ?? null)
            : null,
          total_volume_usd: decimal(must(item, 'total_volume')),
          price_change_percentage_24h: isItem(item)
            ? decimalOrNull(item['price_change_percentage_24h'])
            : null,
          ath_usd: decimal(described(item, 'ath')),
          ath_date: isoTime(described(item, 'ath_date')),
          atl_usd: decimal(described(item, 'atl')),
          atl_date: isoTime(described(item, 'atl_date')),
          circulating_supply: decimal(must(item, 'circulating_supply')),
          total_supply: decimal(must(item, 'total_supply')),
          max_supply: decimal(must(item, 'max_supply')),
          last_updated: isoTime(must(item, 'last_updated')),
        })),
    },
  },
})
