/**
 * A month of 31 days at every firing of its windows: what the free plan carries, and what dollars buy when
 * they are too few. In a soak run also the month without outages.
 */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {parse} from 'csv-parse/sync'
import {dayMs} from '../../src/lib/time.js'
import {root} from '../paths.js'
import {soak} from '../size.js'
import {arrivals, fireAll, openX} from './x-settings.js'
import {type TestSetup} from './setup.js'

interface Listed {
  username: string
  group: string
  frequency: string
  priority: string
  credential: string
}
const listed = parse(readFileSync(join(root, 'src/lib/collectors/x-accounts.csv'), 'utf8'), {
  columns: true,
}) as Listed[]
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
/** Days of Seoul, as numbers. */
const dayOf = (instant: string) => Math.floor((Date.parse(instant) + 9 * 3_600_000) / dayMs)

/** How often the list wants an account in the 31 windows of the month. */
function ofPlan({frequency}: Listed): number {
  const every = frequency === 'daily' ? 1 : Number(/^every_(\d+)_days$/.exec(frequency)?.[1] ?? 0)
  const names = frequency.slice(9).split('|')
  const days = Array.from({length: 31}, (_, n) => dayOf('2026-10-01T17:00:00Z') + n)
  return every > 0
    ? Math.ceil(31 / every)
    : days.filter((day) => names.includes(weekdays[(day + 4) % 7]!)).length
}

/** Days on which an account was asked with success, by its handle in lower case. */
async function daysAsked(setup: TestSetup): Promise<Map<string, number[]>> {
  const rows = await setup.rows(
    `select target, go_at from provider_requests where provider = 'x' and unit = 'x-posts' and outcome = 'answered' order by go_at`,
  )
  const found = new Map<string, number[]>()
  for (const {target, go_at: at} of rows)
    found.set(String(target), [...(found.get(String(target)) ?? []), dayOf((at as Date).toISOString())])
  return found
}

/**
 * What the plan of the list asks for is missed: the days by which an account should have been asked again,
 * and was not.
 */
function missed({frequency}: Listed, days: readonly number[], last: number): number[] {
  const every = frequency === 'daily' ? 1 : Number(/^every_(\d+)_days$/.exec(frequency)?.[1] ?? 0)
  const isOn = (day: number) =>
    frequency.startsWith('weekdays:') &&
    frequency
      .slice(9)
      .split('|')
      .includes(weekdays[(day + 4) % 7]!)
  const wrong: number[] = []
  for (const [at, day] of days.entries()) {
    const next = days[at + 1] ?? last + 1
    const due = every > 0 ? day + every : [1, 2, 3, 4, 5, 6, 7].map((n) => day + n).find(isOn)!
    if (due < next) wrong.push(due)
  }
  return wrong
}

/** Days of the month on which the first two answers of a group's window are outages. */
const outages: Record<string, readonly number[]> = {primary: [2, 5, 8, 20, 26], secondary: [11, 17]}

