/**
 * Renders the crontab. Its lines fire at the right instants whatever the host's zone, and whatever its cron
 * does with CRON_TZ, which it does not use: offsets of zones are multiples of 15 minutes, so a line looks
 * four times an hour at the clock in UTC, and starts fin when one of its times has come. Those times are the
 * union over all offsets of the schedule's zone; `--only-if-scheduled` ends the run that is an hour off, or
 * on another day, at once and with exit 0. Hours are always "*": then no cron skips or repeats a line when
 * the host itself changes to daylight-saving time.
 */
import type {Schedule} from '../define.js'
import {readCron} from './cron.js'
import type {ScheduledLine} from './jobs.js'
import {crontabWord} from './words.js'
import {offsetsOf} from '../zone.js'

const dayMinutes = 24 * 60
const two = (n: number) => String(n).padStart(2, '0')

export function renderCrontab(lines: readonly ScheduledLine[]): string {
  const head = `# Generated from the schedules of the jobs: fin schedule render. Do not edit.
#
# Install:  crontab crontab/fin.crontab     (as the user that runs fin; it replaces that user's crontab)
# The lines are right in every time zone of the host; each looks at the clock in UTC itself.
# PATH must hold fin and node. Jobs start in the user's home folder: fin reads the .env file there.
# What runs say goes to CRON_LOG. Runs missed while the host was down: fin schedule due
SHELL=/bin/sh
PATH=/usr/local/bin:/usr/bin:/bin
CRON_LOG=fin-cron.log
MAILTO=""
RANDOM_DELAY=0
`
  const units = new Map<string, ScheduledLine[]>()
  for (const line of lines) units.set(line.unit, [...(units.get(line.unit) ?? []), line])
  const blocks = [...units.values()].map((ofUnit) =>
    [
      `# ${ofUnit[0]?.unit}: ${ofUnit[0]?.summary.replace(/\s+/g, ' ')}`,
      ...ofUnit.flatMap((line) => [
        ...line.firings.map((firing) => `#   ${firing.cron}  ${firing.zone}`),
        crontabLine(line),
      ]),
    ].join('\n'),
  )
  return `${[head, ...blocks].join('\n')}${blocks.length > 0 ? '\n' : ''}`
}

/** One line of five fields and a command. */
export function crontabLine(line: ScheduledLine): string {
  const times = utcTimes(line.firings)
  const minutes = [
    ...new Set(times.flatMap((time) => [0, 15, 30, 45].map((later) => (time + later) % 60))),
  ].sort((a, b) => a - b)
  const isExact =
    times.length === minutes.length * 24 && !line.firings.some(({cron}) => readCron(cron).restrictsDays)
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
 * The times of day in UTC, as minutes after midnight, at which the firings can fall, at any offset of their
 * zones.
 */
function utcTimes(firings: readonly Schedule[]): number[] {
  const times = new Set<number>()
  for (const {cron, zone} of firings)
    for (const minute of readCron(cron).minutes)
      for (const offset of offsetsOf(zone))
        times.add((((minute - offset) % dayMinutes) + dayMinutes) % dayMinutes)
  return [...times].sort((a, b) => a - b)
}

/**
 * `19:00|20:00`, `*:30`, `13:*|14:*`: shell patterns that hold for these times and for no other minute on
 * which the line fires.
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
        : minutes.map((minute) => `${two(hour)}:${two(minute)}`),
    )
    .join('|')
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
