/**
 * Which X accounts are due, and how the requests of a month are divided: the statement alone, on invented
 * data.
 */
import assert from 'node:assert/strict'
import {before, beforeEach, test} from 'node:test'
import {xPosts} from '../../src/lib/collectors/x-posts.js'
import {openSetup, type TestSetup} from './setup.js'

let setup: TestSetup
before(async () => {
  setup = await openSetup()
})
beforeEach(async () => {
  await setup.rows('truncate x_user_profiles, x_posts, target_state, provider_requests')
})
/** The state of an account: its last profile and posts, its last try, and how often it posts. */
interface Known {
  frequency?: string
  priority?: number
  checked?: string
  success?: string
  attempt?: string
  /** Posts of the last days, stored under this spelling of its name. */
  posts?: {count: number; as?: string}
}
const month = '2026-11-01T00:00:00Z'
const line = (username: string, {frequency = 'daily', priority = 1}: Known) => ({
  username,
  group: 'primary',
  category: 'media',
  frequency,
  priority: String(priority),
  credential: '1',
  max_results: '50',
})

async function addAccounts(accounts: Readonly<Record<string, Known>>) {
  for (const [name, {checked = '2026-09-01T00:00:00Z', success, attempt = success, posts}] of Object.entries(
    accounts,
  )) {
    await setup.rows(
      `insert into x_user_profiles (username, handle, user_id, last_checked) values ($1, lower($1), '7', $2)`,
      [name, checked],
    )
    if (attempt !== undefined) await addTry(name, attempt, success)
    if (posts)
      await setup.rows(
        `insert into x_posts (tweet_id, text, source_account, created_at)
      select length($1)::text || ascii($1) || n, 'text', $1, '2026-10-01Z' from generate_series(1, $2::integer) n`,
        [posts.as ?? name, posts.count],
      )
  }
}
async function addTry(name: string, attempt: string, success: string | undefined) {
  await setup.rows(
    `insert into target_state (unit, target, last_attempt, last_success, failures) values ('x-posts', lower($1), $2, $3, $4)
    on conflict (unit, target) do update set last_attempt = excluded.last_attempt, last_success = excluded.last_success`,
    [name, attempt, success ?? null, success === undefined ? 1 : 0],
  )
}
/** Adds requests that were answered. */
async function addAnswers(name: string, ...instants: string[]) {
  for (const at of instants)
    await setup.rows(
      `insert into provider_requests (provider, credential, unit, target, reserved_at, go_at, counts_until, outcome, host, pid)
    values ('x', '1', 'x-posts', lower($1), $2, $2, $2, 'answered', 'before', 1)`,
      [name, at],
    )
}

interface Planned {
  target: string
  due_at: string | null
  deferred_reason: string | null
  max_results: number
}
async function plan(
  at: string,
  accounts: Readonly<Record<string, Known>>,
  left: number | {unit: string; left: number}[] = 70,
) {
  const quotas = typeof left === 'number' ? [{unit: 'requests', left}] : left
  const given = {
    at,
    scheduledAt: at,
    accounts: Object.entries(accounts).map(([name, known]) => line(name, known)),
    left: quotas.map((one) => ({credential: '1', until: month, ...one})),
  }
  return (await setup.context.database()).query<Planned & Record<string, unknown>>(
    'select_x_posts_accounts',
    [JSON.stringify(given)],
  )
}
/** Accounts that are due at an instant. */
const due = async (at: string, accounts: Readonly<Record<string, Known>>, left?: number) =>
  (await plan(at, accounts, left))
    .filter(({due_at: from}) => from !== null && Date.parse(from) <= Date.parse(at))
    .map(({target}) => target)

test('a new account begins on its weekday; when that day was missed, or its request failed, it is due in the next window', async () => {
  const accounts = {
    never: {frequency: 'weekdays:mon', checked: '2026-10-04T17:00:00Z'},
    failed: {frequency: 'weekdays:mon', checked: '2026-10-04T17:00:00Z'},
  }
  await addAccounts(accounts)
  assert.deepEqual(await due('2026-10-03T17:00:00Z', accounts), [], 'a Sunday in Seoul')
  assert.deepEqual(await due('2026-10-04T17:00:00Z', accounts), ['never', 'failed'], 'a Monday')
  await addTry('failed', '2026-10-04T17:00:05Z', undefined)
  assert.deepEqual(await due('2026-10-05T17:00:00Z', accounts), ['never', 'failed'], 'the Tuesday after')
  await addTry('failed', '2026-10-05T17:00:05Z', undefined)
  assert.deepEqual(await due('2026-10-06T17:00:00Z', accounts), ['never', 'failed'], 'and until it succeeds')
  await addTry('failed', '2026-10-06T17:00:05Z', '2026-10-06T17:00:05Z')
  await setup.rows(`update x_user_profiles set last_checked = '2026-10-06T17:00:00Z' where handle = 'never'`)
  assert.deepEqual(
    await due('2026-10-06T17:15:00Z', accounts),
    [],
    'known since Wednesday it begins on Monday',
  )
  assert.deepEqual(await due('2026-10-11T17:00:00Z', accounts), ['never', 'failed'])
})

