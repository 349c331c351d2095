/** X's timeline of an account, page by page. */
import {type StubRequest, json, jsonList, onlyKnown, type Reply} from '../stub.js'
import type {InventedAccount, Post} from '../posts.js'
import type {Scenario} from '../scenario.js'
import {invalid, missing, rates} from './x-problems.js'
import {tweet} from './x-tweet.js'
import {type Usage, user} from './x-users.js'

/** Most posts of a timeline that X provides. */
const offered = 3200
const timelineParameters = [
  'max_results',
  'since_id',
  'until_id',
  'pagination_token',
  'tweet.fields',
  'user.fields',
  'expansions',
]

export function timelineReply(userId: string, request: StubRequest, scenario: Scenario, usage: Usage): Reply {
  const {query, atMs} = request
  onlyKnown(query, timelineParameters)
  const size = query.get('max_results') ?? '10'
  if (!/^\d+$/.test(size) || Number(size) < 5 || Number(size) > 100)
    return invalid(
      'max_results',
      size,
      `The \`max_results\` query parameter value [${size}] is not between 5 and 100`,
    )
  const account = scenario.accounts.byId(userId)
  if (!account || account.isSuspended)
    return json({errors: [missing('id', userId, account !== undefined)]}, 200, rates(request))
  const all = postsOf(account, request, scenario)
  const page = all.slice(0, Number(size))
  const fields = (query.get('tweet.fields') ?? '').split(',')
  const {users, originals} = expansions(account, page, request, scenario)
  usage.posts += page.length + originals.length
  usage.users += page.length > 0 ? users.length : 0
  const includes = {
    ...(users.length > 0 ? {users} : {}),
    ...(originals.length > 0 ? {tweets: originals.map((one) => tweet(one, scenario, atMs, fields))} : {}),
  }
  const meta = {
    result_count: page.length,
    newest_id: page[0]?.id,
    oldest_id: page.at(-1)?.id,
    ...(all.length > page.length ? {next_token: `next${page.at(-1)?.id}`} : {}),
  }
  return jsonList(
    page.map((one) => tweet(one, scenario, atMs, fields)),
    corrupt,
    (data) =>
      data.length === 0
        ? {meta: {result_count: 0}}
        : {data, ...(Object.keys(includes).length > 0 ? {includes} : {}), meta},
    rates(request),
  )
}

/** All available posts between the requested ids, newest first. */
function postsOf(account: InventedAccount, {query, atMs}: StubRequest, scenario: Scenario): Post[] {
  const [since, until] = ['since_id', 'until_id'].map((name) => query.get(name))
  // A page token holds the last id, so that new posts do not shift the pages.
  const before = query.get('pagination_token')?.replace(/^next/, '') ?? undefined
  return scenario.accounts
    .timeline(account, atMs, offered)
    .filter(
      ({id}) =>
        (!since || later(id, since)) &&
        (!until || later(until, id)) &&
        (before === undefined || later(before, id)),
    )
}

/** The requested expansions: the author, and the originals of reposts and quotes. */
function expansions(
  account: InventedAccount,
  page: readonly Post[],
  {query, atMs}: StubRequest,
  scenario: Scenario,
) {
  const requested = (query.get('expansions') ?? '').split(',')
  const userFields = (query.get('user.fields') ?? '').split(',')
  return {
    users: requested.includes('author_id') ? [user(account, atMs, userFields)] : [],
    originals: requested.includes('referenced_tweets.id') ? originalsOf(page, scenario, atMs) : [],
  }
}

function corrupt(item: object, variant: number): unknown {
  const kinds = [
    {...item, id: 'abc'},
    {...item, text: null},
    {...item, created_at: 'yesterday'},
    {...item, public_metrics: {like_count: -5}},
  ]
  return kinds[variant % kinds.length]
}

/** True if id `a` is later than `b`. Ids are compared as numbers, because their lengths differ. */
function later(a: string, b: string): boolean {
  return BigInt(a) > BigInt(b)
}

function originalsOf(page: readonly Post[], scenario: Scenario, atMs: number): Post[] {
  const found = new Map<string, Post>()
  for (const {original} of page) {
    const located = original && scenario.accounts.locate(original.id)
    const one = located && scenario.accounts.post(located.account, located.slot, atMs)
    if (original && one) found.set(original.id, {...one, id: original.id})
  }
  return [...found.values()]
}
