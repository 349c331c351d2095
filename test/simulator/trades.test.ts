/** The trades of the scenario: functions of seed, symbol and interval, round the clock, with oddities. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import fc from 'fast-check'
import {dayMs, hourMs, minuteMs} from '../../src/lib/time.js'
import {sharePrice} from '../../src/simulator/fundamentals.js'
import {moversAt} from '../../src/simulator/movers.js'
import {createScenario} from '../../src/simulator/scenario.js'

const at = Date.UTC(2026, 10, 23, 6)
const scenario = createScenario(66)
const {trades} = scenario

test('trades of an interval are those of its parts, the same in every scenario of a seed and rate', () => {
  const whole = trades('AAPL', at, at + hourMs)
  const twin = createScenario(66)
  fc.assert(
    fc.property(fc.array(fc.integer({min: 1, max: hourMs - 1}), {maxLength: 5}), (cuts) => {
      const ends = [...cuts.sort((a, b) => a - b), hourMs]
      const parts = ends.flatMap((end, n) => twin.trades('AAPL', at + (ends[n - 1] ?? 0), at + end))
      assert.deepEqual(parts, whole)
    }),
    {numRuns: 8},
  )
  assert.ok(whole.every(({ms}) => ms > at && ms <= at + hourMs))
  assert.ok(whole.every(({ms}, n) => ms >= (whole[n - 1]?.ms ?? 0)))
  assert.notDeepEqual(createScenario(67).trades('AAPL', at, at + hourMs), whole)
  assert.notDeepEqual(
    trades('MSFT', at, at + hourMs).map(({ms}) => ms),
    whole.map(({ms}) => ms),
  )
})

test('there are about as many trades as the rate says, at each hour of each day', () => {
  for (const rate of [0.2, 1, 20]) {
    const count = createScenario(66, rate).trades('AAPL', at, at + hourMs).length
    assert.ok(Math.abs(count / 3600 / rate - 1) < 0.25, `${count} at ${rate}`)
  }
  assert.equal(createScenario(66, 0).trades('AAPL', at, at + hourMs).length, 0)
  for (let hour = 0; hour < 7 * 24; hour++)
    assert.ok(trades('SPY', at + hour * hourMs, at + hour * hourMs + 5 * minuteMs).length > 60, String(hour))
})

test('members, funds and movers trade near their prices; other symbols do not', () => {
  const symbols = scenario.members(at).map(({symbol}) => symbol)
  const {gainers, losers} = moversAt(66, at, symbols)
  const prices = new Map([
    ...[...gainers, ...losers].map(({ticker, price}) => [ticker, Number(price)] as const),
    ...[...symbols, 'SPY', 'GLD', 'IBIT'].map((symbol) => [symbol, sharePrice(66, symbol, at)] as const),
  ])
  for (const [symbol, price] of prices) {
    const found = trades(symbol, at, at + 2 * minuteMs)
    assert.ok(found.length > 20, symbol)
    for (const trade of found) {
      assert.ok(Math.abs(trade.price - price) <= 0.01 * price + 0.0001, `${symbol} ${trade.price} ${price}`)
      assert.match(String(trade.price), /^\d+(\.\d{1,4})?$/)
    }
  }
  for (const symbol of ['NOSUCH', 'aapl', '']) assert.deepEqual(trades(symbol, at, at + hourMs), [])
})

test('codes mark odd lots and trades outside the session, in winter and summer time; some trades have none', () => {
  for (const [start, openMs] of [
    [Date.UTC(2026, 10, 23), 14.5 * hourMs],
    [Date.UTC(2026, 6, 20), 13.5 * hourMs],
  ] as const)
    for (const {ms, volume, conditions} of trades('AAPL', start, start + dayMs)) {
      if (!conditions || conditions.length === 0) continue
      const sinceOpenMs = ms - start - openMs
      assert.equal(conditions[0], '1')
      assert.equal(conditions.includes('12'), volume < 100)
      assert.equal(conditions.includes('24'), !(sinceOpenMs >= 0 && sinceOpenMs < 6.5 * hourMs), String(ms))
    }
  const day = trades('AAPL', at, at + dayMs)
  const kinds = new Set(day.map(({conditions}) => JSON.stringify(conditions)))
  for (const kind of ['[]', 'null', undefined, '["1"]', '["1","12"]', '["1","24"]', '["1","8","12"]'])
    assert.ok(kinds.has(kind as string), kind)
  const fractions = day.filter(({volume}) => !Number.isInteger(volume)).length
  assert.ok(fractions > 0 && fractions < day.length / 10, String(fractions))
  assert.ok(day.every(({volume}) => volume > 0))
})

test('some trades are equal in every field', () => {
  const day = trades('AAPL', at, at + dayMs).map((trade) => JSON.stringify(trade))
  const equal = day.length - new Set(day).size
  assert.ok(equal > day.length * 0.02 && equal < day.length * 0.08, String(equal))
})
