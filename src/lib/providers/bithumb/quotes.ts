/**
 * Converts a quote of Bithumb to a row. Quotes from requests and from the socket have different names and
 * dates.
 */
import {pluralize} from '../../text.js'
import {plainCode} from '../../codes.js'
import {count, day, decimal, describe, epochMs, must, textOrNull} from '../../parse.js'
import {dayMs, hourMs, minuteMs} from '../../time.js'

export const nineHoursMs = 9 * hourMs

/**
 * The market and the times, which requests and socket write differently. Times are true UTC epoch
 * milliseconds.
 */
export interface Dated<None> {
  market: string
  quotedMs: number
  tradedMs: number
  /** `YYYYMMDD` and `HHMMSS` of the trade. */
  utc: Wall
  kst: {date: string | None; time: string | None}
}

export interface Wall {
  date: string
  time: string
}

/** Reads a descriptive field; `None` stands for a field that the item lacks. */
type Reader<None> = <T>(item: unknown, field: string, read: (value: unknown) => T) => T | None

/**
 * A row from one quote. The market, the price and the times identify a quote; `cell` reads the other fields.
 * Throws if the item is not a quote.
 */
export function quoteRow<None extends null | undefined>(
  item: unknown,
  {market, quotedMs, tradedMs, utc, kst}: Dated<None>,
  cell: Reader<None>,
) {
  const number = (field: string) => cell(item, field, decimal)
  return {
    market: marketCode(market),
    trade_date: utc.date,
    trade_time: utc.time,
    trade_date_kst: kst.date,
    trade_time_kst: kst.time,
    trade_timestamp: String(tradedMs),
    opening_price: number('opening_price'),
    high_price: number('high_price'),
    low_price: number('low_price'),
    trade_price: price(must(item, 'trade_price')),
    prev_closing_price: number('prev_closing_price'),
    change: cell(item, 'change', textOrNull),
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
    highest_52_week_date: cell(item, 'highest_52_week_date', day),
    lowest_52_week_price: number('lowest_52_week_price'),
    lowest_52_week_date: cell(item, 'lowest_52_week_date', day),
    timestamp_field: String(quotedMs),
    quoted_at: epochMs(String(quotedMs)) ?? missing('timestamp'),
    source: 'bithumb',
  }
}

const toleranceMs = minuteMs
/**
 * The longest time without a trade, ten years. A longer one means that the two times have different units.
 */
const quietMs = 10 * 366 * dayMs

/**
 * Both instants of an item as they were sent. Throws for one without, and for a quote that is older than its
 * trade.
 */
export function instantsOf(item: unknown): {quotedMs: number; tradedMs: number} {
  const quotedMs = count(must(item, 'timestamp')) ?? missing('timestamp')
  const tradedMs = count(must(item, 'trade_timestamp')) ?? missing('trade_timestamp')
  if (quotedMs < tradedMs - toleranceMs || quotedMs > tradedMs + quietMs)
    throw new Error(`timestamp ${quotedMs} and trade_timestamp ${tradedMs} do not belong together`)
  return {quotedMs, tradedMs}
}

/** The date and time of the trade. Throws for an item without them. */
export function wallOf(item: unknown): Wall {
  const [date, time] = [must(item, 'trade_date'), must(item, 'trade_time')]
  try {
    return {date: tradeDate(date), time: tradeTime(time)}
  } catch {
    throw new Error(`${describe(date)} and ${describe(time)} are not a date and time of a trade`)
  }
}

/** `YYYYMMDD`. Throws for anything else. */
export function tradeDate(sent: unknown): string {
  const date = textOrNull(sent)?.trim() ?? ''
  if (!/^\d{8}$/.test(date)) throw new Error(`${describe(sent)} is not the date of a trade`)
  return date
}

/** `HHMMSS`, sent without leading zeros at times. Throws for anything else. */
export function tradeTime(sent: unknown): string {
  const time = textOrNull(sent)?.trim().padStart(6, '0') ?? ''
  if (!/^\d{6}$/.test(time)) throw new Error(`${describe(sent)} is not the time of a trade`)
  return time
}

/**
 * The milliseconds by which `sentMs` is ahead of the wall time read as UTC: one of `accepted`. Throws if it
 * is none of them, because then no instant of the item is reliable.
 */
export function aheadMs(sentMs: number, {date, time}: Wall, accepted: readonly number[]): number {
  const wallMs = Date.parse(
    `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4, 6)}Z`,
  )
  if (Number.isNaN(wallMs))
    throw new Error(`trade_date "${date}" and trade_time "${time}" are not an instant`)
  const found = accepted.find((ahead) => Math.abs(sentMs - wallMs - ahead) < toleranceMs)
  if (found !== undefined) return found
  const hours = accepted.map((ahead) => ahead / hourMs).join(' or ')
  throw new Error(
    `trade_timestamp lies ${pluralize(Math.round((sentMs - wallMs) / minuteMs), 'minute')} from trade_date and trade_time, not ${hours} hours`,
  )
}

/** The market code in the form of the table: `KRW-BTC`. */
function marketCode(sent: string): string {
  const code = plainCode(sent).toUpperCase()
  if (!/^[A-Z0-9]+-[\x21-\x2c\x2e-\x7e]{1,40}$/.test(code) || code.length > 60)
    throw new Error(`${describe(sent)} is not a market`)
  return code
}

function price(sent: unknown): string {
  const found = decimal(sent) ?? missing('trade_price')
  if (!(Number(found) > 0 && Number(found) < 1e100))
    throw new Error(`trade_price ${found.slice(0, 40)} is not a price`)
  return found
}

function missing(field: string): never {
  throw new Error(`field "${field}" is null`)
}
