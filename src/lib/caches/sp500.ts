import {defineCache} from '../define-cache.js'
import {marketMinutes} from '../define-schedule.js'
import {type MarketQuote, snapshotOf, valueOf} from '../market/quotes.js'

/** Price, change and volume of the members of the S&P 500. A member that was never traded has no field. */
export const sp500 = defineCache({
  name: 'cache-sp500',
  summary: 'publish prices and changes of the members of the S&P 500 in Redis',
  feed: 'sp500',
  schedule: marketMinutes,
  from: 'select_sp500_market',
  tables: ['sp500_market_snapshots'],
  key: ['symbol', 'snapshot_time'],
  hash: {key: 'sp500_market_data', seconds: 604_800},
  channel: 'sp500_market_updates',
  entries: (rows: readonly MarketQuote[], market) =>
    rows.map((quote) => ({
      field: quote.symbol,
      snapshot: {...snapshotOf(quote, market), company_name: quote.name},
      value: (lastUpdated) => valueOf(quote, market, 'company_name', lastUpdated),
    })),
})
