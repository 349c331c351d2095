import {type AnyTarget, defineCollector, type HttpRequest} from '../define.js'
import {UnexpectedBody} from '../errors.js'
import {day, describe, each, isItem, must} from '../parse.js'
import {fred, observations, vintageDates} from '../providers/fred.js'
import {observation, observationsIn} from '../providers/fred/observations.js'
import {anySeries} from '../providers/fred/series.js'
import {vintage} from '../providers/fred/vintages.js'

/** A span of vintages, both ends included. A type and not an interface, because it is stored as JSON. */
type Span = {from: string; to: string}

/** The last vintage that is stored, and the span that is requested next. */
type Position = {through: string | null; next: Span | null}

/**
 * The values of macro series before each revision, as far back as FRED has them. Requests for two things
 * alternate: the next days with a revision, and the values of these days. The first run fills the past; later
 * runs add what is new. The answer for a span calls every older value a value of its first day. The upsert
 * drops those values, because they equal the vintage before them.
 */
export const macroVintages = defineCollector<'macro_vintages', unknown, AnyTarget, Position>({
  name: 'macro-vintages',
  summary: 'collect the revisions of macro series, as far back as FRED has them',
  schedule: [{cron: '30 15 2 * *', zone: 'America/New_York', catchUp: 'latest'}],
  targets: ['CPIAUCNS', 'FPCPITOTLZGUSA', 'FEDFUNDS', 'GS2', 'GS10', 'GS30'],
  tables: ['macro_vintages'],
  key: ['series_id', 'date', 'realtime_start', 'collected_at'],
  sources: {
    fred: {
      provider: fred,
      request(target, cursor) {
        const {id} = anySeries(target)
        return cursor?.next ? valuesOf(id, cursor.next) : vintageDates(id, cursor?.through)
      },
      next(body, request, {targets: [target]}) {
        const {id} = anySeries(target ?? null)
        const dates = datesIn(body)
        if (dates) {
          const span = spanOf(dates, request)
          return span === null ? undefined : valuesOf(id, span)
        }
        const offset = nextOffset(body)
        if (offset !== undefined) return {...request, query: {...request.query, offset}}
        return vintageDates(id, String(request.query?.['realtime_end']))
      },
      *parse(body, {target, at}) {
        if (datesIn(body)) return
        const of = anySeries(target)
        yield* each(observationsIn(body, of), (item) => {
          must(item, 'realtime_start')
          const row = observation(item, of)
          return vintage(row, row.value, {source: 'fred', at})
        })
      },
      advance(body, cursor, request) {
        const dates = datesIn(body)
        const through = cursor?.through ?? null
        if (dates) return {through, next: spanOf(dates, request)}
        if (nextOffset(body) !== undefined) return {through, next: cursor?.next ?? null}
        return {through: String(request.query?.['realtime_end']), next: null}
      },
    },
  },
})

/** Values in one answer. FRED allows 100,000; half of them stay below the largest body that is accepted. */
const mostValues = 50_000

function valuesOf(id: string, {from, to}: Span): HttpRequest {
  return observations(id, {realtime_start: from, realtime_end: to, limit: mostValues})
}

/** The days of a list of vintages; undefined for any other answer. */
function datesIn(body: unknown): string[] | undefined {
  if (!isItem(body) || !('vintage_dates' in body)) return undefined
  const {vintage_dates: dates} = body
  if (!Array.isArray(dates)) throw new UnexpectedBody(`expected a list of vintages, got ${describe(dates)}`)
  return dates.map((date) => day(date)).filter((date) => date !== null)
}

/** The span of the listed vintages; null if the list holds none after the one at which it begins. */
function spanOf(dates: readonly string[], {query}: HttpRequest): Span | null {
  const [from, to] = [dates[0], dates.at(-1)]
  return from === undefined || to === undefined || to === query?.['realtime_start'] ? null : {from, to}
}

/** Where the rest of an answer begins that was cut at its limit; undefined if nothing was cut. */
function nextOffset(body: unknown): number | undefined {
  if (!isItem(body)) return undefined
  const [count, offset, limit] = ['count', 'offset', 'limit'].map((field) => Number(body[field]))
  const end = offset! + limit!
  return end < count! ? end : undefined
}
