import {type Answer, defineProvider, type HttpRequest, type Refusal} from '../define.js'
import {isItem} from '../parse.js'
import {hourMs} from '../time.js'

/**
 * It allows 300 requests in five minutes and says how many are left; below this many they are made to last
 * until its window ends.
 */
const scarce = 50

/**
 * Truth Social, which speaks Mastodon's API. It is not offered to programs: it may shut an address out, and
 * that is left as it is. Its limit is 300 requests in five minutes; about forty posts taken fast have been
 * enough to be shut out, so we stay far below.
 */
export const truthSocial = defineProvider({
  name: 'truth-social',
  baseUrl: 'https://truthsocial.com/api',
  credentials: {1: 'TRUTH_SOCIAL_TOKEN'},
  keyless: true,
  authorize: (request, secret) => ({
    ...request,
    headers: {...request.headers, authorization: `Bearer ${secret}`},
  }),
  headers: {accept: 'application/json'},
  limits: [
    {requests: 1, per: 'second', of: 'address', window: 'sliding'},
    {requests: 20, per: 'minute', of: 'address', window: 'sliding'},
  ],
  settings: [
    {
      variable: 'TRUTH_SOCIAL_REQUESTS_PER_SECOND',
      per: 'second',
      of: 'address',
      doc: 'requests per second (1; more has led to being shut out)',
    },
    {
      variable: 'TRUTH_SOCIAL_REQUESTS_PER_MINUTE',
      per: 'minute',
      of: 'address',
      doc: 'requests per minute (20; it allows 60)',
    },
  ],
  refusal,
  accounting: {holdsUntil},
})

/** Posts of a page: the most it gives. */
const pageSize = 40

/** The account of a name, whose id everything else needs. */
export function lookup(username: string): HttpRequest {
  return {path: '/v1/accounts/lookup', query: {acct: username}}
}

/**
 * The oldest posts of an account after one of them (`since_id` would give the newest), without replies to
 * others.
 */
export function statusesAfter(accountId: string, minId: string): HttpRequest {
  return {
    path: `/v1/accounts/${encodeURIComponent(accountId)}/statuses`,
    query: {exclude_replies: 'true', limit: pageSize, min_id: minId},
  }
}

/** `limit` has to stay below 20. */
export function trendingTruths(limit: number, offset: number): HttpRequest {
  return {path: '/v1/truth/trending/truths', query: {limit, offset}}
}

export function trendingTags(): HttpRequest {
  return {path: '/v1/trends'}
}

/**
 * A page of Cloudflare, whatever its status; a page of any other kind with the status of an outage is an
 * outage.
 */
const shutOut = /just a moment|cdn-cgi\/challenge-platform|access denied|used cloudflare to restrict/i

function refusal({status, text, json, at}: Answer): Refusal | undefined {
  if (/^\uFEFF?\s*</.test(text.slice(0, 1_000))) {
    const title = (/<title[^>]*>([^<]*)/i.exec(text.slice(0, 5_000))?.[1] ?? '').replace(/\s+/g, ' ').trim()
    if (status >= 500 && !shutOut.test(text.slice(0, 20_000))) return undefined
    return {
      next: 'blocked',
      why: `it shuts this address out: a page${title === '' ? '' : ` ("${title}")`} came in place of data`,
    }
  }
  if (!isItem(json) || typeof json['error'] !== 'string' || 'id' in json || status >= 500) return undefined
  const why = json['error'].trim() || 'an error without words'
  if (/record not found/i.test(why)) return {next: 'skip', why}
  if (status === 429 || /too many requests/i.test(why)) return {next: 'wait', why}
  if (/in your (area|region|country)/i.test(why)) return {next: 'blocked', why}
  if (/access token|invalid_(grant|token|client)|unauthorized_client/i.test(why)) return {next: 'stop', why}
  return {
    next: 'wait',
    of: 'request',
    until: new Date(at.getTime() + 12 * hourMs),
    why: `it refuses this request ("${why}"). TRUTH_SOCIAL_TOKEN signs requests in; an account of truth-posts whose id stands in truth-accounts.csv needs no look-up`,
  }
}

/** Spreads what is left over the rest of the window. The instant is that of its own clock. */
function holdsUntil({headers, at}: Answer): Date | undefined {
  const left = Number(headers['x-ratelimit-remaining'] ?? NaN)
  const reset = Date.parse(headers['x-ratelimit-reset'] ?? '')
  if (Number.isNaN(left) || Number.isNaN(reset) || left >= scarce) return undefined
  const server = Date.parse(headers['date'] ?? '')
  const restMs = Math.min(reset - (Number.isNaN(server) ? at.getTime() : server), hourMs)
  return restMs <= 0 ? undefined : new Date(at.getTime() + Math.ceil(restMs / (Math.max(left, 0) + 1)))
}
