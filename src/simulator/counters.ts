/** Counters of the requests in a window: a sliding one, or one that begins at a wall-clock time. */
import {DateTime, IANAZone} from 'luxon'
import type {Limit} from '../lib/define.js'
import {dayMs, minuteMs} from '../lib/time.js'

/** Window lengths in milliseconds; a sliding month has 31 days. */
export const lengths: Readonly<Record<Limit['per'], number>> = {
  second: 1000,
  minute: minuteMs,
  '15 minutes': 900_000,
  '12 hours': 43_200_000,
  day: dayMs,
  month: 31 * dayMs,
}

export interface Counter {
  /** Requests in the window that contains the instant. */
  count(atMs: number): number
  add(atMs: number): void
  /** The first instant from `atMs` on with fewer than `allowed` requests in its window. */
  freeAt(allowed: number, atMs: number): number
}

/** Counter of a sliding window: requests that arrived less than `lengthMs` before an instant. */
export function slidingCounter(lengthMs: number): Counter {
  let arrivals: number[] = []
  let first = 0
  const settle = (atMs: number) => {
    // After the clock was set back, arrivals ahead of it have not happened.
    while (arrivals.length > first && (arrivals.at(-1) ?? 0) > atMs) arrivals.pop()
    while (first < arrivals.length && (arrivals[first] ?? 0) <= atMs - lengthMs) first++
    if (first > 1000 && first * 2 > arrivals.length) {
      arrivals = arrivals.slice(first)
      first = 0
    }
  }
  return {
    count(atMs) {
      settle(atMs)
      return arrivals.length - first
    },
    add: (atMs) => {
      arrivals.push(atMs)
    },
    freeAt: (allowed, atMs) => (arrivals[arrivals.length - allowed] ?? atMs - lengthMs) + lengthMs,
  }
}

/**
 * Counter of windows that begin at a wall-clock time of a zone: `00:00 America/New_York`, `first of month
 * UTC`, `first of month 08:00 Asia/Seoul`.
 */
export function calendarCounter(per: Limit['per'], startsAt: string): Counter {
  const words = startsAt.split(' ')
  const zone = words.at(-1) ?? 'UTC'
  const time = words.find((word) => /^\d\d:\d\d$/.test(word)) ?? '00:00'
  const unit = startsAt.startsWith('first of month') || per === 'month' ? 'month' : 'day'
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  if (!IANAZone.isValidZone(zone)) throw new Error(`"${startsAt}" does not name a zone`)
  const beginning = (atMs: number, ahead: number) =>
    DateTime.fromMillis(atMs, {zone})
      .startOf(unit)
      .plus({[unit]: ahead})
      .set({hour, minute})
      .toMillis()
  const window = (atMs: number) => {
    const anchor = beginning(atMs, 0) <= atMs ? 0 : -1
    const start = beginning(atMs, anchor)
    const end = beginning(atMs, anchor + 1)
    if (per === 'day' || unit === 'month') return {start, end}
    const part = start + Math.floor((atMs - start) / lengths[per]) * lengths[per]
    return {start: part, end: Math.min(end, part + lengths[per])}
  }
  let current = {start: NaN, end: NaN}
  let counted = 0
  const settle = (atMs: number) => {
    if (atMs >= current.start && atMs < current.end) return
    current = window(atMs)
    counted = 0
  }
  return {
    count(atMs) {
      settle(atMs)
      return counted
    },
    add(atMs) {
      settle(atMs)
      counted++
    },
    freeAt: () => current.end,
  }
}
