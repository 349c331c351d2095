/**
 * The days on which the exchanges in New York are closed, or close early, with the reason of each. A day is
 * text such as `2026-11-27`. Pure. The rules are those of the years from `firstDay`: rule 7.2 of the New York
 * Stock Exchange, and the calendars that it publishes.
 */
import {dayMs, isoDay} from '../time.js'

/** The first day for which the calendar is complete. */
export const firstDay = '2015-01-01'

/** Closures that follow no rule, by the day. NYSE Group and Nasdaq announced each in press releases. */
const announced: Readonly<Record<string, string>> = {
  '2018-12-05': 'mourning for George H. W. Bush', // announced on 1 December 2018
  '2025-01-09': 'mourning for Jimmy Carter', // announced on 30 December 2024
}

const [sunday, monday, thursday, saturday] = [0, 1, 4, 6] as const

/** The reason why the exchanges are closed on a day; undefined for a day with a session. */
export function closureOf(day: string): string | undefined {
  const weekday = weekdayOf(Date.parse(day))
  if (weekday === saturday) return 'Saturday'
  if (weekday === sunday) return 'Sunday'
  return announced[day] ?? holidaysOf(Number(day.slice(0, 4))).get(day)
}

/** The reason for the early close of a day; undefined for every other day. */
export function earlyCloseOf(day: string): string | undefined {
  if (closureOf(day) !== undefined) return undefined
  if (day === isoDay(thanksgivingOf(Number(day.slice(0, 4))) + dayMs)) return 'day after Thanksgiving'
  if (day.endsWith('-07-03')) return 'day before Independence Day'
  return day.endsWith('-12-24') ? 'Christmas Eve' : undefined
}

const holidays = new Map<number, ReadonlyMap<string, string>>()

/** The holidays of a year: the days on which they are observed, and their names. */
function holidaysOf(year: number): ReadonlyMap<string, string> {
  let found = holidays.get(year)
  if (!found) {
    const newYear = Date.UTC(year, 0, 1)
    const days: [number, string][] = [
      // On a Saturday it is not observed, because the day before is the last of a month and of a year.
      weekdayOf(newYear) === saturday ? [newYear, "New Year's Day"] : observed(newYear, "New Year's Day"),
      [nth(3, monday, year, 1), 'Martin Luther King Jr. Day'],
      [nth(3, monday, year, 2), "Washington's Birthday"],
      [easterOf(year) - 2 * dayMs, 'Good Friday'],
      [nth(1, monday, year, 6) - 7 * dayMs, 'Memorial Day'],
      ...(year < 2022 ? [] : [observed(Date.UTC(year, 5, 19), 'Juneteenth')]),
      observed(Date.UTC(year, 6, 4), 'Independence Day'),
      [nth(1, monday, year, 9), 'Labor Day'],
      [thanksgivingOf(year), 'Thanksgiving Day'],
      observed(Date.UTC(year, 11, 25), 'Christmas Day'),
    ]
    found = new Map(days.map(([ms, name]) => [isoDay(ms), name]))
    holidays.set(year, found)
  }
  return found
}

/** A holiday on its day; from a Saturday it moves to the Friday before, from a Sunday to the Monday after. */
function observed(ms: number, name: string): [number, string] {
  const weekday = weekdayOf(ms)
  if (weekday === saturday) return [ms - dayMs, `${name}, observed`]
  return weekday === sunday ? [ms + dayMs, `${name}, observed`] : [ms, name]
}

/** The n-th day of a month (1 to 12) that is a given weekday. */
function nth(n: number, weekday: number, year: number, month: number): number {
  const first = Date.UTC(year, month - 1, 1)
  return first + (((weekday - weekdayOf(first) + 7) % 7) + 7 * (n - 1)) * dayMs
}

function thanksgivingOf(year: number): number {
  return nth(4, thursday, year, 11)
}

/** Easter Sunday, by the computation of Meeus, Jones and Butcher for the Gregorian calendar. */
function easterOf(year: number): number {
  const golden = year % 19
  const [century, ofCentury] = [Math.floor(year / 100), year % 100]
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3)
  const epact = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(ofCentury / 4) - epact - (ofCentury % 4)) % 7
  const late = Math.floor((golden + 11 * epact + 22 * weekday) / 451)
  const days = epact + weekday - 7 * late + 114
  return Date.UTC(year, Math.floor(days / 31) - 1, (days % 31) + 1)
}

function weekdayOf(ms: number): number {
  return new Date(ms).getUTCDay()
}
