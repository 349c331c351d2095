import {fred} from '../../lib/providers/fred.js'
import {
  type StubRequest,
  type ProviderStub,
  json,
  jsonList,
  listReply,
  NotSimulated,
  onlyKnown,
  type Reply,
  textReply,
} from '../stub.js'
import type {InventedObservation, InventedSeries} from '../macro.js'
import type {Scenario} from '../scenario.js'
import {centralDay, vintageDays, vintagesBetween} from '../vintages.js'

const known = [
  'series_id',
  'api_key',
  'file_type',
  'observation_start',
  'observation_end',
  'sort_order',
  'limit',
  'offset',
  'units',
  'realtime_start',
  'realtime_end',
]
const mostVintages = 2_000
const readKeyPage = 'Read https://research.stlouisfed.org/docs/api/api_key.html for more information.'

/**
 * Stub of FRED's observations and of the days with a revision. It answers XML unless JSON is requested. A key
 * has 32 lower-case letters and digits.
 */
export const fredStub: ProviderStub = {
  provider: fred,
  secret: (query) => query.get('api_key') || undefined,
  answer,
  refuse: (_limit, _untilMs, request) => failure(request, 429, 'Too Many Requests.  Exceeded Rate Limit'),
}

function answer(request: StubRequest, scenario: Scenario): Reply {
  const isList = request.path === '/fred/series/vintagedates'
  if (request.method !== 'GET' || !(isList || request.path === '/fred/series/observations'))
    throw new NotSimulated('this path')
  const problem = problemOf(request)
  if (problem !== undefined) return failure(request, 400, `Bad Request.  ${problem}`)
  onlyKnown(request.query, known)
  const id = request.query.get('series_id')
  if (id === null) return failure(request, 400, 'Bad Request.  Variable series_id is not set.')
  const series = scenario.series.get(id)
  if (!series) return failure(request, 400, 'Bad Request.  The series does not exist.')
  const most = isList ? 10_000 : 100_000
  const limit = Number(request.query.get('limit') ?? most)
  if (!(limit >= 1 && limit <= most))
    return failure(request, 400, `Bad Request.  The value of limit is not between 1 and ${most}.`)
  const isPast = request.query.has('realtime_start') || request.query.has('realtime_end')
  // The vintages of a daily series would take too long to invent.
  if ((isList || isPast) && /^D|^FF$/.test(id)) throw new NotSimulated('the vintages of this series')
  return isList ? listOfVintages(request, series, limit) : values(request, series, limit, isPast)
}

/** The observations that were current in the requested period; without one, today's. */
function values(request: StubRequest, series: InventedSeries, limit: number, isPast: boolean): Reply {
  const today = centralDay(request.atMs)
  const [start, end] = [
    request.query.get('realtime_start') ?? today,
    request.query.get('realtime_end') ?? today,
  ]
  if (start > end) return failure(request, 400, 'Bad Request.  The realtime_end is before realtime_start.')
  const spans = (day: string) => day >= start && day <= end
  const count = isPast ? vintageDays(series, request.atMs).filter(spans).length : 0
  if (count > mostVintages)
    return failure(
      request,
      400,
      `Bad Request.  There are ${count} vintage dates in the specified real-time period: ${start} to ${end}.  This exceeds the maximum number of vintage dates allowed (${mostVintages}).`,
    )
  return page(request, series, limit, {start, end, isPast})
}

/** The days on which the series changed. FRED has this list only as JSON here. */
function listOfVintages(request: StubRequest, series: InventedSeries, limit: number): Reply {
  if (request.query.get('file_type') !== 'json') throw new NotSimulated('a list of vintages as XML')
  const start = request.query.get('realtime_start') ?? '1776-07-04'
  const end = request.query.get('realtime_end') ?? '9999-12-31'
  const all = vintageDays(series, request.atMs).filter((day) => day >= start && day <= end)
  const offset = Number(request.query.get('offset') ?? 0)
  return json({
    realtime_start: start,
    realtime_end: end,
    order_by: 'vintage_date',
    sort_order: 'asc',
    count: all.length,
    offset,
    limit,
    vintage_dates: all.slice(offset, offset + limit),
  })
}

