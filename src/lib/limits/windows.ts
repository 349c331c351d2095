/**
 * Computes the windows in which providers count. Pure; instants are epoch milliseconds. A sliding window of
 * length W that ends at t includes requests counted after t - W. A calendar window begins at a wall-clock
 * time of a zone and includes its start.
 */
import {DateTime, IANAZone} from 'luxon'
import {pluralize} from '../text.js'
import type {Limit} from '../define.js'
import {NeedsPerson} from '../errors.js'
import {dayMs, hourMs, minuteMs} from '../time.js'

/** A sliding month is counted as its longest form, so it never allows more than the provider does. */
const lengths: Readonly<Record<Limit['per'], number>> = {
  second: 1000,
  minute: minuteMs,
  '15 minutes': 15 * minuteMs,
  '12 hours': 12 * hourMs,
  day: dayMs,
  month: 31 * dayMs,
}

/** The longest duration of a window of this kind. */
export function windowMs(limit: Pick<Limit, 'per'>): number {
  return lengths[limit.per]
}

/** True for windows whose quota is divided among jobs; shorter windows only limit the rate. */
export function isBudget(limit: Pick<Limit, 'per'>): boolean {
  return limit.per === 'day' || limit.per === 'month'
}

interface Start {
  monthly: boolean
  hour: number
  minute: number
  zone: string
}

/** `00:00 America/New_York`, `first of month UTC`, `first of month 08:00 Asia/Seoul`. */
const startPattern = /^(first of month )?(?:(\d\d):(\d\d) )?([A-Za-z]\S*)$/

function startOf(startsAt: string): Start {
  const found = startPattern.exec(startsAt)
  const start = {
    monthly: found?.[1] !== undefined,
    hour: Number(found?.[2] ?? 0),
    minute: Number(found?.[3] ?? 0),
    zone: found?.[4] ?? '',
  }
  if (!found || start.hour > 23 || start.minute > 59 || !IANAZone.create(start.zone).isValid)
    throw new NeedsPerson(`a limit begins its windows at "${startsAt}", which is not a time of a zone`, {
      nextStep: 'Write it like "00:00 America/New_York" or "first of month UTC".',
    })
  return start
}

/** The zone of a calendar window; UTC for a sliding window. */
export function zoneOf(limit: Pick<Limit, 'window'>): string {
  return limit.window === 'sliding' ? 'UTC' : startOf(limit.window.startsAt).zone
}

/**
 * The start of the window that includes `atMs`; for a sliding window, the instant after which requests count.
 */
export function windowStart(limit: Pick<Limit, 'per' | 'window'>, atMs: number): number {
  if (limit.window === 'sliding') return atMs - windowMs(limit)
  return calendarStart(limit.per, startOf(limit.window.startsAt), atMs, 'holding')
}

/** The earliest instant whose window no longer includes a request counted at `countedMs`. */
export function freeAfter(limit: Pick<Limit, 'per' | 'window'>, countedMs: number): number {
  if (limit.window === 'sliding') return countedMs + windowMs(limit)
  return calendarStart(limit.per, startOf(limit.window.startsAt), countedMs, 'after')
}

/** The day of a zone that includes `atMs`. */
export function windowDayOf(zone: string, atMs: number): {start: number; end: number} {
  const start = {monthly: false, hour: 0, minute: 0, zone}
  return {
    start: calendarStart('day', start, atMs, 'holding'),
    end: calendarStart('day', start, atMs, 'after'),
  }
}

/** The last start at or before `atMs` (`holding`), or the first start after it. */
function calendarStart(per: Limit['per'], start: Start, atMs: number, which: 'holding' | 'after'): number {
  const unit = start.monthly || per === 'month' ? 'month' : 'day'
  const first = DateTime.fromMillis(atMs, {zone: start.zone}).startOf(unit)
  // the wall-clock time is set on each date, so that a day with 23 or 25 hours begins at the right instant
  const starts = [-1, 0, 1].map((step) =>
    first
      .plus({[unit]: step})
      .set({hour: start.hour, minute: start.minute})
      .toMillis(),
  )
  const after = starts.findIndex((ms) => ms > atMs)
  const next =
    after < 0
      ? first
          .plus({[unit]: 2})
          .set({hour: start.hour, minute: start.minute})
          .toMillis()
      : starts[after]!
  const holding = starts[(after < 0 ? starts.length : after) - 1]!
  const lengthMs = lengths[per]
  if (unit === 'month' || per === 'day') return which === 'holding' ? holding : next
  // windows shorter than a day follow one another from the day's start
  const shorter = holding + Math.floor((atMs - holding) / lengthMs) * lengthMs
  return which === 'holding' ? shorter : Math.min(shorter + lengthMs, next)
}

/** `25 a day`, `5 a minute`, `50 in 12 hours`, `3,000,000 posts a month`. */
export function limitText(limit: Limit): string {
  const amount =
    limit.unit === 'posts'
      ? pluralize(limit.requests, 'post')
      : `${limit.unit === 'usd' ? '$' : ''}${limit.requests.toLocaleString('en-US')}`
  return `${amount} ${/\d/.test(limit.per) ? 'in' : 'a'} ${limit.per}`
}

/** An amount rounded to a millionth, because sums of dollars are not exact. */
export function toMillionth(n: number): number {
  return Math.round(n * 1e6) / 1e6
}
