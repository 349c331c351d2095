import {type Answer, defineProvider, type HttpRequest, type Refusal} from '../define.js'
import {isItem, wordsOrNull} from '../parse.js'
import {dayMs, hourMs} from '../time.js'
import {refusalInCsv} from './alpha-vantage/csv.js'

/** Alpha Vantage. Every error has status 200, and numbers are text. */
export const alphaVantage = defineProvider({
  name: 'alpha-vantage',
  baseUrl: 'https://www.alphavantage.co',
  credentials: {
    1: 'ALPHA_VANTAGE_API_KEY_1',
    2: 'ALPHA_VANTAGE_API_KEY_2',
    3: 'ALPHA_VANTAGE_API_KEY_3',
    4: 'ALPHA_VANTAGE_API_KEY_4',
    news: 'ALPHA_VANTAGE_API_KEY_NEWS',
  },
  authorize: (request, secret) => ({...request, query: {...request.query, apikey: secret}}),
  limits: [
    {requests: 1, per: 'second', of: 'credential', window: 'sliding'},
    {requests: 25, per: 'day', of: 'credential', window: 'sliding'}, // the reset hour is not published
    // the sum of five credentials; it limits nothing unless a setting makes it lower
    {requests: 125, per: 'day', of: 'address', window: 'sliding'},
  ],
  settings: [
    {
      variable: 'ALPHA_VANTAGE_REQUESTS_PER_SECOND',
      per: 'second',
      of: 'credential',
      doc: 'requests per second and key (1 on the free plan)',
    },
    {
      variable: 'ALPHA_VANTAGE_REQUESTS_PER_DAY',
      per: 'day',
      of: 'credential',
      doc: 'requests per day and key (25 on the free plan)',
    },
    {
      variable: 'ALPHA_VANTAGE_REQUESTS_PER_DAY_AND_ADDRESS',
      per: 'day',
      of: 'address',
      doc: 'requests per day of all keys together: 25 where the provider counts your address too',
    },
  ],
  refusal,
})

/**
 * A request: `query('CPI', {interval: 'monthly'})`. The three functions that answer only CSV need `as` =
 * `text`.
 */
export function query(
  name: string,
  params: NonNullable<HttpRequest['query']> = {},
  as: HttpRequest['as'] = 'json',
): HttpRequest {
  return {path: '/query', query: {function: name, ...params}, as}
}

const errorFields = ['Information', 'Note', 'Error Message', 'detail']

/**
 * A refusal is an object with one text. Only the wording shows the kind, because each field is used for
 * several kinds. A request for CSV is refused in JSON or in CSV.
 */
function refusal(answer: Answer): Refusal | undefined {
  const body = answer.json
  const inCsv = body === undefined ? refusalInCsv(answer.text, errorFields) : undefined
  if (inCsv)
    return inCsv.why === undefined ? withoutText(inCsv.field, answer.at) : meaningOf(inCsv.why, answer.at)
  if (!isItem(body)) return undefined
  const fields = Object.keys(body)
  if (fields.length === 0) return {next: 'skip', why: 'it has nothing on this symbol (an empty object)'}
  if (isHollow(body)) return {next: 'skip', why: 'it has nothing on this symbol (an answer without content)'}
  const field = fields.find((name) => errorFields.includes(name))
  const why = field === undefined ? undefined : body[field]
  return typeof why !== 'string' || fields.length > 2 ? undefined : meaningOf(why, answer.at)
}

/**
 * The meaning of a refusal in CSV of which only the name of its field arrived. It is most often the limit of
 * the day. The credential is tried again after an hour, because it can also be the limit of a second.
 */
function withoutText(field: string, at: Date): Refusal {
  const why = `it refused the request in the shape of CSV, as "${field}": its text is lost`
  if (field === 'Error Message') return {next: 'stop', why: `${why}; the key is probably not valid`}
  return {
    next: 'spent',
    until: new Date(at.getTime() + hourMs),
    why: `${why}; most likely the limit of the day`,
  }
}

/** The meaning of the text of a refusal. */
function meaningOf(why: string, at: Date): Refusal | undefined {
  const dayLater = new Date(at.getTime() + dayMs)
  // Only "is a premium ..." means the plan, because texts about limits also say "unlock all premium
  // endpoints".
  if (/\bis (a|an) premium\b|premium (only|members)/i.test(why)) return {next: 'stop', of: 'request', why}
  if (/apikey is invalid or missing|invalid api ?key|\bdemo\b.*api key/i.test(why)) return {next: 'stop', why}
  // an empty answer of the news, not an unknown query
  if (/^no articles found/i.test(why.trim())) return undefined
  if (/invalid (api call|inputs)|no data|not found/i.test(why)) return {next: 'skip', why}
  if (/spreading out|per second|per minute/i.test(why)) return {next: 'wait', why}
  if (/per day|daily (rate )?limit|rate limit|call frequency/i.test(why))
    return {next: 'spent', until: dayLater, why}
  return {next: 'stop', of: 'request', why}
}

/**
 * True for a fund without assets and holdings, and for a company without any report. Alpha Vantage answers so
 * for a symbol that it does not know.
 */
function isHollow(body: Readonly<Record<string, unknown>>): boolean {
  const isEmpty = (field: string) => !Array.isArray(body[field]) || body[field].length === 0
  if ('net_assets' in body || 'holdings' in body)
    return wordsOrNull(body['net_assets']) === null && isEmpty('holdings')
  return (
    'annualReports' in body &&
    'quarterlyReports' in body &&
    isEmpty('annualReports') &&
    isEmpty('quarterlyReports')
  )
}
