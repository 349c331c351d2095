import {DateTime} from 'luxon'
import {fred} from '../../lib/providers/fred.js'
import {isoDay} from '../../lib/time.js'
import {
  type Ask,
  type Face,
  json,
  jsonList,
  listReply,
  NotSimulated,
  onlyKnown,
  type Reply,
  text,
} from '../stub.js'
import type {Observation, Series} from '../macro.js'
import type {World} from '../scenario.js'

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
 * FRED's observations: JSON only when asked for, XML otherwise; a key of 32 lower-case letters and digits.
 */
export const fredFace: Face = {
  provider: fred,
  secret: (query) => query.get('api_key') || undefined,
  answer,
  refuse: (_limit, _untilMs, ask) => failure(ask, 429, 'Too Many Requests.  Exceeded Rate Limit'),
}

function answer(ask: Ask, world: World): Reply {
  if (ask.method !== 'GET' || ask.path !== '/fred/series/observations') throw new NotSimulated('this path')
  const problem = problemOf(ask)
  if (problem !== undefined) return failure(ask, 400, `Bad Request.  ${problem}`)
  onlyKnown(ask.query, known)
  const id = ask.query.get('series_id')
  if (id === null) return failure(ask, 400, 'Bad Request.  Variable series_id is not set.')
  const series = world.series.get(id)
  if (!series) return failure(ask, 400, 'Bad Request.  The series does not exist.')
  const limit = Number(ask.query.get('limit') ?? 100_000)
  if (!(limit >= 1 && limit <= 100_000))
    return failure(ask, 400, 'Bad Request.  The value of limit is not between 1 and 100000.')
  return page(ask, series, limit)
}

/** The problem with the key; undefined: none. */
function problemOf({secret}: Ask): string | undefined {
  if (secret === undefined) return `Variable api_key is not set.  ${readKeyPage}`
  if (!/^[0-9a-z]{32}$/.test(secret))
    return `The value for variable api_key is not a 32 character alpha-numeric lower-case string.  ${readKeyPage}`
  return undefined
}

/** The observations that were asked for, as JSON or as XML. */
function page(ask: Ask, series: Series, limit: number): Reply {
  const asked = (name: string, standard: string) => ask.query.get(name) ?? standard
  const units = asked('units', 'lin')
  const [start, end] = [asked('observation_start', '1600-01-01'), asked('observation_end', '9999-12-31')]
  const [order, offset] = [asked('sort_order', 'asc'), Number(asked('offset', '0'))]
  const inRange = inUnits(series.observations(ask.atMs), units).filter(
    ({date}) => date >= start && date <= end,
  )
  if (order === 'desc') inRange.reverse()
  // "Today" is US Central.
  const today = DateTime.fromMillis(ask.atMs, {zone: 'America/Chicago'}).toISODate() ?? isoDay(ask.atMs)
  const head = {
    realtime_start: today,
    realtime_end: today,
    observation_start: start,
    observation_end: end,
    units,
    output_type: 1,
    file_type: ask.query.get('file_type') === 'json' ? 'json' : 'xml',
    order_by: 'observation_date',
    sort_order: order,
    count: inRange.length,
    offset,
    limit,
  }
  const items = inRange
    .slice(offset, offset + limit)
    .map(({date, value}) => ({realtime_start: today, realtime_end: today, date, value}))
  if (head.file_type === 'json') return jsonList(items, spoil, (observations) => ({...head, observations}))
  return listReply('text/xml; charset=utf-8', items, (observations) => xml(head, observations), spoil)
}

function spoil(item: Observation, variant: number) {
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
 * Percent change from a year ago; only for monthly and yearly series, where the day of the year is the same.
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

function failure(ask: Ask, status: number, message: string): Reply {
  if (ask.query.get('file_type') === 'json') return json({error_code: status, error_message: message}, status)
  return text(
    `<?xml version="1.0" encoding="utf-8" ?>\n<error code="${status}" message="${message}"/>\n`,
    status,
    'text/xml; charset=utf-8',
  )
}
