/** Refusals of X: problem documents, and rate limit headers. */
import {type StubRequest, json, type Reply} from '../stub.js'

const problems = 'https://api.twitter.com/2/problems/'

interface Problem {
  title: string
  detail: string
  /** Last part of the URL that identifies the kind of problem. */
  type: string
  [more: string]: unknown
}

function problem(
  status: number,
  {title, detail, type, ...more}: Problem,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return asProblem(json({...more, title, detail, type: `${problems}${type}`}, status, headers))
}

function asProblem(reply: Reply): Reply {
  return {...reply, type: 'application/problem+json'}
}

/** The refusal that the text of a token selects; undefined: the token is accepted. */
export function tokenRefusal(secret = ''): Reply | undefined {
  if (secret === '' || /revoked/.test(secret))
    return asProblem(
      json({title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized'}, 401),
    )
  if (/nocredits/.test(secret))
    return problem(402, {
      account_id: 0,
      title: 'CreditsDepleted',
      detail: 'Your enrolled account [0] does not have any credits to fulfill this request.',
      type: 'credits',
    })
  if (/notenrolled/.test(secret))
    return problem(403, {
      client_id: '0',
      required_enrollment: 'Appropriate Level of API Access',
      reason: 'client-not-enrolled',
      registration_url: 'https://developer.twitter.com/en/docs/projects/overview',
      title: 'Client Forbidden',
      detail:
        'When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter developer App that is attached to a Project.',
      type: 'client-forbidden',
    })
  if (/usagecapped/.test(secret)) return usageCapped({period: 'Monthly', scope: 'Product'})
  return undefined
}

export function usageCapped(more: object, headers?: Readonly<Record<string, string>>): Reply {
  const about = {title: 'UsageCapExceeded', detail: 'Usage cap exceeded: Monthly product cap'}
  return problem(429, {...more, ...about, type: 'usage-capped'}, headers)
}

export function tooManyRequests(limit: number, untilMs: number): Reply {
  return json(
    {title: 'Too Many Requests', detail: 'Too Many Requests', type: 'about:blank', status: 429},
    429,
    {
      'content-type': 'application/problem+json',
      'x-rate-limit-limit': String(limit),
      'x-rate-limit-remaining': '0',
      'x-rate-limit-reset': String(Math.ceil(untilMs / 1000)),
    },
  )
}

export function invalid(parameter: string, value: string, message: string): Reply {
  return problem(400, {
    errors: [{parameters: {[parameter]: [value]}, message}],
    title: 'Invalid Request',
    detail: 'One or more parameters to your request was invalid.',
    type: 'invalid-request',
  })
}

/** An error next to the data, for a suspended or missing account. */
export function missing(parameter: 'id' | 'usernames', value: string, isSuspended: boolean) {
  const about = {
    value,
    parameter,
    resource_type: 'user',
    resource_id: value,
    type: `${problems}resource-not-found`,
  }
  return isSuspended
    ? {...about, section: 'data', title: 'Forbidden', detail: `User has been suspended: [${value}].`}
    : {...about, title: 'Not Found Error', detail: `Could not find user with ${parameter}: [${value}].`}
}

/** Rate limit headers. The window slides, so its reset is always 15 minutes ahead. */
export function rates({remaining, capacity, atMs}: StubRequest): Record<string, string> {
  return {
    'x-rate-limit-limit': String(capacity),
    'x-rate-limit-remaining': String(remaining),
    'x-rate-limit-reset': String(Math.ceil(atMs / 1000) + 900),
  }
}
