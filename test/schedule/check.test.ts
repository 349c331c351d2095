import assert from 'node:assert/strict'
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test} from 'node:test'
import {reservedDemands} from '../../src/lib/cli/reserved.js'
import {listSchedules} from '../../src/lib/schedule/listing.js'
import {missedLines, type ScheduledRun} from '../../src/lib/schedule/missed.js'
import {scheduleProblems} from '../../src/lib/schedule/problems.js'
import {checkQuota, demandsOf} from '../../src/lib/schedule/quota-check.js'
import {
  differences,
  foreignFiles,
  imageFrom,
  renderAll,
  writeRendered,
} from '../../src/lib/schedule/rendered.js'
import {loadLines} from '../../src/lib/schedule/lines.js'
import {collector, command, counted, scheduledAt, manyCommands, manyLines} from './lines.js'

const at = new Date('2026-03-02T12:00:00Z')
const lines = loadLines

test('writing is repeatable, and files of jobs without a schedule are deleted', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'fin-render-'))
  t.after(() => rmSync(root, {recursive: true}))
  const all = renderAll(await manyLines(), 'fin:1')
  assert.equal(writeRendered(all, root).length, all.size)
  assert.deepEqual(differences(all, root), [])
  assert.deepEqual(writeRendered(all, root), [])
  for (const [file, text] of all)
    assert.match(
      text,
      /^# Generated from the schedules of the jobs: fin schedule render\. Do not edit\.\n/,
      file,
    )
  writeFileSync(join(root, 'k8s/cronjobs/ingest-hourly.yaml'), 'edited\n')
  writeFileSync(join(root, 'k8s/cronjobs/notes.txt'), 'not generated\n')
  writeFileSync(join(root, 'k8s/cronjobs/my-own.yaml'), 'kind: CronJob\n')
  const fewer = renderAll(await lines(manyCommands.filter(({id}) => id !== 'cache:prices')), 'fin:1')
  assert.deepEqual(
    differences(fewer, root).map(({file, is}) => `${file} ${is}`),
    [
      'crontab/fin.crontab different',
      'k8s/cronjobs/ingest-hourly.yaml different',
      'k8s/cronjobs/cache-prices.yaml stale',
    ],
  )
  writeRendered(fewer, root)
  assert.deepEqual(differences(fewer, root), [])
  assert.ok(readdirSync(join(root, 'k8s/cronjobs')).includes('notes.txt'))
  assert.deepEqual(foreignFiles(fewer, root), ['k8s/cronjobs/my-own.yaml'], 'fin did not write it')
  assert.equal(readFileSync(join(root, 'k8s/cronjobs/my-own.yaml'), 'utf8'), 'kind: CronJob\n')
  assert.doesNotMatch(readFileSync(join(root, 'crontab/fin.crontab'), 'utf8'), /prices/)
})

test('--image takes the name of an image only', () => {
  assert.equal(imageFrom(undefined, '1.2.3'), 'fin:1.2.3')
  const digest = `sha256:${'0a'.repeat(32)}`
  for (const image of ['fin', 'fin:1', 'r.example.com:5000/a/b_c:V1.0', `r.example.com/fin@${digest}`])
    assert.equal(imageFrom(image, '1.2.3'), image)
  for (const image of ['', ' ', 'fin:1\nkind: Pod', 'fin 1', 'fin:', 'Fin', '-fin', '$(fin)'])
    assert.throws(() => imageFrom(image, '1.2.3'), {
      name: 'NeedsPerson',
      message: `--image is ${JSON.stringify(image)}, which is not the name of an image`,
    })
})

test('a correct schedule has no problems', async () => {
  assert.deepEqual(
    scheduleProblems(await manyLines(), at).filter(({kind}) => kind !== 'note'),
    [],
  )
})

