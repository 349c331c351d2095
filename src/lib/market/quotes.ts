/** The values that the caches of the stock market publish and store, for both kinds of symbol. Pure. */
import {exact, exactObject} from '../exact-json.js'
import type {Market} from './sessions.js'

/** A row of `select_sp500_market` and `select_etf_market`. Numbers are text. */
export interface MarketQuote {
  symbol: string
  name: string
  /** The newest price, and the instant of its trade. */
  current_price: string
  as_of: string
  /** Null for a symbol without a trade before the latest session. Its change is null too. */
  previous_close: string | null
  change_amount: string | null
  change_percentage: string | null
  /** Shares of the latest session, and of 24 hours. */
  volume: string
  volume_24h: string
}

/** The columns that the snapshots of both tables have. */
export function snapshotOf(quote: MarketQuote, market: Market) {
  return {
    symbol: quote.symbol,
    snapshot_time: market.at.toISOString(),
    current_price: quote.current_price,
    previous_close: quote.previous_close,
    change_amount: quote.change_amount,
    change_percentage: quote.change_percentage,
    volume: quote.volume,
    volume_24h: quote.volume_24h,
    market_state: market.state,
    is_stale: Date.parse(quote.as_of) < market.staleBefore.getTime(),
    as_of: quote.as_of,
  }
}

/** The JSON of a field of the hash. `nameField`: the member that holds the name, as the backend reads it. */
export function valueOf(
  quote: MarketQuote,
  {state}: Market,
  nameField: 'company_name' | 'etf_name',
  lastUpdated: string,
): string {
  return exactObject({
    symbol: quote.symbol,
    [nameField]: quote.name,
    current_price: exact(quote.current_price),
    previous_close: exact(quote.previous_close),
    change_amount: exact(quote.change_amount),
    change_percentage: exact(quote.change_percentage),
    volume: exact(quote.volume),
    volume_24h: exact(quote.volume_24h),
    market_state: state,
    as_of: quote.as_of,
    last_updated: lastUpdated,
  })
}
