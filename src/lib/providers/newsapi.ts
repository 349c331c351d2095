import {type Answer, defineProvider, type HttpRequest, type Refusal} from '../define.js'
import {isItem} from '../parse.js'
import {hourMs} from '../time.js'

/**
 * NewsAPI. Its free plan is for development and testing; it shows articles that are a day old or more, a
 * month back, and of each query the first 100.
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

/** Page 2 is refused on the free plan, so one page is all there is of an answer. */
const mostArticles = 100

/** What its `category` takes; it has no politics. */
export const categories = [
  'business',
  'entertainment',
  'general',
  'health',
  'science',
  'sports',
  'technology',
] as const

/** The newest headlines: by `country` and `category`, or by `sources`, which it does not take together. */
export function topHeadlines(query: NonNullable<HttpRequest['query']>): HttpRequest {
  return {path: '/v2/top-headlines', query: {...query, pageSize: mostArticles}}
}

/**
 * English articles on `q` published from one instant to another, both included, newest first. Instants like
 * `2026-11-22T23:59:59`, in UTC.
 */
export function everything(q: string, from: string, to: string): HttpRequest {
  return {
    path: '/v2/everything',
    query: {q, from, to, language: 'en', sortBy: 'publishedAt', pageSize: mostArticles},
  }
}

/** Every source that top-headlines knows. */
export function headlineSources(): HttpRequest {
  return {path: '/v2/top-headlines/sources'}
}

/**
 * `{status: "error", code, message}`. The code decides: the numbers inside the texts have changed over the
 * years.
 */
function refusal(answer: Answer): Refusal | undefined {
  const body = answer.json
  if (!isItem(body) || body['status'] !== 'error') return undefined
  const code = typeof body['code'] === 'string' ? body['code'] : ''
  const said = typeof body['message'] === 'string' ? body['message'].replace(/\s+/g, ' ').trim() : ''
  const why = [code, said].filter(Boolean).join(': ') || 'an error without a code'
  const until = (hours: number) => new Date(answer.at.getTime() + hours * hourMs)
  switch (code) {
    case 'apiKeyInvalid':
    case 'apiKeyMissing':
    case 'apiKeyDisabled':
      return {next: 'stop', why}
    // Neither answer names an instant. Both windows slide, so some room is back within the shorter of them.
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
