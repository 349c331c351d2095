/** Finds missed scheduled runs by comparing schedules with recorded runs. Pure. */
import {dayMs} from '../time.js'
import {
  latestScheduledRun,
  scheduledRunsBetween,
  scheduledRunsOf,
  type ScheduledInstant,
} from './scheduled-runs.js'
import type {ScheduledLine} from './lines.js'
import {shellWord} from './words.js'

/** A row of `select_scheduled_runs`. */
export interface ScheduledRun {
  unit: string
  command: string
  scheduled_at: string | null
  started_at: string
  outcome: string
  targets_left: number
  host: string
  pid: number
}

export interface Missed {
  unit: string
  missed: string
  catch_up: string
  /** How this scheduled run ended, or that there was none. */
  why: string
  /** The command line that catches up on it. */
  command: string
}

/**
 * Scheduled runs after `since` that are not done, in the order of their instants.
 *
 * - `latest`: only the last one of a command line, which any later run also does.
 * - `all`: each one, except those before the first run of the job.
 * - `none`: never.
 *
 * A run does not count if it requested less than the command line (`--target`, `--input`, `--limit` with
 * targets left). Neither does a run that ended at a spent quota with targets left. "nothing due" counts only
 * if another run succeeded since the scheduled instant, because it is also the outcome while failed targets
 * wait. `isLost` returns true for a run with outcome `running` whose process no longer exists.
 */
export function missedLines(
  lines: readonly ScheduledLine[],
  runs: readonly ScheduledRun[],
  since: Date,
  at: Date,
  isLost: (run: ScheduledRun) => boolean,
): Missed[] {
  return lines
    .flatMap((line) => {
      const own = runs.filter((run) => run.unit === line.job && isOf(line, run) && isWhole(line, run))
      const good = own.filter((run) => why(run) === undefined && !(run.outcome === 'running' && isLost(run)))
      const successes = good.filter(({outcome}) => outcome !== 'running' && outcome !== 'nothing due')
      return candidates(line, own, since, at).flatMap(
        ({at: scheduled, schedule}): {ms: number; missed: Missed}[] => {
          const ms = scheduled.getTime()
          const isFor = (run: ScheduledRun) =>
            schedule.catchUp === 'all' ? forInstant(run) === ms : forInstant(run) >= ms
          const isSince = (run: ScheduledRun) => Date.parse(run.started_at) >= ms
          if (good.some((run) => isFor(run) && (run.outcome !== 'nothing due' || successes.some(isSince))))
            return []
          const tried = own.find(isFor)
          return [
            {
              ms,
              missed: {
                unit: line.job,
                missed: scheduled.toISOString(),
                catch_up: schedule.catchUp,
                why:
                  tried === undefined
                    ? 'no run'
                    : (why(tried) ??
                      (tried.outcome === 'nothing due'
                        ? 'nothing was due, and nothing has succeeded since'
                        : 'its process died')),
                command: ['fin', ...line.command.map(shellWord), '--at', scheduled.toISOString()].join(' '),
              },
            },
          ]
        },
      )
    })
    .sort((a, b) => a.ms - b.ms)
    .map(({missed}) => missed)
}

/**
 * The instant from which the runs of each job matter for its scheduled runs after `since`. A job that makes
 * up for nothing has none.
 */
export function neededSince(lines: readonly ScheduledLine[], since: Date, at: Date): Map<string, Date> {
  const needed = new Map<string, Date>()
  for (const {job, schedules} of lines) {
    for (const schedule of schedules) {
      if (schedule.catchUp === 'none') continue
      const from = schedule.catchUp === 'all' ? since : latestScheduledRun([schedule], at)?.at
      if (from === undefined || from < since) continue
      const earlier = needed.get(job)
      if (earlier === undefined || from < earlier) needed.set(job, from)
    }
  }
  return needed
}

/** Why a scheduled run still counts as missed after that run; undefined if it does not. */
function why({outcome, targets_left: left}: ScheduledRun): string | undefined {
  if (outcome === 'failed') return 'its run failed'
  if (outcome === 'interrupted') return 'its run was interrupted'
  return outcome === 'quota spent' && left > 0 ? 'its quota was spent' : undefined
}

/** False for a run that requested less than the command line of the schedule. */
function isWhole({args}: ScheduledLine, run: ScheduledRun): boolean {
  const words = run.command.split(' ').map((word) => word.split('=', 1)[0] ?? '')
  const narrows = (flag: string) =>
    words.includes(flag) && !args.some((arg) => arg === flag || arg.startsWith(`${flag}=`))
  return !narrows('--target') && !narrows('--input') && !(narrows('--limit') && run.targets_left > 0)
}

function candidates(
  line: ScheduledLine,
  runs: readonly ScheduledRun[],
  since: Date,
  at: Date,
): ScheduledInstant[] {
  const first = Math.min(...runs.map(forInstant))
  return line.schedules.flatMap((schedule) => {
    if (schedule.catchUp === 'none') return []
    const last = latestScheduledRun([schedule], at)
    const latest = last === undefined || last.at <= since ? [] : [last]
    if (schedule.catchUp === 'latest') return latest
    const all = scheduledRunsBetween([schedule], since, at)
    return first === Infinity ? latest : all.filter((one) => one.at.getTime() >= first)
  })
}

/** The scheduled instant of a run, or its start if it had none. */
function forInstant({scheduled_at, started_at}: ScheduledRun): number {
  return Date.parse(scheduled_at ?? started_at)
}

function isOf(line: ScheduledLine, run: ScheduledRun): boolean {
  return scheduledRunsOf(line.allSchedules, run.command.split(' ')).some((schedule) =>
    line.schedules.includes(schedule),
  )
}

/** Default period of `fin schedule due`: it includes a run that is scheduled once a month. */
export const defaultLookBackMs = 35 * dayMs
