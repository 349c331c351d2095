/** Prices far from the recent ones of their symbol, and a small labelled run. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import fc from 'fast-check'
import {type Judged, labelledTrades, precision, recall, scoreOf} from '../../bench/outlier-run.js'
import {createOutlierJudge, outlierRules} from '../../src/lib/market/outliers.js'
import {minuteMs} from '../../src/lib/time.js'

const {minimum, confirmations, pauseMs} = outlierRules
const at = Date.UTC(2026, 10, 23, 17)

/** A judge that has seen prices of a symbol about 100, a second apart, and the instant of the next one. */
function settled(count = 40, symbol = 'AAPL') {
  const judge = createOutlierJudge()
  let ms = at
  const say = (price: number, afterMs = 1_000) => judge.isOutlier(symbol, price, (ms += afterMs))
  for (let n = 0; n < count; n++) assert.equal(say(100 + 0.02 * (n % 3)), false, String(n))
  return {judge, say, now: () => ms}
}

test('a price far from the recent ones is an outlier, above and below, and the next one is none', () => {
  const {say} = settled()
  for (const price of [110, 1, 98.5, 101.5, 1e9]) {
    assert.equal(say(price), true, String(price))
    assert.equal(say(100.01), false)
  }
  // Less than the least deviation is none, although these prices hardly move.
  for (const price of [100.6, 99.5]) assert.equal(say(price), false, String(price))
})

test('prices that do not move at all are compared with the least deviation', () => {
  const judge = createOutlierJudge()
  for (let n = 0; n < 40; n++) judge.isOutlier('A', 2, at + n)
  assert.equal(judge.isOutlier('A', 2.01, at + 41), false)
  assert.equal(judge.isOutlier('A', 2.1, at + 42), true)
})

test('a volatile symbol has a wider band', () => {
  const judge = createOutlierJudge()
  for (let n = 0; n < 40; n++) judge.isOutlier('A', 100 + 2 * Math.sin(n), at + n)
  assert.equal(judge.isOutlier('A', 107, at + 41), false)
  assert.equal(judge.isOutlier('A', 150, at + 42), true)
})

test('nothing is judged before the least number of prices, and each symbol has its own', () => {
  const {say, judge, now} = settled(minimum - 1)
  assert.equal(say(110), false)
  assert.equal(say(110), true)
  assert.equal(judge.isOutlier('MSFT', 400, now()), false)
})

test('a jump costs one flag less than its confirmations, and the old level is then far away', () => {
  const {say} = settled()
  const flags = Array.from({length: 30}, (_, n) => say(105 + 0.02 * (n % 3)))
  assert.deepEqual(
    flags,
    flags.map((_, n) => n < confirmations - 1),
  )
  assert.equal(say(100), true)
})

test('outliers that disagree, or that a right price interrupts, are no jump', () => {
  const {say} = settled()
  for (const price of [110, 90, 120, 80, 130, 70]) assert.equal(say(price), true, String(price))
  assert.equal(say(100), false)
  for (let n = 0; n < 10; n++) {
    assert.deepEqual([say(105), say(105), say(100)], [true, true, false])
  }
})

test('a price that is reported several times for an instant counts once', () => {
  const {say} = settled()
  assert.equal(say(105), true)
  for (let n = 0; n < 10; n++) assert.equal(say(105, 0), true)
  assert.equal(say(100), false)
})

test('after a pause the window restarts: an opening gap is no outlier', () => {
  const {say} = settled()
  assert.equal(say(110, pauseMs), true)
  assert.equal(settled().say(110, pauseMs + 1), false)
  const late = settled()
  assert.equal(late.say(110, -pauseMs - 60_000), false)
})

