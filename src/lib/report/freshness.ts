/** Is a unit as fresh as its schedule promises. Pure. */
import type {Firing} from '../define.js'
import {minuteMs} from '../time.js'
import {latestFiring} from '../schedule/scheduled-runs.js'
import type {TargetState} from '../run/due.js'

/** A row of `select_unit_successes`: a unit that has run, and when a run of it last ended well. */
export interface UnitRuns {
  unit: string
  started_at: string | null
  scheduled_at: string | null
}

export type Freshness = 'fresh' | 'stale' | 'empty' | 'never' | 'unscheduled'

/** Where a unit stands against its promise. */
export interface Standing {
  /** The latest success of anything it does. */
  last: Date | undefined
  wasTried: boolean
  /** All that was due by the promised firing has been collected since. */
  isKept: boolean
  targets?: number
  behind?: number
  cycle?: {ends: Date | undefined; text: string} | undefined
  why?: string
}

/** A firing is kept when its run has ended well this much later. */
export const graceMs = 30 * minuteMs

/** The firing that should have been worked for by now. */
export function promisedFiring(schedule: readonly Firing[] | undefined, now: Date): Date | undefined {
  return latestFiring(schedule ?? [], new Date(now.getTime() - graceMs))?.at
}

/** A main table without rows is never fresh, whatever the runs say. */
export function freshness(
  schedule: readonly Firing[] | undefined,
  {last, wasTried, isKept}: Standing,
  isEmpty: boolean,
): Freshness {
  if (schedule === undefined || schedule.length === 0) return 'unscheduled'
  if (last === undefined) return wasTried ? 'stale' : 'never'
  if (!isKept) return 'stale'
  return isEmpty ? 'empty' : 'fresh'
}

/** By its runs: a unit that asks nobody does all of its work in each. */
export function standingByRuns(runs: UnitRuns | undefined, promised: Date | undefined): Standing {
  const last = latest([runs?.started_at, runs?.scheduled_at])
  return {
    last,
    wasTried: runs !== undefined,
    isKept: last !== undefined && (promised === undefined || last >= promised),
  }
}

/** The promise of a unit with targets. */
export interface TargetsPromise {
  /** The interval of each target in milliseconds, by its name; 0: once per firing. */
  everyMs: ReadonlyMap<string, number>
  promised: Date | undefined
  wasTried: boolean
  /**
   * A quota lets the unit ask for all of them within so long only; until that has passed since its oldest
   * answer, one that was never asked is not late.
   */
  withinMs?: number | undefined
}

/**
 * By its targets: a run may have asked for one of them, stopped half way, or read a file. Each must have
 * succeeded at the promised firing or later, or not have been due by then; it counts by the source where it
 * stands best, and not at all where every source says that it does not know it.
 */
export function standingByTargets(
  states: readonly TargetState[],
  {everyMs, promised, wasTried, withinMs = 0}: TargetsPromise,
): Standing {
  const byName = new Map<string, TargetState[]>()
  for (const state of states) byName.set(state.target, [...(byName.get(state.target) ?? []), state])
  const oldest = states
    .flatMap(({last_success: success}) => (success === null ? [] : [Date.parse(success)]))
    .reduce((a, b) => Math.min(a, b), Infinity)
  const isFirstRound =
    promised !== undefined && withinMs > 0 && oldest !== Infinity && oldest + withinMs > promised.getTime()
  const isBehind = ([name, intervalOfTarget]: readonly [string, number]) => {
    const known = byName.get(name) ?? []
    if (known.length === 0) return !isFirstRound
    const active = known.filter(({status}) => status === 'active')
    if (known.length > 0 && active.length === 0) return false
    return !active.some(
      ({last_success: success}) =>
        success !== null &&
        (promised === undefined ||
          Date.parse(success) >= promised.getTime() ||
          (intervalOfTarget > 0 && Date.parse(success) + intervalOfTarget > promised.getTime())),
    )
  }
  const behind = [...everyMs].filter(isBehind).length
  return {
    last: latest(states.map((state) => state.last_success)),
    wasTried: wasTried || states.length > 0,
    isKept: everyMs.size > 0 && behind === 0,
    targets: everyMs.size,
    behind,
  }
}

function latest(instants: readonly (string | null | undefined)[]): Date | undefined {
  const ms = instants.filter((at) => typeof at === 'string').map((at) => Date.parse(at))
  return ms.length === 0 ? undefined : new Date(ms.reduce((a, b) => Math.max(a, b)))
}
