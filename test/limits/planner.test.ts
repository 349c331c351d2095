import assert from 'node:assert/strict'
import {describe, test} from 'node:test'
import fc from 'fast-check'
import type {Claim, Limit} from '../../src/lib/define.js'
import type {JobClaim} from '../../src/lib/limits/claims.js'
import {explain} from '../../src/lib/report/quota-explanation.js'
import {allowance, needOf, plan, type Left} from '../../src/lib/limits/planner.js'
import {alphaVantage} from '../../src/lib/providers/alpha-vantage.js'
import {coingecko} from '../../src/lib/providers/coingecko.js'
import {claimsOn} from './claims.js'

const claims = claimsOn('coingecko')
const withCredentials = (credentials: number, monthDays = 30) =>
  plan({provider: 'coingecko', claims, credentials, limits: coingecko.limits, monthDays})

test('CoinGecko: all wishes cost some 18,000 calls a month; two credentials serve them, one does not', () => {
  const two = withCredentials(2)
  assert.equal(Math.round(two.wishedPerDay * 30), 18_184)
  assert.ok(two.allocations.every(({isThrottled}) => !isThrottled))
  assert.match(explain(two).join('\n'), /20,000 in this month.*\nEverything fits/)

  const one = withCredentials(1)
  const by = new Map(one.allocations.map((allocation) => [allocation.job, allocation]))
  for (const job of ['coingecko-ids', 'coingecko-global', 'coingecko-derivatives'])
    assert.equal(by.get(job)!.isThrottled, false, job)
  // details get their slowest rate, and the tickers get the rest
  assert.equal(Math.round(by.get('coin-details')!.everyDays * 1000), 30_000)
  assert.ok(by.get('coingecko-tickers')!.everyDays > 1.37 && by.get('coingecko-tickers')!.everyDays < 1.39)
  assert.ok(one.allocations.reduce((sum, {perDay}) => sum + perDay, 0) * 30 <= 10_000.001)
  assert.match(
    explain(one).join('\n'),
    /coin-details is throttled first, then coingecko-tickers\. With 2 keys all would fit/,
  )
  assert.match(explain(one).join('\n'), /385 requests every 33 hours instead of every day/)
})

test('a month of 31 days leaves less for each day', () => {
  const [short, long] = [withCredentials(1, 28), withCredentials(1, 31)].map(
    ({allocations}) => allocations.find(({job}) => job === 'coingecko-tickers')!.perDay,
  )
  assert.ok(short! > long!)
})

test('without a daily or monthly limit nothing is divided; if even the slowest rates do not fit, the last jobs get nothing', () => {
  assert.match(
    explain(
      plan({
        provider: 'coingecko',
        claims,
        credentials: 1,
        limits: coingecko.keyless!.limits!,
        monthDays: 30,
      }),
    ).join(),
    /nothing has to be divided/,
  )
  const scarce: Limit[] = [{requests: 25, per: 'day', of: 'credential', window: 'sliding'}]
  const allocations = plan({
    provider: 'coingecko',
    claims,
    credentials: 1,
    limits: scarce,
    monthDays: 30,
  }).allocations
  assert.equal(allocations[0]!.perDay, 20)
  assert.ok(allocations[3]!.perDay > 3 && allocations[3]!.perDay < 4)
  assert.equal(allocations[4]!.perDay, 0)
  assert.match(
    explain(plan({provider: 'coingecko', claims, credentials: 1, limits: scarce, monthDays: 30})).join('\n'),
    /coin-details: nothing instead of/,
  )
})

