/** Alpha Vantage's scored news: its topics, the queries that a user plans, and the requests for them. */
import type {AnyTarget, HttpRequest} from '../../define.js'
import {dayMs} from '../../time.js'
import {alphaVantage, query} from '../alpha-vantage.js'
import {asCompactMinute} from './text.js'

export const newsTopics = [
  'blockchain',
  'earnings',
  'ipo',
  'mergers_and_acquisitions',
  'financial_markets',
  'economy_fiscal',
  'economy_monetary',
  'economy_macro',
  'energy_transportation',
  'finance',
  'life_sciences',
  'manufacturing',
  'real_estate',
  'retail_wholesale',
  'technology',
] as const
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const sorts = ['', 'LATEST', 'EARLIEST', 'RELEVANCE']
const mostArticles = 1000
/** The most queries of a weekday: the daily limit of the dedicated credential. */
const perDay = alphaVantage.limits.find(({per, of}) => per === 'day' && of === 'credential')!.requests

/** A planned query: a row of the list. */
export interface NewsQuery extends AnyTarget {
  tickers?: string
  topics?: string
  sort?: string
  limit?: string
  /** The day of the scheduled run, as `20261123`. */
  batch_id?: string
}

/** The problem with a list of queries; undefined: none. */
export function problemOf(rows: readonly Readonly<Record<string, string>>[]): string | undefined {
  const perWeekday = new Map<string, Set<string>>(weekdays.map((weekday) => [weekday, new Set()]))
  for (const row of rows) {
    const {weekday = '', name = ''} = row
    const names = perWeekday.get(weekday.toLowerCase())
    if (names === undefined) return `"${weekday}" is not a weekday: write ${weekdays.join(', ')}`
    if (!/^[A-Za-z0-9][\w.-]{0,99}$/.test(name))
      return `"${name}" cannot be the name of a query: use letters, digits, _ and -`
    const problem = names.has(name.toLowerCase()) ? 'is there twice' : problemOfQuery(row)
    if (problem !== undefined) return `the query "${name}" of ${weekday} ${problem}`
    names.add(name.toLowerCase())
    if (names.size > perDay)
      return `${weekday} has more than ${perDay} queries, which is the daily limit of a credential`
  }
  return undefined
}

/** The problem with the parameters of one query, as text that follows its name; undefined: none. */
function problemOfQuery({
  tickers = '',
  topics: named = '',
  sort = '',
  limit = '',
}: Readonly<Record<string, string>>): string | undefined {
  const unknown = words(named).find((topic) => !newsTopics.some((known) => known === topic.toLowerCase()))
  const ticker = words(tickers).find((word) => !/^([A-Z]+:)?[A-Z0-9][A-Z0-9.^+-]*$/i.test(word))
  if (words(tickers).length + words(named).length === 0) return 'has neither tickers nor topics'
  if (unknown !== undefined) return `has the topic "${unknown}"; there are ${newsTopics.join(', ')}`
  if (ticker !== undefined) return `has the ticker "${ticker}", which is not a ticker`
  if (!sorts.includes(sort.toUpperCase()))
    return `has the sort "${sort}": write LATEST, EARLIEST or RELEVANCE, or leave it empty`
  if (limit !== '' && !(/^\d+$/.test(limit) && Number(limit) >= 1 && Number(limit) <= mostArticles))
    return `has the limit "${limit}": 1 to ${mostArticles}`
  return undefined
}

/**
 * The cursor of a query: the instant of its newest article, and the number of articles in the last answer. If
 * that number is the limit, there were more.
 */
export interface Seen {
  seen: string | null
  articles: number
}

/** A new query begins this many days back. Each query is requested once a week. */
const firstDays = 7
/**
 * The farthest that a query goes back. Older articles are of no use, and a query that is further behind would
 * never reach the present.
 */
const mostDays = 30

/**
 * Requests the articles since the last answer. A query without a sort continues there, oldest first. An
 * answer that is cut at its limit loses nothing, because the next one continues. LATEST and RELEVANCE are for
 * topics with more articles a week than one answer can hold. Oldest first would fall ever further behind, so
 * these sorts lose the articles beyond the limit on purpose.
 */
export function newsQuery(
  {tickers = '', topics: named = '', sort = '', limit = ''}: NewsQuery,
  cursor: Seen | null,
  {at, scheduledAt}: {at: Date; scheduledAt: Date},
): HttpRequest {
  return query('NEWS_SENTIMENT', {
    tickers: words(tickers).join(',').toUpperCase() || undefined,
    topics: words(named).join(',').toLowerCase() || undefined,
    time_from: asCompactMinute(since(cursor, at, scheduledAt)),
    sort: sort.toUpperCase() || 'EARLIEST',
    limit: limit || mostArticles,
  })
}

/**
 * The start of the requested span. It ignores an article with a future date, which would hide earlier ones.
 */
function since(cursor: Seen | null, at: Date, scheduledAt: Date): Date {
  const seenMs = Date.parse(cursor?.seen ?? '')
  if (Number.isNaN(seenMs) || seenMs > at.getTime())
    return new Date(scheduledAt.getTime() - firstDays * dayMs)
  return new Date(Math.max(seenMs, scheduledAt.getTime() - mostDays * dayMs))
}

/**
 * The parameters of a query, as they are stored with its articles: no credential, and nothing that changes
 * from day to day.
 */
export function paramsOf({
  tickers = '',
  topics: named = '',
  sort = '',
  limit = '',
}: NewsQuery): string | null {
  const params = {
    tickers: words(tickers).join(','),
    topics: words(named).join(','),
    sort: sort || 'EARLIEST',
    limit: limit || String(mostArticles),
  }
  return params.tickers + params.topics === ''
    ? null
    : Object.entries(params)
        .filter(([, value]) => value !== '')
        .map(([name, value]) => `${name}=${value}`)
        .join('&')
}

function words(value: string): string[] {
  return value.split(/[\s,;]+/).filter(Boolean)
}

const withoutAnd = (name: string) =>
  name
    .toLowerCase()
    .replaceAll(/&|\band\b|_and_/g, ' ')
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_|_$/g, '')

/**
 * The present name of a topic, such as financial_markets, from an older one: `Financial Markets`, `Economy -
 * Fiscal`, `Mergers & Acquisitions`.
 */
export function topicSlug(name: string): string {
  const bare = withoutAnd(name).replace(/^real_estate_construction$/, 'real_estate')
  return newsTopics.find((topic) => withoutAnd(topic) === bare) ?? bare
}
