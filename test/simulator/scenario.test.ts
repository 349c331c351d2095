import assert from 'node:assert/strict'
import {test} from 'node:test'
import fc from 'fast-check'
import {inventCoins} from '../../src/simulator/coins.js'
import {shippedPairs} from '../../src/simulator/shipped-pairs.js'
import {stream, wander} from '../../src/simulator/random.js'
import {createScenario} from '../../src/simulator/scenario.js'
import {dayMs} from '../../src/lib/time.js'

const at = Date.UTC(2026, 10, 23, 6)
const scenario = createScenario(66)

test('a stream is a function of seed, name and counter', () => {
  fc.assert(
    fc.property(fc.integer(), fc.string(), fc.integer({min: 0, max: 2 ** 31}), (seed, name, n) => {
      const value = stream(seed, 'x', name).uniform(n)
      assert.ok(value >= 0 && value < 1)
      assert.equal(stream(seed, 'x', name).uniform(n), value)
    }),
  )
  assert.notEqual(stream(1, 'a').uniform(0), stream(2, 'a').uniform(0))
  assert.notEqual(stream(1, 'a', 'bc').uniform(0), stream(1, 'ab', 'c').uniform(0))
})

test('streams of different names look unrelated, and evenly spread', () => {
  const values = Array.from({length: 4000}, (_, n) => stream(7, 'coin', n).uniform(3))
  const mean = values.reduce((a, b) => a + b) / values.length
  assert.ok(Math.abs(mean - 0.5) < 0.02, String(mean))
  assert.equal(new Set(values).size, values.length)
})

test('a walk is smooth, and moves by about the given amount in a day', () => {
  const of = stream(1, 'walk')
  let squares = 0
  for (let day = 0; day < 2000; day++)
    squares += (wander(of, at + (day + 1) * dayMs, 0.03) - wander(of, at + day * dayMs, 0.03)) ** 2
  const perDay = Math.sqrt(squares / 2000)
  assert.ok(perDay > 0.015 && perDay < 0.06, String(perDay))
  assert.ok(Math.abs(wander(of, at + 100, 0.03) - wander(of, at, 0.03)) < 0.001)
})

test('a coin that is added does not change the others', () => {
  const pairs = shippedPairs()
  const before = new Map(inventCoins(5, pairs).map((coin) => [coin.id, coin]))
  const after = inventCoins(5, [
    ...pairs,
    {symbol: 'ZZZZ', coingecko_id: 'zzzz-added-later', korean_name: ''},
  ])
  const bitcoin = after.find(({id}) => id === 'bitcoin')
  assert.equal(bitcoin?.logUsd, before.get('bitcoin')?.logUsd)
  const same = after.filter(
    (coin) => before.get(coin.id)?.logUsd === coin.logUsd && before.get(coin.id)?.supply === coin.supply,
  )
  // The new coin replaces one founding coin, and no other coin changes.
  assert.ok(after.some(({id}) => id === 'zzzz-added-later'))
  assert.ok(same.length >= after.length - 2, `${after.length - same.length} changed`)
})

test('two scenarios of one seed agree at any instant, requested in any order; another seed differs', () => {
  const other = createScenario(67) // between the two, so that nothing of the first is kept
  const twin = createScenario(66)
  const instants = [at, at - 400 * dayMs, at + 12_345, at - 1]
  const ids = ['bitcoin', 'nestree', 'tether', 'staked-ether']
  const all = (of: typeof scenario, order: readonly number[]) =>
    new Map(
      order.flatMap((ms) => ids.map((id) => [`${ms} ${id}`, of.usd(of.coin(id) as never, ms)] as const)),
    )
  const forward = all(scenario, instants)
  for (const [key, value] of all(twin, instants.toReversed())) assert.equal(value, forward.get(key), key)
  assert.notEqual(
    other.usd(other.coin('bitcoin') as never, at),
    scenario.usd(scenario.coin('bitcoin') as never, at),
  )
})

test('the coins: 5,000 and more, every shipped pair, the lookalikes, symbols that many coins share', () => {
  const coins = scenario.coins(at)
  assert.ok(coins.length >= 5000 && coins.length < 5400, String(coins.length))
  assert.equal(new Set(coins.map(({id}) => id)).size, coins.length)
  for (const {coingecko_id: id} of shippedPairs()) assert.ok(scenario.coin(id), id)
  for (const id of [
    'nestree',
    'justanegg-2',
    'metadium',
    'meta-2-2',
    'six-network',
    'six',
    'bosagora',
    'rei-network',
    'unit-00-rei',
  ])
    assert.ok(scenario.coin(id), id)
  const counts = new Map<string, number>()
  for (const {symbol} of coins) counts.set(symbol, (counts.get(symbol) ?? 0) + 1)
  const shared = [...counts.values()].filter((count) => count > 1).length
  assert.ok(shared > 200, String(shared))
  assert.ok(
    coins.some(({quality}) => quality === 'unpriced') && coins.some(({quality}) => quality === 'unverified'),
  )
  for (const coin of coins) assert.ok(scenario.usd(coin, at) > 0, coin.id)
})

