import {counted} from '../counted.js'
import {defineCollector} from '../define.js'
import {count, day, decimal, each, epochMs, filled, list, must, textOrNull} from '../parse.js'
import type {Parsed} from '../define.js'
import {bithumb, marketsPerCall, tickers} from '../providers/bithumb.js'

type Row = Extract<Parsed<'bithumb_ticker'>, {market: unknown}>

/** Quotes of every listed Bithumb market, kept and also as the newest of each market. */
export const bithumbTickers = defineCollector({
  name: 'bithumb-tickers',
  summary: 'collect quotes of all Bithumb markets',
  schedule: [{cron: '*/10 * * * *', zone: 'UTC', catchUp: 'none'}],
  targets: 'select_bithumb_listed_markets',
  listedBy: ['fin ingest bithumb-markets'],
  snapshot: true,
  tables: ['bithumb_ticker', 'bithumb_ticker_latest'],
  key: ['market', 'timestamp_field', 'quoted_at'],
  sources: {
    bithumb: {
      provider: bithumb,
      batch: marketsPerCall,
      request: (_target, _cursor, {targets}) => tickers(targets.map(({target}) => target)),
      * parse(body: unknown) {
        for (const row of each(list(body, 'trade_price'), quote)) {
          yield row
          if ('market' in row) yield {table: 'bithumb_ticker_latest', row}
        }
      },
    },
  },
})

function quote(item: unknown): Row {
  const shiftMs = aheadMs(item)
  const quotedMs = count(must(item, 'timestamp'))
  const tradedMs = count(must(item, 'trade_timestamp'))
  if (quotedMs === null || tradedMs === null) throw new Error('a quote needs its instant')
  return {
    market: filled(item, 'market').toUpperCase(),
    trade_date: filled(item, 'trade_date'),
    trade_time: filled(item, 'trade_time'),
    trade_date_kst: filled(item, 'trade_date_kst'),
    trade_time_kst: filled(item, 'trade_time_kst'),
    trade_timestamp: String(tradedMs - shiftMs),
    opening_price: decimal(must(item, 'opening_price')),
    high_price: decimal(must(item, 'high_price')),
    low_price: decimal(must(item, 'low_price')),
    trade_price: decimal(must(item, 'trade_price')) ?? missing('trade_price'),
    prev_closing_price: decimal(must(item, 'prev_closing_price')),
    change: textOrNull(must(item, 'change')),
    change_price: decimal(must(item, 'change_price')),
    change_rate: decimal(must(item, 'change_rate')),
    signed_change_price: decimal(must(item, 'signed_change_price')),
    signed_change_rate: decimal(must(item, 'signed_change_rate')),
    trade_volume: decimal(must(item, 'trade_volume')),
    acc_trade_price: decimal(must(item, 'acc_trade_price')),
    acc_trade_price_24h: decimal(must(item, 'acc_trade_price_24h')),
    acc_trade_volume: decimal(must(item, 'acc_trade_volume')),
    acc_trade_volume_24h: decimal(must(item, 'acc_trade_volume_24h')),
    highest_52_week_price: decimal(must(item, 'highest_52_week_price')),
    highest_52_week_date: day(must(item, 'highest_52_week_date')),
    lowest_52_week_price: decimal(must(item, 'lowest_52_week_price')),
    lowest_52_week_date: day(must(item, 'lowest_52_week_date')),
    timestamp_field: String(quotedMs - shiftMs),
    quoted_at: epochMs(String(quotedMs - shiftMs)) ?? missing('timestamp'),
    source: 'bithumb',
  }
}

const nineHoursMs = 9 * 3_600_000
const toleranceMs = 60_000

/**
 * The REST ticker writes Korean wall time as if it were UTC, so its epochs lie nine hours ahead (measured 2026-07 and
 * 2026-09). trade_date and trade_time are true UTC: comparing them tells whether this answer still does so. Throws when
 * the two agree in neither way, because then no instant of the item can be trusted.
 */
function aheadMs(item: unknown): number {
  const date = filled(item, 'trade_date')
  const time = filled(item, 'trade_time').padStart(6, '0')
  const trueMs = Date.parse(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4, 6)}Z`)
  const sentMs = count(must(item, 'trade_timestamp'))
  if (Number.isNaN(trueMs) || sentMs === null) throw new Error(`trade_date "${date}" and trade_time "${time}" are no instant`)
  for (const ahead of [nineHoursMs, 0]) if (Math.abs(sentMs - trueMs - ahead) < toleranceMs) return ahead
  throw new Error(`trade_timestamp lies ${counted(Math.round((sentMs - trueMs) / 60_000), 'minute')} from trade_date and trade_time: neither 0 nor 9 hours`)
}

function missing(field: string): never {
  throw new Error(`field "${field}" is null`)
}