for (const {name, isStruck} of [
  {name: 'undisturbed', isStruck: false},
  {name: 'with outages of single answers', isStruck: true},
].filter(({isStruck}) => isStruck || soak)) {
  test(
    `legacy-free, ${name}: no account is missed, no key is asked more than 70 times, and what is left goes to accounts with most new posts`,
    {timeout: 900_000},
    async (t) => {
      const setup = await openX('2026-10-01T00:00:00Z', 'legacy-free')
      let struck = 0
      const runs = await fireAll(setup, '2026-10-01T00:00:00Z', '2026-10-31T23:59:59Z', (at) => {
        const opens = {17: 'primary', 21: 'secondary'}[at.getUTCHours()]
        if (
          !isStruck ||
          opens === undefined ||
          at.getUTCMinutes() !== 0 ||
          !outages[opens]!.includes(at.getUTCDate())
        )
          return
        setup.simulator.faults.add({provider: 'x', kind: '500', path: '/tweets', times: 2})
        struck += 2
      })
      assert.deepEqual(
        runs.filter(({exitCode}) => exitCode !== 0),
        [],
      )
      const byKey = arrivals(setup)
      assert.equal(byKey.size, 4)
      for (const [key, requests] of byKey) {
        assert.ok(requests.length <= 70, `${key}: ${requests.length}`)
        const times = requests.map(({instant}) => Date.parse(instant))
        for (const [at, ms] of times.entries())
          assert.ok(
            at === 0 || ms - times[at - 1]! >= 15 * 60_000,
            `${key}: two requests within a quarter of an hour`,
          )
      }
      assert.deepEqual(
        setup.simulator.log.requests({provider: 'x'}).filter(({refused}) => refused),
        [],
      )
      assert.equal(
        setup.simulator.log.requests({provider: 'x'}).filter(({fault}) => fault === '500').length,
        struck,
      )

      const asked = await daysAsked(setup)
      const last = dayOf('2026-10-31T23:59:59Z')
      for (const account of listed) {
        const days = asked.get(account.username.toLowerCase()) ?? []
        assert.ok(days.length > 0, account.username)
        assert.deepEqual(
          missed(account, days, last),
          [],
          `${account.username}, ${account.frequency}, asked on ${days.map((day) => new Date(day * dayMs).toISOString().slice(5, 10)).join(' ')}`,
        )
      }
      const table =
        await setup.rows(`select credential, count(*)::int as asked, count(*) filter (where outcome = 'failed')::int as failed,
      count(*) filter (where unit = 'x-profiles')::int as profiles from provider_requests where provider = 'x' and outcome <> 'not sent' group by 1 order by 1`)
      const planned = new Map<string, number>()
      for (const account of listed)
        planned.set(account.credential, (planned.get(account.credential) ?? 0) + ofPlan(account))
      for (const {credential, asked: sum, failed, profiles} of table)
        t.diagnostic(
          `key ${String(credential)}: the plan ${planned.get(String(credential))}, look-ups ${String(profiles)}, failed ${String(failed)}, all ${String(sum)} of 70`,
        )
      // what the free budget carries beyond the plan is used, but for what is kept for retries
      for (const {credential, asked: sum} of table)
        assert.ok(Number(sum) >= 66, `key ${String(credential)}: ${String(sum)}`)
      const more = listed
        .filter(({frequency}) => frequency !== 'daily')
        .map((account) => ({
          ...account,
          further: asked.get(account.username.toLowerCase())!.length - ofPlan(account),
        }))
      t.diagnostic(
        `asked more often than the plan: ${more
          .filter(({further}) => further > 1)
          .map(({username, further}) => `${username} +${further}`)
          .join(', ')}`,
      )
      const counted = await setup.rows(
        'select source_account, count(*)::int as posts from x_posts where created_at > $1 group by 1',
        ['2026-10-01T00:00:00Z'],
      )
      const rates = new Map(counted.map((row) => [String(row['source_account']), Number(row['posts'])]))
      const busiest = (key: string) =>
        more
          .filter(({credential}) => credential === key)
          .toSorted((a, b) => (rates.get(b.username) ?? 0) - (rates.get(a.username) ?? 0))[0]!
      for (const key of ['3', '2'])
        assert.ok(
          busiest(key).further >= 3,
          `${busiest(key).username} has most new posts of key ${key}, and was asked ${busiest(key).further} times more`,
        )
    },
  )
}

test(
  'pay-per-use with too few dollars: the money is never passed, and the most important accounts are served all month',
  {timeout: 900_000},
  async (t) => {
    const limit = 4
    const setup = await openX('2026-10-01T00:00:00Z', 'pay-per-use', String(limit))
    const runs = await fireAll(setup, '2026-10-01T00:00:00Z', '2026-10-31T23:59:59Z')
    assert.deepEqual(
      runs.filter(({exitCode}) => exitCode !== 0),
      [],
    )
    const spent =
      await setup.rows(`select credential, sum(usd)::float as usd, sum(posts)::int as posts, count(*)::int as requests
    from provider_requests where provider = 'x' group by 1 order by 1`)
    for (const {credential, usd, posts, requests} of spent) {
      t.diagnostic(
        `key ${String(credential)}: $${Number(usd).toFixed(2)} of $${limit}, ${String(posts)} posts, ${String(requests)} requests`,
      )
      assert.ok(Number(usd) <= limit, `key ${String(credential)}: $${String(usd)}`)
    }
    // the simulator bills by what it returned, and knows nothing of the ledger
    for (const token of ['one', 'two', 'three', 'four']) {
      const answer = await fetch(`${setup.simulator.url}/x/2/usage/tweets`, {
        headers: {authorization: `Bearer simulated-x-token-number-${token}`},
      })
      const {data} = (await answer.json()) as {data: {project_usage: string; users: string}}
      const billed = (Number(data.project_usage) * 5 + Number(data.users) * 10) / 1000
      assert.ok(billed > 0 && billed <= limit, `${token}: $${billed}`)
    }
    const asked = await daysAsked(setup)
    const last = dayOf('2026-10-31T23:59:59Z')
    for (const key of ['1', '2', '3', '4']) {
      const own = listed
        .filter(({credential}) => credential === key)
        .toSorted((a, b) => Number(a.priority) - Number(b.priority))
      const shares = own.map((account) => {
        const days = asked.get(account.username.toLowerCase()) ?? []
        return {
          username: account.username,
          priority: Number(account.priority),
          asked: days.length,
          missed: missed(account, days, last).length,
        }
      })
      t.diagnostic(
        `key ${key}: ${shares.map(({username, asked: n, missed: left}) => `${username} ${n} times, ${left} missed`).join('; ')}`,
      )
      const served = shares.filter(({missed: left, asked: n}) => left === 0 && n > 0)
      const starved = shares.filter(({missed: left, asked: n}) => left > 3 || n === 0)
      for (const one of starved)
        assert.ok(
          served.every(({priority}) => priority <= one.priority),
          `key ${key}: ${one.username} starved while less important ones were served`,
        )
    }
  },
)
