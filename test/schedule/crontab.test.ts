import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {test} from 'node:test'
import {CronPattern} from 'croner'
import {IANAZone} from 'luxon'
import {crontabLine, renderCrontab} from '../../src/lib/schedule/crontab.js'
import {isScheduledForMinute, scheduledRunsOf} from '../../src/lib/schedule/scheduled-runs.js'
import {loadLines, type LoadedLine} from '../../src/lib/schedule/lines.js'
import {dayMs, minuteMs} from '../../src/lib/time.js'
import {root} from '../paths.js'
import {full} from '../size.js'
import {collector, scheduledAt, manyCommands, manyLines} from './lines.js'

const yearFrom = Date.UTC(2026, 0, 1)
const yearTo = Date.UTC(2027, 0, 1)

interface Line {
  fields: CronPattern
  /** Shell patterns for HH:MM in UTC; undefined: no guard. */
  guard: RegExp | undefined
  argv: string[]
}

/** Reads a line as a cron and its shell do, independently of the code that wrote it. */
function read(text: string): Line {
  const [, fields, command] = /^((?:\S+ ){4}\S+) (.*)$/.exec(text) ?? assert.fail(text)
  const guarded = /^case \$\(date -u \+\\%H:\\%M\) in (\S+)\) (.*);; esac$/.exec(command ?? '')
  const plain = guarded?.[2] ?? command ?? ''
  return {
    fields: new CronPattern(fields ?? '', undefined, {mode: '5-part'}),
    guard: guarded
      ? new RegExp(`^(${(guarded[1] ?? '').replaceAll('?', '.').replaceAll('*', '..')})$`)
      : undefined,
    argv: plain.replace(/ >>.*$/, '').split(' '),
  }
}

const dayMinutes = dayMs / minuteMs
const clocks = new Map<string, Int32Array>()

/** The local wall clock of a zone, minute by minute of the year. */
function wallClock(zone: string): Int32Array {
  const known = clocks.get(zone)
  if (known) return known
  const hostZone = IANAZone.create(zone)
  const minutes = new Int32Array((yearTo - yearFrom) / minuteMs)
  const offsetAt = (at: number) => hostZone.offset(yearFrom + at * minuteMs)
  for (let day = 0; day < minutes.length; day += dayMinutes) {
    // no zone changes its clock twice a day
    const isSame = offsetAt(day) === offsetAt(day + dayMinutes)
    let offset = offsetAt(day)
    for (let at = day; at < day + dayMinutes; at++) {
      if (!isSame && at % 15 === 0) offset = offsetAt(at)
      minutes[at] = at + offset
    }
  }
  clocks.set(zone, minutes)
  return minutes
}

/** The instants, in UTC, at which the cron of a host starts the line and fin continues. */
function runsOf(line: Line, schedule: LoadedLine['allSchedules'], wall: Int32Array): number[] {
  const runs: number[] = []
  const own = scheduledRunsOf(schedule, line.argv)
  const {minute, hour, day, month, dayOfWeek} = line.fields
  const isGuarded = Array.from(
    {length: dayMinutes},
    (_, at) => line.guard?.test(new Date(at * minuteMs).toISOString().slice(11, 16)) === false,
  )
  let known: {localDay: number; matches: boolean} | undefined
  for (let at = 0; at < wall.length; at++) {
    if (isGuarded[at % dayMinutes]) continue
    const local = wall[at] ?? 0
    const localDay = Math.floor(local / dayMinutes)
    const ofDay = local - localDay * dayMinutes
    if (!minute[ofDay % 60] || !hour[Math.floor(ofDay / 60)]) continue
    if (known?.localDay !== localDay) {
      const date = new Date(yearFrom + localDay * dayMs)
      const matches = day[date.getUTCDate() - 1] && month[date.getUTCMonth()] && dayOfWeek[date.getUTCDay()]
      known = {localDay, matches: Boolean(matches)}
    }
    if (!known.matches) continue
    const instant = new Date(yearFrom + at * minuteMs)
    if (line.argv.includes('--only-if-scheduled') && !isScheduledForMinute(own, instant)) continue
    runs.push(instant.getTime())
  }
  return runs
}

/**
 * The scheduled runs of the year, minute by minute on the wall clock of the schedule's own zone: none of them
 * falls on a clock change.
 */
function expected(line: LoadedLine): number[] {
  return line.schedules
    .flatMap(({cron, zone}) =>
      runsOf(
        {fields: new CronPattern(cron, undefined, {mode: '5-part'}), guard: undefined, argv: []},
        [],
        wallClock(zone),
      ),
    )
    .sort((a, b) => a - b)
}

