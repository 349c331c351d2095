/** Reads the instants that users write in flags. */
import {NeedsPerson} from './errors.js'
import {dayMs, hourMs, minuteMs} from './time.js'

const units: Readonly<Record<string, number>> = {m: minuteMs, h: hourMs, d: dayMs, w: 7 * dayMs}

/**
 * An instant from `2026-05-18`, `2026-05-18 07:00` (both UTC), one with a zone, or `90m`, `24h`, `7d`, `2w`
 * before `now`. Throws NeedsPerson for anything else, naming the flag.
 */
export function instantFrom(text: string, now: Date, flag: string): Date {
  const [, amount, unit = ''] = /^(\d{1,6})\s*([mhdw])$/.exec(text) ?? []
  const ms = amount === undefined ? parse(text) : now.getTime() - Number(amount) * (units[unit] ?? 0)
  const found = new Date(ms ?? NaN)
  // The database accepts years from 1, and the text form here has four digits.
  if (Number.isNaN(found.getTime()) || !/^(?!0000)\d{4}-/.test(found.toISOString())) {
    const [day] = /^\d{4}-\d\d-\d\d(?!\d)/.exec(text) ?? []
    const problem = day !== undefined && !isDay(day) ? 'a day of the calendar' : 'an instant'
    throw new NeedsPerson(`--${flag} is "${text}", which is not ${problem}`, {
      nextStep: 'Write it like 2026-05-18, 2026-05-18T07:00Z, or 24h, 7d, 2w for that long ago.',
    })
  }
  return found
}

/** Like `instantFrom`, as text in UTC that keeps the microseconds of the database. */
export function instantTextFrom(text: string, now: Date, flag: string): string {
  const [, fraction = '000'] = /\d:\d\d\.(\d{4,})/.exec(text) ?? []
  const found = instantFrom(text, now, flag).toISOString()
  return fraction.length > 3 ? found.replace(/\d+Z$/, `${fraction}Z`) : found
}

/** True for a day of the calendar that the database accepts, such as `2026-05-18`. */
export function isDay(day: string): boolean {
  const ms = Date.parse(`${day}T00:00Z`)
  // Date.parse moves 30 February to March.
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day) && !day.startsWith('0000')
}

function parse(text: string): number | undefined {
  const [, day, time, zone] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?(Z|[+-]\d\d:?\d\d)?$/i.exec(text) ?? []
  if (day === undefined) return undefined
  const ms = Date.parse(`${day}T${time ?? '00:00'}${(zone ?? 'Z').replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`)
  return isDay(day) ? ms : undefined
}
