/**
 * Six processes, two credentials, one provider: never over a limit, and only killed processes waste a
 * reservation. A daily run has four processes, a soak run eight.
 */
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import pg from 'pg'
import type {Limit} from '../../src/lib/define.js'
import {type Postgres, postgres} from '../servers.js'
import {full, fullTest, soak} from '../size.js'
import {type Arrival, killAt, race, slidingHeadroom} from './race.js'

let server: Postgres
before(async () => {
  server = await postgres()
})
after(() => server.stop())

const second = 1000
const minute = 60 * second
const day = 24 * 60 * minute

/** The most requests that arrived in any trailing window of a credential. */
function most(arrivals: readonly Arrival[], key: string, ms: number): number {
  const times = arrivals
    .filter((arrival) => arrival.key === key)
    .map(({at}) => at)
    .sort((a, b) => a - b)
  return Math.max(0, ...times.map((end) => times.filter((at) => at > end - ms && at <= end).length))
}

const days = full ? 2 : 1
const processes = soak ? 8 : full ? 6 : 4

test(
  `5 a minute and 25 a day for ${days} days of simulated time, with kills`,
  {timeout: 300_000},
  async () => {
    const limits: Limit[] = [
      {requests: 5, per: 'minute', of: 'credential', window: 'sliding'},
      {requests: 25, per: 'day', of: 'credential', window: 'sliding'},
    ]
    const {arrivals, killed, lost, failures} = await race({
      databaseUrl: await server.withSchema('limits', 'simulated'),
      limits,
      processes,
      from: '2026-03-02T14:00:00Z',
      ends: `2026-03-0${2 + days}T14:30:00Z`,
      dies: {'racer-2': 2, 'racer-3': 4},
      kills: killAt([12, 71], ['racer-2', 'racer-3']),
      latencyMs: (seen) => (seen.length * 37) % 90,
      allows: slidingHeadroom([
        {requests: 5, ms: minute},
        {requests: 25, ms: day},
      ]),
    })
    assert.deepEqual(failures, [])
    assert.equal(lost, 0)
    assert.equal(arrivals.filter(({refused}) => refused).length, 0)
    for (const key of ['1', '2']) {
      assert.ok(most(arrivals, key, minute) <= 5)
      assert.ok(most(arrivals, key, day) <= 25)
    }
    assert.equal(killed, 4)
    // 25 for each credential fit into the last half hour as well; only a process killed before its request
    // wasted one
    const possible = 2 * 25 * (days + 1)
    assert.ok(arrivals.length >= possible - 2 && arrivals.length <= possible, `${arrivals.length} requests`)
    assert.ok(
      new Set(arrivals.map(({racer}) => racer)).size > processes - 2,
      'nearly every racer made a request',
    )
  },
)

fullTest(
  '5 a second and 25 a minute in real time, with a kill and every connection to the ledger cut',
  {timeout: 120_000},
  async () => {
    const limits: Limit[] = [
      {requests: 5, per: 'second', of: 'credential', window: 'sliding'},
      {requests: 25, per: 'minute', of: 'credential', window: 'sliding'},
    ]
    const databaseUrl = await server.withSchema('limits', 'real')
    const cut = async () => {
      const client = new pg.Client(databaseUrl)
      await client.connect()
      await client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      )
      await client.end()
    }
    let cutting: Promise<void> | undefined
    const {arrivals, killed, lost, failures} = await race({
      databaseUrl,
      limits,
      processes: 8,
      ends: 20_000,
      kills(seen) {
        if (seen.length === 20) cutting = cut()
        return seen.length === 10
      },
      allows: slidingHeadroom([
        {requests: 5, ms: second},
        {requests: 25, ms: minute},
      ]),
    })
    await cutting
    assert.deepEqual(failures, [])
    assert.equal(arrivals.filter(({refused}) => refused).length, 0)
    for (const key of ['1', '2']) {
      assert.ok(most(arrivals, key, second) <= 5)
      assert.ok(most(arrivals, key, minute) <= 25)
    }
    assert.equal(killed, 1)
    assert.ok(lost <= 16, `${lost} errors`)
    assert.ok(
      arrivals.length >= 50 - lost && arrivals.length <= 50,
      `${arrivals.length} requests, ${lost} lost`,
    )
  },
)