interface RealtimePeriod {
  start: string
  end: string
  /** The request asks for a period other than today. */
  isPast: boolean
}

/** The error message for an invalid key; undefined: the key is valid. */
function problemOf({secret}: StubRequest): string | undefined {
  if (secret === undefined) return `Variable api_key is not set.  ${readKeyPage}`
  if (!/^[0-9a-z]{32}$/.test(secret))
    return `The value for variable api_key is not a 32 character alpha-numeric lower-case string.  ${readKeyPage}`
  return undefined
}

/** The requested observations as JSON or XML. */
function page(request: StubRequest, series: InventedSeries, limit: number, realtime: RealtimePeriod): Reply {
  const parameter = (name: string, standard: string) => request.query.get(name) ?? standard
  const units = parameter('units', 'lin')
  const [start, end] = [
    parameter('observation_start', '1600-01-01'),
    parameter('observation_end', '9999-12-31'),
  ]
  const [order, offset] = [parameter('sort_order', 'asc'), Number(parameter('offset', '0'))]
  if (realtime.isPast && units !== 'lin') throw new NotSimulated(`units=${units} of past vintages`)
  const period = {realtime_start: realtime.start, realtime_end: realtime.end}
  const known = realtime.isPast
    ? vintagesBetween(series, request.atMs, realtime.start, realtime.end)
    : inUnits(series.observations(request.atMs), units).map((one) => ({...period, ...one}))
  const inRange = known.filter(({date}) => date >= start && date <= end)
  if (order === 'desc') inRange.reverse()
  const head = {
    ...period,
    observation_start: start,
    observation_end: end,
    units,
    output_type: 1,
    file_type: request.query.get('file_type') === 'json' ? 'json' : 'xml',
    order_by: 'observation_date',
    sort_order: order,
    count: inRange.length,
    offset,
    limit,
  }
  const items = inRange.slice(offset, offset + limit)
  if (head.file_type === 'json') return jsonList(items, corrupt, (observations) => ({...head, observations}))
  return listReply('text/xml; charset=utf-8', items, (observations) => xml(head, observations), corrupt)
}

function corrupt(item: InventedObservation, variant: number) {
  return variant % 2 === 0 ? {...item, date: '2026-02-30'} : {...item, value: 'n.b.'}
}

function xml(head: object, observations: readonly object[]): string {
  const attributes = (object: object) =>
    Object.entries(object)
      .map(([name, value]) => ` ${name}="${value}"`)
      .join('')
  return [
    '<?xml version="1.0" encoding="utf-8" ?>',
    `<observations${attributes(head)}>`,
    ...observations.map((one) => `  <observation${attributes(one)}/>`),
    '</observations>',
    '',
  ].join('\n')
}

function inUnits(all: readonly InventedObservation[], units: string): readonly InventedObservation[] {
  if (units === 'lin') return all
  if (units === 'pc1') return yearOnYear(all)
  throw new NotSimulated(`units=${units}`)
}

/**
 * Percent change from a year ago. It works for monthly and yearly series only, because their days recur every
 * year.
 */
function yearOnYear(all: readonly InventedObservation[]): InventedObservation[] {
  const byDate = new Map(all.map(({date, value}) => [date, value]))
  return all.flatMap(({date, value}) => {
    const before = byDate.get(`${Number(date.slice(0, 4)) - 1}${date.slice(4)}`)
    if (before === undefined) return []
    return [
      {
        date,
        value:
          before === '.' || value === '.' ? '.' : ((Number(value) / Number(before) - 1) * 100).toFixed(5),
      },
    ]
  })
}

function failure(request: StubRequest, status: number, message: string): Reply {
  if (request.query.get('file_type') === 'json')
    return json({error_code: status, error_message: message}, status)
  return textReply(
    `<?xml version="1.0" encoding="utf-8" ?>\n<error code="${status}" message="${message}"/>\n`,
    status,
    'text/xml; charset=utf-8',
  )
}
