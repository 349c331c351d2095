/**
 * The due targets and the instants at which they are due again: on fixed instants, together with the
 * schedule.
 */
import assert from 'node:assert/strict'
import {describe, test} from 'node:test'
import fc from 'fast-check'
import {coingeckoTickers} from '../../src/lib/collectors/coingecko-tickers.js'
import {companyOverview} from '../../src/lib/collectors/company-overview.js'
import {earningsNews} from '../../src/lib/collectors/earnings-news.js'
import {newsSentiment} from '../../src/lib/collectors/news-sentiment.js'
import type {Schedule} from '../../src/lib/define.js'
import {daily, hourly, weekly} from '../../src/lib/define-schedule.js'
import type {AnyTarget} from '../../src/lib/define.js'
import {
  afterFailure,
  afterUnknown,
  type RunPlan,
  dueTargets,
  intervalMs,
  isDue,
  type TargetState,
} from '../../src/lib/run/due.js'
import {nothingDue} from '../../src/lib/run/nothing-due.js'
import {latestScheduledRun} from '../../src/lib/schedule/scheduled-runs.js'
import {dayMs, hourMs, minuteMs} from '../../src/lib/time.js'

const now = new Date('2026-11-23T21:00:00Z')
const ago = (ms: number) => new Date(now.getTime() - ms).toISOString()

const state = (more: Partial<TargetState> = {}): TargetState => ({
  target: 'x',
  last_attempt: ago(hourMs),
  last_success: ago(hourMs),
  failures: 0,
  next_due: null,
  cursor: null,
  status: 'active',
  ...more,
})

describe('one target', () => {
  const scheduledAt = new Date('2026-11-23T20:00:00Z') // an hour ago
  const due = (
    known: TargetState | undefined,
    rule: Partial<{now: Date; scheduledAt: Date | undefined}> = {},
  ) => isDue(known, {now, scheduledAt, ...rule})

  test('that was never requested is due, whatever the schedule says', () => {
    assert.equal(due(undefined), true)
    assert.equal(due(undefined, {scheduledAt: undefined}), true)
    assert.equal(due(state({last_attempt: null, last_success: null})), true)
  })

  test('without an interval is due once per scheduled run: a success at its instant or later counts for it', () => {
    assert.equal(due(state({last_success: '2026-11-23T19:59:59.999Z'})), true)
    assert.equal(due(state({last_success: '2026-11-23T20:00:00.000Z'})), false)
    assert.equal(due(state({last_success: '2026-11-23T20:00:00.001Z'})), false)
    assert.equal(due(state({last_success: ago(90 * dayMs)})), true, 'many missed scheduled runs make one')
    assert.equal(
      due(state({last_success: ago(1)}), {scheduledAt: undefined}),
      true,
      'a job without a schedule requests it in every run',
    )
  })

  test('with an interval waits for it, however often a run is scheduled', () => {
    assert.equal(due(state({last_success: ago(2 * dayMs), next_due: '2026-11-23T21:00:00.001Z'})), false)
    assert.equal(due(state({last_success: ago(2 * dayMs), next_due: '2026-11-23T21:00:00.000Z'})), true)
    assert.equal(due(state({last_success: ago(2 * dayMs), next_due: ago(dayMs)})), true)
  })

  test('that failed is due at once the first time, then after its pause', () => {
    assert.equal(due(state({last_success: ago(1), failures: 1})), true)
    assert.equal(due(state({last_success: null, failures: 1})), true)
    assert.equal(due(state({failures: 2, next_due: new Date(now.getTime() + 1).toISOString()})), false)
    assert.equal(due(state({failures: 2, next_due: now.toISOString()})), true)
  })

  test('that the provider does not know waits a month, whatever the schedule says', () => {
    const unknown = state({
      status: 'unknown',
      last_success: null,
      failures: 1,
      next_due: afterUnknown(now).toISOString(),
    })
    assert.equal(afterUnknown(now).toISOString(), '2026-12-23T21:00:00.000Z')
    assert.equal(due(unknown), false)
    assert.equal(due(unknown, {now: new Date(now.getTime() + 30 * dayMs - 1)}), false)
    assert.equal(due(unknown, {now: new Date(now.getTime() + 30 * dayMs)}), true)
  })
})

test('pauses after failures grow from nothing to half a day, and never beyond', () => {
  const pauses = Array.from({length: 12}, (_, n) => {
    const next = afterFailure(now, n + 1)
    return next === null ? 0 : (next.getTime() - now.getTime()) / minuteMs
  })
  assert.deepEqual(pauses, [0, 10, 20, 40, 80, 160, 320, 640, 720, 720, 720, 720])
  assert.equal(afterFailure(now, 0), null)
  assert.equal(afterFailure(now, 1_000_000)?.toISOString(), '2026-11-24T09:00:00.000Z')
})

