/** Which targets are due now, and in which order. Pure. */
import type {AnyTarget} from '../define.js'
import {dayMs, hourMs, minuteMs} from '../time.js'

/** What `target_state` knows of one target; instants as ISO 8601 text. */
export interface TargetState {
  target: string
  last_attempt: string | null
  last_success: string | null
  failures: number
  next_due: string | null
  cursor: unknown
  status: 'active' | 'unknown'
}

export interface DueRule {
  now: Date
  /** Latest instant at which the schedule fired; a target without `next_due` is due once per firing. */
  firing: Date | undefined
}

/** What a run asks about, and what it leaves. */
export interface RunPlan {
  /** To be asked in this run, in order. */
  due: AnyTarget[]
  /** Every target there is. */
  all: AnyTarget[]
  states: Map<string, TargetState>
  /** Due targets beyond `--limit`. */
  left: number
  /** Those that cannot be asked yet, and those that have to wait, each with the reason. */
  held: AnyTarget[]
  /** The scheduled instant that this run is for; undefined for a unit without a schedule. */
  firing: Date | undefined
}

/**
 * True when something new is known to be there since the last success. Who failed at it waits for its next
 * try.
 */
function isRenewed(state: TargetState, {stale_since: since}: Partial<AnyTarget>, {now}: DueRule): boolean {
  if (since === undefined || since === null || state.failures > 0 || state.last_success === null) return false
  return Date.parse(since) <= now.getTime() && Date.parse(state.last_success) < Date.parse(since)
}

/** The statement of the targets has decided; who failed waits for its next try all the same. */
function isDueBySaying(state: TargetState | undefined, dueAt: string | null, {now}: DueRule): boolean {
  const pausesUntil = state !== undefined && state.failures > 0 ? state.next_due : null
  return (
    dueAt !== null &&
    Date.parse(dueAt) <= now.getTime() &&
    (pausesUntil === null || Date.parse(pausesUntil) <= now.getTime())
  )
}

/**
 * True when the target should be asked: never asked, renewed, its time has come, or the schedule has fired
 * since its last success.
 */
export function isDue(
  state: TargetState | undefined,
  rule: DueRule,
  target: Partial<AnyTarget> = {},
): boolean {
  if (target.due_at !== undefined) return isDueBySaying(state, target.due_at, rule)
  if (state === undefined || isRenewed(state, target, rule)) return true
  if (state.next_due !== null) return Date.parse(state.next_due) <= rule.now.getTime()
  if (state.failures > 0 || state.last_success === null) return true
  return rule.firing === undefined || Date.parse(state.last_success) < rule.firing.getTime()
}

/**
 * Due targets by their priority; of equal ones those that failed first, then renewed ones, then those never
 * asked, then the one whose last success is oldest; else in the order of the list. Pauses after failures keep
 * the rest from starving.
 */
export function dueTargets<Target extends AnyTarget>(
  targets: readonly Target[],
  states: ReadonlyMap<string, TargetState>,
  rule: DueRule,
): Target[] {
  const rank = (target: AnyTarget, state: TargetState | undefined) =>
    state === undefined ? 2 : state.failures > 0 ? 0 : isRenewed(state, target, rule) ? 1 : 3
  return targets
    .map((target, place) => ({target, place, state: states.get(target.target)}))
    .filter(({target, state}) => isDue(state, rule, target))
    .sort(
      (a, b) =>
        (a.target.priority ?? 0) - (b.target.priority ?? 0) ||
        rank(a.target, a.state) - rank(b.target, b.state) ||
        (a.state?.last_success ?? '').localeCompare(b.state?.last_success ?? '') ||
        a.place - b.place,
    )
    .map(({target}) => target)
}

/**
 * When a target that failed may be asked again: the first failure at once, then after 10 minutes, doubling up
 * to half a day, so that a daily firing finds it due. A person who mends the cause and runs the command again
 * is not told to wait.
 */
export function afterFailure(now: Date, failures: number): Date | null {
  if (failures <= 1) return null
  return new Date(now.getTime() + Math.min(dayMs / 2, 10 * minuteMs * 2 ** Math.min(failures - 2, 20)))
}

/** A target that the provider does not know is asked again a month later: listings do come back. */
export function afterUnknown(now: Date): Date {
  return new Date(now.getTime() + 30 * dayMs)
}

const units: Record<string, number> = {minute: minuteMs, hour: hourMs, day: dayMs, week: 7 * dayMs}

/**
 * Milliseconds of '20 hours', '1 day', '30 days'. Throws for anything else: a unit's declaration is wrong.
 */
export function intervalMs(every: string): number {
  const [, amount, unit] = /^(\d+) (minute|hour|day|week)s?$/.exec(every) ?? []
  const ms = units[unit ?? '']
  if (amount === undefined || ms === undefined)
    throw new Error(`"${every}" is not an interval such as "20 hours" or "30 days"`)
  return Number(amount) * ms
}