test('each kind of mistake is named, with its job', async () => {
  const problems = async (...commands: Parameters<typeof lines>[0]) =>
    scheduleProblems(await lines(commands), at).map(({unit, problem, kind}) => `${kind} ${unit}: ${problem}`)
  const only = async (...args: Parameters<typeof scheduledAt>) =>
    problems(collector('x', [scheduledAt(...args)]))
  assert.match(
    (await only('0 2 * * *', 'America/New_York'))[0] ?? '',
    /^error x: .*2026-03-08 02:00, which daylight-saving time skips or repeats/,
  )
  assert.match((await only('30 1 * * *', 'America/New_York'))[0] ?? '', /2026-11-01 01:30/)
  assert.match((await only('0 * * * *', 'Europe/London'))[0] ?? '', /skips or repeats/)
  assert.deepEqual(await only('30 1 * * 1', 'America/New_York'), [], 'the change is on a Sunday')
  assert.match((await only('0 0 30 2 *'))[0] ?? '', /never fires/)
  assert.match((await only('0 0 * * 7'))[0] ?? '', /^unreadable x: .*Sunday is 0/)
  assert.match((await only('0 0 * * *', 'Asia/Soul'))[0] ?? '', /is not a time zone/)
  assert.match(
    (await problems(collector('x', [scheduledAt('0 6 * * *'), scheduledAt('0 */6 * * *')])))[0] ?? '',
    /^error x: fin ingest x fires twice at 2026-03-03T06:00/,
  )
  assert.deepEqual(
    await problems(
      collector('x', [
        scheduledAt('0 6 * * *', 'UTC', {args: ['a']}),
        scheduledAt('0 6 * * *', 'UTC', {args: ['b']}),
      ]),
    ),
    [],
  )
  assert.match(
    (
      await problems(
        command('map:x', {mapper: {name: 'x', summary: '', schedule: [scheduledAt('0 6 * * *')]}}, false),
      )
    )[0] ?? '',
    /does not take --only-if-scheduled/,
  )
  const crowd = await problems(
    ...Array.from({length: 9}, (_, n) => collector(`unit-${n}`, [scheduledAt('0 6 * * *')])),
  )
  assert.equal(crowd.length, 1)
  assert.match(crowd[0] ?? '', /^note unit-0: 9 commands start at 2026-03-03T06:00/)
})

test('quota check: the reserved requests of the fullest window, per provider, limit and credential', async () => {
  const targets = Array.from({length: 10}, (_, n) => `T${n}`)
  const demands = demandsOf(
    await lines([
      collector('ten', [scheduledAt('0 6 * * *')], {targets}),
      collector('batched', [scheduledAt('0 7 * * *')], {
        targets,
        sources: {counted: {provider: counted, batch: 4}},
      }),
      collector('monthly', [scheduledAt('0 8 1 * *')]),
      collector('planned', [scheduledAt('0 8 * * *')], {targets: 'select_everything'}),
      collector('news', [scheduledAt('0 */2 * * *', 'UTC', {args: ['--token', 'news']})]),
    ]),
  )
  const rows = checkQuota(demands, at).map(
    ({per, credential, reserved, allowed, units, fits}) =>
      `${per} ${credential} ${reserved}/${allowed} ${fits} ${units}`,
  )
  assert.deepEqual(rows, [
    'day any 14/25 true batched, monthly, ten',
    'day news 12/25 true news',
    'month any 404/300 false batched, monthly, ten',
    'month news 372/300 false news',
  ])
  assert.equal(
    checkQuota(demands, at, {COUNTED_REQUESTS_PER_DAY: '10'})[0]?.fits,
    false,
    'the setting of a user counts',
  )
  const claiming = (rank: number) => ({
    claim: {rank, requests: 3, everyDays: 1, atLeastEveryDays: 1, rationale: 'it is worth it'},
  })
  const claimed = reservedDemands(
    await lines([
      collector('alpha', [scheduledAt('0 6 * * *')], claiming(20)),
      collector('beta', [scheduledAt('0 7 * * *')], claiming(10)),
      collector('by-hand', [scheduledAt('0 8 1 * *')]),
      collector('divided', [scheduledAt('0 * * * *')], {claim: {...claiming(5).claim, atLeastEveryDays: 9}}),
    ]),
  )
  assert.deepEqual(
    checkQuota(claimed, at).map(({per, reserved, units}) => `${per} ${reserved} ${units}`),
    ['day 7 beta, alpha, by-hand', 'month 187 beta, alpha, by-hand'],
    'in the order of the claims, the most valuable first; a job that may be throttled reserves nothing',
  )
  const limited = demandsOf(
    await lines([
      collector('planned', [scheduledAt('0 8 * * *', 'UTC', {args: ['--limit', '7']})], {
        targets: 'select_everything',
      }),
    ]),
  )
  assert.deepEqual(
    limited.map(({requests}) => requests),
    [7],
  )
})

