/** Which firings were missed, told from the run ledger; pure. */
import {dayMs} from './cron.js'
import {firingsBetween, firingsOf, type Fired} from './firings.js'
import type {ScheduledLine} from './units.js'
import {shellWord} from './words.js'

/** A row of `select_scheduled_runs`. */
export interface ScheduledRun {
  unit: string
  command: string
  scheduled_at: string | null
  started_at: string
  outcome: string
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
 * Firings after `since` without a run that counts, in the order in which they fell. `latest`: only the last firing of a
 * command line, made by any later run too. `all`: each one, but none from before the unit's first run. `none`: never.
 * `isLost` tells whether a run that says `running` has no process any more.
 */
export function missedLines(
  lines: readonly ScheduledLine[], runs: readonly ScheduledRun[], since: Date, at: Date, isLost: (run: ScheduledRun) => boolean,
): Missed[] {
  return lines.flatMap((line) => {
    const own = runs.filter((run) => run.unit === line.unit && isOf(line, run))
    const good = own.filter((run) => !endings[run.outcome] && !(run.outcome === 'running' && isLost(run)))
    return candidates(line, own, since, at).flatMap(({at: fired, firing}): {ms: number; missed: Missed}[] => {
      const ms = fired.getTime()
      const isFor = (run: ScheduledRun) => firing.catchUp === 'all' ? forInstant(run) === ms : forInstant(run) >= ms
      if (good.some(isFor)) return []
      const tried = own.find(isFor)
      return [{ms, missed: {
        unit: line.unit,
        missed: fired.toISOString(),
        catch_up: firing.catchUp,
        why: tried === undefined ? 'no run' : endings[tried.outcome] ?? 'its process died',
        command: ['fin', ...line.command.map(shellWord), '--at', fired.toISOString()].join(' '),
      }}]
    })
  }).sort((a, b) => a.ms - b.ms).map(({missed}) => missed)
}

/** Outcomes after which the firing still has to be made up for. */
const endings: Readonly<Record<string, string>> = {failed: 'its run failed', interrupted: 'its run was interrupted'}

function candidates(line: ScheduledLine, runs: readonly ScheduledRun[], since: Date, at: Date): Fired[] {
  const first = Math.min(...runs.map(forInstant))
  return line.firings.flatMap((firing) => {
    if (firing.catchUp === 'none') return []
    const all = firingsBetween([firing], since, at)
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
  return firingsOf(line.schedule, run.command.split(' ')).some((firing) => line.firings.includes(firing))
}

/** The farthest that `fin schedule due` looks back without being told: a monthly firing is within it. */
export const defaultLookBackMs = 35 * dayMs
