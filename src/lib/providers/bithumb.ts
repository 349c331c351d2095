import {type Answer, defineProvider, type HttpRequest, type Refusal} from '../define.js'
import {isItem} from '../parse.js'
import {minuteMs} from '../time.js'

/** The pattern of a market code: `KRW-BTC`. */
export const marketCodes = /^[\x21-\x7e]+$/

/** The most markets in one ticker request, since 2026-10-13. */
export const marketsPerCall = 200

/**
 * Bithumb's public REST API. It allows 150 requests a second per address. An error usually has status 200 and
 * an error object.
 */
export const bithumb = defineProvider({
  name: 'bithumb',
  baseUrl: 'https://api.bithumb.com',
  limits: [{requests: 10, per: 'second', of: 'address', window: 'sliding'}],
  refusal,
})

/** All markets that are listed now. */
export function markets(): HttpRequest {
  return {path: '/v1/market/all', query: {isDetails: 'true'}}
}

/** Quotes of at most 200 markets; one unknown code fails the whole request. */
export function tickers(codes: readonly string[]): HttpRequest {
  return {path: '/v1/ticker', query: {markets: codes.join(',')}}
}

function refusal(answer: Answer): Refusal | undefined {
  if (answer.status === 414)
    return {next: 'stop', of: 'request', why: 'the address is too long: fewer markets in one call'}
  const body = answer.json
  if (!isItem(body)) return undefined
  const at = answer.at.getTime()
  const error = isItem(body['error'])
    ? body['error']
    : typeof body['name'] === 'string' && !('market' in body)
      ? body
      : undefined
  if (error) {
    const name = typeof error['name'] === 'string' ? error['name'] : '' // a number or a text at the provider
    const why =
      `${name}${typeof error['message'] === 'string' ? ` ${error['message']}` : ''}`.trim() ||
      'an error without a text'
    // Bithumb blocks the category of the request for a while; an older page says one minute.
    if (name === '429' || /too[ _]many/i.test(why)) return {next: 'wait', until: new Date(at + minuteMs), why}
    if (/code not found/i.test(why)) return {next: 'skip', why}
    if (/^5\d\d$/.test(name)) return {next: 'wait', of: 'request', why}
    return {next: 'stop', of: 'request', why}
  }
  const status = body['status']
  if (typeof status !== 'string' || status === '0000' || !/^\d{4}$/.test(status)) return undefined
  const why = `status ${status}${typeof body['message'] === 'string' ? ` ${body['message']}` : ''}`
  if (status === '5500') return {next: 'skip', why} // parameter, or not listed
  return status === '5900' ? {next: 'wait', of: 'request', why} : {next: 'stop', of: 'request', why}
}
