import assert from 'node:assert/strict'
import {test} from 'node:test'
import {coingeckoGlobal} from '../../src/lib/collectors/coingecko-global.js'
import {coingeckoIds} from '../../src/lib/collectors/coingecko-ids.js'
import {cpi} from '../../src/lib/collectors/cpi.js'
import {claimsOf} from '../../src/lib/limits/claims.js'
import {claims, claimsOn} from './claims.js'

test('the claims of each provider are in order of rank', () => {
  const order = (provider: string) => claimsOn(provider).map(({job}) => job)
  assert.deepEqual(order('alpha-vantage'), [
    'earnings-calendar',
    'top-gainers',
    'ipo-calendar',
    'balance-sheet',
    'company-overview',
    'etf-profile',
    'news-sentiment',
  ])
  assert.deepEqual(order('coingecko'), [
    'coingecko-ids',
    'coingecko-global',
    'coingecko-derivatives',
    'coingecko-tickers',
    'coin-details',
  ])
  assert.equal(claims.length, 12)
})

test('a claim knows the dedicated credential of its job', () => {
  assert.deepEqual(
    claims
      .filter(({dedicatedCredential}) => dedicatedCredential !== undefined)
      .map(({job, dedicatedCredential}) => `${job} ${dedicatedCredential}`),
    ['news-sentiment news'],
  )
})

test('jobs without a claim are left out; two claims of one rank are refused', () => {
  assert.deepEqual(claimsOf([cpi]), [])
  const again = {...coingeckoGlobal, claim: {...coingeckoGlobal.claim!, rank: coingeckoIds.claim!.rank}}
  assert.throws(
    () => claimsOf([coingeckoIds, again]),
    /coingecko-ids and coingecko-global both claim rank 10 of coingecko/,
  )
})
