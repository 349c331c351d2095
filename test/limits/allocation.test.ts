/**
 * The allocation of the planner, enforced by the ledger: CoinGecko with one credential, two jobs after one
 * another and at once.
 */
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import type {Provider} from '../../src/lib/define.js'
import {QuotaSpent} from '../../src/lib/errors.js'
import type {Ledger} from '../../src/lib/limits/ledger.js'
import {poolOf, allocationOf} from '../../src/lib/limits/allocation.js'
import {quotaAllocation} from '../../src/lib/report/quota-allocation.js'
import {loadConfig} from '../../src/lib/config.js'
import {alphaVantage} from '../../src/lib/providers/alpha-vantage.js'
import {coingecko} from '../../src/lib/providers/coingecko.js'
import {type FakeClock, fakeClock} from '../clock.js'
import {type Postgres, postgres} from '../servers.js'
import {claims} from './claims.js'
import {type Opened, openOn} from './settings.js'

let server: Postgres
let opened: Opened
before(async () => {
  server = await postgres()
})
after(() => server.stop())

const oneCredential = {COINGECKO_API_KEY_1: 'canary-one', COINGECKO_REQUESTS_PER_MINUTE: '100000'}

async function fresh(
  instant: string,
  env: Readonly<Record<string, string>> = oneCredential,
): Promise<{
  clock: FakeClock
  ledger: Ledger
  /** The number of requests that a job may make now. */
  allocation(provider: Provider, job: string): Promise<number>
}> {
  opened = await openOn(await server.withSchema('limits'))
  const clock = fakeClock(instant)
  const config = loadConfig({...env}, '/')
  return {
    clock,
    ledger: opened.ledger(clock, env),
    allocation: (provider, job) =>
      allocationOf(opened.database, poolOf(provider, config, claims), job, clock.now().getTime()),
  }
}

/** Requests until the ledger reports that the quota is spent; returns the number of requests. */
async function requestAll(
  ledger: Ledger,
  job: string,
  atMost = Infinity,
): Promise<{count: number; until?: string | undefined; message: string}> {
  for (let count = 0; count < atMost; count++) {
    try {
      await (await ledger.reserve({provider: coingecko, job})).finish({outcome: 'answered', status: 200})
    } catch (error) {
      if (!(error instanceof QuotaSpent)) throw error
      return {count, until: error.until?.toISOString(), message: error.message}
    }
  }
  return {count: atMost, message: ''}
}

test('with one credential each job gets its allocation of the day, in any order of the jobs', async () => {
  const {clock, ledger, allocation} = await fresh('2026-11-01T06:00:00Z')
  try {
    assert.equal(await allocation(coingecko, 'coin-details'), 33)
    const details = await requestAll(ledger, 'coin-details')
    assert.equal(details.count, 33)
    assert.equal(details.until, '2026-11-02T00:00:00.000Z')
    assert.match(details.message, /coin-details has used its allocation/)
    // the first 268 of 278 requests are written at once, because only the last ones find the end
    await opened.database.pool.query(
      `insert into provider_requests (provider, credential, unit, reserved_at, go_at, counts_until, finished_at, outcome, host, pid)
      select 'coingecko', '1', 'coingecko-tickers', at, at, at, at, 'answered', 'here', 1
      from (select $1::timestamptz - n * interval '1 second' as at from generate_series(1, 268) as n) as earlier`,
      [clock.now().toISOString()],
    )
    const [tickers, other] = await Promise.all([
      requestAll(ledger, 'coingecko-tickers'),
      requestAll(opened.ledger(clock, oneCredential), 'coingecko-tickers'),
    ])
    assert.equal(tickers.count + other.count, 10)
    assert.equal((await requestAll(ledger, 'something-by-hand')).count, 0)
    assert.equal((await requestAll(ledger, 'coingecko-ids', 20)).count, 20)
    assert.equal((await requestAll(ledger, 'coingecko-global', 1)).count, 1)
    assert.equal((await requestAll(ledger, 'coingecko-derivatives', 1)).count, 1)
    clock.set('2026-11-02T06:00:00Z')
    assert.equal(
      await allocation(coingecko, 'coin-details'),
      34,
      'the derivatives of the week are done: their request is free for other jobs',
    )
    const {rows} = (await quotaAllocation(
      opened.database,
      loadConfig({...oneCredential}, '/'),
      coingecko,
      claims,
      clock.now().getTime(),
    ))!
    assert.deepEqual(
      rows.map(({unit, spent}) => [unit, spent]),
      [
        ['coingecko-ids', 0],
        ['coingecko-global', 0],
        ['coingecko-derivatives', 1],
        ['coingecko-tickers', 0],
        ['coin-details', 0],
      ],
    )
  } finally {
    await opened.close()
  }
})

