/** The macro series that fin keeps, as FRED names them; Alpha Vantage serves copies of the same series. */
import {parse as parseCsv} from 'csv-parse/sync'
import type {AnyTarget} from '../define.js'
import {UnexpectedBody} from '../errors.js'
import {day, decimal, describe, isItem, list, must} from '../parse.js'

type Interval = 'daily' | 'weekly' | 'monthly' | 'annual'

export interface Series {
  id: string
  name: string
  interval: Interval
  unit: string
  /** Of Treasury yields: `10year`. */
  maturity?: string
}

const index = 'index 1982-1984=100'
const series: readonly Series[] = [
  {id: 'CPIAUCNS', name: 'Consumer Price Index for All Urban Consumers, not seasonally adjusted', interval: 'monthly', unit: index},
  {id: 'CPIAUCSL', name: 'Consumer Price Index for All Urban Consumers, seasonally adjusted', interval: 'monthly', unit: index},
  {id: 'FPCPITOTLZGUSA', name: 'Inflation, consumer prices for the United States', interval: 'annual', unit: 'percent'},
  {id: 'FEDFUNDS', name: 'Federal funds effective rate, monthly average', interval: 'monthly', unit: 'percent'},
  {id: 'FF', name: 'Federal funds effective rate, weekly average', interval: 'weekly', unit: 'percent'},
  {id: 'DFF', name: 'Federal funds effective rate, daily', interval: 'daily', unit: 'percent'},
  ...treasuries(),
]

function* treasuries(): Generator<Series> {
  const maturities = [['3month', '3MO'], ['2year', '2'], ['5year', '5'], ['7year', '7'], ['10year', '10'], ['30year', '30']] as const
  for (const [maturity, tail] of maturities) {
    const name = `Market yield on US Treasury securities at ${maturity.replace(/(\d+)/, '$1-')} constant maturity`
    yield {id: tail === '3MO' ? 'GS3M' : `GS${tail}`, name: `${name}, monthly average`, interval: 'monthly', unit: 'percent', maturity}
    yield {id: `DGS${tail}`, name: `${name}, daily`, interval: 'daily', unit: 'percent', maturity}
  }
}

const byName = new Map(series.flatMap((one) => [
  [one.id, one] as const,
  // A maturity alone means the monthly series, the one collected by default.
  ...(one.maturity !== undefined && one.interval === 'monthly' ? [[one.maturity.toUpperCase(), one] as const] : []),
]))

/** The series that a target names, by id (`CPIAUCSL`) or maturity (`10year`). Throws for names that are neither. */
export function seriesOf(target: AnyTarget | null, fallback?: string): Series {
  const name = target?.target ?? fallback
  if (name === undefined) throw new Error('the answer does not say which series it is: name it with --target')
  const found = byName.get(name.toUpperCase())
  if (!found) throw new Error(`"${name}" is not a series that fin knows; it knows ${[...byName.keys()].join(', ')}`)
  return found
}

/** Columns that every macro table has, and the value of the observation under a name of its own. */
export interface Observation {
  series_id: string
  date: string
  value: string | null
  interval_type: Interval
  unit: string
  name: string
  realtime_start: string | null
}

/** The items of a FRED answer, of an Alpha Vantage one in either form (JSON, or CSV with timestamp and value), or of their bare lists. */
export function observationsIn(body: unknown): unknown[] {
  if (typeof body === 'string') {
    if (!/^\s*timestamp,value\s/.test(body)) throw new UnexpectedBody(`expected observations, got ${describe(body)}`)
    return parseCsv(body, {columns: true, bom: true, skip_empty_lines: true, relax_column_count: true})
  }
  return list(body, 'value', isItem(body) && 'data' in body ? 'data' : 'observations')
}

/** One observation of a FRED or Alpha Vantage answer; "." means not published. Throws when date or value is missing or malformed. */
export function observation(item: unknown, of: Series): Observation {
  const date = day(must(item, isItem(item) && 'timestamp' in item ? 'timestamp' : 'date'))
  if (date === null) throw new Error('an observation needs a date')
  const realtime = isItem(item) ? item['realtime_start'] : undefined
  return {
    series_id: of.id, date, value: decimal(must(item, 'value')), interval_type: of.interval, unit: of.unit, name: of.name,
    realtime_start: realtime === undefined ? null : day(realtime),
  }
}
