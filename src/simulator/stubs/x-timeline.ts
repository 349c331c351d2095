/** X's timeline of an account, page by page. */
import {type Ask, json, jsonList, onlyKnown, type Reply} from '../stub.js'
import type {Account, Post} from '../posts.js'
import type {World} from '../scenario.js'
import {invalid, missing, rates} from './x-problems.js'
import {tweet} from './x-tweet.js'
import {type Usage, user} from './x-users.js'

/** Posts of a timeline that can be had at all. */
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

export function timeline(userId: string, ask: Ask, world: World, usage: Usage): Reply {
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
  const all = postsOf(account, ask, world)
  const page = all.slice(0, Number(size))
  const fields = (query.get('tweet.fields') ?? '').split(',')
  const {users, originals} = expansions(account, page, ask, world)
  usage.posts += page.length + originals.length
  usage.users += page.length > 0 ? users.length : 0
  const includes = {
    ...(users.length > 0 ? {users} : {}),
    ...(originals.length > 0 ? {tweets: originals.map((one) => tweet(one, world, atMs, fields))} : {}),
  }
  const meta = {
    result_count: page.length,
    newest_id: page[0]?.id,
    oldest_id: page.at(-1)?.id,
    ...(all.length > page.length ? {next_token: `next${page.at(-1)?.id}`} : {}),
  }
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

/** All posts that can be had between the ids that are asked for, newest first. */
function postsOf(account: Account, {query, atMs}: Ask, world: World): Post[] {
  const [since, until] = ['since_id', 'until_id'].map((name) => query.get(name))
  // a token tells how far the walk has come, by id, so that posts which come meanwhile move nothing
  const before = query.get('pagination_token')?.replace(/^next/, '') ?? undefined
  return world.accounts
    .timeline(account, atMs, offered)
    .filter(
      ({id}) =>
        (!since || later(id, since)) &&
        (!until || later(until, id)) &&
        (before === undefined || later(before, id)),
    )
}

/** The further objects that the request asks for: the author, and the originals of reposts and quotes. */
function expansions(account: Account, page: readonly Post[], {query, atMs}: Ask, world: World) {
  const asked = (query.get('expansions') ?? '').split(',')
  const userFields = (query.get('user.fields') ?? '').split(',')
  return {
    users: asked.includes('author_id') ? [user(account, atMs, userFields)] : [],
    originals: asked.includes('referenced_tweets.id') ? originalsOf(page, world, atMs) : [],
  }
}

function spoil(item: object, variant: number): unknown {
  const kinds = [
    {...item, id: 'abc'},
    {...item, text: null},
    {...item, created_at: 'yesterday'},
    {...item, public_metrics: {like_count: -5}},
  ]
  return kinds[variant % kinds.length]
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
