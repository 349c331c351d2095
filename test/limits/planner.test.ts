import assert from 'node:assert/strict'
import {test} from 'node:test'
import fc from 'fast-check'
import type {Limit} from '../../src/lib/define.js'
import {budgets, type Claim} from '../../src/lib/limits/budgets.js'
import {allowance, explain, needOf, plan, type Left} from '../../src/lib/limits/planner.js'
import {coingecko} from '../../src/lib/providers/coingecko.js'

const claims = budgets['coingecko']!
const withKeys = (keys: number, monthDays = 30) => plan({provider: 'coingecko', claims, keys, limits: coingecko.limits, monthDays})

test('CoinGecko: all wishes cost some 18,000 calls a month; two keys serve them, one does not', () => {
  const two = withKeys(2)
  assert.equal(Math.round(two.wishedPerDay * 30), 18_184)
  assert.ok(two.shares.every(({givesWay}) => !givesWay))
  assert.match(explain(two).join('\n'), /20,000 in this month.*\nEverything fits/)

  const one = withKeys(1)
  const by = new Map(one.shares.map((share) => [share.unit, share]))
  for (const unit of ['coingecko-ids', 'coingecko-global', 'coingecko-derivatives']) assert.equal(by.get(unit)!.givesWay, false, unit)
  // details go to their slowest, what is left goes to the tickers
  assert.equal(Math.round(by.get('coin-details')!.everyDays * 1000), 30_000)
  assert.ok(by.get('coingecko-tickers')!.everyDays > 1.37 && by.get('coingecko-tickers')!.everyDays < 1.39)
  assert.ok(one.shares.reduce((sum, {perDay}) => sum + perDay, 0) * 30 <= 10_000.001)
  assert.match(explain(one).join('\n'), /coin-details gives way first, then coingecko-tickers\. With 2 keys all would fit/)
  assert.match(explain(one).join('\n'), /385 requests every 33 hours instead of every day/)
})

test('a month of 31 days leaves less for each day', () => {
  const [short, long] = [withKeys(1, 28), withKeys(1, 31)].map(({shares}) => shares.find(({unit}) => unit === 'coingecko-tickers')!.perDay)
  assert.ok(short! > long!)
})

test('where no day and no month is limited, nothing is divided; where not even the slowest fits, the last get nothing', () => {
  assert.match(explain(plan({provider: 'coingecko', claims, keys: 1, limits: coingecko.keylessLimits!, monthDays: 30})).join(), /nothing has to be divided/)
  const scarce: Limit[] = [{requests: 25, per: 'day', of: 'credential', window: 'sliding'}]
  const shares = plan({provider: 'coingecko', claims, keys: 1, limits: scarce, monthDays: 30}).shares
  assert.equal(shares[0]!.perDay, 20)
  assert.ok(shares[3]!.perDay > 3 && shares[3]!.perDay < 4)
  assert.equal(shares[4]!.perDay, 0)
  assert.match(explain(plan({provider: 'coingecko', claims, keys: 1, limits: scarce, monthDays: 30})).join('\n'), /coin-details: nothing instead of/)
})

const claim = fc.record({
  requests: fc.integer({min: 1, max: 500}), everyDays: fc.constantFrom(1, 2, 7), stretch: fc.constantFrom(1, 1, 3, 10),
}).map(({requests, everyDays, stretch}): Omit<Claim, 'unit'> => ({requests, everyDays, atLeastEveryDays: everyDays * stretch, worth: 'it is worth it'}))

test('a plan never grants more than there is, nor more than is wished, and the more valuable never waits for the less valuable', () => {
  const drawnClaims = fc.array(claim, {minLength: 1, maxLength: 6})
  fc.assert(fc.property(drawnClaims, fc.integer({min: 1, max: 4}), fc.integer({min: 1, max: 2000}), (drawn, keys, requests) => {
    const found = plan({
      provider: 'north', claims: drawn.map((one, at) => ({...one, unit: `job-${at}`})), keys, monthDays: 30,
      limits: [{requests, per: 'day', of: 'credential', window: 'sliding'}],
    })
    assert.ok(found.shares.reduce((sum, {perDay}) => sum + perDay, 0) <= keys * requests + 1e-6)
    found.shares.forEach((share, at) => {
      assert.ok(share.perDay <= share.wishedPerDay + 1e-9)
      const slowest = drawn[at]!.requests / drawn[at]!.atLeastEveryDays
      // who is above its slowest only is so when everybody before has its wish
      if (share.perDay > slowest + 1e-9) assert.ok(found.shares.slice(0, at).every((before) => !before.givesWay))
      // who is below it, only when nobody after gets anything
      if (share.perDay < slowest - 1e-9) assert.ok(found.shares.slice(at + 1).every((behind) => behind.perDay === 0))
    })
  }), {numRuns: 500})
})

test('whatever order the jobs ask in, none takes what a reserved one still needs', () => {
  fc.assert(fc.property(
    fc.array(claim, {minLength: 2, maxLength: 5}), fc.integer({min: 20, max: 3000}), fc.array(fc.nat({max: 5}), {minLength: 1, maxLength: 3000}),
    (drawn, requests, order) => {
      const found = plan({
        provider: 'north', claims: drawn.map((one, at) => ({...one, unit: `job-${at}`})), keys: 1, monthDays: 30,
        limits: [{requests, per: 'day', of: 'credential', window: 'sliding'}],
      })
      const spent: Record<string, number> = {}
      const left = (): Left => {
        const gone = Object.values(spent).reduce((sum, one) => sum + one, 0)
        return {today: requests - gone, total: requests - gone, spent}
      }
      const reserved = found.shares.filter(({isReserved}) => isReserved)
      const need = () => reserved.reduce((sum, share) => sum + needOf(share, left()), 0)
      const couldFit = need() <= requests
      for (const at of order) {
        const unit = `job-${at}` // of which some are no claims: they only get what nobody needs
        if (allowance({unit, left: left(), plan: found}) >= 1) spent[unit] = (spent[unit] ?? 0) + 1
      }
      assert.ok(left().total >= 0)
      if (couldFit) assert.ok(left().total >= need(), `${left().total} left, ${need()} needed`)
    },
  ), {numRuns: 200})
})
