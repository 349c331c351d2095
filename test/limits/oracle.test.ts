/**
 * The ledger against a naive count: random limits, latencies, deaths and releases. Each reservation must be
 * free by plain counting, no earlier instant may have been free, and the requests that the provider counted
 * never exceed a limit.
 */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import fc from 'fast-check'
import type {Limit} from '../../src/lib/define.js'
import {QuotaSpent} from '../../src/lib/errors.js'
import {fakeClock} from '../clock.js'
import {full, soak} from '../size.js'
import {type Opened, openForFile, provider, twoCredentials, twoSecrets} from './settings.js'

let opened: Opened
openForFile((one) => {
  opened = one
})

/** A request as the oracle stores it. */
interface Known {
  label: string
  goAt: number
  countsUntil: number
  /** The instant at which the provider counted it. */
  counted: number
  posts: number
}

const lengths: Record<string, number> = {second: 1000, minute: 60_000, '15 minutes': 900_000, day: 86_400_000}
const dayText = new Intl.DateTimeFormat('en-CA', {timeZone: 'America/New_York', dateStyle: 'short'})
const posts = (limit: Limit, one: {posts: number}) => (limit.unit === 'posts' ? one.posts : 1)

/** Whether a request at `t` would be within every limit, by plain counting. */
function fits(
  limits: readonly Limit[],
  known: readonly Known[],
  label: string,
  cost: number,
  t: number,
): boolean {
  return limits.every((limit) => {
    const same = known.filter((one) => limit.of !== 'credential' || one.label === label)
    const inside = same.filter(({countsUntil}) =>
      limit.window === 'sliding'
        ? countsUntil > t - lengths[limit.per]!
        : dayText.format(countsUntil) >= dayText.format(t),
    )
    return (
      inside.reduce((sum, one) => sum + posts(limit, one), 0) + posts(limit, {posts: cost}) <= limit.requests
    )
  })
}

/**
 * The earliest instant that fits: now, the last reservation, or an instant at which a request leaves a
 * window.
 */
function earliest(
  limits: readonly Limit[],
  known: readonly Known[],
  label: string,
  cost: number,
  now: number,
): number {
  const mine = known.filter((one) => one.label === label || limits.some(({of}) => of !== 'credential'))
  const floor = Math.max(now, ...mine.map(({goAt}) => goAt))
  const candidates = [
    floor,
    ...known.flatMap(({countsUntil}) =>
      limits.map((limit) =>
        limit.window === 'sliding' ? countsUntil + lengths[limit.per]! : nextMidnight(countsUntil),
      ),
    ),
  ]
  return Math.min(...candidates.filter((t) => t >= floor && fits(limits, known, label, cost, t)))
}

function nextMidnight(at: number): number {
  const today = dayText.format(at)
  // the offset of New York is whole hours, so its midnights are among these instants
  let t = Math.floor(at / 3_600_000) * 3_600_000
  while (dayText.format(t) === today) t += 3_600_000
  return t
}

function overfull(limits: readonly Limit[], known: readonly Known[]): string | undefined {
  for (const limit of limits) {
    for (const last of known) {
      const inside = known.filter(
        (one) =>
          (limit.of !== 'credential' || one.label === last.label) &&
          (limit.window === 'sliding'
            ? one.counted <= last.counted && one.counted > last.counted - lengths[limit.per]!
            : dayText.format(one.counted) === dayText.format(last.counted)),
      )
      const sum = inside.reduce((total, one) => total + posts(limit, one), 0)
      if (sum > limit.requests)
        return `${sum} of ${JSON.stringify(limit)} at ${new Date(last.counted).toISOString()}`
    }
  }
  return undefined
}

const limitOf = fc
  .record({
    requests: fc.integer({min: 1, max: 5}),
    unit: fc.constantFrom('requests' as const, 'posts' as const),
    per: fc.constantFrom('second' as const, 'minute' as const, '15 minutes' as const, 'day' as const),
    of: fc.constantFrom('credential' as const, 'address' as const),
    calendar: fc.boolean(),
  })
  .map(({calendar, per, requests, unit, of}): Limit => ({
    requests: unit === 'posts' ? requests * 3 : requests,
    unit,
    per,
    of,
    window: calendar && per === 'day' ? {startsAt: '00:00 America/New_York'} : 'sliding',
  }))
const step = fc.record({
  pauseMs: fc.oneof(fc.integer({min: 0, max: 3000}), fc.integer({min: 0, max: 3_600_000})),
  posts: fc.integer({min: 0, max: 3}),
  latencyMs: fc.integer({min: 0, max: 1900}),
  fraction: fc.double({min: 0, max: 1, noNaN: true}),
  end: fc.constantFrom(
    'answered' as const,
    'answered' as const,
    'refused' as const,
    'failed' as const,
    'died' as const,
    'given back' as const,
  ),
})

test(
  'every reservation is the earliest that plain counting allows, and no window is ever overfull',
  {timeout: 300_000},
  async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(limitOf, {minLength: 1, maxLength: 3}),
        fc.boolean(),
        fc.constantFrom('2026-03-07T22:00:00Z', '2026-10-31T20:00:00Z', '2028-02-28T18:00:00Z'),
        fc.array(step, {minLength: 5, maxLength: 25}),
        async (limits, keyed, start, steps) => {
          const north = {...provider(limits, keyed ? twoCredentials : {}), name: `oracle-${++run}`}
          const labels = keyed ? ['1', '2'] : ['keyless']
          const clock = fakeClock(start)
          const known: Known[] = []
          for (const {pauseMs, posts: cost, latencyMs, fraction, end} of steps) {
            clock.advance(pauseMs)
            const now = clock.now().getTime()
            const expected = Math.min(...labels.map((label) => earliest(limits, known, label, cost, now)))
            const ledger = opened.ledger(clock, keyed ? twoSecrets : {}) // as another process
            const reservation = await ledger
              .reserve({provider: north, job: 'cpi', cost: {posts: cost}})
              .catch((error: unknown) => {
                if (!(error instanceof QuotaSpent)) throw error
                assert.equal(error.until?.getTime(), expected)
                assert.ok(expected - now > 65_000)
                return undefined
              })
            if (!reservation) continue
            assert.equal(reservation.goAt.getTime(), expected)
            const goAt = reservation.goAt.getTime()
            if (end === 'given back') {
              await reservation.release()
              continue
            }
            await reservation.started()
            if (end === 'died') {
              known.push({
                label: reservation.label,
                goAt,
                countsUntil: goAt + 2000,
                counted: goAt + Math.floor(fraction * 2000),
                posts: cost,
              })
              continue
            }
            clock.advance(latencyMs)
            const answered = goAt + latencyMs
            await reservation.finish({outcome: end, ...(end === 'answered' ? {posts: 0} : {})})
            const countsUntil = end === 'failed' ? Math.max(goAt + 2000, answered + 1) : answered + 1
            known.push({
              label: reservation.label,
              goAt,
              countsUntil,
              counted: goAt + Math.floor(fraction * latencyMs),
              posts: end === 'answered' ? 0 : cost,
            })
          }
          assert.equal(overfull(limits, known), undefined)
        },
      ),
      {numRuns: soak ? 100 : full ? 75 : 35, endOnFailure: false},
    )
  },
)