test('the rest of a month is spread over its remaining days; a refused credential adds nothing', async () => {
  const env = {...oneCredential, COINGECKO_API_KEY_2: 'canary-two'}
  const {clock, ledger, allocation} = await fresh('2026-11-30T06:00:00Z', env)
  try {
    // the last day of the month: all that is left may be spent
    assert.equal(
      await allocation(coingecko, 'something-by-hand'),
      20_000 - 20 - 1 - 1,
      'the quota that no fixed job needs',
    )
    assert.equal(await allocation(coingecko, 'coin-details'), 20_000 - 20 - 1 - 1 - 385)
    await ledger.startCooldown(coingecko, '2', {next: 'stop', why: 'invalid key'})
    assert.equal(await allocation(coingecko, 'something-by-hand'), 10_000 - 20 - 1 - 1)
    assert.equal(await allocation(coingecko, 'coin-details'), 10_000 - 20 - 1 - 1 - 278)
    clock.set('2026-12-01T06:00:00Z')
    // 10,000 over 31 days are 322.58; the others need 20, 1, 1 and 268
    assert.equal(await allocation(coingecko, 'coin-details'), 32)
  } finally {
    await opened.close()
  }
})

test("a request is reserved for a fixed job in the sliding day: yesterday's requests do not become free an hour early", async () => {
  const {clock, ledger, allocation} = await fresh('2026-11-16T01:00:00Z', {
    ALPHA_VANTAGE_API_KEY_1: 'canary',
    ALPHA_VANTAGE_REQUESTS_PER_SECOND: '1000',
  })
  const request = async (job: string) =>
    (await ledger.reserve({provider: alphaVantage, job})).finish({outcome: 'answered', status: 200})
  try {
    for (const job of ['earnings-calendar', 'top-gainers', 'ipo-calendar']) await request(job)
    clock.set('2026-11-23T01:00:00Z') // a week later the listings are due again
    for (const job of ['earnings-calendar', 'top-gainers', ...Array.from({length: 20}, () => 'by-hand')])
      await request(job)
    assert.equal(
      await allocation(alphaVantage, 'by-hand'),
      2,
      '3 of 25 are left, one of them for the listings',
    )
    clock.set('2026-11-24T00:30:00Z')
    assert.equal(
      await allocation(alphaVantage, 'by-hand'),
      0,
      'in half an hour 22 more are free, but not yet, and each of the three fixed jobs needs one',
    )
    assert.equal(await allocation(alphaVantage, 'ipo-calendar'), 1)
    await request('ipo-calendar')
  } finally {
    await opened.close()
  }
})

test('without a credential there is no daily quota to divide, and the plan states the quota with one credential', async () => {
  const {allocation, clock} = await fresh('2026-11-01T06:00:00Z', {})
  try {
    assert.equal(await allocation(coingecko, 'coin-details'), Infinity)
    const divided = (await quotaAllocation(
      opened.database,
      loadConfig({}, '/'),
      coingecko,
      claims,
      clock.now().getTime(),
    ))!
    assert.match(divided.lines[0]!, /without a key: 5 a minute.*With one key:/)
    assert.ok(divided.rows.every(({spent, may_ask_now: now}) => spent === null && now === null))
  } finally {
    await opened.close()
  }
})
