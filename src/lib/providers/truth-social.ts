import {type Answer, defineProvider, type HttpRequest, type Refusal} from '../define.js'
import {isItem} from '../parse.js'
import {hourMs} from '../time.js'

/**
 * Truth Social allows 300 requests in five minutes, and answers state how many are left. Below this many, fin
 * spreads them over the rest of the window.
 */
const scarce = 50

/**
 * Truth Social, with the API of Mastodon. It does not offer the API to programs and may block an address; fin
 * does not evade that. Its limit is 300 requests in five minutes. The limits here are far lower, because
 * about forty posts in quick succession have led to a block.
 */
export const truthSocial = defineProvider({
  name: 'truth-social',
  baseUrl: 'https://truthsocial.com/api',
  credentials: {1: 'TRUTH_SOCIAL_TOKEN'},
  keyless: {},
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
      doc: 'requests per second (1; more has led to a block)',
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

/** Posts of a page: the most that the provider allows. */
const pageSize = 40

/** The account with a name. All other requests need its id. */
export function lookup(username: string): HttpRequest {
  return {path: '/v1/accounts/lookup', query: {acct: username}}
}

/**
 * The oldest posts of an account after a post, without replies to others. (`since_id` would give the newest.)
 */
export function statusesAfter(accountId: string, minId: string): HttpRequest {
  return {
    path: `/v1/accounts/${encodeURIComponent(accountId)}/statuses`,
    query: {exclude_replies: 'true', limit: pageSize, min_id: minId},
  }
}

/** Trending posts. `limit` must be below 20. */
export function trendingTruths(limit: number, offset: number): HttpRequest {
  return {path: '/v1/truth/trending/truths', query: {limit, offset}}
}

export function trendingTags(): HttpRequest {
  return {path: '/v1/trends'}
}

/**
 * Matches a block page of Cloudflare, whatever its status. Any other page with a status of 500 or more is an
 * outage.
 */
const blockPage = /just a moment|cdn-cgi\/challenge-platform|access denied|used cloudflare to restrict/i

function refusal({status, text, json, at}: Answer): Refusal | undefined {
  if (/^\uFEFF?\s*</.test(text.slice(0, 1_000))) {
    const title = (/<title[^>]*>([^<]*)/i.exec(text.slice(0, 5_000))?.[1] ?? '').replace(/\s+/g, ' ').trim()
    if (status >= 500 && !blockPage.test(text.slice(0, 20_000))) return undefined
    return {
      next: 'blocked',
      why: `it blocks this address: a page${title === '' ? '' : ` ("${title}")`} came instead of data`,
    }
  }
  if (!isItem(json) || typeof json['error'] !== 'string' || 'id' in json || status >= 500) return undefined
  const why = json['error'].trim() || 'an error without a message'
  if (/record not found/i.test(why)) return {next: 'skip', why}
  if (status === 429 || /too many requests/i.test(why)) return {next: 'wait', why}
  if (/in your (area|region|country)/i.test(why)) return {next: 'blocked', why}
  if (/access token|invalid_(grant|token|client)|unauthorized_client/i.test(why)) return {next: 'stop', why}
  return {
    asksSignIn: status === 401 || /authenticat|unauthorized|(log|sign)(ged)? ?-?in\b/i.test(why),
    next: 'wait',
    of: 'request',
    until: new Date(at.getTime() + 12 * hourMs),
    why: `it refuses this request ("${why}"). TRUTH_SOCIAL_TOKEN signs requests in; an account of truth-posts whose id is in truth-accounts.csv needs no look-up`,
  }
}

/**
 * Spreads the remaining requests over the rest of the window, whose end is in the time of the server's clock.
 */
function holdsUntil({headers, at}: Answer): Date | undefined {
  const left = Number(headers['x-ratelimit-remaining'] ?? NaN)
  const reset = Date.parse(headers['x-ratelimit-reset'] ?? '')
  if (Number.isNaN(left) || Number.isNaN(reset) || left >= scarce) return undefined
  const server = Date.parse(headers['date'] ?? '')
  const remainingMs = Math.min(reset - (Number.isNaN(server) ? at.getTime() : server), hourMs)
  return remainingMs <= 0
    ? undefined
    : new Date(at.getTime() + Math.ceil(remainingMs / (Math.max(left, 0) + 1)))
}