describe('the order', () => {
  const rule = {now, scheduledAt: now}
  const order = (...states: [string, Partial<TargetState> | undefined, Omit<AnyTarget, 'target'>?][]) => {
    const known = new Map(
      states.flatMap(([target, more]) =>
        more === undefined ? [] : [[target, state({target, ...more})] as const],
      ),
    )
    return dueTargets(
      states.map(([target, , more]) => ({target, ...more})),
      known,
      rule,
    )
      .map(({target}) => target)
      .join(' ')
  }

  test('is failed targets, then new ones, then the one with the oldest success; targets that are not due are left out', () => {
    assert.equal(
      order(
        ['fresh', {last_success: now.toISOString()}],
        ['yesterday', {last_success: ago(dayMs)}],
        ['failed', {last_success: ago(2 * dayMs), failures: 1}],
        ['last-week', {last_success: ago(7 * dayMs)}],
        ['waiting', {failures: 3, next_due: new Date(now.getTime() + hourMs).toISOString()}],
        ['new-b', undefined],
        ['failed-never', {last_success: null, failures: 1}],
        ['new-a', undefined],
      ),
      'failed-never failed new-b new-a last-week yesterday',
    )
  })

  test('puts a target with newer data, also before its interval has passed, before those never requested', () => {
    const later = new Date(now.getTime() + 30 * dayMs).toISOString()
    const [reported, waiting] = [{stale_since: ago(dayMs)}, {next_due: later}]
    assert.equal(
      order(
        ['stale', {last_success: ago(40 * dayMs), next_due: ago(dayMs)}],
        ['reported', {last_success: ago(2 * dayMs), ...waiting}, reported],
        ['requested-since', {last_success: ago(hourMs), ...waiting}, reported],
        [
          'will-report',
          {last_success: ago(2 * dayMs), ...waiting},
          {stale_since: new Date(now.getTime() + 1).toISOString()},
        ],
        ['failed-since', {last_success: ago(2 * dayMs), failures: 2, ...waiting}, reported],
        ['knows-nothing', {last_success: ago(2 * dayMs), ...waiting}, {stale_since: null}],
        ['new', undefined, reported],
      ),
      'reported new stale',
    )
  })

  test('follows the statement where it decides, not interval or schedule; a failed target waits for its next try', () => {
    const later = new Date(now.getTime() + 1).toISOString()
    assert.equal(
      order(
        ['new-but-not-now', undefined, {due_at: null}],
        ['new-and-later', undefined, {due_at: later}],
        ['new', undefined, {due_at: ago(0)}],
        ['requested-today', {last_success: ago(hourMs), next_due: null}, {due_at: ago(dayMs)}],
        ['waits', {failures: 2, next_due: later}, {due_at: ago(dayMs)}],
        ['tried-again', {failures: 2, next_due: ago(1)}, {due_at: ago(dayMs)}],
      ),
      'tried-again new requested-today',
    )
  })

  test('begins with the smaller priority, whatever else is known', () => {
    assert.equal(
      order(
        ['b', {failures: 1}, {priority: 2}],
        ['c', undefined],
        ['a', {last_success: ago(dayMs)}, {priority: -1}],
        ['d', undefined, {priority: 1}],
      ),
      'a c d b',
    )
  })

  test('of equal targets is that of the list', () => {
    assert.equal(order(['c', undefined], ['a', undefined], ['b', undefined]), 'c a b')
    assert.equal(order(['c', {last_success: ago(dayMs)}], ['a', {last_success: ago(dayMs)}]), 'c a')
    assert.equal(order(), '')
  })

  test('holds every due target once, and none that is not due, whatever the states', () => {
    const instant = fc.option(
      fc.integer({min: -60, max: 60}).map((days) => new Date(now.getTime() + days * dayMs).toISOString()),
    )
    const some = fc.record({
      last_success: instant,
      next_due: instant,
      failures: fc.integer({min: 0, max: 20}),
    })
    fc.assert(
      fc.property(fc.array(fc.option(some), {maxLength: 30}), instant, (found, scheduledInstant) => {
        const targets = found.map((_, index) => ({target: `t${index}`}))
        const states = new Map<string, TargetState>(
          found.flatMap((one, index) =>
            one === null ? [] : [[`t${index}`, state({target: `t${index}`, ...one})] as const],
          ),
        )
        const given = {now, scheduledAt: scheduledInstant === null ? undefined : new Date(scheduledInstant)}
        const due = dueTargets(targets, states, given)
        assert.deepEqual(
          due.map(({target}) => target).sort(),
          targets
            .map(({target}) => target)
            .filter((target) => isDue(states.get(target), given))
            .sort(),
        )
      }),
    )
  })
})

