/** The market at an instant: its state, the sessions around it, and what its values are counted from. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {isRefreshMinute, latestRefresh, marketAt, nextOpening} from '../../src/lib/market/sessions.js'
import {hourMs, minuteMs} from '../../src/lib/time.js'

const text = (at: Date) => at.toISOString().replace(':00.000', '')
const at = (instant: string) => new Date(instant)

/** `open 2026-11-27T14:30 after 2026-11-25T14:30`: the state, and the openings of both sessions. */
function shown(instant: string): string {
  const {state, latest, previous} = marketAt(at(instant))
  return `${state} ${text(latest.opens)} after ${text(previous.opens)}`
}

test('the day of trading begins with its extended hours', () => {
  for (const [instant, expected] of [
    // Wednesday, 25 November
    ['2026-11-25T08:59:59Z', 'closed 2026-11-24T14:30Z after 2026-11-23T14:30Z'],
    ['2026-11-25T09:00:00Z', 'pre-market 2026-11-25T14:30Z after 2026-11-24T14:30Z'],
    ['2026-11-25T14:29:59Z', 'pre-market 2026-11-25T14:30Z after 2026-11-24T14:30Z'],
    ['2026-11-25T14:30:00Z', 'open 2026-11-25T14:30Z after 2026-11-24T14:30Z'],
    ['2026-11-25T20:59:59Z', 'open 2026-11-25T14:30Z after 2026-11-24T14:30Z'],
    ['2026-11-25T21:00:00Z', 'after-hours 2026-11-25T14:30Z after 2026-11-24T14:30Z'],
    ['2026-11-26T01:00:00Z', 'closed 2026-11-25T14:30Z after 2026-11-24T14:30Z'],
    // Thanksgiving, and the day after it with its early close
    ['2026-11-26T15:00:00Z', 'closed 2026-11-25T14:30Z after 2026-11-24T14:30Z'],
    ['2026-11-27T15:00:00Z', 'open 2026-11-27T14:30Z after 2026-11-25T14:30Z'],
    ['2026-11-27T18:00:00Z', 'after-hours 2026-11-27T14:30Z after 2026-11-25T14:30Z'],
    ['2026-11-27T22:00:00Z', 'closed 2026-11-27T14:30Z after 2026-11-25T14:30Z'],
    // a Monday in Seoul is a Sunday in New York, and a Saturday there begins in Friday's session
    ['2026-11-29T16:00:00Z', 'closed 2026-11-27T14:30Z after 2026-11-25T14:30Z'],
    ['2026-11-20T16:00:00Z', 'open 2026-11-20T14:30Z after 2026-11-19T14:30Z'],
    // the clock of New York changes on 8 March and on 1 November
    ['2026-03-06T14:30:00Z', 'open 2026-03-06T14:30Z after 2026-03-05T14:30Z'],
    ['2026-03-09T13:29:00Z', 'pre-market 2026-03-09T13:30Z after 2026-03-06T14:30Z'],
    ['2026-03-09T13:30:00Z', 'open 2026-03-09T13:30Z after 2026-03-06T14:30Z'],
    ['2026-10-30T13:30:00Z', 'open 2026-10-30T13:30Z after 2026-10-29T13:30Z'],
    ['2026-11-02T13:30:00Z', 'pre-market 2026-11-02T14:30Z after 2026-10-30T13:30Z'],
  ] as const)
    assert.equal(shown(instant), expected, instant)
})

test('trades count up to the minute, and in a closed market up to the end of the extended hours', () => {
  const until = (instant: string) => text(marketAt(at(instant)).until)
  assert.equal(until('2026-11-25T15:00:59.999Z'), '2026-11-25T15:00Z')
  assert.equal(until('2026-11-26T01:00:00Z'), '2026-11-26T01:00Z')
  for (const closed of ['2026-11-26T01:01:00Z', '2026-11-26T15:00:00Z', '2026-11-27T08:59:00Z'])
    assert.equal(until(closed), '2026-11-26T01:00Z', closed)
})

test('a price is stale after half an hour of regular hours, over nights and weekends', () => {
  const staleBefore = (instant: string) => text(marketAt(at(instant)).staleBefore)
  for (const [instant, expected] of [
    ['2026-11-25T16:00:00Z', '2026-11-25T15:30Z'],
    ['2026-11-25T15:00:00Z', '2026-11-25T14:30Z'],
    ['2026-11-25T14:50:00Z', '2026-11-24T20:50Z'],
    ['2026-11-25T12:00:00Z', '2026-11-24T20:30Z'],
    ['2026-11-26T15:00:00Z', '2026-11-25T20:30Z'],
    ['2026-11-27T14:40:00Z', '2026-11-25T20:40Z'],
    ['2026-11-29T15:00:00Z', '2026-11-27T17:30Z'],
  ] as const)
    assert.equal(staleBefore(instant), expected, instant)
})

test('the next opening is over weekends, holidays and changes of the clock', () => {
  for (const [instant, expected] of [
    ['2026-11-25T14:29:59Z', '2026-11-25T14:30Z'],
    ['2026-11-25T14:30:00Z', '2026-11-27T14:30Z'],
    ['2026-11-27T18:00:00Z', '2026-11-30T14:30Z'],
    ['2026-03-07T00:00:00Z', '2026-03-09T13:30Z'],
    ['2026-10-31T00:00:00Z', '2026-11-02T14:30Z'],
    ['2026-12-31T21:00:00Z', '2027-01-04T14:30Z'],
  ] as const)
    assert.equal(text(nextOpening(at(instant))), expected, instant)
})

test('a cache works each minute of a session, and outside it on the hour', () => {
  const firstMs = Date.parse('2026-11-25T12:00Z')
  let refreshes = 0
  let latest = ''
  for (let ms = firstMs; ms < firstMs + 60 * hourMs; ms += minuteMs) {
    const market = marketAt(new Date(ms + 30_000))
    if (isRefreshMinute(market)) {
      refreshes++
      latest = market.at.toISOString()
    }
    if (latest !== '') assert.equal(latestRefresh(new Date(ms + 30_000)).toISOString(), latest)
  }
  // 390 minutes on Wednesday, 210 on Friday; of 60 hours, 6 and 3 begin in a session
  assert.equal(refreshes, 390 + 210 + (60 - 6 - 3))
})
