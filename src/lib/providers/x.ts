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

/** The pattern of a handle. */
export const handles = /^\w{1,50}$/

const month = {startsAt: 'first of month UTC'} as const
const labels = ['1', '2', '3', '4'] as const
type Label = (typeof labels)[number]

/**
 * The limits of each plan, for one credential. The free plan of older credentials counts requests. The paid
 * plans count posts, or bill each returned item. Months are calendar months in UTC.
 */
const plans: Readonly<Record<string, (only: Label) => readonly Limit[]>> = {
  'legacy-free': (only) => [
    {requests: 1, per: '15 minutes', of: 'credential', credential: only, window: 'sliding'},
    {requests: 70, per: 'month', of: 'credential', credential: only, window: month},
  ],
  'pay-per-use': (only) => [
    {
      requests: 0,
      unit: 'usd',
      per: 'month',
      of: 'credential',
      credential: only,
      needs: `X_USD_PER_MONTH_${only}`,
      window: month,
    },
    {requests: 3_000_000, unit: 'posts', per: 'month', of: 'credential', credential: only, window: month},
  ],
  basic: (only) => [
    // documented while the plan was sold: 10 timelines in 15 minutes per app, 10,000 posts a month
    {requests: 10, per: '15 minutes', of: 'credential', credential: only, window: 'sliding'},
    {requests: 10_000, unit: 'posts', per: 'month', of: 'credential', credential: only, window: month},
  ],
}

/** X, formerly Twitter, with app tokens. A setting states the plan of each token. */
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
    credential: label,
    doc: `dollars a month that X_BEARER_TOKEN_${label} may cost at most; without it no request is sent on the plan pay-per-use`,
  })),
  refusal,
})

/** The limits of the plan of one credential. Throws NeedsPerson for an unknown plan. */
function planOf(env: Readonly<Record<string, string | undefined>>, label: Label): readonly Limit[] {
  const name = env[`X_PLAN_${label}`]?.trim().toLowerCase() || 'legacy-free'
  const limits = Object.hasOwn(plans, name) ? plans[name] : undefined
  if (limits === undefined)
    throw new NeedsPerson(`X_PLAN_${label} is "${name.slice(0, 40)}", which is not a plan`, {
      provider: 'x',
      nextStep: `Set it to one of: ${Object.keys(plans).join(', ')}.`,
    })
  return limits(label)
}

/** Prices in thousandths of a dollar, because tenths of cents have no exact binary fraction. */
const price = {post: 5, user: 10}
/** The most originals in an answer per post: the post that it quotes, and the post that it answers. */
const originals = 2

/** Profiles of up to 100 handles. */
export function usersBy(handles: readonly string[]): HttpRequest {
  return {
    path: '/users/by',
    query: {usernames: handles.join(','), 'user.fields': userFields},
    cost: {usd: (handles.length * price.user) / 1000},
  }
}

export interface TimelineQuery {
  max_results: number
  /** Only posts after it. */
  since_id?: string | undefined
  /** Only posts before it. */
  until_id?: string | undefined
}

/** The newest posts of an account, with the posts that they repost, quote and answer. */
export function timeline(
  userId: string,
  {max_results, since_id, until_id}: TimelineQuery,
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
 * The cost of an answer. X bills each returned post and user, also the included ones. A refusal and an empty
 * page are free.
 */
function spent({status, json}: Answer): Cost {
  if (status >= 400) return {posts: 0, usd: 0}
  if (!isItem(json)) return {}
  const includes = isItem(json['includes']) ? json['includes'] : {}
  const [primary, included, users] = [json['data'], includes['tweets'], includes['users']].map((value) =>
    Array.isArray(value) ? value.filter(isItem) : isItem(value) ? [value] : [],
  )
  const found = primary!.filter((item) => 'username' in item).length
  const posts = primary!.length - found + included!.length
  return {posts, usd: (posts * price.post + (found + users!.length) * price.user) / 1000}
}

function refusal(answer: Answer): Refusal | undefined {
  const body = answer.json
  if (!isItem(body) || 'data' in body || 'meta' in body) return undefined
  const [first] = Array.isArray(body['errors']) ? (body['errors'] as unknown[]) : []
  const about = isItem(first) ? first : {}
  const title = textOf(body['title'])
  const why = [title, textOf(body['detail']) || textOf(about['detail']) || textOf(about['message'])]
    .filter((part, at, all) => part !== '' && all.indexOf(part) === at)
    .join(': ')
  if (title === '') return untitledRefusal(textOf(about['code']), textOf(about['parameter']), why)
  const problem: Problem = {
    title,
    type: textOf(body['type']),
    status: textOf(body['status']),
    reason: textOf(body['reason']),
    period: textOf(body['period']),
  }
  const known = problems.find(({fits}) => fits(problem))
  if (known) return {...known.meaning(answer.at, problem), why}
  return 'type' in body || 'detail' in body ? {next: 'stop', of: 'request', why} : undefined
}

/** A refusal of the old form, without a title. An unknown handle is data, not a refusal. */
function untitledRefusal(code: string, parameter: string, why: string): Refusal | undefined {
  if (code === '88' || /rate limit exceeded/i.test(why))
    return {next: 'wait', why: why || 'rate limit exceeded'}
  return parameter === 'id' ? {next: 'skip', why} : undefined
}

interface Problem {
  title: string
  type: string
  status: string
  reason: string
  /** The period of the usage cap. */
  period: string
}

/** The documented problems and their meaning; the first that fits decides. */
const problems: readonly {
  fits(problem: Problem): boolean
  meaning(at: Date, problem: Problem): Omit<Refusal, 'why'>
}[] = [
  {
    fits: ({type, title}) => /usage-capped/.test(type) || title === 'UsageCapExceeded',
    meaning: (at, {period}) => ({next: 'spent', until: period === 'Daily' ? nextDay(at) : nextMonth(at)}),
  },
  {
    fits: ({type, title}) => /problems\/credits/.test(type) || title === 'CreditsDepleted',
    meaning: (at) => ({next: 'spent', until: nextMonth(at)}),
  },
  {
    fits: ({type, reason}) => reason === 'client-not-enrolled' || /client-forbidden/.test(type),
    meaning: () => ({next: 'stop'}),
  },
  {fits: ({title, status}) => title === 'Unauthorized' || status === '401', meaning: () => ({next: 'stop'})},
  {
    fits: ({title, status}) => title === 'Too Many Requests' || status === '429',
    meaning: () => ({next: 'wait'}),
  },
  {
    fits: ({type, title}) => /resource-not-found/.test(type) || title === 'Not Found Error',
    meaning: () => ({next: 'skip'}),
  },
  {
    fits: ({title, status}) => /^5\d\d$/.test(status) || title === 'Service Unavailable',
    meaning: () => ({next: 'wait', of: 'request'}),
  },
]

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
