/**
 * The vintages of a macro series, as FRED keeps them: the days on which it changed, and the days for which
 * each value was the current one.
 */
import {DateTime} from 'luxon'
import type {InventedObservation, InventedSeries} from './macro.js'

/** FRED uses the date of US Central time. */
const zone = 'America/Chicago'
/** The first vintage of every series. Earlier values have no history. */
const firstVintage = '2025-01-15'

/** The day in FRED's zone. */
export function centralDay(atMs: number): string {
  return DateTime.fromMillis(atMs, {zone}).toISODate()!
}

/** An observation with the first and the last day on which it had this value. */
export interface Vintage extends InventedObservation {
  realtime_start: string
  realtime_end: string
}

/** A day on which the series changed, and everything published by its end. */
interface Edition {
  day: string
  observations: readonly InventedObservation[]
}

/** The days up to an instant on which the series got new or revised values, oldest first. */
export function vintageDays(series: InventedSeries, atMs: number): string[] {
  return editions(series, atMs).map(({day}) => day)
}

/**
 * Every value that was current on a day between two days, by date of the observation. As at FRED, the days of
 * a value are cut at both ends.
 */
export function vintagesBetween(series: InventedSeries, atMs: number, from: string, to: string): Vintage[] {
  const inSpan = editions(series, atMs)
    .filter(({day}) => day <= to)
    .filter(({day}, index, all) => day > from || index === all.findLastIndex((one) => one.day <= from))
  const byDate = new Map<string, Vintage[]>()
  inSpan.forEach(({day, observations}, index) => {
    const start = day < from ? from : day
    const end = index + 1 < inSpan.length ? dayBefore(inSpan[index + 1]!.day) : to
    for (const {date, value} of observations) {
      const known = byDate.get(date) ?? []
      const last = known.at(-1)
      if (last && isSame(last.value, value)) last.realtime_end = end
      else known.push({realtime_start: start, realtime_end: end, date, value})
      byDate.set(date, known)
    }
  })
  return [...byDate].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, vintages]) => vintages)
}

const past = new WeakMap<InventedSeries, Map<string, readonly InventedObservation[]>>()

function editions(series: InventedSeries, atMs: number): Edition[] {
  const today = centralDay(atMs)
  const known = past.get(series) ?? new Map<string, readonly InventedObservation[]>()
  past.set(series, known)
  const found: Edition[] = []
  for (const day of candidates(today)) {
    const observations =
      day === today
        ? series.observations(atMs)
        : (known.get(day) ??
          series.observations(DateTime.fromISO(day, {zone}).plus({days: 1}).toMillis() - 1))
    if (day !== today) known.set(day, observations)
    const before = found.at(-1)?.observations
    if (before === undefined || differ(before, observations)) found.push({day, observations})
  }
  return found
}

/** The days of a month on which a monthly or yearly series can change, from the first vintage to today. */
const daysOfChange = [1, 2, 3, 12, 14, 15, 20]

function candidates(today: string): string[] {
  const found: string[] = []
  let day = DateTime.fromISO(firstVintage, {zone})
  for (; day.toISODate()! < today; day = day.plus({days: 1}))
    if (daysOfChange.includes(day.day)) found.push(day.toISODate()!)
  return [...found, today]
}

function differ(before: readonly InventedObservation[], now: readonly InventedObservation[]): boolean {
  return (
    before.length !== now.length || now.some(({value}, index) => !isSame(before[index]?.value ?? '', value))
  )
}

/** FRED pads the newest values: the same number is the same value. */
function isSame(a: string, b: string): boolean {
  return a === b || (a !== '.' && b !== '.' && Number(a) === Number(b))
}

function dayBefore(day: string): string {
  return DateTime.fromISO(day, {zone}).minus({days: 1}).toISODate()!
}
