/** Finds problems in the schedules before anything runs. */
import type {Schedule} from '../define.js'
import {messageOf} from '../errors.js'
import {dayMs, minuteMs} from '../time.js'
import {readCron} from './cron.js'
import {scheduledRunsBetween, nextScheduledRuns} from './scheduled-runs.js'
import type {LoadedLine} from './lines.js'
import {checkZone, occurrences, offsetsAround} from '../zone.js'

export interface Problem {
  unit: string
  problem: string
  /** `note`: information, not an error. `unreadable`: the schedule cannot be rendered. */
  kind: 'error' | 'note' | 'unreadable'
}

/** More processes than this that start in one minute are reported as a note. */
const manyAtOnce = 8
const looked = {years: 3, clashDays: 32}

/** The problems of the schedules from `from` on. */
export function scheduleProblems(lines: readonly LoadedLine[], from: Date): Problem[] {
  const unreadable = lines.flatMap((line) =>
    line.schedules
      .flatMap((schedule) => unreadableBy(schedule) ?? [])
      .map((problem): Problem => ({unit: line.job, problem, kind: 'unreadable'})),
  )
  const readable = lines.filter((line) =>
    line.schedules.every((schedule) => unreadableBy(schedule) === undefined),
  )
  const wrong = readable.flatMap((line) =>
    [
      ...line.schedules.flatMap((schedule) => wrongWith(schedule, from)),
      ...(line.filters
        ? []
        : [`fin ${line.command.join(' ')} does not take --only-if-scheduled, which its crontab line needs`]),
    ].map((problem): Problem => ({unit: line.job, problem, kind: 'error'})),
  )
  return [...unreadable, ...wrong, ...clashes(readable, from)]
}

function unreadableBy({cron, zone}: Schedule): string | undefined {
  try {
    readCron(cron)
    checkZone(zone)
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

function wrongWith(schedule: Schedule, from: Date): string[] {
  const {cron, zone} = schedule
  if (nextScheduledRuns([schedule], from, 1).length === 0) return [`"${cron}" never fires`]
  const wall = unsteady(schedule, from)
  if (wall === undefined) return []
  const text = new Date(wall).toISOString().slice(0, 16).replace('T', ' ')
  return [
    `"${cron}" in ${zone} falls on ${text}, which daylight-saving time skips or repeats: crons disagree about it. Choose another hour, or UTC`,
  ]
}

/** The first wall time of the schedule that does not occur exactly once, in the coming years. */
function unsteady({cron, zone}: Schedule, from: Date): number | undefined {
  const {minutes, matchesDay} = readCron(cron)
  const first = Math.floor(from.getTime() / dayMs)
  for (let day = first; day < first + looked.years * 366; day++) {
    const [before, after] = offsetsAround(zone, day)
    if (before === after || !matchesDay(day)) continue
    const found = minutes.find((minute) => occurrences(zone, day * dayMs + minute * minuteMs) !== 1)
    if (found !== undefined) return day * dayMs + found * minuteMs
  }
  return undefined
}

/**
 * Reports a command line twice in one minute as an error, and many commands in one minute as a note, once per
 * set.
 */
function clashes(lines: readonly LoadedLine[], from: Date): Problem[] {
  const to = new Date(from.getTime() + looked.clashDays * dayMs)
  const found = new Map<string, Problem>()
  const byMinute = new Map<number, string[]>()
  for (const line of lines) {
    const command = line.command.join(' ')
    const seen = new Set<number>()
    for (const {at} of scheduledRunsBetween(line.schedules, from, to)) {
      const ms = at.getTime()
      if (seen.has(ms) && !found.has(command))
        found.set(command, {
          unit: line.job,
          problem: `fin ${command} fires twice at ${at.toISOString()}`,
          kind: 'error',
        })
      if (!seen.has(ms)) byMinute.set(ms, [...(byMinute.get(ms) ?? []), line.job])
      seen.add(ms)
    }
  }
  const errors = [...found.values()]
  for (const [ms, jobs] of [...byMinute].sort(([a], [b]) => a - b)) {
    const names = jobs.join(', ')
    if (jobs.length > manyAtOnce && !found.has(names))
      found.set(names, {
        unit: jobs[0] ?? '',
        problem: `${jobs.length} commands start at ${new Date(ms).toISOString()}: ${names}`,
        kind: 'note',
      })
  }
  return [...errors, ...[...found.values()].filter(({kind}) => kind === 'note')]
}
