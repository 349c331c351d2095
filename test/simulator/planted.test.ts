/** Planted prices of the simulator: labelled, the same for each seed, and absent unless requested. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {hourMs, minuteMs} from '../../src/lib/time.js'
import {createScenario} from '../../src/simulator/scenario.js'
import {simulated} from './request.js'

const at = Date.UTC(2026, 10, 23, 17)
const symbols = createScenario(66)
  .members(at)
  .slice(0, 20)
  .map(({symbol}) => symbol)

test('without the flag no price is planted; with it, trades have the same instants, sizes and codes', () => {
  const [plain, planted] = [createScenario(66), createScenario(66, 1, 0.02)]
  const facts = (scenario: typeof plain) =>
    scenario.trades('AAPL', at, at + hourMs).map(({ms, volume, conditions}) => ({ms, volume, conditions}))
  assert.deepEqual(facts(planted), facts(plain))
  assert.ok(plain.trades('AAPL', at, at + hourMs).every((trade) => !('planted' in trade)))
})

test('an interval has the trades of its parts, with their labels', () => {
  const [one, twin] = [createScenario(66, 1, 0.02), createScenario(66, 1, 0.02)]
  const whole = one.trades('AAPL', at, at + hourMs)
  const parts = [3, 2, 1, 0].map((n) =>
    twin.trades('AAPL', at + n * 15 * minuteMs, at + (n + 1) * 15 * minuteMs),
  )
  assert.deepEqual(parts.reverse().flat(), whole)
  assert.notDeepEqual(createScenario(67, 1, 0.02).trades('AAPL', at, at + hourMs), whole)
})

test('the labels are the truth: wrong prices by 1 to 50 %, jumps by 2 to 10 %, quiet and volatile symbols', () => {
  const scenario = createScenario(66, 2, 0.02)
  const movements = new Set<number>()
  let [count, wrong, jumps] = [0, 0, 0]
  for (const symbol of symbols) {
    let level: number | undefined
    let jumpedMs: number | undefined
    for (const {price, ms, planted} of scenario.trades(symbol, at, at + hourMs)) {
      const {error, jump, movement} = planted!
      movements.add(movement)
      count++
      if (error !== 0) {
        wrong++
        assert.ok(Math.abs(error) >= 0.01 && Math.abs(error) <= 0.5)
      }
      const right = price / (1 + error)
      if (jump && jump.ms !== jumpedMs) {
        assert.ok(jump.ms <= ms)
        if (level !== undefined && jump.ms > at) {
          jumps++
          const size = Math.abs(jump.size)
          assert.ok(size > 0.015 && size < 0.11, String(size))
          // The price moves between two trades as well, more for a volatile symbol.
          assert.ok(Math.abs(right / level / (1 + jump.size) - 1) < 0.004 * movement, `${symbol} ${ms}`)
        }
      } else if (level !== undefined)
        assert.ok(Math.abs(right / level - 1) < 0.004 * movement, `${symbol} ${ms}: ${level} to ${right}`)
      level = right
      jumpedMs = jump?.ms
    }
  }
  assert.deepEqual([...movements].sort(), [1, 12, 4])
  assert.ok(Math.abs(wrong / count / 0.02 - 1) < 0.25, `${wrong} of ${count}`)
  assert.ok(jumps > 10, String(jumps))
})

test('GET /trades tells the label, the socket does not', async (t) => {
  const simulator = await simulated(t, {outliers: 0.5})
  const {body} = await simulator.request(
    '/trades?symbol=AAPL&from=2026-11-23T05:00:00Z&to=2026-11-23T05:10:00Z',
  )
  const errors = (body as {planted: {error: number}}[]).map(({planted}) => planted.error)
  assert.ok(errors.some((error) => error !== 0) && errors.includes(0))
})
