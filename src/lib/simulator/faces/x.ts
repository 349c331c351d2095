import {x} from '../../providers/x.js'
import {dayMs} from '../../time.js'
import {type Ask, type Face, json, jsonList, NotSimulated, onlyKnown, type Reply} from '../face.js'
import type {Account, Post} from '../posts.js'
import type {World} from '../world.js'
import {tweet} from './x-tweet.js'

const problems = 'https://api.twitter.com/2/problems/'
/** Posts of a timeline that can be had at all. */
const offered = 3200

interface Usage {
  month: string
  posts: number
  users: number
}

/**
 * X with app tokens, any of which is taken. What a token's name holds makes it refused: `revoked` (401),
 * `nocredits` (402), `notenrolled` (403), `usagecapped` (429).
 */
export function xFace(): Face {
  const usages = new Map<string, Usage>()
  const usageOf = ({secret = '', atMs}: Ask): Usage => {
    const month = new Date(atMs).toISOString().slice(0, 7)
    const known = usages.get(secret)
    const usage = known?.month === month ? known : {month, posts: 0, users: 0}
    usages.set(secret, usage)
    return usage
  }
  return {
    provider: x,
    secret: (_query, headers) => /^Bearer (\S+)$/.exec(headers['authorization'] ?? '')?.[1],
    answer(ask, world) {
      if (ask.method !== 'GET') throw new NotSimulated('this method')
      const no = turnedAway(ask.secret)
      if (no) return no
      const usage = usageOf(ask)
      const userId = /^\/2\/users\/(\d+)\/tweets$/.exec(ask.path)?.[1]
      if (userId !== undefined) return timeline(userId, ask, world, usage)
      if (ask.path === '/2/users/by') return usersBy(ask, world, usage)
      if (ask.path === '/2/usage/tweets')
        return json(
          {
            data: {
              project_usage: String(usage.posts),
              users: String(usage.users),
              cap_reset_day: 1,
              project_cap: '3000000',
            },
          },
          200,
          rates(ask),
        )
      throw new NotSimulated('this path')
    },
    refuse(limit, untilMs, ask) {
      if (limit.per === 'month')
        return problem(
          429,
          'UsageCapExceeded',
          'Usage cap exceeded: Monthly product cap',
          'usage-capped',
          {account_id: 0, product_name: 'standard-basic', period: 'Monthly', scope: 'Product'},
          rates(ask),
        )
      return json(
        {title: 'Too Many Requests', detail: 'Too Many Requests', type: 'about:blank', status: 429},
        429,
        {
          ...asProblem,
          'x-rate-limit-limit': String(limit.requests),
          'x-rate-limit-remaining': '0',
          'x-rate-limit-reset': String(Math.ceil(untilMs / 1000)),
        },
      )
    },
  }
}

const asProblem = {'content-type': 'application/problem+json'}

function problem(
  status: number,
  title: string,
  detail: string,
  type: string,
  more: object = {},
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return {
    ...json({...more, title, detail, type: `${problems}${type}`}, status, headers),
    type: 'application/problem+json',
  }
}

