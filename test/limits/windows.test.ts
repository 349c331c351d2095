import assert from 'node:assert/strict'
import {test} from 'node:test'
import fc from 'fast-check'
import type {Limit} from '../../src/lib/define.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {freeAfter, limitText, windowStart} from '../../src/lib/limits/windows.js'

const ms = (instant: string) => Date.parse(instant)
const iso = (at: number) => new Date(at).toISOString().replace('.000Z', 'Z')
type Window = Pick<Limit, 'per' | 'window'>
const newYork: Window = {per: 'day', window: {startsAt: '00:00 America/New_York'}}
const month: Window = {per: 'month', window: {startsAt: 'first of month UTC'}}

function frame(window: Window, at: string): [string, string] {
  return [iso(windowStart(window, ms(at))), iso(freeAfter(window, ms(at)))]
}

test('a sliding window ends one length after the request that it counts', () => {
  assert.equal(
    iso(freeAfter({per: 'minute', window: 'sliding'}, ms('2026-03-01T10:00:00Z'))),
    '2026-03-01T10:01:00Z',
  )
  assert.equal(
    iso(freeAfter({per: '12 hours', window: 'sliding'}, ms('2026-03-01T10:00:00Z'))),
    '2026-03-01T22:00:00Z',
  )
  assert.equal(
    iso(freeAfter({per: 'month', window: 'sliding'}, ms('2026-02-01T00:00:00Z'))),
    '2026-03-04T00:00:00Z',
  )
})

test('days of a zone are 23 and 25 hours long when its clock changes', () => {
  assert.deepEqual(frame(newYork, '2026-03-08T12:00:00Z'), ['2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z'])
  assert.deepEqual(frame(newYork, '2026-11-01T12:00:00Z'), ['2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z'])
  // the begin belongs to its window, and the millisecond before it to the previous window
  assert.deepEqual(frame(newYork, '2026-03-09T04:00:00Z'), ['2026-03-09T04:00:00Z', '2026-03-10T04:00:00Z'])
  assert.deepEqual(frame(newYork, '2026-03-09T03:59:59.999Z'), [
    '2026-03-08T05:00:00Z',
    '2026-03-09T04:00:00Z',
  ])
})

test('a window may begin at another time of day, also at a time that daylight saving skips', () => {
  const eight: Window = {per: 'day', window: {startsAt: '08:30 Asia/Seoul'}}
  assert.deepEqual(frame(eight, '2026-05-04T23:29:59Z'), ['2026-05-03T23:30:00Z', '2026-05-04T23:30:00Z'])
  const skipped: Window = {per: 'day', window: {startsAt: '02:30 America/New_York'}}
  assert.deepEqual(frame(skipped, '2026-03-08T12:00:00Z'), ['2026-03-08T07:30:00Z', '2026-03-09T06:30:00Z'])
})

test('months have their own lengths, in a leap year too, in the zone of the provider', () => {
  assert.deepEqual(frame(month, '2028-02-29T23:59:59Z'), ['2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'])
  assert.deepEqual(frame(month, '2026-01-31T12:00:00Z'), ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'])
  assert.deepEqual(frame(month, '2026-12-31T23:59:59Z'), ['2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'])
  const seoul: Window = {per: 'month', window: {startsAt: 'first of month Asia/Seoul'}}
  assert.deepEqual(frame(seoul, '2026-02-28T15:00:00Z'), ['2026-02-28T15:00:00Z', '2026-03-31T15:00:00Z'])
  const morning: Window = {per: 'month', window: {startsAt: 'first of month 08:00 UTC'}}
  assert.deepEqual(frame(morning, '2026-03-01T07:00:00Z'), ['2026-02-01T08:00:00Z', '2026-03-01T08:00:00Z'])
})

test('windows shorter than a day follow one another from its begin, and a short day cuts the last one', () => {
  const half: Window = {per: '12 hours', window: {startsAt: '00:00 America/New_York'}}
  assert.deepEqual(frame(half, '2026-03-08T06:00:00Z'), ['2026-03-08T05:00:00Z', '2026-03-08T17:00:00Z'])
  assert.deepEqual(frame(half, '2026-03-08T18:00:00Z'), ['2026-03-08T17:00:00Z', '2026-03-09T04:00:00Z'])
  assert.deepEqual(frame({per: '15 minutes', window: {startsAt: '00:00 UTC'}}, '2026-03-08T06:20:00Z'), [
    '2026-03-08T06:15:00Z',
    '2026-03-08T06:30:00Z',
  ])
})

test('calendar windows meet without a gap and hold every instant, in any zone', () => {
  const zones = [
    'UTC',
    'America/New_York',
    'Asia/Seoul',
    'Australia/Lord_Howe',
    'America/Havana',
    'Pacific/Apia',
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.constantFrom<Limit['per']>('15 minutes', '12 hours', 'day', 'month'),
      fc.integer({min: 0, max: 23}),
      fc.integer({min: ms('2024-01-01T00:00:00Z'), max: ms('2034-01-01T00:00:00Z')}),
      (zone, per, hour, at) => {
        const window: Window = {
          per,
          window: {
            startsAt: `${per === 'month' ? 'first of month ' : ''}${String(hour).padStart(2, '0')}:00 ${zone}`,
          },
        }
        const [start, end] = [windowStart(window, at), freeAfter(window, at)]
        assert.ok(start <= at && at < end)
        assert.equal(windowStart(window, end), end)
        assert.equal(freeAfter(window, start), end)
        assert.equal(windowStart(window, end - 1), start)
      },
    ),
    {numRuns: 1000},
  )
})

test('a begin that is not a time is refused, and limits read like sentences', () => {
  for (const startsAt of ['25:00 UTC', 'noon', '00:00 Mars/Olympus', ''])
    assert.throws(() => windowStart({per: 'day', window: {startsAt}}, 0), NeedsPerson, startsAt)
  assert.equal(limitText({requests: 25, per: 'day', of: 'credential', window: 'sliding'}), '25 a day')
  assert.equal(
    limitText({requests: 50, per: '12 hours', of: 'credential', window: 'sliding'}),
    '50 in 12 hours',
  )
  assert.equal(
    limitText({requests: 3_000_000, unit: 'posts', per: 'month', of: 'user', window: 'sliding'}),
    '3,000,000 posts a month',
  )
})
