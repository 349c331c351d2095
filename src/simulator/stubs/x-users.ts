/** X's look-up of accounts by handle. */
import {dayMs} from '../../lib/time.js'
import {type StubRequest, jsonList, onlyKnown, type Reply} from '../stub.js'
import type {InventedAccount} from '../posts.js'
import type {Scenario} from '../scenario.js'
import {invalid, missing, rates} from './x-problems.js'

/** Posts and users that a token received in a month. */
export interface Usage {
  month: string
  posts: number
  users: number
}

export function usersByReply(request: StubRequest, scenario: Scenario, usage: Usage): Reply {
  onlyKnown(request.query, ['usernames', 'user.fields'])
  const handles = (request.query.get('usernames') ?? '').split(',').filter(Boolean)
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
  const fields = (request.query.get('user.fields') ?? '').split(',')
  const found = handles.map((handle) => ({handle, account: scenario.accounts.byHandle(handle)}))
  const errors = found
    .filter(({account}) => !account || account.isSuspended)
    .map(({handle, account}) => missing('usernames', handle, account !== undefined))
  const users = found.flatMap(({account}) =>
    account && !account.isSuspended ? [user(account, request.atMs, fields)] : [],
  )
  usage.users += users.length
  const corrupt = (item: object, variant: number) =>
    variant % 2 === 0 ? {...item, id: null} : {...item, username: 'no handle at all'}
  return jsonList(
    users,
    corrupt,
    (data) => ({...(data.length > 0 ? {data} : {}), ...(errors.length > 0 ? {errors} : {})}),
    rates(request),
  )
}

/** A user with the requested fields. The number of followers changes every day. */
export function user(
  {id, name, handle, followers, chance, perDay}: InventedAccount,
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
