import {headlineCategories, newsapi} from '../../lib/providers/newsapi.js'
import {dayMs, isoDay} from '../../lib/time.js'
import type {InventedArticle} from '../articles.js'
import {
  type StubRequest,
  type ProviderStub,
  json,
  jsonList,
  NotSimulated,
  onlyKnown,
  type Reply,
} from '../stub.js'
import {listedSources} from '../publishers.js'
import type {Scenario} from '../scenario.js'

const most = 100
/** Length of the span of headlines. */
const headlinesMs = 2 * dayMs
const upgrade = 'Please upgrade to a paid plan if you need more'

/** Stub of NewsAPI's free plan: articles from a day to a month old, and the first 100 of a query. */
export const newsapiStub: ProviderStub = {
  provider: newsapi,
  secret: (query, headers) =>
    headers['x-api-key'] ||
    query.get('apiKey') ||
    /^Bearer (.+)$/i.exec(headers['authorization'] ?? '')?.[1] ||
    undefined,
  answer,
  refuse: (limit) =>
    failure(
      429,
      'rateLimited',
      `You have made too many requests recently. Developer accounts are limited to 100 requests over a 24 hour period (${limit.requests} requests available every ${limit.per}). ${upgrade} requests.`,
    ),
}

function answer(request: StubRequest, scenario: Scenario): Reply {
  if (request.method !== 'GET') throw new NotSimulated('this method')
  if (request.headers['origin'] !== undefined && !/^https?:\/\/localhost\b/.test(request.headers['origin']))
    return failure(
      426,
      'corsNotAllowed',
      'Requests from the browser are not allowed on the Developer plan, except from localhost.',
    )
  if (request.secret === undefined)
    return failure(
      401,
      'apiKeyMissing',
      'Your API key is missing. Append this to the URL with the apiKey param, or use the x-api-key HTTP header.',
    )
  if (!/^[0-9a-z-]{16,}$/i.test(request.secret))
    return failure(
      401,
      'apiKeyInvalid',
      'Your API key is invalid or incorrect. Check your key, or go to https://newsapi.org to create a free API key.',
    )
  if (request.path === '/v2/everything') return everything(request, scenario)
  if (request.path === '/v2/top-headlines') return topHeadlines(request, scenario)
  if (request.path === '/v2/top-headlines/sources') return sources(request)
  throw new NotSimulated('this path')
}

