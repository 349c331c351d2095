import {defineCollector, type Parsed} from '../define.js'
import {daily} from '../define-schedule.js'
import {code, companySymbol} from '../codes.js'
import {decimal, described, each, filled, isItem, isRejected, list, must, textOrNull} from '../parse.js'
import {plainText} from '../plain-text.js'
import {alphaVantage} from '../providers/alpha-vantage.js'
import {
  newsQuery,
  paramsOf,
  problemOf,
  topicSlug,
  type NewsQuery,
  type Seen,
} from '../providers/alpha-vantage/news.js'
import {symbols} from '../providers/alpha-vantage/symbols.js'
import {compactTime, known} from '../providers/alpha-vantage/text.js'

type Row = Extract<Parsed<'market_news_sentiment'>, {overall_sentiment_label: unknown}>

/**
 * News with sentiment scores, by 25 planned queries for each weekday. If the quota is spent, the next hour of
 * the day requests the remaining queries. A query is due again after six days.
 */
export const newsSentiment = defineCollector<'market_news_sentiment', unknown, NewsQuery, Seen>({
  name: 'news-sentiment',
  summary: 'collect news with sentiment scores, by the queries of the weekday',
  schedule: [daily('11:10', 'UTC', 'all'), {cron: '10 12-16 * * *', zone: 'UTC', catchUp: 'none'}],
  claim: {
    rank: 70,
    requests: 25,
    everyDays: 1,
    atLeastEveryDays: 7,
    rationale:
      'scored news, 25 queries a day, should have a dedicated key; without one it gets the leftover quota',
  },
  targets: 'select_news_sentiment_queries',
  lists: {
    queries: {
      shipped: 'collectors/news-sentiment-queries.csv',
      ownFile: 'news-sentiment-queries.csv',
      columns: ['weekday', 'name', 'tickers', 'topics'],
      problem: problemOf,
    },
  },
  every: '6 days',
  tables: ['market_news_sentiment', 'market_news_sentiment_queries'],
  key: ['url'],
  sources: {
    'alpha-vantage': {
      provider: alphaVantage,
      credential: 'news',
      request: newsQuery,
      *parse(body: unknown, {target, at}) {
        const batch = target?.batch_id ?? at.toISOString().slice(0, 10).replaceAll('-', '')
        const queryName = target?.target.split('/').at(-1) ?? null
        const found = {
          batch_id: batch,
          last_batch_id: batch,
          query_type: queryName,
          query_params: target === null ? null : paramsOf(target),
        }
        for (const row of each(feed(body), (item) => ({...found, ...article(item)}))) {
          yield row
          if (!isRejected(row) && queryName !== null)
            yield {
              table: 'market_news_sentiment_queries',
              row: {url: row.url, batch_id: batch, query_type: queryName},
            }
        }
      },
      advance(body: unknown, cursor, _request, at): Seen {
        // An article dated after the answer would hide those that are published until that time.
        const times = [cursor?.seen ?? undefined, ...feed(body).map((item) => timeOf(item))]
        return {
          seen:
            times
              .filter((time) => time !== undefined && Date.parse(time) <= at.getTime())
              .sort()
              .at(-1) ?? null,
          articles: feed(body).length,
        }
      },
    },
  },
})

/**
 * The articles of an answer; an empty list if the answer says that it has no articles, or "0" items. Throws
 * UnexpectedBody for the answer of another endpoint.
 */
function feed(body: unknown): unknown[] {
  const hasNone =
    isItem(body) &&
    (/^no articles found/i.test(textOrNull(body['Information']) ?? '') ||
      (body['items'] === '0' && !('feed' in body)))
  return hasNone ? [] : list(body, 'overall_sentiment_score', 'feed')
}

/** The instant of an article; undefined if it cannot be read, and so the article is rejected. */
function timeOf(item: unknown): string | undefined {
  try {
    return compactTime(filled(item, 'time_published'))
  } catch {
    return undefined
  }
}

function article(item: unknown): Omit<Row, 'batch_id' | 'last_batch_id' | 'query_type' | 'query_params'> {
  return {
    url: filled(item, 'url'),
    title: plainText(filled(item, 'title')),
    time_published: compactTime(filled(item, 'time_published')),
    authors: described(item, 'authors', (value) =>
      written(
        members(value, 'authors')
          .map((author) => textOrNull(author)?.trim())
          .filter(Boolean)
          .join(', '),
      ),
    ),
    summary: described(item, 'summary', written),
    source:
      described(item, 'source', written) ??
      written((item as Readonly<Record<string, unknown>>)['source_domain']),
    overall_sentiment_score: decimal(must(item, 'overall_sentiment_score')),
    overall_sentiment_label: described(item, 'overall_sentiment_label', label),
    ticker_sentiment: described(item, 'ticker_sentiment', (value) =>
      members(value, 'ticker_sentiment').map((one) => ({
        ticker: companySymbol(code(one, 'ticker', symbols)),
        relevance_score: decimal(must(one, 'relevance_score')),
        ticker_sentiment_score: decimal(must(one, 'ticker_sentiment_score')),
        ticker_sentiment_label: label(must(one, 'ticker_sentiment_label')),
      })),
    ),
    topics: described(item, 'topics', (value) =>
      members(value, 'topics').map((one) => ({
        topic: topicSlug(filled(one, 'topic')),
        relevance_score: decimal(must(one, 'relevance_score')),
      })),
    ),
  }
}

function members(value: unknown, field: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`field "${field}" is not a list`)
  return value
}

function written(value: unknown): string | null {
  const found = known(value)
  return found === null ? null : plainText(found)
}

/** `Somewhat-Bullish`, as the articles write it; the definition in the answer writes Somewhat_Bullish. */
function label(value: unknown): string | null {
  return known(value)?.replace('_', '-') ?? null
}
