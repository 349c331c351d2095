import {
  type Answer,
  type Cost,
  defineProvider,
  type HttpRequest,
  type Limit,
  type Refusal,
} from '../define.js'
import {NeedsPerson} from '../errors.js'
import {isItem} from '../parse.js'
import {nextDay, nextMonth} from './resets.js'

const month = {startsAt: 'first of month UTC'} as const
const labels = ['1', '2', '3', '4'] as const
type Label = (typeof labels)[number]

/**
 * Of one key. The free plan of older keys counts requests, the paid ones count posts or bill whatever is
 * returned. All months are calendar months in UTC.
 */
const plans: Readonly<Record<string, (only: Label) => readonly Limit[]>> = {
  'legacy-free': (only) => [
    {requests: 1, per: '15 minutes', of: 'credential', only, window: 'sliding'},
    {requests: 70, per: 'month', of: 'credential', only, window: month},
  ],
  'pay-per-use': (only) => [
    {
      requests: 0,
      unit: 'usd',
      per: 'month',
      of: 'credential',
      only,
      needs: `X_USD_PER_MONTH_${only}`,
      window: month,
    },
    {requests: 3_000_000, unit: 'posts', per: 'month', of: 'credential', only, window: month},
  ],
  basic: (only) => [
    // as documented while it was sold: 10 timelines in 15 minutes per app, 10,000 posts a month
    {requests: 10, per: '15 minutes', of: 'credential', only, window: 'sliding'},
    {requests: 10_000, unit: 'posts', per: 'month', of: 'credential', only, window: month},
  ],
}

/** X, formerly Twitter, with app tokens. Each token has the plan that its owner states. */
export const x = defineProvider({
  name: 'x',
  baseUrl: 'https://api.x.com/2',
  credentials: {1: 'X_BEARER_TOKEN_1', 2: 'X_BEARER_TOKEN_2', 3: 'X_BEARER_TOKEN_3', 4: 'X_BEARER_TOKEN_4'},
  authorize: (request, secret) => ({
    ...request,
    headers: {...request.headers, authorization: `Bearer ${secret}`},
  }),
  // look-ups of users; timelines allow more
  limits: [{requests: 300, per: '15 minutes', of: 'credential', window: 'sliding'}],
  accounting: {
    plans: (env) => labels.flatMap((label) => planOf(env, label)),
    settings: labels.map((label) => ({
      variable: `X_PLAN_${label}`,
      doc: `plan of X_BEARER_TOKEN_${label}: ${Object.keys(plans).join(', ')}; default: legacy-free`,
    })),
    spent,
  },
  settings: labels.map((label) => ({
    variable: `X_USD_PER_MONTH_${label}`,
    per: 'month',
    unit: 'usd',
    of: 'credential',
    only: label,
    doc: `dollars a month that X_BEARER_TOKEN_${label} may cost at most; without it nothing is asked on the plan pay-per-use`,
  })),
  refusal,
})

/**
 * Only a plan that bills for what is returned looks at the setting of dollars. Throws NeedsPerson for a plan
 * that nobody sells.
 */
function planOf(env: Readonly<Record<string, string | undefined>>, label: Label): readonly Limit[] {
  const name = env[`X_PLAN_${label}`]?.trim().toLowerCase() || 'legacy-free'
  const limits = Object.hasOwn(plans, name) ? plans[name] : undefined
  if (limits === undefined)
    throw new NeedsPerson(`X_PLAN_${label} is "${name.slice(0, 40)}", which is no plan`, {
      provider: 'x',
      nextStep: `Set it to one of: ${Object.keys(plans).join(', ')}.`,
    })
  return limits(label)
}

/** Thousandths of a dollar, because tenths of cents have no exact binary fraction. */
const price = {post: 5, user: 10}
/** A post comes with at most two originals: what it quotes, and what it answers. */
const originals = 2

