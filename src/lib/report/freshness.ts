/** Decides whether a job is as fresh as its schedule expects. Pure. */
import type {Schedule} from '../define.js'
import {minuteMs} from '../time.js'
import {latestScheduledRun} from '../schedule/scheduled-runs.js'
import type {TargetState} from '../run/due.js'

/** A row of `select_unit_successes`: a job that has run, and the time of its last successful run. */
export interface JobRuns {
  unit: string
  started_at: string | null
  scheduled_at: string | null
}

export type Freshness = 'fresh' | 'stale' | 'empty' | 'never' | 'unscheduled'

/** The freshness of a job, compared with its schedule. */
export interface FreshnessStatus {
  /** The latest success of the job or of one of its targets. */
  last: Date | undefined
  wasTried: boolean
  /** Whether all targets that were due by the expected run have been collected since. */
  isOnTime: boolean
  targets?: number
  behind?: number
  cycle?: {ends: Date | undefined; text: string} | undefined
  why?: string
}

/** The time after which a scheduled run must have succeeded. */
export const graceMs = 30 * minuteMs

/** The latest scheduled run that should have succeeded by now. */
export function expectedRun(schedule: readonly Schedule[] | undefined, now: Date): Date | undefined {
  return latestScheduledRun(schedule ?? [], new Date(now.getTime() - graceMs))?.at
}

/** The freshness of a table. A primary table without rows is never fresh, even if its runs succeeded. */
export function freshness(
  schedule: readonly Schedule[] | undefined,
  {last, wasTried, isOnTime}: FreshnessStatus,
  isEmpty: boolean,
): Freshness {
  if (schedule === undefined || schedule.length === 0) return 'unscheduled'
  if (last === undefined) return wasTried ? 'stale' : 'never'
  if (!isOnTime) return 'stale'
  return isEmpty ? 'empty' : 'fresh'
}

/** The status of a job without targets, from its runs. Such a job does all of its work in each run. */
export function statusByRuns(runs: JobRuns | undefined, expected: Date | undefined): FreshnessStatus {
  const last = latest([runs?.started_at, runs?.scheduled_at])
  return {
    last,
    wasTried: runs !== undefined,
    isOnTime: last !== undefined && (expected === undefined || last >= expected),
  }
}

/** The expectation that the schedule of a job sets for its targets. */
export interface TargetsExpectation {
  /** The interval of each target in milliseconds, by its name; 0: once per scheduled run. */
  everyMs: ReadonlyMap<string, number>
  expected: Date | undefined
  wasTried: boolean
  /**
   * The time that the quota needs for all targets. Until it has passed since the oldest success, a target
   * that was never requested is not late.
   */
  withinMs?: number | undefined
}

/**
 * The status of a job from its targets, because a run may have covered only some of them. Each target must
 * have succeeded since the expected run, unless it was not due by then. Its best source counts. A target
 * that no source knows does not count.
 */
export function statusByTargets(
  states: readonly TargetState[],
  {everyMs, expected, wasTried, withinMs = 0}: TargetsExpectation,
): FreshnessStatus {
  const byName = new Map<string, TargetState[]>()
  for (const state of states) byName.set(state.target, [...(byName.get(state.target) ?? []), state])
  const oldest = states
    .flatMap(({last_success: success}) => (success === null ? [] : [Date.parse(success)]))
    .reduce((a, b) => Math.min(a, b), Infinity)
  const isFirstRound =
    expected !== undefined && withinMs > 0 && oldest !== Infinity && oldest + withinMs > expected.getTime()
  const isBehind = ([name, intervalOfTarget]: readonly [string, number]) => {
    const known = byName.get(name) ?? []
    if (known.length === 0) return !isFirstRound
    const active = known.filter(({status}) => status === 'active')
    if (known.length > 0 && active.length === 0) return false
    return !active.some(
      ({last_success: success}) =>
        success !== null &&
        (expected === undefined ||
          Date.parse(success) >= expected.getTime() ||
          (intervalOfTarget > 0 && Date.parse(success) + intervalOfTarget > expected.getTime())),
    )
  }
  const behind = [...everyMs].filter(isBehind).length
  return {
    last: latest(states.map((state) => state.last_success)),
    wasTried: wasTried || states.length > 0,
    isOnTime: everyMs.size > 0 && behind === 0,
    targets: everyMs.size,
    behind,
  }
}

function latest(instants: readonly (string | null | undefined)[]): Date | undefined {
  const ms = instants.filter((at) => typeof at === 'string').map((at) => Date.parse(at))
  return ms.length === 0 ? undefined : new Date(ms.reduce((a, b) => Math.max(a, b)))
}
