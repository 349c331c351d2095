import {defineCollector} from '../define.js'
import {daily} from '../define-schedule.js'
import {UnexpectedBody} from '../errors.js'
import {count, decimal, describe, described, each, epochSeconds, isItem, must} from '../parse.js'
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
          const caps = described(item, 'total_market_cap', amounts)
          const volumes = described(item, 'total_volume', amounts)
          const shares = described(item, 'market_cap_percentage', amounts)
          const updatedAt = epochSeconds(must(item, 'updated_at'))
          if (updatedAt === null) throw new Error('field "updated_at" is null')
          return {
            coingecko_updated_at: updatedAt,
            active_cryptocurrencies: described(item, 'active_cryptocurrencies', count),
            upcoming_icos: described(item, 'upcoming_icos', count),
            ongoing_icos: described(item, 'ongoing_icos', count),
            ended_icos: described(item, 'ended_icos', count),
            markets: described(item, 'markets', count),
            total_market_cap_usd: amountIn(caps, 'usd'),
            total_market_cap_krw: amountIn(caps, 'krw'),
            total_market_cap_btc: amountIn(caps, 'btc'),
            total_market_cap_eth: amountIn(caps, 'eth'),
            total_volume_usd: amountIn(volumes, 'usd'),
            total_volume_krw: amountIn(volumes, 'krw'),
            total_volume_btc: amountIn(volumes, 'btc'),
            total_volume_eth: amountIn(volumes, 'eth'),
            btc_dominance: amountIn(shares, 'btc'),
            eth_dominance: amountIn(shares, 'eth'),
            bnb_dominance: amountIn(shares, 'bnb'),
            xrp_dominance: amountIn(shares, 'xrp'),
            ada_dominance: amountIn(shares, 'ada'),
            sol_dominance: amountIn(shares, 'sol'),
            doge_dominance: amountIn(shares, 'doge'),
            market_cap_change_percentage_24h_usd: described(
              item,
              'market_cap_change_percentage_24h_usd',
              decimal,
            ),
            volume_change_percentage_24h_usd: described(item, 'volume_change_percentage_24h_usd', decimal),
            market_cap_percentage_json: shares,
            total_market_cap_json: caps,
            total_volume_json: volumes,
            collected_at: at.toISOString(),
          }
        }),
    },
  },
})

/** The amounts by which the answer is recognised. */
const measures = ['total_market_cap', 'total_volume', 'market_cap_percentage']

function statistics(body: unknown): Readonly<Record<string, unknown>> {
  const inside = isItem(body) && 'data' in body ? body['data'] : body
  if (!isItem(inside) || !measures.some((field) => field in inside))
    throw new UnexpectedBody(`expected the statistics of the whole market, got ${describe(body)}`)
  return inside
}

/** Amounts by currency code, as text. The upsert writes them as JSON numbers with the same digits. */
function amounts(value: unknown): Record<string, string | null> {
  if (!isItem(value)) throw new Error(`expected amounts by currency, got ${describe(value)}`)
  return Object.fromEntries(Object.entries(value).map(([code, amount]) => [code, decimal(amount)]))
}

/** The amount in one currency: null if the provider does not list it, undefined without any amounts. */
function amountIn(amounts: Record<string, string | null> | undefined, code: string) {
  return amounts === undefined ? undefined : (amounts[code] ?? null)
}