function everything(request: StubRequest, scenario: Scenario): Reply {
  const {query, atMs} = request
  onlyKnown(query, ['q', 'from', 'to', 'language', 'sortBy', 'pageSize', 'page', 'apiKey'])
  const q = query.get('q')?.trim()
  if (!q)
    return failure(
      400,
      'parametersMissing',
      'Required parameters are missing, the scope of your search is too broad. Please set any of the following required parameters and try again: q, qInTitle, sources, domains.',
    )
  if (/["+()]|\b(AND|OR|NOT)\b/.test(q) || (query.get('language') ?? 'en') !== 'en')
    throw new NotSimulated('this kind of search')
  const sortBy = query.get('sortBy') ?? 'publishedAt'
  if (!['publishedAt', 'popularity'].includes(sortBy)) return invalid(`sortBy "${sortBy}"`)
  const earliest = monthBefore(atMs)
  const fromMs = instantOf(query.get('from'), Date.parse(earliest))
  const toMs = instantOf(query.get('to'), atMs)
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) return invalid('from or to')
  if (isoDay(fromMs) < earliest) {
    return failure(
      426,
      'parameterInvalid',
      `You are trying to request results too far in the past. Your plan permits you to request articles as far back as ${earliest}, but you have requested ${isoDay(fromMs)}. You may need to upgrade to a paid plan.`,
    )
  }
  const found = scenario.news.about(q, fromMs, Math.min(toMs, atMs - dayMs))
  const popular = (article: InventedArticle) => article.text.length
  return page(
    request,
    sortBy === 'popularity' ? found.toSorted((a, b) => popular(b) - popular(a)) : found,
    false,
  )
}

function topHeadlines(request: StubRequest, scenario: Scenario): Reply {
  const {query, atMs} = request
  onlyKnown(query, ['country', 'category', 'sources', 'language', 'pageSize', 'page', 'apiKey'])
  const names = query
    .get('sources')
    ?.toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  const country = query.get('country')
  const category = query.get('category')
  if (!names && !country && !category)
    return failure(
      400,
      'parametersMissing',
      'Required parameters are missing. Please set any of the following parameters and try again: sources, q, language, country, category.',
    )
  if (names && (country || category))
    return failure(
      400,
      'parameterInvalid',
      'You cannot mix the sources parameter with the country or category parameters.',
    )
  if (category && !headlineCategories.some((one) => one === category))
    return invalid(`category "${category}"`)
  if (country && country !== 'us') throw new NotSimulated(`country=${country}`)
  if (names && names.length > 20)
    return failure(
      400,
      'sourcesTooMany',
      'You have requested too many sources in a single request. Try splitting the request into 2 smaller requests.',
    )
  const listed = new Set(listedSources(atMs).map(({id}) => id))
  const unknown = names?.find((name) => !listed.has(name))
  if (unknown !== undefined)
    return failure(400, 'sourceDoesNotExist', 'You have requested a source which does not exist.')
  const found = scenario.news
    .headlines(atMs - dayMs - headlinesMs, atMs - dayMs)
    .filter((article) =>
      names ? names.includes(article.publisher.id ?? '') : category === null || article.category === category,
    )
  return page(request, found, true)
}

function sources(request: StubRequest): Reply {
  onlyKnown(request.query, ['apiKey'])
  const rows = listedSources(request.atMs).map(({id, name, domain, category}) => ({
    id,
    name,
    description: `News by ${name}.`,
    url: `https://${domain}`,
    category,
    language: 'en',
    country: 'us',
  }))
  return jsonList(
    rows,
    (row) => ({...row, id: null}),
    (all) => ({status: 'ok', sources: all}),
  )
}

/** One page of articles. Results after the first 100 are refused. */
function page(request: StubRequest, found: readonly InventedArticle[], isHeadlines: boolean): Reply {
  const size = Number(request.query.get('pageSize') ?? (isHeadlines ? 20 : most))
  const number = Number(request.query.get('page') ?? 1)
  if (!Number.isInteger(size) || size < 1 || size > most || !Number.isInteger(number) || number < 1)
    return invalid('pageSize or page')
  if (number * size > most) {
    return failure(
      426,
      'maximumResultsReached',
      `You have requested too many results. Developer accounts are limited to a max of ${most} results. You are trying to request results ${(number - 1) * size} to ${number * size}. ${upgrade} results.`,
    )
  }
  const articles = found
    .slice((number - 1) * size, number * size)
    .map((article) => shown(article, request.atMs, isHeadlines))
  return jsonList(articles, corrupt, (all) => ({status: 'ok', totalResults: found.length, articles: all}))
}

function shown(article: InventedArticle, atMs: number, isHeadline: boolean) {
  if (article.withdrawnMs <= atMs) {
    return {
      source: {id: null, name: '[Removed]'},
      author: null,
      title: '[Removed]',
      description: '[Removed]',
      url: 'https://removed.com',
      urlToImage: null,
      publishedAt: '1970-01-01T00:00:00Z',
      content: '[Removed]',
    }
  }
  const {
    publisher: {id, name},
    text,
  } = article
  return {
    source: {id, name},
    author: article.author,
    title: isHeadline ? `${article.title} - ${name}` : article.title,
    description: article.description,
    url: article.url,
    urlToImage: article.image,
    publishedAt: `${new Date(article.publishedMs).toISOString().slice(0, 19)}Z`,
    content:
      text.length <= 200 ? encoded(text) : `${encoded(text.slice(0, 200))}… [+${text.length - 200} chars]`,
  }
}

/** Text with HTML entities, which only the content has. */
function encoded(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll("'", '&#39;')
}

function corrupt(article: object, variant: number): unknown {
  const kinds = [
    {...article, url: null},
    {...article, title: 'a title with \u0000 in it'},
    {...article, publishedAt: 'yesterday'},
    {...article, source: undefined},
  ]
  return kinds[variant % kinds.length]
}

/** Milliseconds of an instant. UTC without a zone; a date alone means its first instant. */
function instantOf(value: string | null, otherwise: number): number {
  return value === null
    ? otherwise
    : Date.parse(/T/.test(value) && !/(Z|[+-]\d\d:?\d\d)$/.test(value) ? `${value}Z` : value)
}

function monthBefore(atMs: number): string {
  const at = new Date(atMs)
  const days = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 0)).getUTCDate()
  return isoDay(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - 1, Math.min(at.getUTCDate(), days)))
}

function invalid(what: string): Reply {
  return failure(400, 'parameterInvalid', `The parameter ${what} is not supported.`)
}

function failure(status: number, code: string, message: string): Reply {
  return json({status: 'error', code, message}, status)
}
