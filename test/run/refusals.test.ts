/** The reaction of whole runs to a refusal of a provider: outages, limits, spent and refused credentials. */
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'
import {coingeckoIds} from '../../src/lib/collectors/coingecko-ids.js'
import {cpi} from '../../src/lib/collectors/cpi.js'
import {inflation} from '../../src/lib/collectors/inflation.js'
import type {AnyCollector} from '../../src/lib/define.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {fred} from '../../src/lib/providers/fred.js'
import {dayMs} from '../../src/lib/time.js'
import {openSetup, type TestSetup} from './setup.js'

const requestLog = (setup: TestSetup, provider?: string) => setup.simulator.log.requests({provider})
const usedCredentials = (setup: TestSetup, provider: string) =>
  requestLog(setup, provider).map(({credential}) => credential)
const cooldowns = (setup: TestSetup) =>
  setup.rows('select provider, credential, kind, until from credential_rests order by credential')
const stored = (setup: TestSetup) => setup.rows('select * from coingecko_id_mapping order by coingecko_id')
const ledger = (setup: TestSetup) =>
  setup.rows('select outcome, status, count(*)::int as n from provider_requests group by 1, 2 order by 1, 2')
const nowOf = (setup: TestSetup) => setup.simulator.clock.nowMs()
/** No wait for our own limit, so that only a refusal takes time. */
const generous = {COINGECKO_REQUESTS_PER_MINUTE: '1000'}
/** The names of pages of the list of coins. */
const pages = (from: number, to: number) => Array.from({length: to - from + 1}, (_, n) => String(from + n))

describe('an outage that answers in JSON', () => {
  test('once: the page is requested again, and the run ends well', async () => {
    const setup = await openSetup({env: generous, simulated: generous})
    setup.simulator.faults.add({provider: 'coingecko', kind: '500'})
    const run = await setup.collect(coingeckoIds, {names: pages(1, 3)})
    assert.deepEqual(
      [run.outcome, run.exit_code, run.targets_done, run.requests, run.requests_failed, run.requests_refused],
      ['done', 0, 3, 4, 1, 0],
    )
    assert.deepEqual(await ledger(setup), [
      {outcome: 'answered', status: 200, n: 3},
      {outcome: 'failed', status: 500, n: 1},
    ])
    assert.deepEqual(await cooldowns(setup), [])
  })

  test('ten times: two pages fail and are reported, the others are requested, stored rows stay, no cooldown starts', async () => {
    const setup = await openSetup({env: generous, simulated: generous})
    await setup.collect(coingeckoIds, {names: ['1', '2']})
    const before = await stored(setup)
    assert.equal(before.length, 500)
    setup.simulator.clock.change({advanceMs: dayMs})
    setup.simulator.faults.add({provider: 'coingecko', kind: '500', times: 10})
    const run = await setup.collect(coingeckoIds, {names: ['1', '2']})
    assert.deepEqual([run.outcome, run.exit_code, run.targets_failed, run.requests], ['failed', 1, 2, 8])
    assert.match(run.complaints.join('\n'), /^coingecko \(1\): HTTP 500: Internal Server Error/)
    assert.deepEqual(await stored(setup), before)
    assert.deepEqual(await cooldowns(setup), [])
    const others = await setup.collect(coingeckoIds, {names: ['3', '4']})
    assert.deepEqual(
      [others.exit_code, others.targets_done, others.requests],
      [0, 2, 4],
      'the two last injected faults are retried',
    )
    const states = await setup.rows(
      `select target, failures, status from target_state where failures > 0 order by target`,
    )
    assert.deepEqual(states, [
      {target: '1', failures: 1, status: 'active'},
      {target: '2', failures: 1, status: 'active'},
    ])
    assert.equal(
      (await setup.collect(coingeckoIds, {names: ['1', '2']})).exit_code,
      0,
      'the credential that failed requests again',
    )
  })
})

