import {type Answer, defineProvider, type HttpRequest, type Refusal} from '../define.js'
import {isItem} from '../parse.js'

/**
 * Federal Reserve Economic Data. This product uses the FRED API but is not endorsed or certified by the
 * Federal Reserve Bank of St. Louis.
 */
export const fred = defineProvider({
  name: 'fred',
  baseUrl: 'https://api.stlouisfed.org',
  credentials: {1: 'FRED_API_KEY'},
  authorize: (request, secret) => ({...request, query: {...request.query, api_key: secret}}),
  limits: [
    {requests: 2, per: 'second', of: 'credential', window: 'sliding'},
    {requests: 120, per: 'minute', of: 'credential', window: 'sliding'},
  ],
  refusal,
})

/**
 * The whole history of one series, oldest first. The limit of 100,000 values is far above any series here.
 * The request names JSON, because XML is the default.
 */
export function observations(seriesId: string, query: NonNullable<HttpRequest['query']> = {}): HttpRequest {
  return {path: '/fred/series/observations', query: {series_id: seriesId, file_type: 'json', ...query}}
}

/** The most vintages that one request for observations may span. */
const mostVintages = 2_000

/**
 * The days on which one series got new or revised values, oldest first: at most as many as one request for
 * observations may span. `since`: the first day of the list, if it is a vintage.
 */
export function vintageDates(seriesId: string, since?: string | null): HttpRequest {
  return {
    path: '/fred/series/vintagedates',
    query: {
      series_id: seriesId,
      file_type: 'json',
      limit: mostVintages,
      ...(since == null ? {} : {realtime_start: since}),
    },
  }
}

function refusal(answer: Answer): Refusal | undefined {
  const error = errorOf(answer)
  if (error === undefined) return undefined
  const why = error.message
  // FRED also answers this for a valid key under load
  if (/not registered/i.test(why)) return {next: 'stop', why, unsure: true}
  if (/api_key/i.test(why)) return {next: 'stop', why}
  if (/series does not exist/i.test(why)) return {next: 'skip', why}
  // The limit is per second since 2026; the answer has no instant.
  if (error.code === '429' || /rate limit|too many requests/i.test(why))
    return {next: 'wait', until: new Date(answer.at.getTime() + 2_000), why}
  if (/^5\d\d$/.test(error.code)) return {next: 'wait', of: 'request', why}
  return {next: 'stop', of: 'request', why}
}

/** Reads `{error_code, error_message}`, or the same as XML attributes if `file_type` was lost. */
function errorOf(answer: Answer): {code: string; message: string} | undefined {
  const body = answer.json
  if (isItem(body) && typeof body['error_message'] === 'string') {
    const code = body['error_code']
    return {code: typeof code === 'string' ? code : '', message: tidy(body['error_message'])}
  }
  const attributes = /<error\s([^>]*)/.exec(answer.text.slice(0, 2_000))?.[1]
  const [code, message] = ['code', 'message'].map(
    (name) =>
      new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)
        .exec(attributes ?? '')
        ?.slice(1)
        .join('') ?? '',
  )
  return attributes === undefined ? undefined : {code: code!, message: tidy(message!)}
}

function tidy(message: string): string {
  return message.replace(/\s+/g, ' ').trim()
}
