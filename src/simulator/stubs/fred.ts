import {DateTime} from 'luxon'
import {fred} from '../../lib/providers/fred.js'
import {isoDay} from '../../lib/time.js'
import {
  type StubRequest,
  type ProviderStub,
  json,
  jsonList,
  listReply,
  NotSimulated,
  onlyKnown,
  type Reply,
  text,
} from '../stub.js'
import type {Observation, Series} from '../macro.js'
import type {Scenario} from '../scenario.js'

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
]
const readKeyPage = 'Read https://research.stlouisfed.org/docs/api/api_key.html for more information.'

/**
 * Stub of FRED's observations. It answers XML unless JSON is requested. A key has 32 lower-case letters and
 * digits.
 */
export const fredStub: ProviderStub = {
  provider: fred,
  secret: (query) => query.get('api_key') || undefined,
  answer,
  refuse: (_limit, _untilMs, request) => failure(request, 429, 'Too Many Requests.  Exceeded Rate Limit'),
}

function answer(request: StubRequest, scenario: Scenario): Reply {
  if (request.method !== 'GET' || request.path !== '/fred/series/observations')
    throw new NotSimulated('this path')
  const problem = problemOf(request)
  if (problem !== undefined) return failure(request, 400, `Bad Request.  ${problem}`)
  onlyKnown(request.query, known)
  const id = request.query.get('series_id')
  if (id === null) return failure(request, 400, 'Bad Request.  Variable series_id is not set.')
  const series = scenario.series.get(id)
  if (!series) return failure(request, 400, 'Bad Request.  The series does not exist.')
  const limit = Number(request.query.get('limit') ?? 100_000)
  if (!(limit >= 1 && limit <= 100_000))
    return failure(request, 400, 'Bad Request.  The value of limit is not between 1 and 100000.')
  return page(request, series, limit)
}

/** The error message for an invalid key; undefined: the key is valid. */
function problemOf({secret}: StubRequest): string | undefined {
  if (secret === undefined) return `Variable api_key is not set.  ${readKeyPage}`
  if (!/^[0-9a-z]{32}$/.test(secret))
    return `The value for variable api_key is not a 32 character alpha-numeric lower-case string.  ${readKeyPage}`
  return undefined
}

/** The requested observations as JSON or XML. */
function page(request: StubRequest, series: Series, limit: number): Reply {
  const parameter = (name: string, standard: string) => request.query.get(name) ?? standard
  const units = parameter('units', 'lin')
  const [start, end] = [
    parameter('observation_start', '1600-01-01'),
    parameter('observation_end', '9999-12-31'),
  ]
  const [order, offset] = [parameter('sort_order', 'asc'), Number(parameter('offset', '0'))]
  const inRange = inUnits(series.observations(request.atMs), units).filter(
    ({date}) => date >= start && date <= end,
  )
  if (order === 'desc') inRange.reverse()
  // FRED uses the date of US Central time.
  const today =
    DateTime.fromMillis(request.atMs, {zone: 'America/Chicago'}).toISODate() ?? isoDay(request.atMs)
  const head = {
    realtime_start: today,
    realtime_end: today,
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
  const items = inRange
    .slice(offset, offset + limit)
    .map(({date, value}) => ({realtime_start: today, realtime_end: today, date, value}))
  if (head.file_type === 'json') return jsonList(items, corrupt, (observations) => ({...head, observations}))
  return listReply('text/xml; charset=utf-8', items, (observations) => xml(head, observations), corrupt)
}

function corrupt(item: Observation, variant: number) {
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

function inUnits(all: readonly Observation[], units: string): readonly Observation[] {
  if (units === 'lin') return all
  if (units === 'pc1') return yearOnYear(all)
  throw new NotSimulated(`units=${units}`)
}

/**
 * Percent change from a year ago. It works for monthly and yearly series only, because their days recur every
 * year.
 */
function yearOnYear(all: readonly Observation[]): Observation[] {
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
  return text(
    `<?xml version="1.0" encoding="utf-8" ?>\n<error code="${status}" message="${message}"/>\n`,
    status,
    'text/xml; charset=utf-8',
  )
}
