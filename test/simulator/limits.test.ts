import assert from 'node:assert/strict'
import {test} from 'node:test'
import fc from 'fast-check'
import type {Limit, Provider} from '../../src/lib/define.js'
import {createLimiter} from '../../src/simulator/limits.js'

const at = Date.UTC(2026, 10, 23, 6)
const sliding = (requests: number, per: Limit['per'], of: Limit['of'] = 'credential'): Limit => ({
  requests,
  per,
  of,
  window: 'sliding',
})
const provider = (...limits: Limit[]): Provider => ({name: 'p', baseUrl: 'https://p.example', limits})
const allowed = (arrival: {refused: unknown}) => arrival.refused === undefined

test('a trailing window has headroom again exactly one length later, and not one millisecond earlier', () => {
  const limiter = createLimiter({})
  const five = provider(sliding(5, 'minute'))
  for (let n = 0; n < 5; n++) assert.ok(allowed(limiter.arrive(five, 'a', at + n)))
  const refusal = limiter.arrive(five, 'a', at + 10)
  assert.deepEqual(refusal.refused, {limit: five.limits[0], untilMs: at + 60_000})
  assert.ok(!allowed(limiter.arrive(five, 'a', at + 59_999)))
  assert.ok(allowed(limiter.arrive(five, 'a', at + 60_000)))
  assert.ok(!allowed(limiter.arrive(five, 'a', at + 60_000)))
  assert.ok(allowed(limiter.arrive(five, 'a', at + 60_001)))
  assert.equal(limiter.peaks()[0]?.most, 5)
})

test('each credential is counted separately, an address in total, and refused requests not at all', () => {
  const limiter = createLimiter({})
  const both = provider(sliding(2, 'minute'), sliding(3, 'day', 'address'))
  assert.ok(allowed(limiter.arrive(both, 'a', at)) && allowed(limiter.arrive(both, 'a', at)))
  for (let n = 0; n < 9; n++) assert.ok(!allowed(limiter.arrive(both, 'a', at + n)))
  assert.ok(allowed(limiter.arrive(both, 'b', at + 20)))
  assert.equal(limiter.arrive(both, 'b', at + 21).refused?.limit.per, 'day')
  assert.equal(limiter.arrive(both, 'c', at + 86_400_000 - 1).refused?.untilMs, at + 86_400_000)
  assert.ok(allowed(limiter.arrive(both, 'c', at + 86_400_000)))
})

test('a day begins at midnight in New York, across both clock changes', () => {
  const daily: Limit = {
    requests: 1,
    per: 'day',
    of: 'credential',
    window: {startsAt: '00:00 America/New_York'},
  }
  for (const [before, midnight] of [
    ['2026-03-08T12:00:00Z', '2026-03-09T04:00:00Z'],
    ['2026-11-01T12:00:00Z', '2026-11-02T05:00:00Z'],
    ['2026-03-07T12:00:00Z', '2026-03-08T05:00:00Z'],
  ] as const) {
    const limiter = createLimiter({})
    assert.ok(allowed(limiter.arrive(provider(daily), 'a', Date.parse(before))))
    assert.equal(
      limiter.arrive(provider(daily), 'a', Date.parse(midnight) - 1).refused?.untilMs,
      Date.parse(midnight),
    )
    assert.ok(allowed(limiter.arrive(provider(daily), 'a', Date.parse(midnight))))
  }
})

test('a month begins on its first day in UTC', () => {
  const monthly = provider({
    requests: 2,
    per: 'month',
    of: 'credential',
    window: {startsAt: 'first of month UTC'},
  })
  const limiter = createLimiter({})
  for (const instant of [
    '2026-01-31T23:00:00Z',
    '2026-01-31T23:59:59.999Z',
    '2026-02-01T00:00:00Z',
    '2026-02-28T00:00:00Z',
  ])
    assert.ok(allowed(limiter.arrive(monthly, 'a', Date.parse(instant))), instant)
  assert.equal(
    limiter.arrive(monthly, 'a', Date.parse('2026-02-28T10:00:00Z')).refused?.untilMs,
    Date.parse('2026-03-01T00:00:00Z'),
  )
})

test('without a credential the keyless limits apply, separate from those of credentials; a setting replaces a number', () => {
  const two: Provider = {
    ...provider(sliding(3, 'minute')),
    keyless: {limits: [sliding(1, 'minute', 'address')]},
    settings: [{variable: 'P_PER_MINUTE', per: 'minute', of: 'credential', doc: 'a'}],
  }
  const limiter = createLimiter({P_PER_MINUTE: '4'})
  assert.ok(allowed(limiter.arrive(two, undefined, at)))
  assert.ok(!allowed(limiter.arrive(two, undefined, at + 1)))
  for (let n = 0; n < 4; n++) assert.ok(allowed(limiter.arrive(two, 'a', at + n)))
  assert.ok(!allowed(limiter.arrive(two, 'a', at + 5)))
  assert.throws(() => createLimiter({P_PER_MINUTE: 'many'}).arrive(two, 'a', at), /P_PER_MINUTE/)
})

test('for any arrivals no trailing window holds more than allowed, and no request is refused while there is headroom', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({min: 0, max: 400}), {maxLength: 300}),
      fc.integer({min: 1, max: 7}),
      (gaps, most) => {
        const limiter = createLimiter({})
        const of = provider(sliding(most, 'second'))
        const accepted: number[] = []
        let ms = at
        for (const gap of gaps) {
          ms += gap
          const held = accepted.filter((earlier) => earlier > ms - 1000).length
          assert.equal(allowed(limiter.arrive(of, 'a', ms)), held < most)
          if (held < most) accepted.push(ms)
        }
      },
    ),
  )
})
