import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Cron} from 'croner'
import fc from 'fast-check'
import {readCron} from '../../src/lib/schedule/cron.js'
import {
  isScheduledForMinute,
  scheduledRunsBetween,
  scheduledRunsOf,
  latestScheduledRun,
  nextScheduledRuns,
} from '../../src/lib/schedule/scheduled-runs.js'
import {wallText} from '../../src/lib/zone.js'
import {scheduledAt} from './lines.js'

const newYork = 'America/New_York'
const next = (cron: string, zone: string, from: string, count: number) =>
  nextScheduledRuns([scheduledAt(cron, zone)], new Date(from), count).map(({at}) => at.toISOString())
const latest = (cron: string, zone: string, at: string) =>
  latestScheduledRun([scheduledAt(cron, zone)], new Date(at))?.at.toISOString()

test('a time that daylight saving skips runs once, an hour later by the clock', () => {
  assert.deepEqual(next('30 2 * * *', newYork, '2026-03-07T00:00:00Z', 3), [
    '2026-03-07T07:30:00.000Z',
    '2026-03-08T07:30:00.000Z',
    '2026-03-09T06:30:00.000Z',
  ])
  assert.equal(latest('30 2 * * *', newYork, '2026-03-08T23:00:00Z'), '2026-03-08T07:30:00.000Z')
})

test('a time that occurs twice runs at its first occurrence', () => {
  assert.deepEqual(next('30 1 * * *', newYork, '2026-10-31T00:00:00Z', 3), [
    '2026-10-31T05:30:00.000Z',
    '2026-11-01T05:30:00.000Z',
    '2026-11-02T06:30:00.000Z',
  ])
  assert.equal(latest('30 1 * * *', newYork, '2026-11-01T07:00:00Z'), '2026-11-01T05:30:00.000Z')
})

test('every half hour across both clock changes: in order, none twice', () => {
  assert.deepEqual(next('*/30 * * * *', newYork, '2026-03-08T06:15:00Z', 4), [
    '2026-03-08T06:30:00.000Z',
    '2026-03-08T07:00:00.000Z',
    '2026-03-08T07:30:00.000Z',
    '2026-03-08T08:00:00.000Z',
  ])
  assert.deepEqual(
    next('*/30 * * * *', newYork, '2026-11-01T05:15:00Z', 3),
    ['2026-11-01T05:30:00.000Z', '2026-11-01T07:00:00.000Z', '2026-11-01T07:30:00.000Z'],
    'the repeated hour is left out',
  )
})

test('a weekly afternoon keeps its wall clock across the change; Seoul has no change', () => {
  assert.deepEqual(next('0 15 * * 1', newYork, '2026-03-01T00:00:00Z', 2), [
    '2026-03-02T20:00:00.000Z',
    '2026-03-09T19:00:00.000Z',
  ])
  assert.deepEqual(next('0 1 * * 1', 'Asia/Seoul', '2026-03-01T00:00:00Z', 3), [
    '2026-03-01T16:00:00.000Z',
    '2026-03-08T16:00:00.000Z',
    '2026-03-15T16:00:00.000Z',
  ])
})

test('leap day, month ends and the end of the year', () => {
  assert.deepEqual(next('0 0 29 2 *', 'UTC', '2096-03-01T00:00:00Z', 2), [
    '2104-02-29T00:00:00.000Z',
    '2108-02-29T00:00:00.000Z',
  ])
  assert.equal(latest('0 0 29 2 *', 'UTC', '2026-01-01T00:00:00Z'), '2024-02-29T00:00:00.000Z')
  assert.deepEqual(next('0 12 31 * *', 'UTC', '2026-01-31T12:00:00Z', 2), [
    '2026-03-31T12:00:00.000Z',
    '2026-05-31T12:00:00.000Z',
  ])
  assert.deepEqual(next('0 3 1 1 *', 'Asia/Seoul', '2026-12-31T00:00:00Z', 1), ['2026-12-31T18:00:00.000Z'])
  assert.deepEqual(next('59 23 31 12 *', newYork, '2026-12-31T00:00:00Z', 1), ['2027-01-01T04:59:00.000Z'])
  assert.deepEqual(next('0 0 30 2 *', 'UTC', '2026-01-01T00:00:00Z', 1), [])
  assert.equal(latest('0 0 30 2 *', 'UTC', '2026-01-01T00:00:00Z'), undefined)
})

test('the latest scheduled run may be the instant itself, the next ones come after it', () => {
  assert.equal(latest('0 6 * * *', 'UTC', '2026-03-09T06:00:00Z'), '2026-03-09T06:00:00.000Z')
  assert.equal(latest('0 6 * * *', 'UTC', '2026-03-09T05:59:59.999Z'), '2026-03-08T06:00:00.000Z')
  assert.deepEqual(next('0 6 * * *', 'UTC', '2026-03-09T06:00:00Z', 1), ['2026-03-10T06:00:00.000Z'])
  assert.deepEqual(next('0 6 * * *', 'UTC', '2026-03-09T05:59:59.999Z', 1), ['2026-03-09T06:00:00.000Z'])
})

