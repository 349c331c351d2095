import {defineCollector} from '../define.js'
import {bithumb, marketsPerCall, tickers} from '../providers/bithumb.js'
import {restQuotes} from '../providers/bithumb/rest-quotes.js'

/** Quotes of every listed Bithumb market: all of them in one table, the newest of each market in another. */
export const bithumbTickers = defineCollector({
  name: 'bithumb-tickers',
  summary: 'collect quotes of all Bithumb markets',
  schedule: [{cron: '*/10 * * * *', zone: 'UTC', catchUp: 'none'}],
  targets: 'select_bithumb_listed_markets',
  dependsOn: ['fin ingest bithumb-markets'],
  snapshot: true,
  tables: ['bithumb_ticker', 'bithumb_ticker_latest'],
  key: ['market', 'timestamp_field', 'quoted_at'],
  sources: {
    bithumb: {
      provider: bithumb,
      batch: marketsPerCall,
      request: (_target, _cursor, {targets}) => tickers(targets.map(({target}) => target)),
      *parse(body: unknown) {
        for (const row of restQuotes(body)) {
          yield row
          if ('market' in row) yield {table: 'bithumb_ticker_latest', row}
        }
      },
    },
  },
})
