import {type Answer, defineProvider, type HttpRequest, type Refusal} from '../define.js'
import {isItem} from '../parse.js'
import {hourMs} from '../time.js'

/**
 * NewsAPI. Its free plan is for development and testing. It shows only the first 100 articles of each query,
 * from a month ago to a day ago.
 */
export const newsapi = defineProvider({
  name: 'newsapi',
  baseUrl: 'https://newsapi.org',
  credentials: {1: 'NEWSAPI_API_KEY_1', 2: 'NEWSAPI_API_KEY_2'},
  authorize: (request, secret) => ({...request, headers: {...request.headers, 'x-api-key': secret}}),
  limits: [
    {requests: 50, per: '12 hours', of: 'credential', window: 'sliding'},
    {requests: 100, per: 'day', of: 'credential', window: 'sliding'},
  ],
  settings: [
    {
      variable: 'NEWSAPI_REQUESTS_PER_12_HOURS',
      per: '12 hours',
      of: 'credential',
      doc: 'requests per 12 hours and key (50 on the free plan)',
    },
    {
      variable: 'NEWSAPI_REQUESTS_PER_DAY',
      per: 'day',
      of: 'credential',
      doc: 'requests per day and key (100 on the free plan)',
    },
  ],
  refusal,
})

/** The most articles of an answer. NewsAPI refuses page 2 on the free plan. */
const mostArticles = 100

/** The values of `category`; there is no category for politics. */
export const headlineCategories = [
  'business',
  'entertainment',
  'general',
  'health',
  'science',
  'sports',
  'technology',
] as const

/** The newest headlines, by `country` and `category` or by `sources`; NewsAPI refuses both together. */
export function topHeadlines(query: NonNullable<HttpRequest['query']>): HttpRequest {
  return {path: '/v2/top-headlines', query: {...query, pageSize: mostArticles}}
}

/**
 * English articles on `q` that were published between two instants, both included, newest first. Instants are
 * UTC, such as `2026-11-22T23:59:59`.
 */
export function everything(q: string, from: string, to: string): HttpRequest {
  return {
    path: '/v2/everything',
    query: {q, from, to, language: 'en', sortBy: 'publishedAt', pageSize: mostArticles},
  }
}

/** All sources of top-headlines. */
export function headlineSources(): HttpRequest {
  return {path: '/v2/top-headlines/sources'}
}

/**
 * Reads `{status: "error", code, message}`. The code decides, because the numbers in the texts have changed
 * over the years.
 */
function refusal(answer: Answer): Refusal | undefined {
  const body = answer.json
  if (!isItem(body) || body['status'] !== 'error') return undefined
  const code = typeof body['code'] === 'string' ? body['code'] : ''
  const message = typeof body['message'] === 'string' ? body['message'].replace(/\s+/g, ' ').trim() : ''
  const why = [code, message].filter(Boolean).join(': ') || 'an error without a code'
  const until = (hours: number) => new Date(answer.at.getTime() + hours * hourMs)
  switch (code) {
    case 'apiKeyInvalid':
    case 'apiKeyMissing':
    case 'apiKeyDisabled':
      return {next: 'stop', why}
    // Neither answer has an instant. Both windows slide, so some quota is free again within the shorter one.
    case 'apiKeyExhausted':
    case 'rateLimited':
      return {next: 'spent', until: until(12), why}
    case 'sourceDoesNotExist':
      return {next: 'skip', why}
    case 'unexpectedError':
      return {next: 'wait', of: 'request', why}
    // The plan does not allow it (426: page 2, too far back, from a browser), or the request is wrong (400).
    default:
      return {next: 'stop', of: 'request', why}
  }
}