function turnedAway(secret = ''): Reply | undefined {
  if (secret === '' || /revoked/.test(secret))
    return {
      ...json({title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized'}, 401),
      type: 'application/problem+json',
    }
  if (/nocredits/.test(secret))
    return problem(
      402,
      'CreditsDepleted',
      'Your enrolled account [0] does not have any credits to fulfill this request.',
      'credits',
      {account_id: 0},
    )
  if (/notenrolled/.test(secret))
    return problem(
      403,
      'Client Forbidden',
      'When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter developer App that is attached to a Project.',
      'client-forbidden',
      {
        client_id: '0',
        required_enrollment: 'Appropriate Level of API Access',
        reason: 'client-not-enrolled',
        registration_url: 'https://developer.twitter.com/en/docs/projects/overview',
      },
    )
  if (/usagecapped/.test(secret))
    return problem(429, 'UsageCapExceeded', 'Usage cap exceeded: Monthly product cap', 'usage-capped', {
      period: 'Monthly',
      scope: 'Product',
    })
  return undefined
}

/** The window that these tell of slides, so its end is a quarter of an hour ahead. */
function rates({remaining, capacity, atMs}: Ask): Record<string, string> {
  return {
    'x-rate-limit-limit': String(capacity),
    'x-rate-limit-remaining': String(remaining),
    'x-rate-limit-reset': String(Math.ceil(atMs / 1000) + 900),
  }
}

function invalid(parameter: string, value: string, message: string): Reply {
  return problem(
    400,
    'Invalid Request',
    'One or more parameters to your request was invalid.',
    'invalid-request',
    {errors: [{parameters: {[parameter]: [value]}, message}]},
  )
}

function missing(parameter: 'id' | 'usernames', value: string, isSuspended: boolean) {
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

function usersBy(ask: Ask, world: World, usage: Usage): Reply {
  onlyKnown(ask.query, ['usernames', 'user.fields'])
  const handles = (ask.query.get('usernames') ?? '').split(',').filter(Boolean)
  const bad = handles.find((handle) => !/^[A-Za-z0-9_]{1,15}$/.test(handle))
  if (handles.length === 0 || handles.length > 100)
    return invalid(
      'usernames',
      String(handles.length),
      'The number of values in the `usernames` query parameter list is not between 1 and 100',
    )
  if (bad !== undefined)
    return invalid(
      'usernames',
      bad,
      `The \`usernames\` query parameter value [${bad}] does not match ^[A-Za-z0-9_]{1,15}$`,
    )
  const fields = (ask.query.get('user.fields') ?? '').split(',')
  const found = handles.map((handle) => ({handle, account: world.accounts.byHandle(handle)}))
  const errors = found
    .filter(({account}) => !account || account.isSuspended)
    .map(({handle, account}) => missing('usernames', handle, account !== undefined))
  const users = found.flatMap(({account}) =>
    account && !account.isSuspended ? [user(account, ask.atMs, fields)] : [],
  )
  usage.users += users.length
  const spoil = (item: object, variant: number) =>
    variant % 2 === 0 ? {...item, id: null} : {...item, username: 'no handle at all'}
  return jsonList(
    users,
    spoil,
    (data) => ({...(data.length > 0 ? {data} : {}), ...(errors.length > 0 ? {errors} : {})}),
    rates(ask),
  )
}

/** Followers come and go by the day. */
function user(
  {id, name, handle, followers, chance, perDay}: Account,
  atMs: number,
  fields: readonly string[],
) {
  const day = Math.floor(atMs / dayMs)
  const all: Record<string, unknown> = {
    verified: followers > 500_000,
    public_metrics: {
      followers_count: followers + Math.floor(followers * 0.001 * chance.noise(day / 30, 20)),
      following_count: chance.whole(3, 20, 1500),
      tweet_count: Math.floor((day - 14_000) * perDay),
      listed_count: Math.floor(followers / 1000),
      like_count: chance.whole(4, 0, 40_000),
      media_count: chance.whole(5, 0, 4000),
    },
  }
  return {
    id,
    name,
    username: handle,
    ...Object.fromEntries(Object.entries(all).filter(([field]) => fields.includes(field))),
  }
}

const timelineParameters = [
  'max_results',
  'since_id',
  'until_id',
  'pagination_token',
  'tweet.fields',
  'user.fields',
  'expansions',
]

function timeline(userId: string, ask: Ask, world: World, usage: Usage): Reply {
  const {query, atMs} = ask
  onlyKnown(query, timelineParameters)
  const size = query.get('max_results') ?? '10'
  if (!/^\d+$/.test(size) || Number(size) < 5 || Number(size) > 100)
    return invalid(
      'max_results',
      size,
      `The \`max_results\` query parameter value [${size}] is not between 5 and 100`,
    )
  const account = world.accounts.byId(userId)
  if (!account || account.isSuspended)
    return json({errors: [missing('id', userId, account !== undefined)]}, 200, rates(ask))
  const [since, until] = ['since_id', 'until_id'].map((name) => query.get(name))
  // a token tells how far the walk has come, by id, so that posts which come meanwhile move nothing
  const before = query.get('pagination_token')?.replace(/^next/, '') ?? undefined
  const all = world.accounts
    .timeline(account, atMs, offered)
    .filter(
      ({id}) =>
        (!since || later(id, since)) &&
        (!until || later(until, id)) &&
        (before === undefined || later(before, id)),
    )
  const page = all.slice(0, Number(size))
  const fields = (query.get('tweet.fields') ?? '').split(',')
  const withOriginals = (query.get('expansions') ?? '').split(',').includes('referenced_tweets.id')
  const originals = withOriginals ? originalsOf(page, world, atMs) : []
  const withAuthor = (query.get('expansions') ?? '').split(',').includes('author_id')
  usage.posts += page.length + originals.length
  usage.users += page.length > 0 && withAuthor ? 1 : 0
  const includes = {
    ...(withAuthor ? {users: [user(account, atMs, (query.get('user.fields') ?? '').split(','))]} : {}),
    ...(originals.length > 0 ? {tweets: originals.map((one) => tweet(one, world, atMs, fields))} : {}),
  }
  const meta = {
    result_count: page.length,
    newest_id: page[0]?.id,
    oldest_id: page.at(-1)?.id,
    ...(all.length > page.length ? {next_token: `next${page.at(-1)?.id}`} : {}),
  }
  const spoil = (item: object, variant: number) =>
    [
      {...item, id: 'abc'},
      {...item, text: null},
      {...item, created_at: 'yesterday'},
      {...item, public_metrics: {like_count: -5}},
    ][variant % 4]
  return jsonList(
    page.map((one) => tweet(one, world, atMs, fields)),
    spoil,
    (data) =>
      data.length === 0
        ? {meta: {result_count: 0}}
        : {data, ...(Object.keys(includes).length > 0 ? {includes} : {}), meta},
    rates(ask),
  )
}

/** Numeric, whatever their length. */
function later(a: string, b: string): boolean {
  return BigInt(a) > BigInt(b)
}

function originalsOf(page: readonly Post[], world: World, atMs: number): Post[] {
  const found = new Map<string, Post>()
  for (const {original} of page) {
    const place = original && world.accounts.locate(original.id)
    const one = place && world.accounts.post(place.account, place.slot, atMs)
    if (original && one) found.set(original.id, {...one, id: original.id})
  }
  return [...found.values()]
}
