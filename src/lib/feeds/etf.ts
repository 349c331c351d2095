import {defineFeed} from '../define-feed.js'
import {isRejected} from '../parse.js'
import {finnhubSocket, liveTrades, tradeColumns} from '../providers/finnhub/socket.js'
import {trades} from '../providers/finnhub/trades.js'

/** Every trade of the exchange-traded funds of the list that are marked for it. */
export const etf = defineFeed({
  ...finnhubSocket,
  name: 'etf',
  summary: 'trades of exchange-traded funds',
  targets: 'select_etf_feed_targets',
  dependsOn: ['fin db init'],
  table: 'etf_realtime_prices',
  insert: {statement: 'insert_etf_realtime_prices', columns: tradeColumns},
  *parse(frame, from) {
    for (const one of trades(frame, from))
      yield isRejected(one) ? one : Object.assign(one, {source: 'finnhub_etf_websocket'})
  },
  group: 'etf-trades-consumer-group',
  live: liveTrades({
    hash: 'etf_realtime_data',
    channel: 'etf_updates',
    topic: 'stocks:etf',
    newest: 'select_etf_newest_trades',
  }),
})