describe('Alpha Vantage', () => {
  const all = claimsOn('alpha-vantage')
  const general = all.filter(({dedicatedCredential}) => dedicatedCredential === undefined)
  const of = (credentials: number, claims: readonly JobClaim[] = general, limits = alphaVantage.limits) =>
    plan({provider: 'alpha-vantage', claims, credentials, limits, monthDays: 31})
  const free = (more: Partial<Left> = {}): Left => ({today: 50, total: 50, spent: {}, demand: {}, ...more})
  const may = (job: string, left: Left, found = of(2)) => allowance({job, left, plan: found})

  test('two credentials serve every wish; one serves the fixed jobs and balance sheets, and the plan states the effect of a second', () => {
    assert.ok(of(2).allocations.every(({isThrottled}) => !isThrottled))
    const one = of(1, all)
    const by = new Map(one.allocations.map((allocation) => [allocation.job, allocation]))
    for (const job of ['earnings-calendar', 'top-gainers', 'ipo-calendar', 'balance-sheet'])
      assert.equal(by.get(job)!.isThrottled, false, job)
    for (const job of ['company-overview', 'etf-profile', 'news-sentiment'])
      assert.equal(by.get(job)!.isThrottled, true, job)
    const text = explain(one, of(2, all)).join('\n')
    assert.match(text, /news-sentiment is throttled first, then etf-profile, then company-overview/)
    assert.match(text, /One more key: company-overview every 24 days instead of every 43\.2 days/)
  })

  test('the fixed jobs get their allocation: until they have run, a request is reserved for each', () => {
    const nothingDue = {demand: {'balance-sheet': 0, 'company-overview': 0, 'etf-profile': 0}}
    assert.equal(may('company-overview', free(nothingDue)), 47)
    assert.equal(
      may(
        'company-overview',
        free({...nothingDue, spent: {'earnings-calendar': 1, 'top-gainers': 1, 'ipo-calendar': 1}}),
      ),
      50,
    )
    assert.equal(may('company-overview', free({...nothingDue, today: 3, total: 3})), 0)
    assert.equal(may('top-gainers', free({today: 3, total: 3})), 2)
  })

  test('a job with nothing due is reserved nothing, another its allocation, a more valuable one all that it wants', () => {
    const done = {'earnings-calendar': 1, 'top-gainers': 1, 'ipo-calendar': 1}
    const wants = (balance: number, funds: number) =>
      free({spent: done, demand: {'balance-sheet': balance, 'etf-profile': funds}})
    assert.equal(may('company-overview', wants(0, 0)), 50)
    assert.equal(may('company-overview', wants(0, 3)), 47)
    assert.equal(may('company-overview', wants(0, 52)), 50 - 9)
    assert.equal(may('company-overview', wants(12, 0)), 50 - 12)
    assert.equal(may('company-overview', wants(400, 52)), 21, 'its own allocation, whatever the others want')
    assert.equal(
      may('balance-sheet', wants(400, 52)),
      50 - 21 - 9,
      'before the first run of overviews their need is unknown',
    )
    // before the first run, the allocation of every job is reserved for it
    assert.equal(may('company-overview', free({spent: done})), 50 - 6 - 9)
  })

  test('requests without a claim, such as a series requested here instead of FRED, get the quota that no fixed job needs', () => {
    assert.equal(may('inflation', free()), 47, 'although allocations are reserved for others')
    assert.equal(may('inflation', free({today: 3, total: 3})), 0)
  })

  test('if the provider counts the address, all credentials share its limit, and another credential does not help', () => {
    const narrow: Limit[] = alphaVantage.limits.map((limit) =>
      limit.of === 'address' ? {...limit, requests: 25} : limit,
    )
    const found = of(3, all, narrow)
    assert.equal(found.perDay, 25)
    const text = explain(found, of(4, all, narrow)).join('\n')
    assert.match(text, /from one address, which it counts as well, allows 25 requests a day/)
    assert.match(text, /Another key would change nothing\./)
    assert.doesNotMatch(text, /One more key/)
  })
})

const claim = fc
  .record({
    requests: fc.integer({min: 1, max: 500}),
    everyDays: fc.constantFrom(1, 2, 7),
    stretch: fc.constantFrom(1, 1, 3, 10),
  })
  .map(({requests, everyDays, stretch}): Omit<Claim, 'unit'> => ({
    requests,
    everyDays,
    atLeastEveryDays: everyDays * stretch,
    rationale: 'it is worth it',
    rank: 1,
  }))

const jobOf = (one: Claim, at: number): JobClaim => ({
  ...one,
  job: `job-${at}`,
  provider: 'north',
  dedicatedCredential: undefined,
})

test('a plan never grants more than there is or than is wished, and a more valuable job never waits for a less valuable one', () => {
  const drawnClaims = fc.array(claim, {minLength: 1, maxLength: 6})
  fc.assert(
    fc.property(
      drawnClaims,
      fc.integer({min: 1, max: 4}),
      fc.integer({min: 1, max: 2000}),
      (drawn, credentials, requests) => {
        const found = plan({
          provider: 'north',
          claims: drawn.map(jobOf),
          credentials,
          monthDays: 30,
          limits: [{requests, per: 'day', of: 'credential', window: 'sliding'}],
        })
        assert.ok(
          found.allocations.reduce((sum, {perDay}) => sum + perDay, 0) <= credentials * requests + 1e-6,
        )
        found.allocations.forEach((allocation, at) => {
          assert.ok(allocation.perDay <= allocation.wishedPerDay + 1e-9)
          const slowest = drawn[at]!.requests / drawn[at]!.atLeastEveryDays
          // a job is above its slowest rate only if every job before it has its wish
          if (allocation.perDay > slowest + 1e-9)
            assert.ok(found.allocations.slice(0, at).every((before) => !before.isThrottled))
          // a job is below it only if every job after it gets nothing
          if (allocation.perDay < slowest - 1e-9)
            assert.ok(found.allocations.slice(at + 1).every((behind) => behind.perDay === 0))
        })
      },
    ),
    {numRuns: 500},
  )
})

test('in any order of requests, no job takes the quota that a reserved job still needs', () => {
  fc.assert(
    fc.property(
      fc.array(claim, {minLength: 2, maxLength: 5}),
      fc.integer({min: 20, max: 3000}),
      fc.array(fc.nat({max: 5}), {minLength: 1, maxLength: 3000}),
      (drawn, requests, order) => {
        const found = plan({
          provider: 'north',
          claims: drawn.map(jobOf),
          credentials: 1,
          monthDays: 30,
          limits: [{requests, per: 'day', of: 'credential', window: 'sliding'}],
        })
        const spent: Record<string, number> = {}
        const left = (): Left => {
          const gone = Object.values(spent).reduce((sum, one) => sum + one, 0)
          return {today: requests - gone, total: requests - gone, spent}
        }
        const reserved = found.allocations.filter(({isReserved}) => isReserved)
        const need = () => reserved.reduce((sum, allocation) => sum + needOf(allocation, left()), 0)
        const couldFit = need() <= requests
        for (const at of order) {
          const job = `job-${at}` // some have no claim: they get only the quota that no job needs
          if (allowance({job, left: left(), plan: found}) >= 1) spent[job] = (spent[job] ?? 0) + 1
        }
        assert.ok(left().total >= 0)
        if (couldFit) assert.ok(left().total >= need(), `${left().total} left, ${need()} needed`)
      },
    ),
    {numRuns: 200},
  )
})
