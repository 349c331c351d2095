/** Processes that wait on one credential together reach the declared rate, and never pass it. */
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import type {Limit} from '../../src/lib/define.js'
import {type Postgres, postgres} from '../servers.js'
import {full, fullTest} from '../size.js'
import {race, type RaceResult, slidingHeadroom} from './race.js'

let server: Postgres
before(async () => {
  server = await postgres()
})
after(() => server.stop())

const perSecond = (requests: number): Limit => ({
  requests,
  per: 'second',
  of: 'credential',
  window: 'sliding',
})
const perMinute = (requests: number): Limit => ({
  requests,
  per: 'minute',
  of: 'credential',
  window: 'sliding',
})
const ofAddress: Limit = {requests: 1, per: 'second', of: 'address', window: 'sliding'}

/** The share of the declared rate that was reached between the first request and the last. */
function shareOf({arrivals}: RaceResult, perMs: number): number {
  const times = arrivals.map(({at}) => at).sort((a, b) => a - b)
  return (times.length - 1) / ((times.at(-1)! - times[0]!) * perMs)
}

/** Nothing was refused or lost, and each racer had its turn. */
function assertFair({arrivals, failures, lost}: RaceResult, processes: number): void {
  assert.deepEqual(failures, [])
  assert.equal(lost, 0)
  assert.equal(arrivals.filter(({refused}) => refused).length, 0)
  const least = arrivals.length / processes / 2
  for (let at = 1; at <= processes; at++) {
    const own = arrivals.filter(({racer}) => racer === `racer-${at}`).length
    assert.ok(own >= least, `racer-${at} made ${own} of ${arrivals.length} requests`)
  }
}

const races: Record<string, {limits: Limit[]; processes: number; ms: number; requests: number}> = {
  'one process, one a second': {limits: [perSecond(1)], processes: 1, ms: 1_000, requests: 1},
  'two processes, one a second': {limits: [perSecond(1)], processes: 2, ms: 1_000, requests: 1},
  'three processes, one a second and address': {
    limits: [ofAddress, perMinute(60)],
    processes: 3,
    ms: 1_000,
    requests: 1,
  },
  'four processes, two a second': {limits: [perSecond(2)], processes: 4, ms: 1_000, requests: 2},
  'two processes, ten a minute': {limits: [perMinute(10)], processes: 2, ms: 60_000, requests: 10},
}

const everyDay = ['two processes, one a second', 'four processes, two a second']

for (const [name, {limits, processes, ms, requests}] of Object.entries(races))
  if (full || everyDay.includes(name))
    test(`${name}: 90 % of the declared rate on simulated time`, {timeout: 120_000}, async (t) => {
      const result = await race({
        databaseUrl: await server.withSchema('limits', 'simulated'),
        limits,
        keys: 1,
        processes,
        from: '2026-03-02T14:00:00Z',
        ends: ms === 60_000 ? '2026-03-02T14:08:00Z' : `2026-03-02T14:00:${full ? 30 : 20}Z`,
        latencyMs: (seen) => 10 + ((seen.length * 37) % 50),
        allows: slidingHeadroom([{requests, ms}]),
      })
      const share = shareOf(result, requests / ms)
      t.diagnostic(`${Math.round(share * 100)} % of the declared rate, ${result.arrivals.length} requests`)
      assertFair(result, processes)
      assert.ok(share >= 0.9, `only ${share} of the declared rate`)
    })

fullTest('two processes, one a second, in real time', {timeout: 120_000}, async (t) => {
  const result = await race({
    databaseUrl: await server.withSchema('limits', 'real'),
    limits: [perSecond(1)],
    keys: 1,
    processes: 2,
    ends: 30_000,
    allows: slidingHeadroom([{requests: 1, ms: 1_000}]),
  })
  const share = shareOf(result, 1 / 1_000)
  t.diagnostic(`${Math.round(share * 100)} % of the declared rate, ${result.arrivals.length} requests`)
  assertFair(result, 2)
  assert.ok(share >= 0.9, `only ${share} of the declared rate`)
})
