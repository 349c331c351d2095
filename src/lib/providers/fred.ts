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
 * One series, whole history, oldest first (at most 100,000 values, far more than any series of ours has).
 * JSON must be asked for: XML is the default.
 */
export function observations(seriesId: string, query: NonNullable<HttpRequest['query']> = {}): HttpRequest {
  return {path: '/fred/series/observations', query: {series_id: seriesId, file_type: 'json', ...query}}
}

function refusal(answer: Answer): Refusal | undefined {
  const said = errorOf(answer)
  if (said === undefined) return undefined
  const why = said.message
  // also said of a good key under load
  if (/not registered/i.test(why)) return {next: 'stop', why, unsure: true}
  if (/api_key/i.test(why)) return {next: 'stop', why}
  if (/series does not exist/i.test(why)) return {next: 'skip', why}
  // The rule is per second since 2026; the answer names no instant.
  if (said.code === '429' || /rate limit|too many requests/i.test(why))
    return {next: 'wait', until: new Date(answer.at.getTime() + 2_000), why}
  if (/^5\d\d$/.test(said.code)) return {next: 'wait', of: 'request', why}
  return {next: 'stop', of: 'request', why}
}

/** `{error_code, error_message}`, or the same as XML attributes when `file_type` was lost. */
function errorOf(answer: Answer): {code: string; message: string} | undefined {
  const body = answer.json
  if (isItem(body) && typeof body['error_message'] === 'string') {
    const code = body['error_code']
    return {code: typeof code === 'string' ? code : '', message: tidy(body['error_message'])}
  }
  const xml = /<error\s+code="(\d+)"\s+message="([^"]*)"/.exec(answer.text.slice(0, 2_000))
  return xml ? {code: xml[1] ?? '', message: tidy(xml[2] ?? '')} : undefined
}

function tidy(message: string): string {
  return message.replace(/\s+/g, ' ').trim()
}
