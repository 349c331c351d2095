/** The macro series that fin stores, with the ids of FRED. Alpha Vantage serves copies of the same series. */
import type {AnyTarget} from '../../define.js'
import {NeedsPerson} from '../../errors.js'

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
