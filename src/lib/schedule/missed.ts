/** Which firings were missed, told from the run ledger; pure. */
import {dayMs} from '../time.js'
import {scheduledRunsBetween, scheduledRunsOf, type ScheduledInstant} from './scheduled-runs.js'
import type {ScheduledLine} from './jobs.js'
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
  /** How the run of this firing ended, or that there was none. */
  why: string
  /** The command line that makes up for it. */
  command: string
}

/**
 * Firings after `since` without a run that counts, in the order in which they fell. `latest`: only the last
 * firing of a command line, made by any later run too. `all`: each one, but none from before the unit's first
 * run. `none`: never. A run that asked for less than the command line does (`--target`, `--input`, `--limit`
 * with targets left), or ended at a spent quota with targets left, has not made a firing; "nothing due" has
 * once something succeeded since: it is also said while failed targets wait. `isLost` tells whether a run
 * that says `running` has no process any more.
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
        ({at: fired, schedule: firing}): {ms: number; missed: Missed}[] => {
          const ms = fired.getTime()
          const isFor = (run: ScheduledRun) =>
            firing.catchUp === 'all' ? forInstant(run) === ms : forInstant(run) >= ms
          const isSince = (run: ScheduledRun) => Date.parse(run.started_at) >= ms
          if (good.some((run) => isFor(run) && (run.outcome !== 'nothing due' || successes.some(isSince))))
            return []
          const tried = own.find(isFor)
          return [
            {
              ms,
              missed: {
                unit: line.job,
                missed: fired.toISOString(),
                catch_up: firing.catchUp,
                why:
                  tried === undefined
                    ? 'no run'
                    : (why(tried) ??
                      (tried.outcome === 'nothing due'
                        ? 'nothing was due, and nothing has succeeded since'
                        : 'its process died')),
                command: ['fin', ...line.command.map(shellWord), '--at', fired.toISOString()].join(' '),
              },
            },
          ]
        },
      )
    })
    .sort((a, b) => a.ms - b.ms)
    .map(({missed}) => missed)
}

/** Why the firing still has to be made up for after that run. */
function why({outcome, targets_left: left}: ScheduledRun): string | undefined {
  if (outcome === 'failed') return 'its run failed'
  if (outcome === 'interrupted') return 'its run was interrupted'
  return outcome === 'quota spent' && left > 0 ? 'its quota was spent' : undefined
}

/** A run that asked for less than the command line does may have left out what the firing was for. */
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
  return line.schedules.flatMap((firing) => {
    if (firing.catchUp === 'none') return []
    const all = scheduledRunsBetween([firing], since, at)
    const latest = all.slice(-1)
    if (firing.catchUp === 'latest') return latest
    return first === Infinity ? latest : all.filter((fired) => fired.at.getTime() >= first)
  })
}

/** The firing that a run was for, or its start where it was for none. */
function forInstant({scheduled_at, started_at}: ScheduledRun): number {
  return Date.parse(scheduled_at ?? started_at)
}

function isOf(line: ScheduledLine, run: ScheduledRun): boolean {
  return scheduledRunsOf(line.allSchedules, run.command.split(' ')).some((firing) =>
    line.schedules.includes(firing),
  )
}

/** The farthest that `fin schedule due` looks back without being told: a monthly firing is within it. */
export const defaultLookBackMs = 35 * dayMs
