/** The hours of the exchanges in New York: the session of a day, and the extended hours around it. Pure. */
import {dayIn, hourMs, wallFormat} from '../time.js'
import {closureOf, earlyCloseOf} from './holidays.js'

/** The regular session of a day. */
export interface Session {
  opens: Date
  closes: Date
}

export interface MarketDay {
  state: 'open' | 'early close' | 'closed'
  /** The reason for an early close, or for a day without a session. */
  reason: string | undefined
  /** Undefined for a closed day. */
  session: Session | undefined
}

export const newYork = 'America/New_York'
/** Extended hours last from 04:00 to the session, and this long after it. */
const afterMs = 4 * hourMs

/** The hours of trading of a day with a session: from 04:00 until the end of the extended hours. */
export interface TradingDay {
  begins: Date
  session: Session
  ends: Date
}

/** A day in New York: its session lasts from 09:30 to 16:00, or to 13:00 with an early close. */
export function marketDay(day: string): MarketDay {
  const closure = closureOf(day)
  if (closure !== undefined) return {state: 'closed', reason: closure, session: undefined}
  const reason = earlyCloseOf(day)
  const session = {
    opens: instantInNewYork(day, '09:30'),
    closes: instantInNewYork(day, reason === undefined ? '16:00' : '13:00'),
  }
  return {state: reason === undefined ? 'open' : 'early close', reason, session}
}

/** The hours of trading of a day; undefined for a day without a session. */
export function tradingDay(day: string): TradingDay | undefined {
  const {session} = marketDay(day)
  if (session === undefined) return undefined
  const ends = new Date(session.closes.getTime() + afterMs)
  return {begins: instantInNewYork(day, '04:00'), session, ends}
}

/**
 * The hours of trading that an instant is in, and the milliseconds since they began: `regular` in a session,
 * `extended` before and after it. Undefined: the exchanges are closed.
 */
export function tradingAt(at: Date): {hours: 'regular' | 'extended'; sinceMs: number} | undefined {
  const trading = tradingDay(dayIn(newYork, at))
  if (trading === undefined || at < trading.begins || at >= trading.ends) return undefined
  const {begins, session} = trading
  const since = (from: Date) => at.getTime() - from.getTime()
  if (at >= session.closes) return {hours: 'extended', sinceMs: since(session.closes)}
  if (at >= session.opens) return {hours: 'regular', sinceMs: since(session.opens)}
  return {hours: 'extended', sinceMs: since(begins)}
}

/** `23:30-06:00`: the session on the wall clock of a zone. */
export function wallHours({opens, closes}: Session, zone: string): string {
  return [opens, closes].map((at) => wallFormat(zone).format(at).slice(11, 16)).join('-')
}

/**
 * The instant of a wall-clock time in New York, on a day from Monday to Friday. The clock changes only on
 * Sundays, so such a time is never skipped, and never occurs twice.
 */
function instantInNewYork(day: string, time: string): Date {
  const inSummer = new Date(`${day}T${time}:00-04:00`)
  const isSummer = wallFormat(newYork).format(inSummer) === `${day} ${time}:00`
  return isSummer ? inSummer : new Date(`${day}T${time}:00-05:00`)
}