test('the latest of several scheduled runs is chosen and named', () => {
  const schedule = [
    scheduledAt('0 3 * * *', 'UTC', {args: ['a']}),
    scheduledAt('0 15 * * *', 'UTC', {args: ['b']}),
  ]
  assert.deepEqual(latestScheduledRun(schedule, new Date('2026-03-02T16:00:00Z'))?.schedule.args, ['b'])
  assert.deepEqual(latestScheduledRun(schedule, new Date('2026-03-02T14:00:00Z'))?.schedule.args, ['a'])
  assert.deepEqual(
    nextScheduledRuns(schedule, new Date('2026-03-02T14:00:00Z'), 3).map(({schedule: {args}}) => args?.[0]),
    ['b', 'a', 'b'],
  )
  assert.equal(latestScheduledRun([], new Date('2026-03-02T14:00:00Z')), undefined)
})

test('exactly on the minute', () => {
  const schedule = [scheduledAt('30 1 * * *', newYork)]
  assert.equal(isScheduledForMinute(schedule, new Date('2026-11-01T05:30:59.999Z')), true)
  assert.equal(
    isScheduledForMinute(schedule, new Date('2026-11-01T06:30:00Z')),
    false,
    'the second 01:30 of that night',
  )
  assert.equal(isScheduledForMinute(schedule, new Date('2026-11-01T05:31:00Z')), false)
  assert.equal(isScheduledForMinute(schedule, new Date('2026-11-01T05:29:59Z')), false)
})

test('a command line has the scheduled runs with its arguments', () => {
  const plain = scheduledAt('0 1 * * *')
  const primary = scheduledAt('0 2 * * *', 'UTC', {args: ['--token', 'primary']})
  const secondary = scheduledAt('0 6 * * *', 'UTC', {args: ['--token', 'secondary']})
  const schedule = [plain, primary, secondary]
  assert.deepEqual(
    scheduledRunsOf(schedule, ['fin', 'ingest', 'x-posts', '--token', 'primary', '--only-if-scheduled']),
    [primary],
  )
  assert.deepEqual(scheduledRunsOf(schedule, ['fin', 'ingest', 'x-posts']), [plain])
  assert.deepEqual(scheduledRunsOf([primary, secondary], ['--token=secondary']), [secondary])
  assert.deepEqual(
    scheduledRunsOf([primary, secondary], ['fin', 'ingest', 'x-posts']),
    [primary, secondary],
    'by hand, without arguments',
  )
})

test('agrees with croner in UTC on any expression, forwards and backwards', () => {
  const part = (low: number, high: number) =>
    fc.oneof(
      fc.constant('*'),
      fc.integer({min: low, max: high}).map(String),
      fc
        .tuple(fc.integer({min: low, max: high}), fc.integer({min: low, max: high}))
        .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
      fc
        .uniqueArray(fc.integer({min: low, max: high}), {minLength: 2, maxLength: 4})
        .map((list) => list.join(',')),
      fc.integer({min: 2, max: Math.max(2, Math.floor((high - low) / 2))}).map((step) => `*/${step}`),
    )
  const days = fc.oneof(
    part(1, 28).map((day) => `${day} * *`),
    part(0, 6).map((day) => `* * ${day}`),
    part(1, 12).map((month) => `* ${month} *`),
  )
  fc.assert(
    fc.property(
      part(0, 59),
      part(0, 23),
      days,
      fc.integer({min: Date.UTC(2020, 0, 1), max: Date.UTC(2035, 0, 1)}),
      (minute, hour, rest, from) => {
        const cron = `${minute} ${hour} ${rest}`
        const expected = new Cron(cron, {utcOffset: 0, mode: '5-part'})
          .nextRuns(4, new Date(from))
          .map((at) => at.toISOString())
        assert.deepEqual(next(cron, 'UTC', new Date(from).toISOString(), 4), expected, cron)
        assert.equal(latest(cron, 'UTC', expected[2] ?? ''), expected[2])
        assert.equal(
          latest(cron, 'UTC', new Date(Date.parse(expected[2] ?? '') - 1).toISOString()),
          expected[1],
        )
      },
    ),
    {numRuns: 150, seed: 7},
  )
})

test('a month of 60 jobs takes milliseconds', () => {
  const schedules = Array.from({length: 60}, (_, n) => [
    scheduledAt(`${n} ${n % 24} * * *`, ['UTC', newYork, 'Asia/Seoul'][n % 3]),
  ])
  const started = performance.now()
  const count = schedules.reduce(
    (sum, schedule) =>
      sum +
      scheduledRunsBetween(schedule, new Date('2026-02-28T23:59:59Z'), new Date('2026-03-31T23:59:59Z'))
        .length,
    0,
  )
  assert.equal(
    count,
    60 * 31 + 2,
    'two evenings in New York are counted once more: the clock changes in between',
  )
  assert.ok(performance.now() - started < 1000)
})

test('expressions that crons read differently are refused, with a reason', () => {
  for (const cron of [
    '60 * * * *',
    '* * *',
    '0 0 L * *',
    '0 0 * * 7',
    '0 0 * * mon',
    '0 0 1 * 1',
    '@daily',
    '0  0 * * *',
    '5/5 * * * *',
    '0 25 * * *',
    '0 0 0 * *',
  ])
    assert.throws(() => readCron(cron), /is not usable/, cron)
  assert.throws(
    () => nextScheduledRuns([scheduledAt('0 0 * * *', 'Mars/Olympus')], new Date('2026-01-01'), 1),
    /"Mars\/Olympus" is not a time zone/,
  )
})

test('a zone has its wall clock', () => {
  assert.equal(wallText(new Date('2026-03-01T16:00:00Z'), 'Asia/Seoul'), '2026-03-02 01:00')
  assert.equal(wallText(new Date('2026-07-01T16:00:00Z'), newYork), '2026-07-01 12:00')
})