/** Profiles of up to a hundred handles. */
export function usersBy(handles: readonly string[]): HttpRequest {
  return {
    path: '/users/by',
    query: {usernames: handles.join(','), 'user.fields': userFields},
    cost: {usd: (handles.length * price.user) / 1000},
  }
}

export interface Page {
  max_results: number
  /** Only posts after it. */
  since_id?: string | undefined
  /** Only posts before it. */
  until_id?: string | undefined
}

/** The newest posts of an account, with the originals of what it reposts, quotes and answers. */
export function timeline(
  userId: string,
  {max_results, since_id, until_id}: Page,
  credential: string | undefined,
): HttpRequest {
  return {
    path: `/users/${encodeURIComponent(userId)}/tweets`,
    query: {
      max_results,
      since_id,
      until_id,
      'tweet.fields':
        'author_id,context_annotations,created_at,edit_history_tweet_ids,entities,lang,note_tweet,public_metrics,referenced_tweets',
      expansions: 'author_id,referenced_tweets.id',
      'user.fields': userFields,
    },
    cost: {
      posts: max_results * (1 + originals),
      usd: (max_results * (1 + originals) * price.post + price.user) / 1000,
    },
    ...(credential === undefined ? {} : {credential}),
  }
}

const userFields = 'id,name,username,verified,public_metrics'

/**
 * Every post and user that is returned is billed, also those that came along; a refusal and an empty page are
 * free.
 */
function spent({status, json}: Answer): Cost {
  if (status >= 400) return {posts: 0, usd: 0}
  if (!isItem(json)) return {}
  const includes = isItem(json['includes']) ? json['includes'] : {}
  const [main, further, users] = [json['data'], includes['tweets'], includes['users']].map((value) =>
    Array.isArray(value) ? value.filter(isItem) : isItem(value) ? [value] : [],
  )
  const found = main!.filter((item) => 'username' in item).length
  const posts = main!.length - found + further!.length
  return {posts, usd: (posts * price.post + (found + users!.length) * price.user) / 1000}
}

function refusal(answer: Answer): Refusal | undefined {
  const body = answer.json
  if (!isItem(body) || 'data' in body || 'meta' in body) return undefined
  const [first] = Array.isArray(body['errors']) ? (body['errors'] as unknown[]) : []
  const about = isItem(first) ? first : {}
  const title = textOf(body['title'])
  const type = textOf(body['type'])
  const why = [title, textOf(body['detail']) || textOf(about['detail']) || textOf(about['message'])]
    .filter((part, at, all) => part !== '' && all.indexOf(part) === at)
    .join(': ')
  if (title === '' && (textOf(about['code']) === '88' || /rate limit exceeded/i.test(why)))
    return {next: 'wait', why: why || 'rate limit exceeded'}
  // handles that it does not know are data
  if (title === '') return textOf(about['parameter']) === 'id' ? {next: 'skip', why} : undefined
  if (/usage-capped/.test(type) || title === 'UsageCapExceeded')
    return {
      next: 'spent',
      until: textOf(body['period']) === 'Daily' ? nextDay(answer.at) : nextMonth(answer.at),
      why,
    }
  if (/problems\/credits/.test(type) || title === 'CreditsDepleted')
    return {next: 'spent', until: nextMonth(answer.at), why}
  if (textOf(body['reason']) === 'client-not-enrolled' || /client-forbidden/.test(type))
    return {next: 'stop', why}
  if (title === 'Unauthorized' || textOf(body['status']) === '401') return {next: 'stop', why}
  if (title === 'Too Many Requests' || textOf(body['status']) === '429') return {next: 'wait', why}
  if (/resource-not-found/.test(type) || title === 'Not Found Error') return {next: 'skip', why}
  if (/^5\d\d$/.test(textOf(body['status'])) || title === 'Service Unavailable')
    return {next: 'wait', of: 'request', why}
  return 'type' in body || 'detail' in body ? {next: 'stop', of: 'request', why} : undefined
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
