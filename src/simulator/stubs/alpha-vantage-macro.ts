/** Alpha Vantage's economic series: copies of FRED's series, newest first. */
import {dayMs, isoDay} from '../../lib/time.js'
import {type StubRequest, listReply, onlyKnown, type Reply} from '../stub.js'
import type {InventedObservation} from '../macro.js'
import type {Scenario} from '../scenario.js'

const maturities: Readonly<Record<string, readonly [tail: string, label: string]>> = {
  '3month': ['3MO', '3-Month'],
  '2year': ['2', '2-Year'],
  '5year': ['5', '5-Year'],
  '7year': ['7', '7-Year'],
  '10year': ['10', '10-Year'],
  '30year': ['30', '30-Year'],
}

interface Found {
  name: string
  interval: string
  unit: string
  /** Oldest first. */
  points: InventedObservation[]
}

/** The requested series. Undefined: the answer is "Invalid API call". */
export function macroReply(request: StubRequest, scenario: Scenario): Reply | undefined {
  const found = seriesOf(request.query.get('function') ?? '', request, scenario)
  if (found === undefined) return undefined
  onlyKnown(request.query, ['function', 'apikey', 'interval', 'maturity', 'datatype'])
  const {points, ...head} = found
  const data = points.toReversed()
  const corrupt = (item: InventedObservation, variant: number) =>
    variant % 2 === 0 ? {...item, date: '2026-02-30'} : {...item, value: 'n.b.'}
  if (request.query.get('datatype') === 'csv')
    return listReply(
      'application/x-download',
      data,
      (items) => ['timestamp,value', ...items.map(({date, value}) => `${date},${value}`), ''].join('\r\n'),
      corrupt,
    )
  return listReply(
    'application/json',
    data,
    (items) => JSON.stringify({...head, data: items}, null, 4),
    corrupt,
  )
}

function seriesOf(name: string, request: StubRequest, scenario: Scenario): Found | undefined {
  const interval = request.query.get('interval') ?? (name === 'INFLATION' ? 'annual' : 'monthly')
  // Alpha Vantage does not pad values.
  const of = (id: string) =>
    (scenario.series.get(id)?.observations(request.atMs) ?? []).map(({date, value}) => ({
      date,
      value: value.replace(/0{8}$/, ''),
    }))
  // The current month is not published yet.
  const finished = (points: InventedObservation[]) =>
    points.at(-1)?.value === '.' ? points.slice(0, -1) : points
  const ranged = (daily: string, monthly: string) =>
    interval === 'daily'
      ? of(daily)
      : interval === 'weekly'
        ? weeks(of(daily))
        : interval === 'monthly'
          ? finished(of(monthly))
          : undefined

  if (name === 'CPI') {
    const points = of('CPIAUCNS')
    if (interval !== 'monthly' && interval !== 'semiannual') return undefined
    return {
      name: 'Consumer Price Index for all Urban Consumers',
      interval,
      unit: 'index 1982-1984=100',
      points: interval === 'monthly' ? points : halves(points),
    }
  }
  if (name === 'INFLATION')
    return {
      name: 'Inflation - US Consumer Prices',
      interval: 'annual',
      unit: 'percent',
      points: of('FPCPITOTLZGUSA'),
    }
  if (name === 'FEDERAL_FUNDS_RATE') {
    const points = ranged('DFF', 'FEDFUNDS')
    return points && {name: 'Effective Federal Funds Rate', interval, unit: 'percent', points}
  }
  if (name === 'TREASURY_YIELD') {
    const maturity = maturities[request.query.get('maturity') ?? '10year']
    if (maturity === undefined) return undefined
    const [tail, label] = maturity
    const points = ranged(`DGS${tail}`, tail === '3MO' ? 'GS3M' : `GS${tail}`)
    return points && {name: `${label} Treasury Constant Maturity Rate`, interval, unit: 'percent', points}
  }
  return undefined
}

/** Averages of the weeks that end on a Friday, without the current week. */
function weeks(days: readonly InventedObservation[]): InventedObservation[] {
  return averages(days, ({date}) => {
    const ms = Date.parse(`${date}T00:00:00Z`)
    return isoDay(ms + ((5 - new Date(ms).getUTCDay() + 7) % 7) * dayMs)
  }).filter(({date}) => date <= (days.at(-1)?.date ?? ''))
}

/** Averages of half years, dated on their first day. */
function halves(months: readonly InventedObservation[]): InventedObservation[] {
  return averages(months, ({date}) => `${date.slice(0, 4)}-${date.slice(5, 7) < '07' ? '01' : '07'}-01`)
}

function averages(
  points: readonly InventedObservation[],
  dateOf: (point: InventedObservation) => string,
): InventedObservation[] {
  const groups = new Map<string, number[]>()
  for (const point of points) {
    const date = dateOf(point)
    const group = groups.get(date) ?? []
    groups.set(date, group)
    if (point.value !== '.') group.push(Number(point.value))
  }
  return [...groups].map(([date, values]) => ({
    date,
    value: values.length === 0 ? '.' : (values.reduce((a, b) => a + b, 0) / values.length).toFixed(2),
  }))
}