test('one trade with a wrong time does not switch the judge off', () => {
  for (const awayMs of [-pauseMs - minuteMs, -10 * pauseMs]) {
    const {judge, now} = settled()
    assert.equal(judge.isOutlier('AAPL', 100, now() + awayMs), false)
    assert.equal(judge.isOutlier('AAPL', 110, now() + 1_000), true, `after a trade ${awayMs} ms away`)
  }
  // Several at the same old time: the window was that of a wrong instant.
  const {judge, now} = settled()
  const old = now() - 2 * pauseMs
  for (let n = 0; n < minimum + confirmations; n++) judge.isOutlier('AAPL', 50, old + n)
  assert.equal(judge.isOutlier('AAPL', 60, old + minuteMs), true)
})

test('prices out of order within the pause are judged, and those that are sent again change little', () => {
  const {judge, say, now} = settled()
  assert.equal(judge.isOutlier('AAPL', 100.02, now() - 10 * minuteMs), false)
  assert.equal(judge.isOutlier('AAPL', 120, now() - 10 * minuteMs), true)
  for (let n = 0; n < 20; n++) assert.equal(judge.isOutlier('AAPL', 100.02, now() - n * 1_000), false)
  assert.deepEqual([say(100), say(120)], [false, true])
})

test('a value that is no price or no instant is never an outlier and changes nothing', () => {
  const {judge, say, now} = settled()
  for (const price of [0, -1, NaN, Infinity]) assert.equal(judge.isOutlier('AAPL', price, now()), false)
  assert.equal(judge.isOutlier('AAPL', 500, NaN), false)
  assert.deepEqual([say(100), say(120)], [false, true])
})

test('the number of windows is bounded', () => {
  const judge = createOutlierJudge({...outlierRules, symbols: 2})
  const feed = (symbol: string) => {
    for (let n = 0; n < 20; n++) judge.isOutlier(symbol, 100, at + n)
  }
  for (const symbol of ['A', 'B', 'C']) feed(symbol)
  const isJudged = (symbol: string) => judge.isOutlier(symbol, 200, at + 20)
  assert.deepEqual([isJudged('B'), isJudged('C'), isJudged('A')], [true, true, false])
})

test('median and deviation are those of a plain computation', () => {
  const {deviations, floor, window} = outlierRules
  const rules = {...outlierRules, refresh: 1, minimum: 1, confirmations: Infinity}
  const price = fc.integer({min: 5_000, max: 15_000}).map((cents) => cents / 100)
  fc.assert(
    fc.property(fc.array(price, {minLength: 2, maxLength: 100}), (prices) => {
      const judge = createOutlierJudge(rules)
      const kept: number[] = []
      for (const [n, one] of prices.entries()) {
        const isFar = judge.isOutlier('A', one, at + n)
        if (kept.length > 0) {
          const recent = kept.slice(-window)
          const middle = upperMedian(recent)
          const apart = upperMedian(recent.map((other) => Math.abs(other - middle)))
          const width = deviations * Math.max(1.4826 * apart, floor * middle)
          assert.equal(isFar, Math.abs(one - middle) > width, `${one} after ${recent.join(' ')}`)
        }
        if (!isFar) kept.push(one)
      }
    }),
  )
})

/** The middle value; of an even number, the higher of the two. */
function upperMedian(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!
}

test('planted outliers are found, and jumps cost few flags', async () => {
  const judged: Judged[] = []
  const run = {seeds: [7], symbols: 12, minutes: 30, tradesPerSecond: 2, outliers: 0.01}
  for await (const one of labelledTrades(run)) judged.push(one)
  const score = scoreOf(judged)
  const text = JSON.stringify(score)
  assert.ok(score.outliers > 50 && score.jumps > 5, text)
  assert.ok(recall(score) > 0.75, text)
  assert.ok(precision(score) > 0.65, text)
  assert.ok(score.afterJump <= 3 * score.jumps, text)
  assert.ok(score.elsewhere < score.trades / 2_000, text)
  const quiet = scoreOf(judged.filter(({movement}) => movement === 1))
  assert.ok(recall(quiet) > 0.9, JSON.stringify(quiet))
})