test('each scheduled run of a year runs exactly once, in any zone of the host', async (t) => {
  const lines = await manyLines()
  const expectedRuns = new Map(lines.map((line) => [line, expected(line)]))
  const others = ['Australia/Lord_Howe', 'UTC', 'Asia/Kolkata', 'Asia/Kathmandu', 'Pacific/Kiritimati']
  for (const zone of ['Asia/Seoul', 'America/New_York', ...(full ? others : [])]) {
    await t.test(zone, () => {
      const wall = wallClock(zone)
      for (const line of lines) {
        const text = crontabLine(line)
        assert.deepEqual(runsOf(read(text), line.allSchedules, wall), expectedRuns.get(line), text)
      }
    })
  }
})

test('the line of a zone with daylight-saving time names both times in UTC and asks fin which one is scheduled', async () => {
  const [line] = await loadLines([collector('cpi', [scheduledAt('0 15 * * 1', 'America/New_York')])])
  assert.ok(line)
  assert.equal(
    crontabLine(line),
    '0,15,30,45 * * * * case $(date -u +\\%H:\\%M) in 19:00|20:00) fin ingest cpi --only-if-scheduled >>"$CRON_LOG" 2>&1;; esac',
  )
})

test('the fields of hour, day and month stay open, so that no cron skips or repeats a line at a clock change of its host', async () => {
  for (const line of await manyLines()) assert.match(crontabLine(line), /^\S+ \* \* \* \* /)
})

test('no line is longer than the 998 characters that the cron of Debian accepts in a command', async () => {
  for (const line of await manyLines()) assert.ok(crontabLine(line).length < 998, crontabLine(line))
  const committed = readFileSync(join(root, 'crontab', 'fin.crontab'), 'utf8').split('\n')
  assert.deepEqual(
    committed.filter((line) => line.length >= 998),
    [],
  )
})

test('no line depends on the meaning of CRON_TZ or TZ in a cron', async () => {
  const text = renderCrontab(await manyLines())
  assert.doesNotMatch(text, /^\s*(CRON_)?TZ\s*=/m)
  assert.match(text, /^RANDOM_DELAY=0$/m)
  assert.match(text, /^SHELL=\/bin\/sh$/m)
})

test('every job has its summary and its schedule above its lines; a command without a schedule has no line', async () => {
  const text = renderCrontab(await manyLines())
  assert.match(
    text,
    /# weekly-seoul: collect weekly-seoul\n# {3}0 1 \* \* 1 {2}Asia\/Seoul\n\S+ \* \* \* \* .*fin ingest weekly-seoul /,
  )
  assert.match(text, /# grouped: collect grouped\n(.*\n){1}.*--token primary(.*\n){2}.*--token secondary/)
  assert.doesNotMatch(text, /db start|not scheduled/)
  for (const line of text.split('\n'))
    assert.ok(line === '' || /^#|^[A-Z_]+=|^[\d*]\S* \* \* \* \* /.test(line), line)
})

test('the rendered text does not depend on the order of the commands', async () => {
  assert.equal(renderCrontab(await loadLines([...manyCommands].reverse())), renderCrontab(await manyLines()))
})

test('sh runs the line at its time only, with its arguments, and logs its output', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'fin-crontab-'))
  t.after(() => rmSync(folder, {recursive: true}))
  const script = (name: string, text: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  script('date', '[ "$1 $2" = "-u +%H:%M" ] && echo "$NOW"')
  script('fin', 'printf "%s|" "$@"; echo; echo problem >&2')
  const [line] = await loadLines([
    collector('odd', [
      scheduledAt('7 15 * * *', 'America/New_York', {args: ['--note', "50% of $HOME's", '--limit=3']}),
    ]),
  ])
  assert.ok(line)
  const log = join(folder, 'log')
  const run = (now: string, text: string) =>
    execFileSync('/bin/sh', ['-c', text], {env: {PATH: `${folder}:/usr/bin:/bin`, NOW: now, CRON_LOG: log}})
  const command = crontabLine(line).split(' ').slice(5).join(' ')
  run('19:08', command.replaceAll('\\%', '%'))
  assert.equal(existsSync(log), false)
  // a cron turns \% into %; a cron that does not leaves it to sh, which does
  run('19:07', command.replaceAll('\\%', '%'))
  run('20:07', command)
  const args = "--note|50% of $HOME's|--limit=3|--only-if-scheduled|"
  assert.equal(readFileSync(log, 'utf8'), `ingest|odd|${args}\nproblem\n`.repeat(2))
})
