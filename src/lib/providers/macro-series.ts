/** The macro series that fin stores, with the ids of FRED. Alpha Vantage serves copies of the same series. */
import type {AnyTarget} from '../define.js'
import {NeedsPerson, UnexpectedBody} from '../errors.js'
import {day, decimal, describe, isItem, list, must} from '../parse.js'
import {csvItems, wholeLine} from './alpha-vantage/csv.js'
import {dayMs} from '../time.js'

/** The kind of a series. Each kind has a table, and its collector requests only series of this kind. */
export type SeriesKind = 'consumer prices' | 'inflation' | 'federal funds' | 'treasury yields'
type Interval = 'daily' | 'weekly' | 'monthly' | 'annual'

export interface MacroSeries {
  id: string
  kind: SeriesKind
  name: string
  interval: Interval
  unit: string
  /** Matches the name in Alpha Vantage's JSON form. */
  namePattern: RegExp
  /** Only for Treasury yields: `10year`. */
  maturity?: string
}

const prices = {
  kind: 'consumer prices',
  unit: 'index 1982-1984=100',
  namePattern: /consumer price index/i,
} as const
const funds = {kind: 'federal funds', unit: 'percent', namePattern: /federal funds/i} as const
const series: readonly MacroSeries[] = [
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
    namePattern: /^inflation/i,
  },
  {id: 'FEDFUNDS', name: 'Federal funds effective rate, monthly average', interval: 'monthly', ...funds},
  {id: 'FF', name: 'Federal funds effective rate, weekly average', interval: 'weekly', ...funds},
  {id: 'DFF', name: 'Federal funds effective rate, daily', interval: 'daily', ...funds},
  ...treasuries(),
]

function* treasuries(): Generator<MacroSeries> {
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
      namePattern: new RegExp(`^${length} treasury`, 'i'),
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
    // A maturity alone means the monthly series, which is collected by default.
    ...(one.maturity !== undefined && one.interval === 'monthly'
      ? [[one.maturity.toUpperCase(), one] as const]
      : []),
  ]),
)

/**
 * The series of a kind that a target names by id (`CPIAUCSL`) or maturity (`10year`). Throws NeedsPerson for
 * any other name.
 */
export function seriesOf(kind: SeriesKind, target: AnyTarget | null, fallback?: string): MacroSeries {
  return namedSeries(target?.target ?? fallback, kind)
}

/** The series that a target names, of any kind. Throws NeedsPerson for any other name. */
export function anySeries(target: AnyTarget | null): MacroSeries {
  return namedSeries(target?.target, undefined)
}

function namedSeries(name: string | undefined, kind: SeriesKind | undefined): MacroSeries {
  const fits = (one: MacroSeries | undefined) =>
    one !== undefined && (kind === undefined || one.kind === kind)
  const known = [...byName]
    .filter(([, one]) => fits(one))
    .map(([text]) => (text.toLowerCase().includes('year') || text === '3MONTH' ? text.toLowerCase() : text))
  if (name === undefined)
    throw new NeedsPerson('the answer does not name its series', {
      nextStep: `Name it with --target: ${known.join(', ')}.`,
    })
  const found = byName.get(name.toUpperCase())
  if (!fits(found))
    throw new NeedsPerson(
      `"${name}" is not a series ${kind === undefined ? '' : `of ${kind} `}that fin knows`,
      {nextStep: `It knows ${known.join(', ')}.`},
    )
  return found!
}

/**
 * The only series of a kind that a provider serves. Throws NeedsPerson if the target names another series.
 */
export function onlySeries(kind: SeriesKind, id: string, target: AnyTarget | null): MacroSeries {
  const found = seriesOf(kind, target, id)
  if (found.id !== id)
    throw new NeedsPerson(`this provider serves only ${id}, not ${found.id}`, {
      nextStep: 'Leave --provider out: FRED has both.',
    })
  return found
}

/** The columns that all macro tables share, and the value, which has another name in each table. */
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
const fewestDays: Readonly<Record<Interval, number>> = {daily: 1, weekly: 6, monthly: 28, annual: 365}

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