test('further requests are so many a day, not one in every scheduled run', async () => {
  const known = {frequency: 'every_9_days', success: '2026-09-28T17:00:00Z'}
  const accounts = {
    first: {...known, posts: {count: 90}},
    second: {...known, posts: {count: 80}},
    third: {...known, posts: {count: 70}},
    planned: {frequency: 'daily', success: '2026-10-01T17:00:00Z'},
  }
  await addAccounts(accounts)
  for (const [name, {success}] of Object.entries(accounts)) await addAnswers(name, success)
  // 30 days with 30 requests of one account and 3 of each other: of 80 requests 3 are the reserve, and 38 are
  // left for 30 days
  const request = async (name: string, at: string) => {
    await addAnswers(name, at)
    await addTry(name, at, at)
  }
  assert.deepEqual(await due('2026-10-02T17:00:00Z', accounts, 80), ['first', 'planned'])
  await request('planned', '2026-10-02T17:00:05Z')
  assert.deepEqual(
    await due('2026-10-02T17:15:00Z', accounts, 79),
    ['first'],
    'a due request is not a further one',
  )
  await request('first', '2026-10-02T17:15:05Z')
  for (const minute of ['30', '45'])
    assert.deepEqual(await due(`2026-10-02T17:${minute}:00Z`, accounts, 78), [])
  assert.deepEqual(await due('2026-10-03T17:00:00Z', accounts, 78), ['second', 'planned'], 'the next day')
})

test('the remaining requests are divided by the days: less than one a day waits, one and a half are two', async () => {
  const known = {frequency: 'every_9_days', success: '2026-09-28T17:00:00Z', posts: {count: 9}}
  const accounts = {one: known, other: known}
  await addAccounts(accounts)
  // in 30 days 6 are needed, and 3 are the reserve
  const at = '2026-10-02T17:00:00Z'
  assert.deepEqual(
    [
      await due(at, accounts, 38),
      await due(at, accounts, 39),
      await due(at, accounts, 53),
      await due(at, accounts, 54),
    ],
    [[], ['one'], ['one'], ['one', 'other']],
  )
})

test('the account with most new posts is found in any spelling of its stored name', async () => {
  const known = {frequency: 'every_9_days', success: '2026-09-28T17:00:00Z'}
  const accounts = {busy: {...known, posts: {count: 90, as: 'Busy'}}, quiet: {...known, posts: {count: 5}}}
  await addAccounts(accounts)
  assert.deepEqual(await due('2026-10-02T17:00:00Z', accounts, 40), ['busy'])
})

test('an account that takes two requests each time is counted with two', async () => {
  const success = '2026-10-01T17:20:00Z'
  const accounts = {long: {success}, short: {success, priority: 2}}
  await addAccounts(accounts)
  await addAnswers(
    'long',
    '2026-09-30T17:00:00Z',
    '2026-09-30T17:15:00Z',
    '2026-10-01T17:00:00Z',
    '2026-10-01T17:15:00Z',
  )
  await addAnswers('short', '2026-09-30T17:30:00Z', '2026-10-01T17:30:00Z')
  assert.deepEqual(await due('2026-10-02T17:00:00Z', accounts, 61), ['long', 'short'])
  const [long, short] = await plan('2026-10-02T17:00:00Z', accounts, 60)
  assert.deepEqual([long!.deferred_reason, short!.due_at], [null, null])
  assert.match(short!.deferred_reason!, /holds too little this month/)
})

test('a page has the largest size where requests alone are limited, else the size of the list', async () => {
  const accounts = {one: {success: '2026-10-01T17:00:00Z'}}
  await addAccounts(accounts)
  const size = async (...quotaUnits: string[]) =>
    (
      await plan(
        '2026-10-02T17:00:00Z',
        accounts,
        quotaUnits.map((unit) => ({unit, left: 70})),
      )
    )[0]!.max_results
  assert.deepEqual(
    [
      await size('requests'),
      await size('posts'),
      await size('usd', 'posts'),
      await size('requests', 'posts'),
      await size(),
    ],
    [100, 50, 50, 50, 50],
  )
  const at = new Date('2026-10-02T17:00:00Z')
  const {query} = xPosts.sources['x']!.request(
    {target: 'one', max_results: 100},
    {since_id: '5'},
    {targets: [], at, scheduledAt: at},
  )
  assert.equal(query?.['max_results'], 100)
})
