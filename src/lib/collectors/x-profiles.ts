import {type AnyTarget, defineCollector, type Parsed} from '../define.js'
import {UnexpectedBody} from '../errors.js'
import {code} from '../codes.js'
import {count, describe, each, filled, flag, integer, isItem, list, textOrNull} from '../parse.js'
import {handles, usersBy, x} from '../providers/x.js'
import {wrongAccount} from '../providers/x/accounts.js'

interface Account extends AnyTarget {
  username?: string | null
  category?: string | null
}

/**
 * X accounts by handle: id, counts, and whether they exist. One request covers all. A handle that does not
 * exist is stored as such, and requested again after 30 days.
 */
export const xProfiles = defineCollector<'x_user_profiles', unknown, Account>({
  name: 'x-profiles',
  summary: 'collect the profiles of X accounts',
  schedule: [{cron: '30 1 * * *', zone: 'Asia/Seoul', catchUp: 'latest'}],
  targets: 'select_x_profiles_accounts',
  lists: {
    accounts: {
      shipped: 'collectors/x-accounts.csv',
      ownFile: 'x-accounts.csv',
      columns: ['username', 'category'],
      problem: wrongAccount,
    },
  },
  every: '30 days',
  tables: ['x_user_profiles'],
  key: ['handle'],
  sources: {
    x: {
      provider: x,
      batch: 100,
      request: (_target, _cursor, {targets}) =>
        usersBy(targets.map(({target, username}) => username ?? target)),
      *parse(body, {targets, at}) {
        const categories = new Map(
          targets.map(({target, category}) => [target.toLowerCase(), category ?? null]),
        )
        const categoryOf = (handle: string) => categories.get(handle.toLowerCase()) ?? null
        const {users, unknown} = answerOf(body)
        yield* each(users, (item) => active(item, categoryOf, at))
        yield* each(unknown, (item) => absent(item, categoryOf, at))
      },
    },
  },
})

/** Users, and handles that X does not know; either may be missing in the answer. */
function answerOf(body: unknown): {users: readonly unknown[]; unknown: readonly unknown[]} {
  if (isItem(body) && 'acct' in body) throw new UnexpectedBody('that is an account of another network')
  if (!isItem(body) || 'username' in body) return {users: list(body, 'username'), unknown: []}
  const errors = Array.isArray(body['errors']) ? (body['errors'] as unknown[]) : [body]
  const unknown = errors.filter(
    (error) => isItem(error) && ['username', 'usernames'].includes(String(error['parameter'])),
  )
  if ('data' in body)
    return {users: list(isItem(body['data']) ? body['data'] : body, 'username', 'data'), unknown}
  if (unknown.length === 0) throw new UnexpectedBody(`expected users, got ${describe(body)}`)
  return {users: [], unknown}
}

type Row = Extract<Parsed<'x_user_profiles'>, {handle: unknown}>

function active(item: unknown, categoryOf: (handle: string) => string | null, at: Date): Row {
  const username = code(item, 'username', handles)
  const user = item as Record<string, unknown>
  const counts = isItem(user['public_metrics']) ? user['public_metrics'] : {}
  return {
    username,
    handle: username.toLowerCase(),
    user_id: filled(item, 'id'),
    display_name: textOrNull(user['name']),
    category: categoryOf(username),
    verified: flag(user['verified']),
    followers_count: integer(counts['followers_count'] ?? null),
    following_count: count(counts['following_count'] ?? null),
    tweet_count: count(counts['tweet_count'] ?? null),
    status: 'active',
    last_checked: at.toISOString(),
  }
}

/**
 * A handle without a user. `Not Found Error` can also mean that the user has a new handle, so the stored id
 * stays.
 */
function absent(item: unknown, categoryOf: (handle: string) => string | null, at: Date): Row {
  const username = code(item, 'value', handles)
  const isSuspended = /suspended/i.test(filled(item, 'detail'))
  return {
    username,
    handle: username.toLowerCase(),
    user_id: null,
    display_name: null,
    category: categoryOf(username),
    verified: null,
    followers_count: null,
    following_count: null,
    tweet_count: null,
    status: isSuspended ? 'suspended' : 'not_found',
    last_checked: at.toISOString(),
  }
}
