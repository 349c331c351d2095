/**
 * Renders the crontab. Its lines run at the right instants in every zone of the host. They do not use
 * CRON_TZ, because crons treat it differently. Offsets of zones are multiples of 15 minutes. So a line reads
 * the clock in UTC four times an hour, and starts fin at each of its times. Those times are the union over
 * all offsets of the schedule's zone. `--only-if-scheduled` ends a run that is an hour off, or on another
 * day, immediately with exit 0. Hours are always "*", so that no cron skips or repeats a line when the host
 * changes to daylight-saving time.
 */
import type {Schedule} from '../define.js'
import {readCron} from './cron.js'
import type {LoadedLine} from './lines.js'
import {crontabWord} from './words.js'
import {offsetsOf} from '../zone.js'

const dayMinutes = 24 * 60
const two = (n: number) => String(n).padStart(2, '0')

export function renderCrontab(lines: readonly LoadedLine[]): string {
  const head = `# Generated from the schedules of the jobs: fin schedule render. Do not edit.
#
# Install:  crontab crontab/fin.crontab     (as the user that runs fin; it replaces that user's crontab)
# The lines are right in every time zone of the host, because each reads the clock in UTC.
# PATH must hold fin and node. Jobs start in the user's home folder: fin reads the .env file there.
# The output of runs goes to CRON_LOG. Runs missed while the host was down: fin schedule due
SHELL=/bin/sh
PATH=/usr/local/bin:/usr/bin:/bin
CRON_LOG=fin-cron.log
MAILTO=""
RANDOM_DELAY=0
`
  const byJob = new Map<string, LoadedLine[]>()
  for (const line of lines) byJob.set(line.job, [...(byJob.get(line.job) ?? []), line])
  const blocks = [...byJob.values()].map((ofJob) =>
    [
      `# ${ofJob[0]?.job}: ${ofJob[0]?.summary.replace(/\s+/g, ' ')}`,
      ...ofJob.flatMap((line) => [
        ...line.schedules.map(({cron, zone}) => `#   ${cron}  ${zone}`),
        crontabLine(line),
      ]),
    ].join('\n'),
  )
  return `${[head, ...blocks].join('\n')}${blocks.length > 0 ? '\n' : ''}`
}

/** One crontab line: five fields and a command. */
export function crontabLine(line: LoadedLine): string {
  const times = utcTimes(line.schedules)
  const minutes = [
    ...new Set(times.flatMap((time) => [0, 15, 30, 45].map((later) => (time + later) % 60))),
  ].sort((a, b) => a - b)
  const isExact =
    times.length === minutes.length * 24 && !line.schedules.some(({cron}) => readCron(cron).restrictsDays)
  const fin = [
    'fin',
    ...line.command.map(crontabWord),
    ...(isExact ? [] : ['--only-if-scheduled']),
    '>>"$CRON_LOG"',
    '2>&1',
  ].join(' ')
  const command =
    times.length === minutes.length * 24
      ? fin
      : `case $(date -u +\\%H:\\%M) in ${patterns(times, minutes)}) ${fin};; esac`
  return `${minuteField(minutes)} * * * * ${command}`
}

/**
 * The times of day in UTC, as minutes after midnight, at which a scheduled run can fall at any offset of its
 * zone.
 */
function utcTimes(schedules: readonly Schedule[]): number[] {
  const times = new Set<number>()
  for (const {cron, zone} of schedules)
    for (const minute of readCron(cron).minutes)
      for (const offset of offsetsOf(zone))
        times.add((((minute - offset) % dayMinutes) + dayMinutes) % dayMinutes)
  return [...times].sort((a, b) => a - b)
}

/**
 * `19:00|20:00`, `*:30`, `13:*`, `13:[12345]?`: shell patterns that match these times and no other minute at
 * which cron starts the line.
 */
function patterns(times: readonly number[], lineMinutes: readonly number[]): string {
  const byMinute = group(
    times,
    (time) => time % 60,
    (time) => Math.floor(time / 60),
  )
  if ([...byMinute.values()].every((hours) => hours.length === 24))
    return [...byMinute.keys()].map((minute) => `*:${two(minute)}`).join('|')
  const byHour = group(
    times,
    (time) => Math.floor(time / 60),
    (time) => time % 60,
  )
  return [...byHour]
    .flatMap(([hour, minutes]) =>
      minutes.length === lineMinutes.length
        ? [`${two(hour)}:*`]
        : minutePatterns(minutes).map((minute) => `${two(hour)}:${minute}`),
    )
    .join('|')
}

/** `30`; or `0[123456789]` and `[12345]?` for 1 to 59, because a cron refuses a long command. */
function minutePatterns(minutes: readonly number[]): string[] {
  const byTens = group(
    minutes,
    (minute) => Math.floor(minute / 10),
    (minute) => minute % 10,
  )
  const tensByUnits = new Map<string, number[]>()
  for (const [tens, units] of byTens)
    tensByUnits.set(units.join(''), [...(tensByUnits.get(units.join('')) ?? []), tens])
  return [...tensByUnits].map(
    ([units, tens]) => oneOf(tens.join('')) + (units.length === 10 ? '?' : oneOf(units)),
  )
}

function oneOf(digits: string): string {
  return digits.length === 1 ? digits : `[${digits}]`
}

function group(
  times: readonly number[],
  key: (time: number) => number,
  value: (time: number) => number,
): Map<number, number[]> {
  const groups = new Map<number, number[]>()
  for (const time of times) groups.set(key(time), [...(groups.get(key(time)) ?? []), value(time)])
  return groups
}

function minuteField(minutes: readonly number[]): string {
  if (minutes.length === 60) return '*'
  const step = 60 / minutes.length
  const isEven = step < 15 && minutes.every((minute, at) => minute === at * step)
  return isEven ? `*/${step}` : minutes.join(',')
}
