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

/** The editions of a series until a day, and the next day that can bring one. */
interface Past {
  editions: Edition[]
  nextDay: string
}

/** Per series, until the day before the newest one that was requested. An earlier instant starts anew. */
const past = new WeakMap<InventedSeries, Past>()

function editions(series: InventedSeries, atMs: number): Edition[] {
  const today = centralDay(atMs)
  let known = past.get(series)
  if (known === undefined || (known.editions.at(-1)?.day ?? '') >= today)
    known = {editions: [], nextDay: firstVintage}
  past.set(series, known)
  for (; known.nextDay < today; known.nextDay = nextDayOfChange(known.nextDay)) {
    const endOfDay = DateTime.fromISO(known.nextDay, {zone}).plus({days: 1}).toMillis() - 1
    addEdition(known.editions, known.nextDay, series.observations(endOfDay))
  }
  const found = [...known.editions]
  addEdition(found, today, series.observations(atMs))
  return found
}

function addEdition(editions: Edition[], day: string, observations: readonly InventedObservation[]): void {
  const before = editions.at(-1)?.observations
  if (before === undefined || differ(before, observations)) editions.push({day, observations})
}

/** The days of a month on which a monthly or yearly series can change. */
const daysOfChange = [1, 2, 3, 12, 14, 15, 20]

function nextDayOfChange(day: string): string {
  let next = DateTime.fromISO(day, {zone}).plus({days: 1})
  while (!daysOfChange.includes(next.day)) next = next.plus({days: 1})
  return next.toISODate()!
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
