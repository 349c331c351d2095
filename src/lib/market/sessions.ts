/** The sessions around an instant, and what they mean for the values of a cache. Pure. */
import {dayIn, dayMs, hourMs, isoDay, minuteMs} from '../time.js'
import {marketDay, newYork, type Session, type TradingDay, tradingDay} from './hours.js'

export type MarketState = 'pre-market' | 'open' | 'after-hours' | 'closed'

/** The market at an instant. */
export interface Market {
  /** The instant, as a whole minute. */
  at: Date
  state: MarketState
  /** The session of the latest day of trading. It has not opened yet in the extended hours before it. */
  latest: Session
  /** The session before that: the change is counted from its close. */
  previous: Session
  /**
   * The last minute whose trades count: that of `at`, or the end of the latest extended hours. So a closed
   * market has the same values at each instant.
   */
  until: Date
  /** A price of before this instant is stale: half an hour of regular hours has passed since. */
  staleBefore: Date
}

const staleMs = 30 * minuteMs
/** The trades of the closing auction are printed within this time after the close. */
const auctionMs = 10 * minuteMs

/** The instant up to which trades belong to a session: those of its closing auction give its close. */
export function lastPrint({closes}: Session): Date {
  return new Date(closes.getTime() + auctionMs)
}

/** The market at an instant. The day of trading begins with its extended hours, at 04:00 in New York. */
export function marketAt(instant: Date): Market {
  const at = new Date(Math.floor(instant.getTime() / minuteMs) * minuteMs)
  const [day, before] = latestDays(at)
  const {session: latest, ends} = day
  const until = at < ends ? at : ends
  const previous = before.session
  return {
    at,
    state: stateIn(day, at),
    latest,
    previous,
    until,
    staleBefore: staleBefore(at, latest, previous),
  }
}

/** The opening of the first session after an instant. */
export function nextOpening(at: Date): Date {
  for (let day = dayIn(newYork, at); ; day = isoDay(Date.parse(day) + dayMs)) {
    const {session} = marketDay(day)
    if (session && session.opens > at) return session.opens
  }
}

/** True if a cache works in the minute of an instant: in the session always, outside it on the hour. */
export function isRefreshMinute({at, state}: Market): boolean {
  return state === 'open' || at.getTime() % hourMs === 0
}

/** The latest minute up to an instant in which a cache works. */
export function latestRefresh(instant: Date): Date {
  const {at, state} = marketAt(instant)
  return state === 'open' ? at : new Date(Math.floor(at.getTime() / hourMs) * hourMs)
}

/** The day whose trading began last at an instant, and the day of trading before it. */
function latestDays(at: Date): [TradingDay, TradingDay] {
  let latest: TradingDay | undefined
  for (let day = dayIn(newYork, at); ; day = isoDay(Date.parse(day) - dayMs)) {
    const trading = tradingDay(day)
    if (trading === undefined || trading.begins > at) continue
    if (latest) return [latest, trading]
    latest = trading
  }
}

function stateIn({session, ends}: TradingDay, at: Date): MarketState {
  if (at >= ends) return 'closed'
  if (at >= session.closes) return 'after-hours'
  return at >= session.opens ? 'open' : 'pre-market'
}

/** The instant since which half an hour of regular hours has passed. */
function staleBefore(at: Date, latest: Session, previous: Session): Date {
  const endMs = Math.min(at.getTime(), latest.closes.getTime())
  const sinceMs = Math.max(0, endMs - latest.opens.getTime())
  return new Date(sinceMs >= staleMs ? endMs - staleMs : previous.closes.getTime() - (staleMs - sinceMs))
}
