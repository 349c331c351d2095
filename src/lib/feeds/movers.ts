import {defineFeed} from '../define-feed.js'
import {isRejected} from '../parse.js'
import {finnhubSocket, liveTrades, tradeColumns} from '../providers/finnhub/socket.js'
import {trades} from '../providers/finnhub/trades.js'

/**
 * Every trade of the movers of the day: the first 50 of the newest batch, by rank. A symbol of two categories
 * gets the one in which its rank is higher.
 */
export const movers = defineFeed({
  ...finnhubSocket,
  name: 'movers',
  summary: 'trades of the movers of the day',
  targets: 'select_movers_feed_targets',
  targetsChannel: 'top_gainers_updated',
  dependsOn: ['fin ingest top-gainers'],
  table: 'finnhub_trades',
  insert: {statement: 'insert_finnhub_trades', columns: [...tradeColumns, 'category']},
  *parse(frame, from) {
    for (const one of trades(frame, from))
      yield isRejected(one)
        ? one
        : Object.assign(one, {category: from.labels[one.symbol] ?? null, source: 'finnhub_websocket'})
  },
  group: 'finnhub-trades-consumer-group',
  live: liveTrades({
    topic: 'stocks:topgainers',
    newest: 'select_movers_newest_trades',
    others: ({category}) => ({category: category ?? null}),
  }),
})
