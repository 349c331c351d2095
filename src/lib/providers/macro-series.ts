/** The macro series that fin keeps, as FRED names them; Alpha Vantage serves copies of the same series. */
import {parse as parseCsv} from 'csv-parse/sync'
import type {AnyTarget} from '../define.js'
import {NeedsPerson, UnexpectedBody} from '../errors.js'
import {day, decimal, describe, isItem, list, must} from '../parse.js'
import {dayMs} from '../time.js'

/** Which table keeps a series: one of another kind is never asked for it. */
export type Kind = 'consumer prices' | 'inflation' | 'federal funds' | 'treasury yields'
type Interval = 'daily' | 'weekly' | 'monthly' | 'annual'

export interface Series {
  id: string
  kind: Kind
  name: string
  interval: Interval
  unit: string
  /** How Alpha Vantage's JSON form names it. */
  said: RegExp
  /** Of Treasury yields: `10year`. */
  maturity?: string
}

const prices = {kind: 'consumer prices', unit: 'index 1982-1984=100', said: /consumer price index/i} as const
const funds = {kind: 'federal funds', unit: 'percent', said: /federal funds/i} as const
const series: readonly Series[] = [
  {
    id: 'CPIAUCNS',
    name: 'Consumer Price Index for All Urban Consumers, not seasonally adjusted',
    interval: 'monthly',
    ...prices,
  },
  {
    id: 'CPIAUCSL',
    name: 'Consumer Price Index for All Urban Consumers, seasonally adjusted',
    interval: 'monthly',
    ...prices,
  },
  {
    id: 'FPCPITOTLZGUSA',
    name: 'Inflation, consumer prices for the United States',
    interval: 'annual',
    kind: 'inflation',
    unit: 'percent',
    said: /^inflation/i,
  },
  {id: 'FEDFUNDS', name: 'Federal funds effective rate, monthly average', interval: 'monthly', ...funds},
  {id: 'FF', name: 'Federal funds effective rate, weekly average', interval: 'weekly', ...funds},
  {id: 'DFF', name: 'Federal funds effective rate, daily', interval: 'daily', ...funds},
  ...treasuries(),
]

function* treasuries(): Generator<Series> {
  const maturities = [
    ['3month', '3MO'],
    ['2year', '2'],
    ['5year', '5'],
    ['7year', '7'],
    ['10year', '10'],
    ['30year', '30'],
  ] as const
  for (const [maturity, tail] of maturities) {
    const length = maturity.replace(/(\d+)/, '$1-')
    const name = `Market yield on US Treasury securities at ${length} constant maturity`
    const both = {
      kind: 'treasury yields',
      unit: 'percent',
      said: new RegExp(`^${length} treasury`, 'i'),
      maturity,
    } as const
    yield {
      id: tail === '3MO' ? 'GS3M' : `GS${tail}`,
      name: `${name}, monthly average`,
      interval: 'monthly',
      ...both,
    }
    yield {id: `DGS${tail}`, name: `${name}, daily`, interval: 'daily', ...both}
  }
}

const byName = new Map(
  series.flatMap((one) => [
    [one.id, one] as const,
    // A maturity alone means the monthly series, the one collected by default.
    ...(one.maturity !== undefined && one.interval === 'monthly'
      ? [[one.maturity.toUpperCase(), one] as const]
      : []),
  ]),
)

/**
 * The series of a kind that a target names, by id (`CPIAUCSL`) or maturity (`10year`). Throws NeedsPerson for
 * names that are neither.
 */
export function seriesOf(kind: Kind, target: AnyTarget | null, fallback?: string): Series {
  const name = target?.target ?? fallback
  const known = [...byName]
    .filter(([, one]) => one.kind === kind)
    .map(([text]) => (text.toLowerCase().includes('year') || text === '3MONTH' ? text.toLowerCase() : text))
  if (name === undefined)
    throw new NeedsPerson('the answer does not say which series it is', {
      nextStep: `Name it with --target: ${known.join(', ')}.`,
    })
  const found = byName.get(name.toUpperCase())
  if (found?.kind !== kind)
    throw new NeedsPerson(`"${name}" is not a series of ${kind} that fin knows`, {
      nextStep: `It knows ${known.join(', ')}.`,
    })
  return found
}

/**
 * The one series of a kind that a provider serves, whatever the target says. Throws NeedsPerson when it says
 * another.
 */
export function onlySeries(kind: Kind, id: string, target: AnyTarget | null): Series {
  const found = seriesOf(kind, target, id)
  if (found.id !== id)
    throw new NeedsPerson(`this provider serves only ${id}, not ${found.id}`, {
      nextStep: 'Leave --provider out: FRED has both.',
    })
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

/**
 * The items of a FRED answer, of an Alpha Vantage one in either form (JSON, or CSV with timestamp and value),
 * or of their bare lists. Throws UnexpectedBody for an answer that shows to be of another series than `of`:
 * its rows would get a wrong name. (FRED and CSV name no series; there only the distance of the dates can
 * tell.)
 */
export function observationsIn(body: unknown, of: Series): unknown[] {
  const items = itemsOf(body)
  const other = isItem(body) ? otherName(body, of) : undefined
  const isTooFine = typicalDays(items) < fewestDays[of.interval]
  if (other === undefined && !isTooFine) return items
  const what =
    other === undefined ? 'its observations follow each other too closely' : `it calls itself ${other}`
  throw new UnexpectedBody(`the answer is not of ${of.id} (${of.interval}): ${what}`, {
    nextStep: 'Name the series it is about with --target.',
  })
}

function itemsOf(body: unknown): unknown[] {
  if (typeof body === 'string') {
    if (!/^\s*timestamp,value\s/.test(body))
      throw new UnexpectedBody(`expected observations, got ${describe(body)}`)
    return parseCsv(body, {columns: true, bom: true, skip_empty_lines: true, relax_column_count: true})
  }
  return list(body, 'value', isItem(body) && 'data' in body ? 'data' : 'observations')
}

/** What an answer calls itself, where that is not `of`. */
function otherName({name, interval}: Readonly<Record<string, unknown>>, of: Series): string | undefined {
  if (typeof name === 'string' && !of.said.test(name)) return describe(name)
  return typeof interval === 'string' && interval.toLowerCase() !== of.interval
    ? describe(interval)
    : undefined
}

/** Periods are never shorter than this. */
const fewestDays: Readonly<Record<Interval, number>> = {daily: 1, weekly: 6, monthly: 28, annual: 365}

/**
 * The median distance of neighbouring dates, so that one wrong date does not decide; Infinity where there are
 * no two.
 */
function typicalDays(items: readonly unknown[]): number {
  const dateOf = (item: unknown) =>
    isItem(item) ? Date.parse(`${String(item['date'] ?? item['timestamp'])}T00:00:00Z`) / dayMs : NaN
  const days = items.map(dateOf).filter((date) => !Number.isNaN(date))
  const gaps = days
    .slice(1)
    .map((date, place) => Math.abs(date - days[place]!))
    .filter((gap) => gap > 0)
    .sort((a, b) => a - b)
  return gaps[Math.floor(gaps.length / 2)] ?? Infinity
}

/**
 * One observation of a FRED or Alpha Vantage answer; "." means not published. Throws when date or value is
 * missing or malformed.
 */
export function observation(item: unknown, of: Series): Observation {
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
