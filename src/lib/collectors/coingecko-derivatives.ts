import {defineCollector} from '../define.js'
import {weekly} from '../define-schedule.js'
import {code} from '../codes.js'
import {count, decimal, described, each, epochSeconds, filled, list, must} from '../parse.js'
import {coingecko, coinSymbols, derivatives} from '../providers/coingecko.js'

interface Batch {
  target: string
  /** The scheduled run as YYYYMMDD_HHMMSS, so that a repeated run stores the same batch. */
  batch_id?: string
}

/**
 * Contracts of every derivatives exchange, one batch a week: dated futures and perpetuals. It is a snapshot:
 * a missed week cannot be collected later.
 */
export const coingeckoDerivatives = defineCollector({
  name: 'coingecko-derivatives',
  summary: 'collect the contracts of derivatives exchanges',
  schedule: [weekly('mon 16:00', 'UTC')],
  claim: {
    rank: 30,
    requests: 1,
    everyDays: 7,
    atLeastEveryDays: 7,
    rationale: 'every contract for one request',
  },
  targets: 'select_coingecko_derivatives_batch',
  snapshot: true,
  tables: ['coingecko_derivatives'],
  key: ['batch_id', 'market', 'symbol', 'contract_type', 'expiry'],
  sources: {
    coingecko: {
      provider: coingecko,
      request: derivatives,
      parse: (body: unknown, {target, at}: {target: Batch | null; at: Date}) =>
        each(list(body, 'contract_type'), (item) => {
          const expiredAt = epochSeconds(must(item, 'expired_at'))
          return {
            batch_id: target?.batch_id ?? batchIdOf(at),
            market: filled(item, 'market'),
            symbol: code(item, 'symbol', coinSymbols),
            index_id: code(item, 'index_id', coinSymbols).toUpperCase(),
            contract_type: filled(item, 'contract_type'),
            expired_at: expiredAt,
            expiry: expiredAt ?? 'infinity',
            price: described(item, 'price', decimal), // text at the provider
            price_percentage_change_24h: described(item, 'price_percentage_change_24h', decimal),
            index_price: described(item, 'index', decimal),
            basis: described(item, 'basis', decimal),
            spread: described(item, 'spread', decimal),
            funding_rate: described(item, 'funding_rate', decimal),
            open_interest_usd: described(item, 'open_interest', decimal),
            volume_24h_usd: described(item, 'volume_24h', decimal),
            last_traded_at: described(item, 'last_traded_at', lastTraded),
            collected_at: at.toISOString(),
          }
        }),
    },
  },
})

/** Null for a contract that was never traded; the provider then writes null or 0. */
function lastTraded(value: unknown): string | null {
  return count(value) === 0 ? null : epochSeconds(value)
}

/** An instant as `20261123_160000`. */
function batchIdOf(at: Date): string {
  return at.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '_')
}