describe('a limit', () => {
  test('with an instant is waited for', async () => {
    const setup = await openSetup({env: generous, simulated: generous})
    setup.simulator.faults.add({provider: 'coingecko', kind: '429', times: 2})
    const from = nowOf(setup)
    const run = await setup.collect(coingeckoIds, {names: ['1']})
    assert.deepEqual([run.outcome, run.exit_code, run.requests, run.requests_refused], ['done', 0, 3, 2])
    assert.ok(nowOf(setup) - from >= 4000, 'twice the two seconds of Retry-After')
    assert.deepEqual(
      (await cooldowns(setup)).map(({kind}) => kind),
      ['wait'],
      'and other processes know of it',
    )
  })

  test('narrower than the declared one slows the run down, and does not end it', async () => {
    const setup = await openSetup({env: generous, simulated: {COINGECKO_REQUESTS_PER_MINUTE: '2'}})
    const run = await setup.collect(coingeckoIds, {names: pages(1, 5)})
    assert.deepEqual([run.outcome, run.exit_code, run.targets_done, run.requests_refused], ['done', 0, 5, 2])
  })
})

describe('a request that is refused', () => {
  const forbidden = (path: string, times = 1) =>
    ({provider: 'coingecko', kind: 'forbidden', path, times}) as const

  test('fails its own target; the others are requested, in that run and in the next', async () => {
    const setup = await openSetup({env: generous, simulated: generous})
    setup.simulator.faults.add(forbidden('&page=2&', 2))
    const names = pages(1, 5)
    const run = await setup.collect(coingeckoIds, {names})
    assert.deepEqual(
      [run.outcome, run.exit_code, run.targets_done, run.targets_failed, run.requests],
      ['partial', 1, 4, 1, 5],
    )
    assert.match(run.complaints.join(), /^coingecko \(2\): This method requires an authenticated user/)
    assert.deepEqual(await setup.rows(`select target, status from target_state where failures > 0`), [
      {target: '2', status: 'active'},
    ])
    assert.deepEqual(await cooldowns(setup), [], 'no cooldown of the credential')
    setup.simulator.clock.change({advanceMs: dayMs})
    assert.deepEqual(
      [(await setup.collect(coingeckoIds, {names})).targets_done, requestLog(setup, 'coingecko').length],
      [4, 10],
    )
  })

  test('for every target ends the run after three, with a next step', async () => {
    const setup = await openSetup({env: generous, simulated: generous})
    setup.simulator.faults.add(forbidden('/', 100))
    await assert.rejects(
      setup.collect(coingeckoIds),
      (error) => error instanceof NeedsPerson && error.nextStep !== undefined,
    )
    assert.equal(requestLog(setup, 'coingecko').length, 3)
    assert.deepEqual(await setup.rows('select outcome, exit_code, targets_failed from job_runs'), [
      {outcome: 'failed', exit_code: 2, targets_failed: 3},
    ])
    await assert.rejects(setup.collect(coingeckoIds, {names: ['1']}), NeedsPerson)
  })
})

test('a folder for recordings that cannot be made ends the run before its first request, also in the run ledger', async () => {
  const setup = await openSetup()
  await assert.rejects(
    setup.collect(cpi, {record: '/dev/null/x'}),
    /the folder \/dev\/null\/x cannot be created/,
  )
  assert.deepEqual(await setup.rows('select outcome, exit_code from job_runs'), [
    {outcome: 'failed', exit_code: 2},
  ])
  assert.equal(requestLog(setup).length, 0)
})

