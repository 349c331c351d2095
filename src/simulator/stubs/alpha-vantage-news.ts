/** Alpha Vantage's scored news: articles with all of the requested tickers and topics. */
import {newsTopics} from '../../lib/providers/alpha-vantage/news.js'
import {dayMs} from '../../lib/time.js'
import {type StubRequest, json, listReply, onlyKnown, type Reply} from '../stub.js'
import {articlesBetween, type ScoredArticle} from '../scored-news.js'
import type {Scenario} from '../scenario.js'

/** Instant from which topics are slugs. Before, they were titles, and the domain was a host name. */
const slugsSince = Date.UTC(2026, 0, 1)
/** Default length of the requested span. */
const archiveMs = 60 * dayMs

export function newsReply(request: StubRequest, scenario: Scenario): Reply {
  const {query, atMs} = request
  onlyKnown(query, ['function', 'apikey', 'tickers', 'topics', 'time_from', 'time_to', 'sort', 'limit'])
  const listOf = (name: string) => (query.get(name) ?? '').split(',').filter(Boolean)
  const [tickers, named] = [listOf('tickers'), listOf('topics')]
  const [fromMs, toMs] = [
    instant(query.get('time_from'), atMs - archiveMs),
    instant(query.get('time_to'), atMs),
  ]
  const sort = query.get('sort') ?? 'LATEST'
  const limit = Number(query.get('limit') ?? 50)
  const isWrong =
    Number.isNaN(fromMs + toMs) ||
    !['LATEST', 'EARLIEST', 'RELEVANCE'].includes(sort) ||
    !(limit >= 1 && limit <= 1000) ||
    named.some((topic) => !newsTopics.some((known) => known === topic))
  if (isWrong)
    return json({
      Information:
        'Invalid inputs. Please refer to the API documentation https://www.alphavantage.co/documentation#newsapi and try again.',
    })
  const found = articlesBetween(scenario, fromMs, Math.min(toMs, atMs)).filter(
    (one) =>
      tickers.every((ticker) => one.tickers.some((mention) => mention.ticker === ticker)) &&
      named.every((topic) => one.topics.includes(topic)),
  )
  if (sort === 'LATEST') found.reverse()
  const relevance = ({tickers: mentions}: ScoredArticle) =>
    mentions.find(({ticker}) => tickers.includes(ticker))?.relevance ?? 0.5
  if (sort === 'RELEVANCE')
    found.sort((a, b) => relevance(b) - relevance(a) || b.score - a.score || (a.url < b.url ? -1 : 1))
  // The provider has two answers without articles.
  if (found.length === 0 && new Date(atMs).getUTCMinutes() % 2 === 0)
    return json({
      Information:
        'No articles found. Please adjust the time range or refer to the API documentation https://www.alphavantage.co/documentation#newsapi',
    })
  const isNew = atMs >= slugsSince
  const items = found.slice(0, limit).map((one) => item(one, isNew))
  const render = (feed: readonly object[]) =>
    JSON.stringify(
      {
        items: String(feed.length),
        sentiment_score_definition:
          'x <= -0.35: Bearish; -0.35 < x <= -0.15: Somewhat-Bearish; -0.15 < x < 0.15: Neutral; 0.15 <= x < 0.35: Somewhat_Bullish; x >= 0.35: Bullish',
        relevance_score_definition: '0 < x <= 1, with a higher score indicating higher relevance.',
        feed,
      },
      null,
      4,
    )
  const corrupt = (one: object, variant: number) =>
    variant % 2 === 0 ? {...one, overall_sentiment_score: 7} : {...one, time_published: 'yesterday'}
  return listReply('application/json', items, render, corrupt)
}

function item(
  {url, title, summary, publishedMs, authors, source, domain, tickers, topics: named, score}: ScoredArticle,
  isNew: boolean,
): object {
  return {
    title,
    url,
    time_published: new Date(publishedMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, ''),
    authors,
    summary,
    banner_image: authors.length === 0 ? null : `https://${domain}/banner.png`,
    source,
    category_within_source: authors.length > 1 ? 'General' : 'n/a',
    source_domain: isNew ? source : domain,
    topics: named.map((topic) => ({topic: isNew ? topic : titled(topic), relevance_score: '0.846949'})),
    overall_sentiment_score: score,
    overall_sentiment_label: labelOf(score),
    ticker_sentiment: tickers.map((one) => ({
      ticker: one.ticker,
      relevance_score: one.relevance.toFixed(6),
      ticker_sentiment_score: one.score.toFixed(6),
      ticker_sentiment_label: labelOf(one.score),
    })),
  }
}

function titled(topic: string): string {
  const [first = '', ...rest] = topic
    .split('_')
    .map((word) =>
      word === 'ipo' ? 'IPO' : word === 'and' ? '&' : word.charAt(0).toUpperCase() + word.slice(1),
    )
  return first === 'Economy'
    ? `Economy - ${rest.join(' ')}`
    : ['Energy', 'Retail'].includes(first)
      ? [first, ...rest].join(' & ')
      : [first, ...rest].join(' ')
}

function labelOf(score: number): string {
  return score <= -0.35
    ? 'Bearish'
    : score <= -0.15
      ? 'Somewhat-Bearish'
      : score < 0.15
        ? 'Neutral'
        : score < 0.35
          ? 'Somewhat-Bullish'
          : 'Bullish'
}

/** Milliseconds of `20260517T1101`; NaN for any other text. */
function instant(value: string | null, otherwise: number): number {
  if (value === null) return otherwise
  const [whole, year, month, date, hour, minute] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)$/.exec(value) ?? []
  return whole === undefined ? NaN : Date.parse(`${year}-${month}-${date}T${hour}:${minute}:00Z`)
}
