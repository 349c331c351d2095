/** Alpha Vantage's scored news: its topics, the queries that a user may plan, and how it writes text. */
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
/** The news has a key of its own: what its day allows is what a weekday may hold. */
const perDay = alphaVantage.limits.find(({per, of}) => per === 'day' && of === 'credential')!.requests

/** A planned query, as the list has it. */
export interface NewsQuery extends AnyTarget {
  tickers?: string
  topics?: string
  sort?: string
  limit?: string
  /** Number of the day of the firing: `20261123`. */
  batch_id?: string
}

/** What is wrong with a list of queries; undefined: nothing. */
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
      return `${weekday} has more than ${perDay} queries, which is what a key allows in a day`
  }
  return undefined
}

/** The problem with the parameters of one query, in words that follow its name; undefined: none. */
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
  if (ticker !== undefined) return `has the ticker "${ticker}", which is none`
  if (!sorts.includes(sort.toUpperCase()))
    return `has the sort "${sort}": write LATEST, EARLIEST or RELEVANCE, or leave it empty`
  if (limit !== '' && !(/^\d+$/.test(limit) && Number(limit) >= 1 && Number(limit) <= mostArticles))
    return `has the limit "${limit}": 1 to ${mostArticles}`
  return undefined
}

/**
 * Where a query stands: the newest article that it has brought, and how many the last answer held (as many as
 * its limit: more were there).
 */
export interface Seen {
  seen: string | null
  articles: number
}

/** A query that was never asked begins a week back, which is as often as each is asked. */
const firstDays = 7
/**
 * What is older is of no use to anybody, and a query that lies further behind would never come near the
 * present.
 */
const mostDays = 30

/**
 * Asks for what came since the last answer. A query without a sort goes on from there, oldest first: an
 * answer that is cut at its limit loses nothing, the next one continues. LATEST and RELEVANCE are for topics
 * of which a week holds more than any answer: oldest first would stay ever further behind the present, so
 * there the rest is let go, knowingly.
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

/** An article dated into the future must not hide those that come until then. */
function since(cursor: Seen | null, at: Date, scheduledAt: Date): Date {
  const seenMs = Date.parse(cursor?.seen ?? '')
  if (Number.isNaN(seenMs) || seenMs > at.getTime())
    return new Date(scheduledAt.getTime() - firstDays * dayMs)
  return new Date(Math.max(seenMs, scheduledAt.getTime() - mostDays * dayMs))
}

/**
 * The parameters of a query, as they are kept with what it found; no key, and nothing that changes from day
 * to day.
 */
export function paramsOf({
  tickers = '',
  topics: named = '',
  sort = '',
  limit = '',
}: NewsQuery): string | null {
  const told = {
    tickers: words(tickers).join(','),
    topics: words(named).join(','),
    sort: sort || 'EARLIEST',
    limit: limit || String(mostArticles),
  }
  return told.tickers + told.topics === ''
    ? null
    : Object.entries(told)
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
 * `Financial Markets`, `Economy - Fiscal`, `Mergers & Acquisitions` of former years as the topics are called
 * since: financial_markets.
 */
export function topicSlug(name: string): string {
  const bare = withoutAnd(name).replace(/^real_estate_construction$/, 'real_estate')
  return newsTopics.find((topic) => withoutAnd(topic) === bare) ?? bare
}
