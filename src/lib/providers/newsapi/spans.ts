/**
 * Computes the span of time to request for a keyword, and the spans that remain unread. Pure.
 *
 * An answer has at most 100 articles. With newest first, the cut-off part is itself a span of time, from the
 * start of the span to the oldest article of the answer. So it can be requested later. With any other order,
 * missing articles could be anywhere. Requests are for whole days, so that each run of a day requests the
 * same.
 */
import type {HttpRequest} from '../../define.js'
import {isItem} from '../../parse.js'
import {dayMs, secondMs} from '../../time.js'

/** Both ends included, as in a request: `2026-11-22T23:59:59`, in UTC. */
export interface NewsSpan {
  from: string
  to: string
}

/** The cursor of one keyword. It is a type and not an interface, because it is stored as JSON. */
export type KeywordCursor = {
  /** The first second that was never requested. */
  read_to: string
  /** Spans before it that were cut off, newest first. */
  open: NewsSpan[]
}

/** The free plan shows articles that are this old or older. */
const delayMs = dayMs
/** How far back to request. The free plan shows a month: 28 days, less one for a run that is late. */
const farthestMs = 27 * dayMs

/** An instant as NewsAPI documents it, without a zone: `2026-11-22T23:59:59`. */
function second(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19)
}

function msOf(text: string): number {
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`)
}

/** The exclusive end of the last day that the plan shows completely at a scheduled run. */
function dayEnd(scheduledAt: Date): number {
  return Math.floor((scheduledAt.getTime() - delayMs) / dayMs) * dayMs
}

/**
 * The days since the last request, as far as the plan goes back. For a new keyword it is the last complete
 * day. With `goesOn` it is the newest unread span, if there is one.
 */
export function spanOf(
  known: KeywordCursor | null,
  {at, scheduledAt, goesOn}: {at: Date; scheduledAt: Date; goesOn: boolean},
): NewsSpan {
  const earliestMs = Math.ceil((at.getTime() - farthestMs) / secondMs) * secondMs
  const open = goesOn ? known?.open.find(({to}) => msOf(to) >= earliestMs) : undefined
  if (open) return {from: second(Math.max(msOf(open.from), earliestMs)), to: open.to}
  const endMs = dayEnd(scheduledAt)
  const readMs = known === null ? endMs : msOf(known.read_to)
  const fromMs = readMs < endMs ? Math.max(readMs, earliestMs) : endMs - dayMs
  return {from: second(Math.min(fromMs, endMs - secondMs)), to: second(endMs - secondMs)}
}

/**
 * The cursor after the answer for a span. An answer for a span that was read before, or one that cannot be
 * read, does not change it.
 */
export function readOn(
  known: KeywordCursor | null,
  body: unknown,
  {query = {}}: HttpRequest,
): KeywordCursor | null {
  const {from, to} = query
  if (typeof from !== 'string' || typeof to !== 'string' || !isItem(body) || !Array.isArray(body['articles']))
    return known
  const isNews = known === null || msOf(to) >= msOf(known.read_to)
  const before = known?.open ?? []
  if (!isNews && !before.some((span) => span.to === to)) return known
  const farthest = msOf(to) - farthestMs - 4 * dayMs
  const others = before.filter((span) => span.to !== to && msOf(span.to) >= farthest)
  return {
    read_to: isNews ? second(msOf(to) + secondMs) : known.read_to,
    open: [...cutOff({from, to}, body), ...others].sort((a, b) => msOf(b.to) - msOf(a.to)),
  }
}

/**
 * The part of a span that the answer does not show. It includes the oldest second of the answer, because more
 * articles may have the same second.
 */
function cutOff({from, to}: NewsSpan, body: Readonly<Record<string, unknown>>): NewsSpan[] {
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
