/**
 * Computes the scheduled runs of a schedule. Days are enumerated on the calendar of the zone and then turned
 * into instants. So a time that daylight-saving time skips gives one run, as much later as the clock jumps. A
 * time that occurs twice gives one run, at its first occurrence.
 */
import type {Schedule} from '../define.js'
import {dayMs, minuteMs} from '../time.js'
import {readCron} from './cron.js'
import {instantAtWallTime, offsetMs, offsetsAround} from '../zone.js'

/** One instant of a schedule. */
export interface ScheduledInstant {
  at: Date
  schedule: Schedule
}

/** 29 February is at most eight years away, so a schedule without a run in nine years never has one. */
const searchedDays = 9 * 366

/** The latest scheduled run at or before an instant. */
export function latestScheduledRun(schedules: readonly Schedule[], at: Date): ScheduledInstant | undefined {
  let latest: ScheduledInstant | undefined
  for (const schedule of schedules) {
    const ms = latestOf(schedule, at.getTime())
    if (ms !== undefined && (latest === undefined || ms > latest.at.getTime()))
      latest = {at: new Date(ms), schedule}
  }
  return latest
}

/** The first `count` scheduled runs after an instant, in order. */
export function nextScheduledRuns(
  schedules: readonly Schedule[],
  from: Date,
  count: number,
): ScheduledInstant[] {
  return schedules
    .flatMap((schedule) => {
      const found: ScheduledInstant[] = []
      for (const ms of after(schedule, from.getTime())) {
        if (found.length === count) break
        found.push({at: new Date(ms), schedule})
      }
      return found
    })
    .sort(byInstant)
    .slice(0, count)
}

/** Every scheduled run after `from`, up to and including `to`, in order. */
export function scheduledRunsBetween(
  schedules: readonly Schedule[],
  from: Date,
  to: Date,
): ScheduledInstant[] {
  return schedules
    .flatMap((schedule) => {
      const found: ScheduledInstant[] = []
      for (const ms of after(schedule, from.getTime(), to.getTime())) found.push({at: new Date(ms), schedule})
      return found
    })
    .sort(byInstant)
}

/** True if a run is scheduled for the minute of an instant. */
export function isScheduledForMinute(schedules: readonly Schedule[], at: Date): boolean {
  const startMs = Math.floor(at.getTime() / minuteMs) * minuteMs
  return schedules.some(({cron, zone}) => {
    const {matchesDay, minutes} = readCron(cron)
    // near a change of the clock, the run of either wall time may be at this minute
    return offsetsAround(zone, calendarDay(zone, startMs)).some((offset) => {
      const wallMs = startMs + offset
      const day = Math.floor(wallMs / dayMs)
      return (
        matchesDay(day) &&
        minutes.includes((wallMs - day * dayMs) / minuteMs) &&
        instantAtWallTime(zone, wallMs, offsetsAround(zone, day)) === startMs
      )
    })
  })
}

/**
 * The schedules of a command line, for a command that is scheduled with different arguments. These are the
 * schedules whose arguments the line contains, and of those only the most specific ones (`--token=a` equals
 * `--token a`). A line that contains none has the schedules without arguments. If there are none, it has all
 * schedules: a manual run is then due like the earliest of them.
 */
export function scheduledRunsOf(schedules: readonly Schedule[], argv: readonly string[]): Schedule[] {
  const words = argv.flatMap((word) =>
    /^--[a-z-]+=/.test(word) ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] : [word],
  )
  const matching = schedules.filter(({args = []}) => contains(words, args))
  if (matching.length === 0) return [...schedules]
  const most = Math.max(0, ...matching.map(({args = []}) => args.length))
  return matching.filter(({args = []}) => args.length === most)
}

function contains(argv: readonly string[], args: readonly string[]): boolean {
  let from = 0
  return args.every((arg) => {
    const found = argv.indexOf(arg, from)
    from = found + 1
    return found >= 0
  })
}

function byInstant(a: ScheduledInstant, b: ScheduledInstant): number {
  return a.at.getTime() - b.at.getTime()
}

/** The instants of one calendar day, ascending, each once. */
function instantsOfDay({cron, zone}: Schedule, day: number): number[] {
  const {minutes, matchesDay} = readCron(cron)
  if (!matchesDay(day)) return []
  const around = offsetsAround(zone, day)
  const instants = minutes.map((minute) => instantAtWallTime(zone, day * dayMs + minute * minuteMs, around))
  return around[0] === around[1] ? instants : [...new Set(instants)].sort((a, b) => a - b)
}

function* after(schedule: Schedule, fromMs: number, toMs = Infinity): Generator<number> {
  const first = calendarDay(schedule.zone, fromMs) - 1
  const last = Math.min(
    first + searchedDays,
    toMs === Infinity ? Infinity : calendarDay(schedule.zone, toMs) + 1,
  )
  let newest = fromMs
  let end = last
  for (let day = first; day <= end; day++) {
    for (const ms of instantsOfDay(schedule, day)) {
      if (ms <= newest || ms > toMs) continue
      newest = ms
      end = toMs === Infinity ? day + searchedDays : last
      yield ms
    }
  }
}

function latestOf(schedule: Schedule, atMs: number): number | undefined {
  const last = calendarDay(schedule.zone, atMs) + 1
  for (let day = last; day > last - searchedDays; day--) {
    const found = instantsOfDay(schedule, day).findLast((ms) => ms <= atMs)
    if (found !== undefined) return found
  }
  return undefined
}

function calendarDay(zone: string, ms: number): number {
  return Math.floor((ms + offsetMs(zone, ms)) / dayMs)
}
