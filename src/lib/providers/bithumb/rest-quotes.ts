import {code} from '../../codes.js'
import type {Parsed, Rejected} from '../../define.js'
import {described, each, list} from '../../parse.js'
import {marketCodes} from '../bithumb.js'
import {aheadMs, instantsOf, nineHoursMs, quoteRow, tradeDate, tradeTime, wallOf} from './quotes.js'

type Row = Extract<Parsed<'bithumb_ticker'>, {market: unknown}>

/** The rows of an answer of the REST ticker. */
export function* restQuotes(body: unknown): Generator<Row | Rejected> {
  yield* each(list(body, 'trade_price'), quote)
}

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