describe('a spent credential', () => {
  const secondCredential = {COINGECKO_API_KEY_2: 'simulated-CG-key-number-two'}
  const monthly = {...generous, COINGECKO_REQUESTS_PER_MONTH: '2'}

  test('alone ends the run with 0 and with the instant of the next run; no run requests before that', async () => {
    const setup = await openSetup({env: generous, simulated: monthly})
    const run = await setup.collect(coingeckoIds)
    assert.deepEqual(
      [run.outcome, run.exit_code, run.targets_done, run.targets_left, run.next_at],
      ['quota spent', 0, 2, 18, '2026-12-01T00:00:00.000Z'],
    )
    assert.deepEqual(await setup.rows('select outcome, exit_code, next_at from job_runs'), [
      {outcome: 'quota spent', exit_code: 0, next_at: new Date('2026-12-01T00:00:00Z')},
    ])
    const requestCount = requestLog(setup).length
    const next = await setup.collect(coingeckoIds)
    assert.deepEqual(
      [next.outcome, next.requests, next.next_at],
      ['quota spent', 0, '2026-12-01T00:00:00.000Z'],
    )
    assert.equal(requestLog(setup).length, requestCount)
    setup.simulator.clock.change({instantMs: Date.parse('2026-12-01T00:00:01Z')})
    assert.equal((await setup.collect(coingeckoIds, {limit: 2})).targets_done, 2)
  })

  test('is replaced by the second one', async () => {
    const setup = await openSetup({
      env: {...generous, ...secondCredential},
      simulated: {...generous, COINGECKO_REQUESTS_PER_MONTH: '4'},
    })
    await setup.collect(coingeckoIds, {names: pages(1, 2), token: '1'})
    const run = await setup.collect(coingeckoIds, {names: pages(3, 8)})
    assert.deepEqual([run.outcome, run.exit_code, run.targets_done], ['done', 0, 6])
    assert.equal(new Set(usedCredentials(setup, 'coingecko')).size, 2)
    // the first credential has 2 of its 4 left, the second one all of them: together just enough
    const refused = requestLog(setup).filter(({refused}) => refused)
    assert.ok(refused.length <= 2, `${refused.length} requests refused`)
    assert.equal(requestLog(setup).length, 8 + refused.length)
  })

  test('is waited for with --wait', async () => {
    const setup = await openSetup({simulated: {ALPHA_VANTAGE_REQUESTS_PER_DAY: '1'}})
    const given = {provider: 'alpha-vantage'}
    assert.equal((await setup.collect(cpi, given)).exit_code, 0)
    setup.simulator.clock.change({advanceMs: 2000})
    const from = nowOf(setup)
    const spent = await setup.collect(inflation, given)
    assert.deepEqual([spent.outcome, spent.exit_code, spent.requests], ['quota spent', 0, 1])
    assert.ok(Date.parse(spent.next_at ?? '') - from >= dayMs - 2000)
    const waited = await setup.collect(inflation, {...given, wait: true})
    assert.deepEqual([waited.outcome, waited.exit_code, waited.requests], ['done', 0, 1])
    assert.ok(nowOf(setup) >= Date.parse(spent.next_at ?? ''))
  })
})

describe('a refused credential', () => {
  /**
   * Like the simulator, FRED takes keys of 32 letters and digits only; a second credential shows which one is
   * used.
   */
  const ofTwoCredentials = {
    ...cpi,
    sources: {
      fred: {
        ...cpi.sources['fred'],
        provider: {...fred, credentials: {1: 'FRED_API_KEY', 2: 'FRED_API_KEY_2'}},
      },
    },
  } as AnyCollector
  const good = 'simulated'.padEnd(32, 'z')

  test('is replaced by the second one, and its cooldown ends only when it is changed', async () => {
    const setup = await openSetup({env: {FRED_API_KEY: 'simulated-short', FRED_API_KEY_2: good}})
    const run = await setup.collect(ofTwoCredentials)
    assert.deepEqual([run.outcome, run.exit_code, run.requests, run.requests_refused], ['done', 0, 2, 1])
    assert.deepEqual(await cooldowns(setup), [{provider: 'fred', credential: '1', kind: 'stop', until: null}])
    setup.simulator.clock.change({advanceMs: 400 * dayMs})
    const later = await setup.collect(ofTwoCredentials, {force: true})
    assert.deepEqual(
      [later.exit_code, later.requests, later.requests_refused],
      [0, 1, 0],
      'it is not used again, however long ago that was',
    )
    const reservations = await setup.rows('select credential, outcome from provider_requests order by id')
    assert.deepEqual(reservations, [
      {credential: '1', outcome: 'refused'},
      {credential: '2', outcome: 'answered'},
      {credential: '2', outcome: 'answered'},
    ])

    const changed = await openSetup({env: {FRED_API_KEY: 'simulated'.padEnd(32, 'y'), FRED_API_KEY_2: good}})
    await changed.rows(
      `insert into credential_rests (provider, credential, kind, since, until, why, fingerprint) values ('fred', '1', 'stop', $1, null, 'refused', '01234567')`,
      [new Date(nowOf(changed))],
    )
    assert.equal(
      (await changed.collect(ofTwoCredentials, {token: '1'})).exit_code,
      0,
      'another secret under the same variable is used at once',
    )
  })

  test('under two variables is one refused credential, and needs a person after one request', async () => {
    const setup = await openSetup({env: {FRED_API_KEY: 'simulated-short', FRED_API_KEY_2: 'simulated-short'}})
    await assert.rejects(setup.collect(ofTwoCredentials), /refused the key/)
    assert.equal(requestLog(setup).length, 1)
    await assert.rejects(setup.collect(ofTwoCredentials, {token: '2'}), /refused the key/)
    assert.equal(requestLog(setup).length, 1)
  })
})