test('intervals are a whole number and a unit of time, and nothing else is understood', () => {
  assert.equal(intervalMs('20 hours'), 20 * hourMs)
  assert.equal(intervalMs('1 day'), dayMs)
  assert.equal(intervalMs('30 days'), 30 * dayMs)
  assert.equal(intervalMs('2 weeks'), 14 * dayMs)
  assert.equal(intervalMs('10 minutes'), 10 * minuteMs)
  for (const wrong of [
    '',
    'day',
    '1',
    '1day',
    '1.5 hours',
    '-1 day',
    '1 month',
    '2 fortnights',
    '1 day ',
    'one day',
    '1  day',
    '1 toString',
  ])
    assert.throws(() => intervalMs(wrong), /is not an interval/, wrong)
})

test('a run without a target names the command that brings the list, or the list without an entry', () => {
  const none: RunPlan = {
    due: [],
    all: [],
    states: new Map(),
    left: 0,
    blockedOrDeferred: [],
    scheduledAt: undefined,
  }
  assert.match(nothingDue(companyOverview, none), /run fin ingest sp500-companies first$/)
  assert.match(nothingDue(coingeckoTickers, none), /fin map bithumb-coingecko/)
  assert.match(
    nothingDue(earningsNews, none),
    /run fin ingest sp500-companies and fin ingest earnings-calendar first$/,
  )
  assert.match(nothingDue(newsSentiment, none), /news-sentiment-queries\.csv has no entry for this run$/)
})

describe('due by a schedule in a zone with daylight saving', () => {
  const due = (schedule: readonly Schedule[], success: string, at: string) =>
    isDue(state({last_success: success}), {
      now: new Date(at),
      scheduledAt: latestScheduledRun(schedule, new Date(at))?.at,
    })
  const monday = [weekly('mon 15:00', 'America/New_York')]

  test('a weekly afternoon in New York is 20:00 UTC in winter and 19:00 in summer', () => {
    const inWinter = '2026-03-02T20:00:10Z' // clocks go forward on 8 March
    assert.equal(due(monday, inWinter, '2026-03-09T18:59:59Z'), false)
    assert.equal(due(monday, inWinter, '2026-03-09T19:00:00Z'), true)
    const inSummer = '2026-10-26T19:00:10Z' // clocks go back on 1 November
    assert.equal(due(monday, inSummer, '2026-11-02T19:30:00Z'), false)
    assert.equal(due(monday, inSummer, '2026-11-02T20:00:00Z'), true)
  })

  test('a scheduled time that is skipped still counts that day, once', () => {
    const nightly = [daily('2:30', 'America/New_York')]
    assert.equal(due(nightly, '2026-03-07T07:30:05Z', '2026-03-08T07:29:59Z'), false)
    assert.equal(due(nightly, '2026-03-07T07:30:05Z', '2026-03-08T07:30:00Z'), true)
    assert.equal(due(nightly, '2026-03-08T07:30:05Z', '2026-03-09T06:29:59Z'), false)
    assert.equal(due(nightly, '2026-03-08T07:30:05Z', '2026-03-09T06:30:00Z'), true)
  })

  test('a scheduled time that comes twice counts the first time, and not again an hour later', () => {
    const nightly = [daily('1:30', 'America/New_York')]
    assert.equal(due(nightly, '2026-10-31T05:30:05Z', '2026-11-01T05:30:00Z'), true)
    assert.equal(due(nightly, '2026-11-01T05:30:05Z', '2026-11-01T06:30:00Z'), false)
    assert.equal(due(nightly, '2026-11-01T05:30:05Z', '2026-11-02T06:29:59Z'), false)
    assert.equal(due(nightly, '2026-11-01T05:30:05Z', '2026-11-02T06:30:00Z'), true)
  })

  test('an hourly job is due every hour of both nights', () => {
    const everyHour = [hourly(5)]
    for (const from of ['2026-03-08T00:05:00Z', '2026-11-01T00:05:00Z'])
      for (let hour = 0; hour < 24; hour++) {
        const scheduledRun = new Date(Date.parse(from) + hour * hourMs)
        const before = new Date(scheduledRun.getTime() - hourMs + 1000).toISOString()
        assert.equal(due(everyHour, before, scheduledRun.toISOString()), true, scheduledRun.toISOString())
        assert.equal(
          due(everyHour, before, new Date(scheduledRun.getTime() - 1).toISOString()),
          false,
          scheduledRun.toISOString(),
        )
      }
  })

  test('a target is due after any of several scheduled runs', () => {
    const twice = [daily('6:00', 'Asia/Seoul'), daily('18:00', 'Asia/Seoul')]
    assert.equal(due(twice, '2026-11-22T21:00:10Z', '2026-11-23T08:59:59Z'), false)
    assert.equal(due(twice, '2026-11-22T21:00:10Z', '2026-11-23T09:00:00Z'), true)
  })
})
