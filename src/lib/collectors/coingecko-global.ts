import {defineCollector} from '../define.js'
import {daily} from '../schedules.js'
import {UnexpectedBody} from '../errors.js'
import {count, decimal, decimalOrNull, describe, each, epochSeconds, isItem, must} from '../parse.js'
import {coingecko, globalMarket} from '../providers/coingecko.js'

/**
 * Statistics of the whole crypto market. A coin outside the provider's top list has no dominance: null, not
 * 0.
 */
export const coingeckoGlobal = defineCollector({
  name: 'coingecko-global',
  summary: 'collect statistics of the whole crypto market',
  schedule: [daily('15:20', 'UTC')],
  claim: {
    rank: 20,
    requests: 1,
    everyDays: 1,
    atLeastEveryDays: 1,
    rationale: 'the whole market for one request',
  },
  snapshot: true,
  tables: ['coingecko_global_market_data'],
  key: ['coingecko_updated_at'],
  sources: {
    coingecko: {
      provider: coingecko,
      request: globalMarket,
      parse: (body: unknown, {at}) =>
        each([statistics(body)], (item) => {
          const caps = amounts(must(item, 'total_market_cap'))
          const volumes = amounts(must(item, 'total_volume'))
          const shares = amounts(must(item, 'market_cap_percentage'))
          const updatedAt = epochSeconds(must(item, 'updated_at'))
          if (updatedAt === null) throw new Error('field "updated_at" is null')
          return {
            coingecko_updated_at: updatedAt,
            active_cryptocurrencies: count(must(item, 'active_cryptocurrencies')),
            upcoming_icos: count(item['upcoming_icos'] ?? null),
            ongoing_icos: count(item['ongoing_icos'] ?? null),
            ended_icos: count(item['ended_icos'] ?? null),
            markets: count(must(item, 'markets')),
            total_market_cap_usd: caps['usd'] ?? null,
            total_market_cap_krw: caps['krw'] ?? null,
            total_market_cap_btc: caps['btc'] ?? null,
            total_market_cap_eth: caps['eth'] ?? null,
            total_volume_usd: volumes['usd'] ?? null,
            total_volume_krw: volumes['krw'] ?? null,
            total_volume_btc: volumes['btc'] ?? null,
            total_volume_eth: volumes['eth'] ?? null,
            btc_dominance: shares['btc'] ?? null,
            eth_dominance: shares['eth'] ?? null,
            bnb_dominance: shares['bnb'] ?? null,
            xrp_dominance: shares['xrp'] ?? null,
            ada_dominance: shares['ada'] ?? null,
            sol_dominance: shares['sol'] ?? null,
            doge_dominance: shares['doge'] ?? null,
            market_cap_change_percentage_24h_usd: decimalOrNull(item['market_cap_change_percentage_24h_usd']),
            volume_change_percentage_24h_usd: decimalOrNull(item['volume_change_percentage_24h_usd']),
            market_cap_percentage_json: shares,
            total_market_cap_json: caps,
            total_volume_json: volumes,
            collected_at: at.toISOString(),
          }
        }),
    },
  },
})

function statistics(body: unknown): Readonly<Record<string, unknown>> {
  const inside = isItem(body) && 'data' in body ? body['data'] : body
  if (!isItem(inside) || !('market_cap_percentage' in inside))
    throw new UnexpectedBody(`expected the statistics of the whole market, got ${describe(body)}`)
  return inside
}

/** Amounts by currency code, as text. The upsert writes them as JSON numbers with the same digits. */
function amounts(value: unknown): Record<string, string | null> {
  if (!isItem(value)) throw new Error(`expected amounts by currency, got ${describe(value)}`)
  return Object.fromEntries(Object.entries(value).map(([code, amount]) => [code, decimal(amount)]))
}
