/**
 * The calendar of the exchanges in New York: every day of thirteen years against nyse-sessions.csv, which
 * nyse-sessions.py writes.
 */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {test} from 'node:test'
import {marketDay, tradingAt, wallHours} from '../../src/lib/market/hours.js'
import {dayMs, isoDay} from '../../src/lib/time.js'
import {root} from '../paths.js'

const [head = '', names, ...lines] = readFileSync(join(root, 'test', 'market', 'nyse-sessions.csv'), 'utf8')
  .trimEnd()
  .split('\n')
const published = new Map(lines.map((line) => line.split(',')).map(([day, ...session]) => [day, session]))
const text = (at: Date) => at.toISOString().replace('.000', '')

/** `2026-11-27 early close 14:30-18:00 23:30-03:00 (reason)`: the hours in UTC and in Seoul. */
function shown(day: string): string {
  const {state, session, reason} = marketDay(day)
  const hours = session ? ` ${wallHours(session, 'UTC')} ${wallHours(session, 'Asia/Seoul')}` : ''
  return `${day} ${state}${hours}${reason === undefined ? '' : ` (${reason})`}`
}

test('every day from 2015 to 2027 has the published session, or none', () => {
  assert.match(head, /^# XNYS of exchange-calendars \d/)
  assert.equal(names, 'day,opens_at,closes_at')
  const wrong: string[] = []
  let days = 0
  let sessions = 0
  for (let ms = Date.parse('2015-01-01'); ms <= Date.parse('2027-12-31'); ms += dayMs) {
    const day = isoDay(ms)
    const {session, state, reason} = marketDay(day)
    const found = session ? [text(session.opens), text(session.closes)] : []
    const expected = published.get(day) ?? []
    const isEarly = session && session.closes.getTime() - session.opens.getTime() < dayMs / 4
    const expectedState = expected.length === 0 ? 'closed' : isEarly ? 'early close' : 'open'
    if (
      found.join() !== expected.join() ||
      state !== expectedState ||
      (reason === undefined) !== (state === 'open')
    )
      wrong.push(`${shown(day)}, published: ${expected.join() || 'none'}`)
    days++
    if (session) sessions++
  }
  assert.deepEqual(wrong, [])
  assert.deepEqual([days, sessions], [4_748, published.size])
})

test('the clock of New York changes in March and November, that of Seoul never', () => {
  assert.deepEqual(['2026-03-06', '2026-03-08', '2026-03-09'].map(shown), [
    '2026-03-06 open 14:30-21:00 23:30-06:00',
    '2026-03-08 closed (Sunday)',
    '2026-03-09 open 13:30-20:00 22:30-05:00',
  ])
  assert.deepEqual(['2026-10-30', '2026-11-01', '2026-11-02'].map(shown), [
    '2026-10-30 open 13:30-20:00 22:30-05:00',
    '2026-11-01 closed (Sunday)',
    '2026-11-02 open 14:30-21:00 23:30-06:00',
  ])
})

test('a holiday, an early close and a closure without a rule have a reason', () => {
  assert.deepEqual(['2026-11-26', '2026-11-27', '2025-01-09', '2018-12-05', '2028-02-29'].map(shown), [
    '2026-11-26 closed (Thanksgiving Day)',
    '2026-11-27 early close 14:30-18:00 23:30-03:00 (day after Thanksgiving)',
    '2025-01-09 closed (mourning for Jimmy Carter)',
    '2018-12-05 closed (mourning for George H. W. Bush)',
    '2028-02-29 open 14:30-21:00 23:30-06:00',
  ])
  assert.deepEqual(
    ['2025-07-03', '2025-07-04', '2026-07-03', '2027-06-18', '2027-07-02', '2027-07-05'].map(shown),
    [
      '2025-07-03 early close 13:30-17:00 22:30-02:00 (day before Independence Day)',
      '2025-07-04 closed (Independence Day)',
      '2026-07-03 closed (Independence Day, observed)',
      '2027-06-18 closed (Juneteenth, observed)',
      '2027-07-02 open 13:30-20:00 22:30-05:00',
      '2027-07-05 closed (Independence Day, observed)',
    ],
  )
})

test('the end of a year: a New Year on a Saturday is not observed', () => {
  assert.deepEqual(
    ['2021-12-24', '2021-12-31', '2022-01-01', '2022-01-03', '2022-12-30', '2023-01-02'].map(shown),
    [
      '2021-12-24 closed (Christmas Day, observed)',
      '2021-12-31 open 14:30-21:00 23:30-06:00',
      '2022-01-01 closed (Saturday)',
      '2022-01-03 open 14:30-21:00 23:30-06:00',
      '2022-12-30 open 14:30-21:00 23:30-06:00',
      "2023-01-02 closed (New Year's Day, observed)",
    ],
  )
})

test('an instant is in a session, in extended hours, or in none', () => {
  const at = (instant: string) => {
    const trading = tradingAt(new Date(instant))
    return trading ? `${trading.hours} ${trading.sinceMs / 60_000}` : 'closed'
  }
  for (const [instant, expected] of [
    // the Wednesday before Thanksgiving, in UTC
    ['2026-11-25T08:59:59Z', 'closed'],
    ['2026-11-25T09:00:00Z', 'extended 0'],
    ['2026-11-25T14:29:00Z', 'extended 329'],
    ['2026-11-25T14:30:00Z', 'regular 0'],
    ['2026-11-25T20:59:00Z', 'regular 389'],
    ['2026-11-25T21:00:00Z', 'extended 0'],
    ['2026-11-26T00:59:00Z', 'extended 239'],
    ['2026-11-26T01:00:00Z', 'closed'],
    ['2026-11-26T15:00:00Z', 'closed'],
    // the day after it
    ['2026-11-27T17:59:00Z', 'regular 209'],
    ['2026-11-27T18:00:00Z', 'extended 0'],
    ['2026-11-27T22:00:00Z', 'closed'],
    // Friday's session after midnight in Seoul, and Sunday in New York on a Monday in Seoul
    ['2026-05-16T01:00:00+09:00', 'regular 150'],
    ['2026-05-18T01:00:00+09:00', 'closed'],
    // the last day before a change of the clock, and the first after it
    ['2026-03-06T14:29:00Z', 'extended 329'],
    ['2026-03-09T13:30:00Z', 'regular 0'],
    ['2026-03-09T08:00:00Z', 'extended 0'],
  ] as const)
    assert.equal(at(instant), expected, instant)
})
