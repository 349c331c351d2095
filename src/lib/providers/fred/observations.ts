/** The observations of a macro series, in the answers of FRED and of Alpha Vantage, which serves copies. */
import {UnexpectedBody} from '../../errors.js'
import {day, decimal, describe, isItem, list, must} from '../../parse.js'
import {dayMs} from '../../time.js'
import {csvItems, wholeLine} from '../alpha-vantage/csv.js'
import type {MacroSeries} from './series.js'

/** The columns that all macro tables share, and the value, which has another name in each table. */
export interface Observation {
  series_id: string
  date: string
  value: string | null
  interval_type: MacroSeries['interval']
  unit: string
  name: string
  realtime_start: string | null
}

/**
 * The items of an answer of FRED or Alpha Vantage (JSON, or CSV with timestamp and value), or of their bare
 * lists. Throws UnexpectedBody if the answer is of another series than `of`, because its rows would get a
 * wrong name. FRED and CSV do not name the series; there only the distance between dates can show it.
 */
export function observationsIn(body: unknown, of: MacroSeries): unknown[] {
  const items = itemsOf(body)
  const other = isItem(body) ? otherName(body, of) : undefined
  const isTooFine = typicalDays(items) < fewestDays[of.interval]
  if (other === undefined && !isTooFine) return items
  const what =
    other === undefined ? 'its observations follow each other too closely' : `it calls itself ${other}`
  throw new UnexpectedBody(`the answer is not of ${of.id} (${of.interval}): ${what}`, {
    nextStep: 'With --input, name its series with --target; otherwise run with --record DIR.',
  })
}

function itemsOf(body: unknown): unknown[] {
  if (typeof body === 'string') {
    if (!/^\s*timestamp,value\s/.test(body))
      throw new UnexpectedBody(`expected observations, got ${describe(body)}`)
    return csvItems(body, ['timestamp', 'value'])
  }
  return list(body, 'value', isItem(body) && 'data' in body ? 'data' : 'observations')
}

/** The name or interval in an answer if it is not that of `of`. */
function otherName({name, interval}: Readonly<Record<string, unknown>>, of: MacroSeries): string | undefined {
  if (typeof name === 'string' && !of.namePattern.test(name)) return describe(name)
  return typeof interval === 'string' && interval.toLowerCase() !== of.interval
    ? describe(interval)
    : undefined
}

/** The shortest period of each interval, in days. */
const fewestDays: Readonly<Record<MacroSeries['interval'], number>> = {
  daily: 1,
  weekly: 6,
  monthly: 28,
  annual: 365,
}

/**
 * The median distance between neighbouring dates, so that one wrong date does not decide. Infinity for fewer
 * than two dates.
 */
function typicalDays(items: readonly unknown[]): number {
  const dateOf = (item: unknown) =>
    isItem(item) ? Date.parse(`${String(item['date'] ?? item['timestamp'])}T00:00:00Z`) / dayMs : NaN
  const days = items.map(dateOf).filter((date) => !Number.isNaN(date))
  const gaps = days
    .slice(1)
    .map((date, index) => Math.abs(date - days[index]!))
    .filter((gap) => gap > 0)
    .sort((a, b) => a - b)
  return gaps[Math.floor(gaps.length / 2)] ?? Infinity
}

/**
 * One observation of an answer of FRED or Alpha Vantage; "." means not published. Throws if date or value is
 * missing or malformed.
 */
export function observation(item: unknown, of: MacroSeries): Observation {
  if (isItem(item)) wholeLine(item)
  const date = day(must(item, isItem(item) && 'timestamp' in item ? 'timestamp' : 'date'))
  if (date === null) throw new Error('an observation needs a date')
  const realtime = isItem(item) ? item['realtime_start'] : undefined
  return {
    series_id: of.id,
    date,
    value: decimal(must(item, 'value')),
    interval_type: of.interval,
    unit: of.unit,
    name: of.name,
    realtime_start: realtime === undefined ? null : day(realtime),
  }
}
