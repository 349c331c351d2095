/** One quote of Bithumb as a row, however it came: by a request or by the socket, which name and date it differently. */
import type {NewRow} from '../rows.js'
import {count, day, decimal, epochMs, filled, must, textOrNull} from '../parse.js'

export const nineHoursMs = 9 * 3_600_000

/** Where and when: what the two ways tell differently. Times are true UTC, in epoch milliseconds. */
export interface Dated {
  market: string
  quotedMs: number
  tradedMs: number
  /** `YYYYMMDD` and `HHMMSS` of the trade. */
  utc: Wall
  kst: Wall
}

export interface Wall {
  date: string
  time: string
}

/** `cell` reads a field: one that must be there, or one that may be absent. Throws for what is no quote. */
export function quoteRow(item: unknown, {market, quotedMs, tradedMs, utc, kst}: Dated, cell: (item: unknown, field: string) => unknown = must): NewRow['bithumb_ticker'] {
  const number = (field: string) => decimal(cell(item, field))
  return {
    market: market.toUpperCase(),
    trade_date: utc.date,
    trade_time: utc.time,
    trade_date_kst: kst.date,
    trade_time_kst: kst.time,
    trade_timestamp: String(tradedMs),
    opening_price: number('opening_price'),
    high_price: number('high_price'),
    low_price: number('low_price'),
    trade_price: decimal(must(item, 'trade_price')) ?? missing('trade_price'),
    prev_closing_price: number('prev_closing_price'),
    change: textOrNull(cell(item, 'change')),
    change_price: number('change_price'),
    change_rate: number('change_rate'),
    signed_change_price: number('signed_change_price'),
    signed_change_rate: number('signed_change_rate'),
    trade_volume: number('trade_volume'),
    acc_trade_price: number('acc_trade_price'),
    acc_trade_price_24h: number('acc_trade_price_24h'),
    acc_trade_volume: number('acc_trade_volume'),
    acc_trade_volume_24h: number('acc_trade_volume_24h'),
    highest_52_week_price: number('highest_52_week_price'),
    highest_52_week_date: day(cell(item, 'highest_52_week_date')),
    lowest_52_week_price: number('lowest_52_week_price'),
    lowest_52_week_date: day(cell(item, 'lowest_52_week_date')),
    timestamp_field: String(quotedMs),
    quoted_at: epochMs(String(quotedMs)) ?? missing('timestamp'),
    source: 'bithumb',
  }
}

/** Both instants of an item as they were sent. Throws for one without. */
export function instantsOf(item: unknown): {quotedMs: number; tradedMs: number} {
  return {quotedMs: count(must(item, 'timestamp')) ?? missing('timestamp'), tradedMs: count(must(item, 'trade_timestamp')) ?? missing('trade_timestamp')}
}

/** The date and time of the trade as they were sent: `YYYYMMDD`, `HHMMSS`. */
export function wallOf(item: unknown, suffix: '' | '_kst' = ''): Wall {
  return {date: filled(item, `trade_date${suffix}`), time: filled(item, `trade_time${suffix}`)}
}

const toleranceMs = 60_000

/**
 * By how many milliseconds `sentMs` lies ahead of the wall time read as UTC: one of `accepted`. Throws when it is neither,
 * because then no instant of the item can be trusted.
 */
export function aheadMs(sentMs: number, {date, time}: Wall, accepted: readonly number[]): number {
  const at = time.padStart(6, '0')
  const wallMs = Date.parse(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}T${at.slice(0, 2)}:${at.slice(2, 4)}:${at.slice(4, 6)}Z`)
  if (Number.isNaN(wallMs)) throw new Error(`trade_date "${date}" and trade_time "${time}" are no instant`)
  const found = accepted.find((ahead) => Math.abs(sentMs - wallMs - ahead) < toleranceMs)
  if (found !== undefined) return found
  const hours = accepted.map((ahead) => ahead / 3_600_000).join(' or ')
  throw new Error(`trade_timestamp lies ${Math.round((sentMs - wallMs) / 60_000)} minutes from trade_date and trade_time, not ${hours} hours`)
}

function missing(field: string): never {
  throw new Error(`field "${field}" is null`)
}