test('the won price is the dollar price at the rate of tether, plus the premium', () => {
  const {bithumb} = scenario
  for (const [code, symbol] of [
    ['KRW-BTC', 'bitcoin'],
    ['KRW-XRP', 'ripple'],
    ['KRW-EGG', 'nestree'],
  ] as const) {
    const coin = scenario.coin(symbol) as never
    const market = bithumb.byCode.get(code)
    assert.ok(market)
    for (let day = 0; day < 400; day += 7) {
      const ms = at - day * dayMs
      const premium = bithumb.price(market, ms) / (scenario.usd(coin, ms) * bithumb.krwPerUsdt(ms)) - 1
      assert.ok(
        Math.abs(premium - bithumb.premium(coin, ms)) < 0.006,
        `${code} on day -${day}: ${premium} beside ${bithumb.premium(coin, ms)}`,
      )
      assert.ok(Math.abs(bithumb.premium(coin, ms)) < 0.06)
    }
  }
})

test('two markets trade another coin than their pair says, and the price shows it', () => {
  for (const [code, pair] of [
    ['KRW-REI', 'unit-00-rei'],
    ['KRW-PUMP', 'pump-fun'],
  ] as const) {
    const market = scenario.bithumb.byCode.get(code)
    assert.ok(market)
    const usd = scenario.bithumb.price(market, at) / scenario.bithumb.krwPerUsd(at)
    assert.ok(Math.abs(usd / scenario.usd(scenario.coin(pair) as never, at) - 1) > 0.2, code)
    assert.equal(market.coin.symbol, scenario.coin(pair)?.symbol)
  }
})

test('markets are listed and delisted over time, and the permanent ones stay', () => {
  const codes = (ms: number) => new Set(scenario.bithumb.markets(ms).map(({code}) => code))
  const now = codes(at)
  const later = codes(at + 365 * dayMs)
  const gone = [...now].filter((code) => !later.has(code))
  const come = [...later].filter((code) => !now.has(code))
  assert.ok(gone.length >= 3 && gone.length <= 60, `${gone.length} gone`)
  assert.ok(come.length >= 10 && come.length <= 60, `${come.length} come`)
  for (const code of ['KRW-BTC', 'KRW-USDT', 'KRW-EGG', 'BTC-ETH'])
    assert.ok(now.has(code) && later.has(code), code)
  assert.ok(now.size > 400 && now.size < 520, String(now.size))
})

test('the index always has 503 symbols of 500 companies, and its list of changes explains every difference', () => {
  for (const ms of [Date.UTC(2024, 0, 1), at, at + 300 * dayMs]) {
    const members = scenario.members(ms)
    assert.equal(members.length, 503)
    assert.equal(new Set(members.map(({symbol}) => symbol)).size, 503)
    assert.equal(new Set(members.map(({cik}) => cik)).size, 500)
    for (const {cik, symbol, name, dateAdded} of members) {
      assert.match(cik, /^\d{10}$/)
      assert.match(symbol, /^[A-Z]{1,5}(\.[A-Z])?$/)
      assert.ok(name !== '' && dateAdded <= new Date(ms).toISOString().slice(0, 10), `${symbol} ${dateAdded}`)
    }
    assert.ok(members.some(({symbol}) => symbol === 'BRK.B') && members.some(({symbol}) => symbol === 'BF.B'))
  }
  const before = new Set(scenario.members(at).map(({symbol}) => symbol))
  for (const {added, removed, atMs} of scenario.indexChanges(at + 300 * dayMs).reverse()) {
    if (atMs <= at) continue
    if (removed) before.delete(removed.symbol)
    if (added) before.add(added.symbol)
  }
  assert.deepEqual(
    [...before].sort(),
    scenario
      .members(at + 300 * dayMs)
      .map(({symbol}) => symbol)
      .sort(),
  )
})

test('macro series: gaps, months in progress, padded newest values, revisions in their season only', () => {
  const of = (id: string, ms = at) => scenario.series.get(id)?.observations(ms) ?? []
  assert.deepEqual(
    of('CPIAUCNS').find(({date}) => date === '2025-10-01'),
    {date: '2025-10-01', value: '.'},
  )
  assert.equal(of('CPIAUCNS').at(-1)?.date, '2026-10-01') // published on 12 November
  assert.equal(of('CPIAUCNS', Date.UTC(2026, 10, 12, 13)).at(-1)?.date, '2026-09-01')
  assert.deepEqual(of('FEDFUNDS').at(-1), {date: '2026-11-01', value: '.'})
  assert.match(of('FEDFUNDS').at(-2)?.value ?? '', /^\d+\.\d{2}0{8}$/)
  assert.notEqual(of('FEDFUNDS', Date.UTC(2026, 11, 5)).find(({date}) => date === '2026-11-01')?.value, '.')
  assert.equal(of('DGS10').find(({date}) => date === '2026-07-03')?.value !== undefined, true)
  assert.equal(of('DGS10').find(({date}) => date === '2025-12-25')?.value, '.')
  assert.equal(
    of('DGS10').some(({date}) => date === '2026-11-22'),
    false,
  ) // a Sunday
  assert.equal(of('FPCPITOTLZGUSA').at(-1)?.date, '2024-01-01')
  const values = (ms: number) => new Map(of('CPIAUCSL', ms).map(({date, value}) => [date, value]))
  const changed = (from: number, to: number) => {
    const later = values(to)
    return [...values(from)].filter(([date, value]) => later.get(date) !== value).length
  }
  assert.equal(changed(Date.UTC(2026, 5, 20), Date.UTC(2026, 9, 20)), 0)
  assert.ok(changed(Date.UTC(2026, 0, 20), Date.UTC(2026, 2, 20)) > 12)
  for (const id of ['DFF', 'FF', 'DGS3MO', 'GS3M', 'GS30', 'CPIAUCSL'])
    for (const {value} of of(id)) assert.ok(value === '.' || Number(value) > 0, `${id} ${value}`)
})