test('windows: sliding ones hold 23-hour days, a day of the provider starts at its midnight', async () => {
  const reservedOf = async (cron: string, zone: string, window: 'sliding' | {startsAt: string}) => {
    const provider = {...counted, limits: [{requests: 10, per: 'day' as const, of: 'user' as const, window}]}
    const demands = demandsOf(
      await lines([collector('x', [scheduledAt(cron, zone)], {sources: {a: {provider}}})]),
    )
    return checkQuota(demands, at)[0]?.reserved
  }
  assert.equal(await reservedOf('0 6 * * *', 'UTC', 'sliding'), 1)
  assert.equal(await reservedOf('0 6 * * *', 'America/New_York', 'sliding'), 2)
  assert.equal(await reservedOf('0 6 * * *', 'America/New_York', {startsAt: '00:00 America/New_York'}), 1)
  assert.equal(await reservedOf('0 1,23 * * *', 'UTC', {startsAt: '00:00 UTC'}), 2)
  assert.equal(await reservedOf('0 1,23 * * *', 'UTC', {startsAt: '12:00 UTC'}), 2)
  assert.equal(await reservedOf('0 12 * * *', 'UTC', {startsAt: '12:00 UTC'}), 1)
})

test('listing: UTC, the zone of the schedule and the zone of the user, the next run first', async () => {
  const rows = listSchedules(
    await lines([
      collector('later', [scheduledAt('0 6 * * 2')]),
      collector('cpi', [scheduledAt('0 15 * * 1', 'America/New_York', {catchUp: 'all'})]),
      collector('never', [scheduledAt('0 0 30 2 *')]),
    ]),
    at,
    'Asia/Seoul',
  )
  assert.deepEqual(rows[0], {
    unit: 'cpi',
    command: 'fin ingest cpi',
    cron: '0 15 * * 1',
    zone: 'America/New_York',
    next_utc: '2026-03-02T20:00:00.000Z',
    next_in_zone: '2026-03-02 15:00',
    next_here: '2026-03-03 05:00',
    here: 'Asia/Seoul',
    catch_up: 'all',
  })
  assert.deepEqual(rows.map(({unit, next_utc}) => `${unit} ${next_utc}`).slice(1), [
    'later 2026-03-03T06:00:00.000Z',
    'never null',
  ])
})

