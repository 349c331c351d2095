import assert from 'node:assert/strict'
import {test} from 'node:test'
import {coingecko} from '../../src/lib/providers/coingecko.js'
import {faultFromText, type FaultKind} from '../../src/simulator/faults.js'
import type {LoggedRequest} from '../../src/simulator/log.js'
import {posted, simulated} from './request.js'

type Row = Record<string, unknown>
const path = '/coingecko/api/v3/coins/markets?vs_currency=usd&per_page=30'
const key = {'x-cg-demo-api-key': 'a'}

test('each kind of injected fault has its effect for the given number of times, and then the answer is complete again', async (t) => {
  const simulator = await simulated(t, {env: {COINGECKO_REQUESTS_PER_MINUTE: '1000'}})
  const plain = (await simulator.request(path, key)).body as Row[]
  const injected = async (kind: FaultKind, times = 1) => {
    await simulator.post('/faults', {provider: 'coingecko', kind, times, ms: 50})
    return simulator.request(path, key)
  }
  const refused = await injected('429')
  assert.deepEqual([refused.status, coingecko.refusal?.(refused)?.next], [429, 'wait'])
  assert.equal((await injected('500')).status, 500)
  assert.equal((await injected('garbage')).body, undefined)
  assert.match((await injected('html')).text, /^<!DOCTYPE html>/)
  assert.equal((await injected('empty')).text, '')
  await assert.rejects(injected('cut'))
  assert.deepEqual((await injected('slow')).body, plain)
  const doubled = (await injected('duplicates')).body as Row[]
  assert.deepEqual([doubled.length, doubled.slice(0, 30)], [40, plain])
  assert.deepEqual((await injected('out-of-order')).body, plain.toReversed())
  const corrupted = (await injected('one-bad-item', 4)).body as Row[]
  assert.deepEqual(
    corrupted.filter((row, index) => JSON.stringify(row) !== JSON.stringify(plain[index])),
    [{...plain[15], id: null}],
  )
  for (let n = 0; n < 3; n++) assert.notDeepEqual((await simulator.request(path, key)).body, plain)
  assert.deepEqual((await simulator.request(path, key)).body, plain)
  assert.deepEqual((await simulator.request('/faults')).body, [])
})

test('a chance selects the same requests each time; a path narrows it; DELETE removes all injected faults', async (t) => {
  const statuses = async () => {
    const simulator = await simulated(t, {
      faults: [{...faultFromText('coingecko:500:40%'), path: '/ping'}],
      env: {COINGECKO_REQUESTS_PER_MINUTE: '1000'},
    })
    const seen: number[] = []
    for (let n = 0; n < 30; n++) seen.push((await simulator.request('/coingecko/api/v3/ping', key)).status)
    assert.equal((await simulator.request(path, key)).status, 200)
    await fetch(`${simulator.url}/faults`, {method: 'DELETE'})
    for (let n = 0; n < 10; n++)
      assert.equal((await simulator.request('/coingecko/api/v3/ping', key)).status, 200)
    return seen
  }
  const once = await statuses()
  assert.deepEqual(await statuses(), once)
  assert.ok(once.includes(200) && once.includes(500))
})

test('an injected fault has a text form; an invalid text is refused with the right form', async (t) => {
  assert.deepEqual(
    {...faultFromText('coingecko:500:3')},
    {provider: 'coingecko', kind: '500', times: 3, probability: undefined, path: undefined, ms: undefined},
  )
  assert.equal(faultFromText('bithumb:slow:10%').probability, 0.1)
  for (const wrong of ['coingecko', 'coingecko:599', 'coingecko:500:many', ':500', 'a:500:1:2'])
    assert.throws(() => faultFromText(wrong), /is not a fault/)
  for (const [text, problem] of [
    ['fred:nope', 'the kind "nope" is not known'],
    ['fred', 'the kind is missing'],
    ['fred:500:200%', '200% is not between 0% and 100%'],
    ['fred:500:0%', '0% is not between 0% and 100%'],
    ['fred:500:0', 'the number of times is not a whole number from 1 to 1,000,000,000'],
    ['fred:500:many', '"many" is neither a number of times nor a percentage'],
  ] as const)
    assert.throws(() => faultFromText(text), {message: `"${text}" is not a fault: ${problem}`})
  const simulator = await simulated(t)
  const answer = await posted(`${simulator.url}/faults`, {provider: 'bithumb'})
  assert.equal(answer.status, 400)
  assert.match(await answer.text(), /the kind is missing/)
})

test('the log holds every request in order, labels credentials, hides them, and sums up', async (t) => {
  const simulator = await simulated(t)
  const secret = 'CG-canary-1234'
  await simulator.request('/coingecko/api/v3/ping', {'x-cg-demo-api-key': secret})
  await simulator.request(`/coingecko/api/v3/global?x_cg_demo_api_key=${secret}`)
  await simulator.post('/clock', {advanceMs: 1000})
  await simulator.request('/coingecko/api/v3/ping', key)
  await simulator.request('/alpha-vantage/query?apikey=other&function=CPI')
  await simulator.request('/alpha-vantage/query?apikey=other&function=CPI')
  const log = (await simulator.request('/log')).body as LoggedRequest[]
  assert.deepEqual(
    log.map(({n, provider, credential, status, refused}) => [n, provider, credential, status, refused]),
    [
      [1, 'coingecko', 'key 1', 200, false],
      [2, 'coingecko', 'key 1', 200, false],
      [3, 'coingecko', 'key 2', 200, false],
      [4, 'alpha-vantage', 'key 1', 200, false],
      [5, 'alpha-vantage', 'key 1', 200, true],
    ],
  )
  assert.equal(log[2]?.instant, '2026-11-23T06:00:01.000Z')
  assert.equal(log[3]?.path, '/query?apikey=***&function=CPI')
  const summary = (await simulator.request('/log/summary')).body as {
    requests: Row[]
    limits: {counted: string; limit: string; most: number}[]
  }
  assert.ok(
    summary.requests.some(
      (sum) => sum['provider'] === 'alpha-vantage' && sum['requests'] === 2 && sum['refused'] === 1,
    ),
  )
  assert.equal(
    summary.limits.find(({counted, limit}) => counted === 'key 1' && limit === '30 a minute')?.most,
    2,
  )
  assert.ok(!JSON.stringify([log, summary]).includes(secret))
  assert.equal(((await simulator.request('/log?provider=coingecko&after=2')).body as Row[]).length, 1)
})
