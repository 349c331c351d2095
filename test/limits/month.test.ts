/**
 * Days of a provider that begin at midnight in New York, on simulated time: a day of 25 hours, and in a full
 * run two weeks with a day of 23 hours. A soak run has all of March.
 */
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import type {Limit} from '../../src/lib/define.js'
import {type Postgres, postgres} from '../servers.js'
import {full, soak} from '../size.js'
import {type Arrival, killAt, race, type RaceOptions} from './race.js'

let server: Postgres
before(async () => {
  server = await postgres()
})
after(() => server.stop())

const limits: Limit[] = [
  {requests: 5, per: 'minute', of: 'credential', window: 'sliding'},
  {requests: 25, per: 'day', of: 'credential', window: {startsAt: '00:00 America/New_York'}},
]
const dayText = new Intl.DateTimeFormat('en-CA', {timeZone: 'America/New_York', dateStyle: 'short'})

const allows: RaceOptions['allows'] = (arrivals, key, at) => {
  const same = arrivals.filter((arrival) => arrival.key === key)
  const today = same.filter((arrival) => dayText.format(arrival.at) === dayText.format(at))
  return today.length < 25 && same.filter((arrival) => arrival.at > at - 60_000).length < 5
}

function perDay(arrivals: readonly Arrival[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const {key, at} of arrivals)
    counts.set(`${dayText.format(at)} ${key}`, (counts.get(`${dayText.format(at)} ${key}`) ?? 0) + 1)
  return counts
}

for (const {name, from, ends, days} of [
  // from shortly before a midnight there, so that requests fall on the boundary
  {
    name: `${soak ? 'all' : 'two weeks'} of March, with a day of 23 hours`,
    from: '2026-03-01T04:57:30Z',
    ...(soak ? {ends: '2026-04-01T03:59:00Z', days: 31} : {ends: '2026-03-15T03:59:00Z', days: 14}),
  },
  {
    name: 'the turn of October, with a day of 25 hours',
    ...(full
      ? {from: '2026-10-31T03:57:30Z', ends: '2026-11-03T04:59:00Z', days: 3}
      : {from: '2026-11-01T03:57:30Z', ends: '2026-11-02T04:59:00Z', days: 1}),
  },
].slice(full ? 0 : 1)) {
  test(name, {timeout: 600_000}, async () => {
    const {arrivals, killed, failures} = await race({
      databaseUrl: await server.withSchema('limits', 'simulated'),
      limits,
      processes: soak ? 8 : full ? 6 : 4,
      from,
      ends,
      allows,
      dies: {'racer-2': 3},
      kills: killAt(full ? [40, 120] : [20, 60], ['racer-2']),
      latencyMs: (seen) => (seen.length * 31) % 80,
    })
    assert.deepEqual(failures, [])
    assert.equal(killed, 3)
    assert.deepEqual(
      arrivals.filter(({refused}) => refused),
      [],
    )
    const counts = perDay(arrivals)
    const first = [...counts].slice(0, 2)
    assert.ok(
      first.every(([, count]) => count >= 10 && count <= 15),
      `three minutes of the first day: ${JSON.stringify(first)}`,
    )
    const whole = [...counts].filter(([key]) => key.slice(0, 10) > dayText.format(Date.parse(from)))
    assert.equal(whole.length, days * 2)
    assert.ok(whole.every(([, count]) => count <= 25))
    // the only waste is the reservation of a process that died before its use
    const used = whole.reduce((sum, [, count]) => sum + count, 0)
    assert.ok(used >= days * 50 - 1, `${used} of ${days * 50}`)
  })
}