test('missed: found from the runs, by catch-up policy', async () => {
  const run = (job: string, scheduled: string | null, more: Partial<ScheduledRun> = {}): ScheduledRun => ({
    unit: job,
    command: `fin ingest ${job}`,
    scheduled_at: scheduled,
    started_at: scheduled ?? '2026-03-01T00:00:00Z',
    outcome: 'done',
    targets_left: 0,
    host: 'h',
    pid: 1,
    ...more,
  })
  const all = await lines([
    collector('every', [scheduledAt('0 6 * * *', 'UTC', {catchUp: 'all'})]),
    collector('newest', [scheduledAt('0 6 * * *')]),
    collector('never', [scheduledAt('0 6 * * *', 'UTC', {catchUp: 'none'})]),
  ])
  const since = new Date('2026-02-25T00:00:00Z')
  const missed = (runs: ScheduledRun[], lost = false) =>
    missedLines(all, runs, since, at, () => lost).map(
      ({unit, missed: when, why}) => `${unit} ${when.slice(0, 10)} ${why}`,
    )
  assert.deepEqual(
    missed([]),
    ['every 2026-03-02 no run', 'newest 2026-03-02 no run'],
    'no run yet: the latest only',
  )
  assert.deepEqual(
    missed([
      run('every', '2026-02-27T06:00:00Z'),
      run('every', '2026-03-01T06:00:00Z'),
      run('newest', '2026-03-01T06:00:00Z'),
    ]),
    ['every 2026-02-28 no run', 'every 2026-03-02 no run', 'newest 2026-03-02 no run'],
  )
  const done = [
    run('every', '2026-03-02T06:00:00Z'),
    run('newest', null, {started_at: '2026-03-02T09:30:00.123456Z', outcome: 'quota spent'}),
  ]
  assert.deepEqual(missed(done), [])
  assert.deepEqual(
    missed([
      run('every', '2026-03-02T06:00:00Z', {outcome: 'failed'}),
      run('newest', '2026-03-02T06:00:00Z', {outcome: 'interrupted'}),
    ]),
    ['every 2026-03-02 its run failed', 'newest 2026-03-02 its run was interrupted'],
  )
  const running = [
    run('every', '2026-03-02T06:00:00Z', {outcome: 'running'}),
    run('newest', '2026-03-02T06:00:00Z', {outcome: 'running'}),
  ]
  assert.deepEqual(missed(running), [])
  const nothing = [
    run('every', '2026-03-02T06:00:00Z', {outcome: 'nothing due'}),
    run('newest', '2026-03-02T06:00:00Z', {outcome: 'nothing due'}),
  ]
  assert.deepEqual(
    missed(nothing),
    ['every', 'newest'].map((job) => `${job} 2026-03-02 nothing was due, and nothing has succeeded since`),
  )
  const caughtUp = ['every', 'newest'].map((job) =>
    run(job, '2026-03-01T06:00:00Z', {started_at: '2026-03-02T06:00:05Z'}),
  )
  assert.deepEqual(
    missed([...nothing, ...caughtUp]),
    [],
    'a run for an earlier scheduled run, made after this one, catches up on it',
  )
  assert.deepEqual(
    missed([
      run('every', '2026-03-02T06:00:00Z', {outcome: 'quota spent', targets_left: 3}),
      run('newest', '2026-03-02T06:00:00Z', {command: 'fin ingest newest --target=a'}),
    ]),
    ['every 2026-03-02 its quota was spent', 'newest 2026-03-02 no run'],
  )
  assert.deepEqual(missed(running, true), [
    'every 2026-03-02 its process died',
    'newest 2026-03-02 its process died',
  ])
})

test('missed: a run counts only for the command line with its arguments', async () => {
  const all = await lines([
    collector('x-posts', [
      scheduledAt('0 2 * * *', 'UTC', {args: ['--token', 'primary']}),
      scheduledAt('0 6 * * *', 'UTC', {args: ['--token', 'secondary']}),
    ]),
  ])
  const run = {
    unit: 'x-posts',
    command: 'fin ingest x-posts --token primary',
    scheduled_at: '2026-03-02T06:00:00Z',
    started_at: '2026-03-02T06:00:00Z',
    outcome: 'done',
    targets_left: 0,
    host: 'h',
    pid: 1,
  }
  const missed = missedLines(all, [run], new Date('2026-03-01T12:00:00Z'), at, () => false)
  assert.deepEqual(missed, [
    {
      unit: 'x-posts',
      missed: '2026-03-02T06:00:00.000Z',
      catch_up: 'latest',
      why: 'no run',
      command: 'fin ingest x-posts --token secondary --at 2026-03-02T06:00:00.000Z',
    },
  ])
})
