import type {RangeMapper} from '../define.js'

/** Recomputes one-minute bars from stored trades and quotes, after a change of their flags or a repair. */
export const tradeBars: RangeMapper = {
  name: 'trade-bars',
  summary: 'recompute the one-minute bars of a range from the stored trades and quotes',
  unscheduled:
    'It needs no schedule: bars are kept up to date in the statement that stores trades or quotes.',
  tables: ['trade_bars'],
  from: ['sp500_websocket_trades', 'finnhub_trades', 'etf_realtime_prices', 'bithumb_ticker'],
  hours: 'select_trade_hours',
  compare: 'select_trade_bars_differing',
  recompute: 'upsert_trade_bars_of_range',
}
