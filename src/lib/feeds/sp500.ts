import {defineFeed} from '../define-feed.js'
import {exact} from '../exact-json.js'
import {isRejected} from '../parse.js'
import {finnhubSocket, liveTrades, tradeColumns} from '../providers/finnhub/socket.js'
import {trades} from '../providers/finnhub/trades.js'

/**
 * Every trade of the members of the S&P 500. One credential carries 50 symbols, so the members are divided
 * among several producers, each with a credential of its own.
 */
export const sp500 = defineFeed({
  ...finnhubSocket,
  name: 'sp500',
  summary: 'trades of the members of the S&P 500',
  targets: 'select_sp500_feed_targets',
  dependsOn: ['fin ingest sp500-companies'],
  isSharded: true,
  table: 'sp500_websocket_trades',
  insert: {statement: 'insert_sp500_websocket_trades', columns: [...tradeColumns, 'pod_index', 'pod_name']},
  *parse(frame, from) {
    const source = 'finnhub_sp500_websocket'
    const facts = {pod_index: from.shard?.index ?? null, pod_name: from.shard?.host ?? null, source}
    for (const one of trades(frame, from)) yield isRejected(one) ? one : Object.assign(one, facts)
  },
  group: 'sp500-websocket-consumer-group',
  live: liveTrades({
    hash: 'sp500_realtime_data',
    channel: 'sp500_updates',
    topic: 'stocks:sp500',
    newest: 'select_sp500_newest_trades',
    others: ({pod_index}) => ({pod_index: exact(pod_index)}),
  }),
})
