import {defineCache} from '../define-cache.js'
import {marketMinutes} from '../define-schedule.js'
import {type MarketQuote, snapshotOf, valueOf} from '../market/quotes.js'

/** Price, change and volume of the exchange-traded funds. A fund that was never traded has no field. */
export const etf = defineCache({
  name: 'cache-etf',
  summary: 'publish prices and changes of exchange-traded funds in Redis',
  feed: 'etf',
  schedule: marketMinutes,
  from: 'select_etf_market',
  tables: ['etf_market_snapshots'],
  key: ['symbol', 'snapshot_time'],
  hash: {key: 'etf_market_data', seconds: 604_800},
  channel: 'etf_market_updates',
  entries: (rows: readonly MarketQuote[], market) =>
    rows.map((quote) => ({
      field: quote.symbol,
      snapshot: {...snapshotOf(quote, market), etf_name: quote.name},
      value: (lastUpdated) => valueOf(quote, market, 'etf_name', lastUpdated),
    })),
})
