/**
 * When a schedule fires. Days are enumerated on the zone's calendar and only then turned into instants, so a
 * time that daylight saving skips fires once (as much later as the clock jumps), and one that occurs twice
 * fires at its first.
 */
import type {Schedule} from '../define.js'
import {dayMs, minuteMs} from '../time.js'
import {readCron} from './cron.js'
import {instantAtWallTime, offsetMs, offsetsAround} from '../zone.js'

export interface ScheduledInstant {
  at: Date
  schedule: Schedule
}

/** 29 February is at most eight years away; a schedule without a firing in nine years has none. */
const searchedDays = 9 * 366

/** The latest firing at or before an instant. */
export function latestScheduledRun(schedule: readonly Schedule[], at: Date): ScheduledInstant | undefined {
  let latest: ScheduledInstant | undefined
  for (const firing of schedule) {
    const ms = latestOf(firing, at.getTime())
    if (ms !== undefined && (latest === undefined || ms > latest.at.getTime()))
      latest = {at: new Date(ms), schedule: firing}
  }
  return latest
}

/** The first `count` firings after an instant, in order. */
export function nextScheduledRuns(
  schedule: readonly Schedule[],
  from: Date,
  count: number,
): ScheduledInstant[] {
  return schedule
    .flatMap((firing) => {
      const found: ScheduledInstant[] = []
      for (const ms of after(firing, from.getTime())) {
        if (found.length === count) break
        found.push({at: new Date(ms), schedule: firing})
      }
      return found
    })
    .sort(byInstant)
    .slice(0, count)
}

/** Every firing after `from`, up to and including `to`, in order. */
export function scheduledRunsBetween(
  schedule: readonly Schedule[],
  from: Date,
  to: Date,
): ScheduledInstant[] {
  return schedule
    .flatMap((firing) => {
      const found: ScheduledInstant[] = []
      for (const ms of after(firing, from.getTime(), to.getTime()))
        found.push({at: new Date(ms), schedule: firing})
      return found
    })
    .sort(byInstant)
}

/** True when a firing falls on the minute of an instant. */
export function isScheduledForMinute(schedule: readonly Schedule[], at: Date): boolean {
  const startMs = Math.floor(at.getTime() / minuteMs) * minuteMs
  return schedule.some((firing) => {
    const day = calendarDay(firing.zone, startMs)
    const [before, after] = offsetsAround(firing.zone, day)
    // where the clock changes, a skipped time may have moved to this minute
    if (before !== after) return latestOf(firing, startMs) === startMs
    const {matchesDay, minutes} = readCron(firing.cron)
    return matchesDay(day) && minutes.includes((startMs + before) / minuteMs - day * 24 * 60)
  })
}

/**
 * The firings that a command line stands for, when one command is scheduled with different arguments: those
 * whose arguments it holds, the more specific ones first (`--token=a` is `--token a`). Without any it stands
 * for those without arguments, and where there are none of these, for all: a run by hand is then due like the
 * earliest of them.
 */
export function scheduledRunsOf(schedule: readonly Schedule[], argv: readonly string[]): Schedule[] {
  const words = argv.flatMap((word) =>
    /^--[a-z-]+=/.test(word) ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] : [word],
  )
  const held = schedule.filter(({args = []}) => holds(words, args))
  if (held.length === 0) return [...schedule]
  const most = Math.max(0, ...held.map(({args = []}) => args.length))
  return held.filter(({args = []}) => args.length === most)
}

function holds(argv: readonly string[], args: readonly string[]): boolean {
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

function* after(firing: Schedule, fromMs: number, toMs = Infinity): Generator<number> {
  const first = calendarDay(firing.zone, fromMs) - 1
  const last = Math.min(
    first + searchedDays,
    toMs === Infinity ? Infinity : calendarDay(firing.zone, toMs) + 1,
  )
  let newest = fromMs
  let end = last
  for (let day = first; day <= end; day++) {
    for (const ms of instantsOfDay(firing, day)) {
      if (ms <= newest || ms > toMs) continue
      newest = ms
      end = toMs === Infinity ? day + searchedDays : last
      yield ms
    }
  }
}

function latestOf(firing: Schedule, atMs: number): number | undefined {
  const last = calendarDay(firing.zone, atMs) + 1
  for (let day = last; day > last - searchedDays; day--) {
    const found = instantsOfDay(firing, day).findLast((ms) => ms <= atMs)
    if (found !== undefined) return found
  }
  return undefined
}

function calendarDay(zone: string, ms: number): number {
  return Math.floor((ms + offsetMs(zone, ms)) / dayMs)
}
