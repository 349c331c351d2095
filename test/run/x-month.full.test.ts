/**
 * A month of 31 days with every scheduled run of its windows: the accounts that the free plan carries, and
 * the ones that too few dollars buy. A soak run also has the month without outages.
 */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {parse} from 'csv-parse/sync'
import {dayMs} from '../../src/lib/time.js'
import {root} from '../paths.js'
import {soak} from '../size.js'
import {arrivals, makeScheduledRuns, openX} from './x-settings.js'
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
/** The day of an instant in Seoul, as a number. */
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

/** Days on which an account was requested with success, by its handle in lower case. */
async function daysRequested(setup: TestSetup): Promise<Map<string, number[]>> {
  const rows = await setup.rows(
    `select target, go_at from provider_requests where provider = 'x' and unit = 'x-posts' and outcome = 'answered' order by go_at`,
  )
  const found = new Map<string, number[]>()
  for (const {target, go_at: at} of rows)
    found.set(String(target), [...(found.get(String(target)) ?? []), dayOf((at as Date).toISOString())])
  return found
}

/**
 * The missed days of an account: those by which it should have been requested again, by the plan of the list,
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

for (const {name, isInjected} of [
  {name: 'undisturbed', isInjected: false},
  {name: 'with outages of single answers', isInjected: true},
].filter(({isInjected}) => isInjected || soak)) {
  test(
    `legacy-free, ${name}: no account is missed, no credential has more than 70 requests, and the remaining ones go to accounts with most new posts`,
    {timeout: 900_000},
    async (t) => {
      const setup = await openX('2026-10-01T00:00:00Z', 'legacy-free')
      let injected = 0
      const runs = await makeScheduledRuns(setup, '2026-10-01T00:00:00Z', '2026-10-31T23:59:59Z', (at) => {
        const opens = {17: 'primary', 21: 'secondary'}[at.getUTCHours()]
        if (
          !isInjected ||
          opens === undefined ||
          at.getUTCMinutes() !== 0 ||
          !outages[opens]!.includes(at.getUTCDate())
        )
          return
        setup.simulator.faults.add({provider: 'x', kind: '500', path: '/tweets', times: 2})
        injected += 2
      })
      assert.deepEqual(
        runs.filter(({exitCode}) => exitCode !== 0),
        [],
      )
      const byCredential = arrivals(setup)
      assert.equal(byCredential.size, 4)
      for (const [digest, requests] of byCredential) {
        assert.ok(requests.length <= 70, `${digest}: ${requests.length}`)
        const times = requests.map(({instant}) => Date.parse(instant))
        for (const [at, ms] of times.entries())
          assert.ok(
            at === 0 || ms - times[at - 1]! >= 15 * 60_000,
            `${digest}: two requests within a quarter of an hour`,
          )
      }
      assert.deepEqual(
        setup.simulator.log.requests({provider: 'x'}).filter(({refused}) => refused),
        [],
      )
      assert.equal(
        setup.simulator.log.requests({provider: 'x'}).filter(({fault}) => fault === '500').length,
        injected,
      )

      const requestedDays = await daysRequested(setup)
      const last = dayOf('2026-10-31T23:59:59Z')
      for (const account of listed) {
        const days = requestedDays.get(account.username.toLowerCase()) ?? []
        assert.ok(days.length > 0, account.username)
        assert.deepEqual(
          missed(account, days, last),
          [],
          `${account.username}, ${account.frequency}, requested on ${days.map((day) => new Date(day * dayMs).toISOString().slice(5, 10)).join(' ')}`,
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
          `credential ${String(credential)}: the plan ${planned.get(String(credential))}, look-ups ${String(profiles)}, failed ${String(failed)}, all ${String(sum)} of 70`,
        )
      // the free quota beyond the plan is used, except the reserve for retries
      for (const {credential, asked: sum} of table)
        assert.ok(Number(sum) >= 66, `credential ${String(credential)}: ${String(sum)}`)
      const more = listed
        .filter(({frequency}) => frequency !== 'daily')
        .map((account) => ({
          ...account,
          further: requestedDays.get(account.username.toLowerCase())!.length - ofPlan(account),
        }))
      t.diagnostic(
        `requested more often than the plan: ${more
          .filter(({further}) => further > 1)
          .map(({username, further}) => `${username} +${further}`)
          .join(', ')}`,
      )
      const counted = await setup.rows(
        'select source_account, count(*)::int as posts from x_posts where created_at > $1 group by 1',
        ['2026-10-01T00:00:00Z'],
      )
      const rates = new Map(counted.map((row) => [String(row['source_account']), Number(row['posts'])]))
      const busiest = (label: string) =>
        more
          .filter(({credential}) => credential === label)
          .toSorted((a, b) => (rates.get(b.username) ?? 0) - (rates.get(a.username) ?? 0))[0]!
      for (const label of ['3', '2'])
        assert.ok(
          busiest(label).further >= 3,
          `${busiest(label).username} has most new posts of credential ${label}, and was requested ${busiest(label).further} times more`,
        )
    },
  )
}

test(
  'pay-per-use with too few dollars: the limit is never exceeded, and the most important accounts are requested all month',
  {timeout: 900_000},
  async (t) => {
    const limit = 4
    const setup = await openX('2026-10-01T00:00:00Z', 'pay-per-use', String(limit))
    const runs = await makeScheduledRuns(setup, '2026-10-01T00:00:00Z', '2026-10-31T23:59:59Z')
    assert.deepEqual(
      runs.filter(({exitCode}) => exitCode !== 0),
      [],
    )
    const spent =
      await setup.rows(`select credential, sum(usd)::float as usd, sum(posts)::int as posts, count(*)::int as requests
    from provider_requests where provider = 'x' group by 1 order by 1`)
    for (const {credential, usd, posts, requests} of spent) {
      t.diagnostic(
        `credential ${String(credential)}: $${Number(usd).toFixed(2)} of $${limit}, ${String(posts)} posts, ${String(requests)} requests`,
      )
      assert.ok(Number(usd) <= limit, `credential ${String(credential)}: $${String(usd)}`)
    }
    // the simulator bills by the returned posts, and knows nothing of the ledger
    for (const secretEnd of ['one', 'two', 'three', 'four']) {
      const answer = await fetch(`${setup.simulator.url}/x/2/usage/tweets`, {
        headers: {authorization: `Bearer simulated-x-token-number-${secretEnd}`},
      })
      const {data} = (await answer.json()) as {data: {project_usage: string; users: string}}
      const billed = (Number(data.project_usage) * 5 + Number(data.users) * 10) / 1000
      assert.ok(billed > 0 && billed <= limit, `${secretEnd}: $${billed}`)
    }
    const requestedDays = await daysRequested(setup)
    const last = dayOf('2026-10-31T23:59:59Z')
    for (const label of ['1', '2', '3', '4']) {
      const own = listed
        .filter(({credential}) => credential === label)
        .toSorted((a, b) => Number(a.priority) - Number(b.priority))
      const results = own.map((account) => {
        const days = requestedDays.get(account.username.toLowerCase()) ?? []
        return {
          username: account.username,
          priority: Number(account.priority),
          requests: days.length,
          missed: missed(account, days, last).length,
        }
      })
      t.diagnostic(
        `credential ${label}: ${results.map(({username, requests: n, missed: left}) => `${username} ${n} times, ${left} missed`).join('; ')}`,
      )
      const served = results.filter(({missed: left, requests: n}) => left === 0 && n > 0)
      const starved = results.filter(({missed: left, requests: n}) => left > 3 || n === 0)
      for (const one of starved)
        assert.ok(
          served.every(({priority}) => priority <= one.priority),
          `credential ${label}: ${one.username} starved while less important ones were requested`,
        )
    }
  },
)
