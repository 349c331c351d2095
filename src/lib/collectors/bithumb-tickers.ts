import {defineCollector} from '../define.js'
import {code} from '../codes.js'
import {described, each, list} from '../parse.js'
import type {Parsed} from '../define.js'
import {bithumb, marketCodes, marketsPerCall, tickers} from '../providers/bithumb.js'
import {
  aheadMs,
  instantsOf,
  nineHoursMs,
  quoteRow,
  tradeDate,
  tradeTime,
  wallOf,
} from '../providers/bithumb/quotes.js'

type Row = Extract<Parsed<'bithumb_ticker'>, {market: unknown}>

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
        for (const row of each(list(body, 'trade_price'), quote)) {
          yield row
          if ('market' in row) yield {table: 'bithumb_ticker_latest', row}
        }
      },
    },
  },
})

/**
 * A row of one item, with corrected instants. The REST ticker writes Korean wall time as if it were UTC, so
 * its epochs are nine hours ahead (measured 2026-07 and 2026-09). The comparison with trade_date and
 * trade_time, which are true UTC, shows whether this answer still does so.
 */
function quote(item: unknown): Row {
  const {quotedMs, tradedMs} = instantsOf(item)
  const utc = wallOf(item)
  const shiftMs = aheadMs(tradedMs, utc, [nineHoursMs, 0])
  const times = {quotedMs: quotedMs - shiftMs, tradedMs: tradedMs - shiftMs, utc}
  const kst = {
    date: described(item, 'trade_date_kst', tradeDate),
    time: described(item, 'trade_time_kst', tradeTime),
  }
  return quoteRow<undefined>(item, {market: code(item, 'market', marketCodes), ...times, kst}, described)
}
