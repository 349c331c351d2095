/**
 * Which span of time a keyword is asked for, and what of it is still unread afterwards. Pure.
 *
 * An answer holds 100 articles, however many match. Newest first is the one order in which what was cut off
 * is itself a span of time: it begins where the span began and ends with the oldest article of the answer, so
 * it can be asked for later. (By popularity, what is missing lies anywhere.) Whole days are asked for, so
 * that each run of a day asks the same.
 */
import type {HttpRequest} from '../../define.js'
import {isItem} from '../../parse.js'
import {dayMs, secondMs} from '../../time.js'

/** Both ends included, as in a request: `2026-11-22T23:59:59`, in UTC. */
export interface Span {
  from: string
  to: string
}

/** What is known of one keyword. A type and not an interface, since it is kept as JSON. */
export type Watermark = {
  /** The first second that was never asked for. */
  read_to: string
  /** Spans before it that were cut off, newest first. */
  open: Span[]
}

/** The free plan shows articles that are this old or older. */
const delayMs = dayMs
/** It goes back by a month: the shortest one, less a day for the time until a run is made up for. */
const farthestMs = 27 * dayMs

/** `2026-11-22T23:59:59`: as NewsAPI documents it, without a zone. */
function second(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19)
}

function msOf(text: string): number {
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)
}

/** The end, not included, of the last day that the plan shows whole at the instant of a firing. */
function dayEnd(firing: Date): number {
  return Math.floor((firing.getTime() - delayMs) / dayMs) * dayMs
}

/**
 * The days since the last ones asked for, back to where the plan ends; the day before, for a keyword that was
 * never asked. With `goesOn` the newest unread span instead, where there is one.
 */
export function spanOf(
  known: Watermark | null,
  {at, firing, goesOn}: {at: Date; firing: Date; goesOn: boolean},
): Span {
  const earliestMs = Math.ceil((at.getTime() - farthestMs) / secondMs) * secondMs
  const open = goesOn ? known?.open.find(({to}) => msOf(to) >= earliestMs) : undefined
  if (open) return {from: second(Math.max(msOf(open.from), earliestMs)), to: open.to}
  const endMs = dayEnd(firing)
  const readMs = known === null ? endMs : msOf(known.read_to)
  const fromMs = readMs < endMs ? Math.max(readMs, earliestMs) : endMs - dayMs
  return {from: second(Math.min(fromMs, endMs - secondMs)), to: second(endMs - secondMs)}
}

/**
 * What is known after an answer about a span. An answer about what was read before, or one that cannot be
 * read, changes nothing.
 */
export function readOn(known: Watermark | null, body: unknown, {query = {}}: HttpRequest): Watermark | null {
  const {from, to} = query
  if (typeof from !== 'string' || typeof to !== 'string' || !isItem(body) || !Array.isArray(body['articles']))
    return known
  const isNews = known === null || msOf(to) >= msOf(known.read_to)
  const before = known?.open ?? []
  if (!isNews && !before.some((span) => span.to === to)) return known
  const farthest = msOf(to) - farthestMs - 4 * dayMs
  const rest = before.filter((span) => span.to !== to && msOf(span.to) >= farthest)
  return {
    read_to: isNews ? second(msOf(to) + secondMs) : known.read_to,
    open: [...cutOff({from, to}, body), ...rest].sort((a, b) => msOf(b.to) - msOf(a.to)),
  }
}

/**
 * What an answer about a span does not show. Its oldest second is asked for again: more articles may have
 * that one.
 */
function cutOff({from, to}: Span, body: Readonly<Record<string, unknown>>): Span[] {
  const articles = body['articles'] as unknown[]
  if (!(Number(body['totalResults']) > articles.length)) return []
  // a withdrawn article is dated 1970
  const times = articles
    .map((article) => (isItem(article) ? msOf(String(article['publishedAt'])) : NaN))
    .filter((ms) => ms >= msOf(from) && ms <= msOf(to))
  if (times.length === 0) return []
  const oldestMs = times.reduce((a, b) => Math.min(a, b))
  const endMs = oldestMs < msOf(to) ? oldestMs : oldestMs - secondMs
  return endMs < msOf(from) ? [] : [{from, to: second(endMs)}]
}
