import {defineCollector, type AnyTarget, type HttpRequest} from '../define.js'
import {NeedsPerson} from '../errors.js'
import {each} from '../parse.js'
import {newsapiArticle, newsapiArticles, checkSources, sourcesIn} from '../providers/newsapi/articles.js'
import {readOn, spanOf, type KeywordCursor} from '../providers/newsapi/spans.js'
import {headlineCategories, everything, headlineSources, newsapi, topHeadlines} from '../providers/newsapi.js'
import {dayMs} from '../time.js'

/**
 * A query: `category:business`, `keyword:trade war`, `source:bloomberg`; or `sources`, the list of sources.
 */
interface Query extends AnyTarget {
  /** The answer for the keyword's day was cut off: the unread span is next. */
  goes_on?: boolean
}

const ownFile = 'market-news-queries.csv'
const kinds = ['category', 'keyword', 'source']
const longestKeyword = 500

/**
 * Market news: US headlines by category, all articles by keyword, headlines by source. At 04:00 UTC the last
 * UTC day has been a day old for four hours; the free plan shows nothing newer. The later scheduled runs
 * catch up on failures. Then they use the rest of the quota for keywords that had more than 100 articles.
 *
 * Each source has its own request, although one request could name 20. An answer is cut at 100 articles for
 * all of them, and is refused as a whole if one of them does not exist. That makes 26 requests a run; the
 * plan allows 50 in 12 hours.
 */
export const marketNews = defineCollector<
  'market_news',
  unknown,
  Query,
  KeywordCursor | {sources: string[]} | null
>({
  name: 'market-news',
  summary: 'collect market news by category, keyword and source',
  schedule: [{cron: '0 4-9 * * *', zone: 'UTC', catchUp: 'latest'}],
  targets: 'select_market_news_targets',
  lists: {
    queries: {
      shipped: 'collectors/market-news-queries.csv',
      ownFile,
      columns: ['kind', 'value'],
      problem: wrongQuery,
    },
  },
  every: '20 hours',
  tables: ['market_news'],
  key: ['url'],
  sources: {
    newsapi: {
      provider: newsapi,
      request(target, cursor, {at, scheduledAt}) {
        const [kind, value] = partsOf(target)
        if (kind === 'keyword') {
          const {from, to} = spanOf(keywordCursorOf(cursor), {
            at,
            scheduledAt,
            goesOn: target.goes_on === true,
          })
          return everything(value, from, to)
        }
        return requestOf(kind, value)
      },
      *parse(body, {target, at, undated = false}) {
        const [kind] = target ? partsOf(target) : []
        if (kind === 'sources') {
          checkSources(body)
          return
        }
        // Only articles of the last two days, because the plan shows them a day late. An undated saved answer
        // may be of any day.
        const since =
          kind === 'category' && !undated
            ? new Date(Math.floor(at.getTime() / dayMs - 2) * dayMs).toISOString()
            : ''
        yield* each(newsapiArticles(body), (item) => {
          const article = newsapiArticle(item)
          return article === undefined || article.published_at < since
            ? undefined
            : {...article, fetched_at: at.toISOString()}
        })
      },
      advance(body, cursor, request) {
        const sources = request.path === headlineSources().path ? sourcesIn(body) : []
        if (sources.length > 0) return {sources}
        return readOn(keywordCursorOf(cursor), body, request)
      },
    },
  },
})

/** The problem with the values of the list; undefined: none. */
function wrongQuery(rows: readonly Readonly<Record<string, string>>[]): string | undefined {
  for (const {kind = '', value = ''} of rows) {
    if (!kinds.includes(kind.toLowerCase()))
      return `the query "${value}" has the kind "${kind}": write ${kinds.join(', ')}`
    if (value === '') return `a query of the kind ${kind} has no value`
    if (kind.toLowerCase() === 'category' && !headlineCategories.some((one) => one === value.toLowerCase()))
      return `NewsAPI has no category "${value}": it has ${headlineCategories.join(', ')}; for anything else write a keyword`
    if (kind.toLowerCase() === 'source' && !/^[\w.-]+$/.test(value))
      return `"${value}" is not a source: write the id of NewsAPI, such as the-wall-street-journal`
    if (value.length > longestKeyword)
      return `the keyword "${value.slice(0, 40)}..." is longer than the ${longestKeyword} characters that NewsAPI takes`
  }
  return undefined
}

/** Kind and value of a query. */
function partsOf({target}: AnyTarget): [kind: string, value: string] {
  if (target === marketNews.name) return ['category', 'general']
  const [kind = '', ...value] = target.split(':')
  return [kind, value.join(':')]
}

function requestOf(kind: string, value: string): HttpRequest {
  if (kind === 'sources' && value === '') return headlineSources()
  if (kind === 'source' && value !== '') return topHeadlines({sources: value.toLowerCase()})
  if (kind !== 'category')
    throw new NeedsPerson(`market-news has no query "${kind}:${value}"`, {
      nextStep: `Write it like category:business, keyword:tariff or source:bloomberg; in ${ownFile} the kind is category, keyword or source.`,
    })
  const category = headlineCategories.find((one) => one === value.toLowerCase())
  if (category === undefined)
    throw new NeedsPerson(`NewsAPI has no category "${value}"`, {
      nextStep: `It has ${headlineCategories.join(', ')}; for anything else write a keyword into ${ownFile}.`,
    })
  return topHeadlines({country: 'us', category, language: 'en'})
}

function keywordCursorOf(cursor: object | null): KeywordCursor | null {
  return cursor !== null && 'read_to' in cursor ? (cursor as KeywordCursor) : null
}
