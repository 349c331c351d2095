import {type Answer, defineProvider, type HttpRequest, type Refusal} from '../define.js'
import {isItem} from '../parse.js'
import {minuteMs} from '../time.js'

/**
 * Labels of the credentials. One is enough for all requests; each socket of the feeds needs one of its own.
 */
const labels = Array.from({length: 12}, (_, index) => String(index + 1))

/** Finnhub over HTTP. The header X-Finnhub-Secret is only for webhooks; Finnhub ignores a key in it. */
export const finnhub = defineProvider({
  name: 'finnhub',
  baseUrl: 'https://finnhub.io/api/v1',
  credentials: Object.fromEntries(labels.map((label) => [label, `FINNHUB_API_KEY_${label}`])),
  authorize: (request, secret) => ({...request, headers: {...request.headers, 'X-Finnhub-Token': secret}}),
  limits: [
    {requests: 30, per: 'second', of: 'credential', window: 'sliding'},
    {requests: 60, per: 'minute', of: 'credential', window: 'sliding'},
  ],
  settings: [
    {
      variable: 'FINNHUB_REQUESTS_PER_SECOND',
      per: 'second',
      of: 'credential',
      doc: 'requests per second and key (30 on every plan)',
    },
    {
      variable: 'FINNHUB_REQUESTS_PER_MINUTE',
      per: 'minute',
      of: 'credential',
      doc: 'requests per minute and key (60 on the free plan)',
    },
  ],
  refusal,
})

/**
 * News of one company, for whole UTC days, newest first. An answer is cut at about 250 articles. A wrong
 * symbol has no news.
 */
export function newsOfCompany(symbol: string, from: string, to: string): HttpRequest {
  return {path: '/company-news', query: {symbol, from, to}, as: 'list'}
}

/** About 100 newest articles of a category; with `minId` only those with a larger id. */
export function news(category: string, minId?: string): HttpRequest {
  return {path: '/news', query: {category, minId}, as: 'list'}
}

/** Errors are `{error: text}`, or plain text when the key is missing. */
function refusal(answer: Answer): Refusal | undefined {
  const body = answer.json
  if (isUnknownQuote(body)) return {next: 'skip', why: 'it does not know the symbol (a quote of zeros)'}
  const why = isItem(body) && typeof body['error'] === 'string' ? body['error'].trim() : errorInText(answer)
  if (why === undefined || why === '') return undefined
  // With "sign up" the same text means that the request had no key: a proxy removed the header, and the key
  // itself is still valid.
  if (/limit reached/i.test(why) && /sign up/i.test(why))
    return {
      next: 'stop',
      of: 'request',
      unsure: true,
      why: `the key did not arrive ("${why.slice(0, 80)}"): does a proxy remove the header X-Finnhub-Token?`,
    }
  if (/limit reached|rate limit|too many requests|remaining limit/i.test(why))
    return {next: 'wait', until: new Date(answer.at.getTime() + minuteMs), why}
  if (/invalid api key|use an api key/i.test(why)) return {next: 'stop', why}
  if (/not supported|no such symbol|symbol not found/i.test(why)) return {next: 'skip', why}
  if (/internal|unavailable|time-?d? ?out|bad gateway|try again/i.test(why))
    return {next: 'wait', of: 'request', why}
  return {next: 'stop', of: 'request', why}
}

/** The text of a short answer about a limit or a key that is neither JSON nor a page. */
function errorInText({text, json}: Answer): string | undefined {
  if (json !== undefined || text.length > 1_000 || /^\s*</.test(text)) return undefined
  return /limit reached|api key|too many requests/i.test(text) ? text.replace(/\s+/g, ' ').trim() : undefined
}

/** True for the quote of a symbol that does not exist: zeros, and no change. */
function isUnknownQuote(body: unknown): boolean {
  return isItem(body) && body['c'] === '0' && body['t'] === '0' && body['d'] === null && body['dp'] === null
}
