/** Which targets are due now, and in which order. Pure. */
import type {AnyTarget} from '../define.js'
import {dayMs, hourMs, minuteMs, toleratedAheadMs} from '../time.js'

/** A row of `target_state`: the stored state of one target. Instants are ISO 8601 text. */
export interface TargetState {
  target: string
  last_attempt: string | null
  last_success: string | null
  failures: number
  next_due: string | null
  cursor: unknown
  status: 'active' | 'unknown'
}

/** True if a fast clock wrote the state. A success in the future does not count. */
export function isFromFuture(
  {last_attempt: attempt, last_success: success}: Pick<TargetState, 'last_attempt' | 'last_success'>,
  now: Date,
): boolean {
  const latestMs = now.getTime() + toleratedAheadMs
  return [attempt, success].some((instant) => instant !== null && Date.parse(instant) > latestMs)
}

/** The states, without the attempts and successes that lie in the future. */
export function withoutFuture<State extends TargetState>(states: readonly State[], now: Date): State[] {
  return states.map((state) =>
    isFromFuture(state, now) ? {...state, last_attempt: null, last_success: null, next_due: null} : state,
  )
}

export interface DueRule {
  now: Date
  /** The latest scheduled run. A target without `next_due` is due once per scheduled run. */
  scheduledAt: Date | undefined
}

/** The targets that a run requests, and those that it leaves out. */
export interface RunPlan {
  /** The targets to request in this run, in order. */
  due: AnyTarget[]
  /** Every target of the collector. */
  all: AnyTarget[]
  states: Map<string, TargetState>
  /** Due targets beyond `--limit`. */
  left: number
  /** Targets that cannot be requested yet, and targets that have to wait, each with its reason. */
  blockedOrDeferred: AnyTarget[]
  /** The scheduled run that this run is for; undefined for a job without a schedule. */
  scheduledAt: Date | undefined
}

/**
 * True if the provider is known to have something new since the last success. A target that failed since then
 * waits for its next try.
 */
function isStale(state: TargetState, {stale_since: since}: Partial<AnyTarget>, {now}: DueRule): boolean {
  if (since === undefined || since === null || state.failures > 0 || state.last_success === null) return false
  return Date.parse(since) <= now.getTime() && Date.parse(state.last_success) < Date.parse(since)
}

/** True if the instant from the statement of the targets has come, and no pause after a failure lasts. */
function isDueByStatement(state: TargetState | undefined, dueAt: string | null, {now}: DueRule): boolean {
  const pausesUntil = state !== undefined && state.failures > 0 ? state.next_due : null
  return (
    dueAt !== null &&
    Date.parse(dueAt) <= now.getTime() &&
    (pausesUntil === null || Date.parse(pausesUntil) <= now.getTime())
  )
}

/**
 * True if the target should be requested. It never was, it is stale, its time has come, or a scheduled run
 * has come since its last success.
 */
export function isDue(
  state: TargetState | undefined,
  rule: DueRule,
  target: Partial<AnyTarget> = {},
): boolean {
  if (target.due_at !== undefined) return isDueByStatement(state, target.due_at, rule)
  if (state === undefined || isStale(state, target, rule)) return true
  if (state.next_due !== null) return Date.parse(state.next_due) <= rule.now.getTime()
  if (state.failures > 0 || state.last_success === null) return true
  return rule.scheduledAt === undefined || Date.parse(state.last_success) < rule.scheduledAt.getTime()
}

/**
 * Due targets by their priority. Among equals: those that failed, then stale ones, then those never
 * requested, then the oldest success, then the order of the list. Pauses after failures leave requests for
 * the others.
 */
export function dueTargets<Target extends AnyTarget>(
  targets: readonly Target[],
  states: ReadonlyMap<string, TargetState>,
  rule: DueRule,
): Target[] {
  const rank = (target: AnyTarget, state: TargetState | undefined) =>
    state === undefined ? 2 : state.failures > 0 ? 0 : isStale(state, target, rule) ? 1 : 3
  return targets
    .map((target, index) => ({target, index, state: states.get(target.target)}))
    .filter(({target, state}) => isDue(state, rule, target))
    .sort(
      (a, b) =>
        (a.target.priority ?? 0) - (b.target.priority ?? 0) ||
        rank(a.target, a.state) - rank(b.target, b.state) ||
        (a.state?.last_success ?? '').localeCompare(b.state?.last_success ?? '') ||
        a.index - b.index,
    )
    .map(({target}) => target)
}

/**
 * The instant from which a target that failed may be requested again; null: immediately. That is null after
 * the first failure, so that a person who fixes the cause can run the command again. Then it is 10 minutes,
 * doubling up to half a day, so that a daily scheduled run finds the target due.
 */
export function afterFailure(now: Date, failures: number): Date | null {
  if (failures <= 1) return null
  return new Date(now.getTime() + Math.min(dayMs / 2, 10 * minuteMs * 2 ** Math.min(failures - 2, 20)))
}

/** A target that the provider does not know is requested again after 30 days, because listings can return. */
export function afterUnknown(now: Date): Date {
  return new Date(now.getTime() + 30 * dayMs)
}

const units: Record<string, number> = {minute: minuteMs, hour: hourMs, day: dayMs, week: 7 * dayMs}

/**
 * Milliseconds of '20 hours', '1 day', '30 days'. Throws for any other text: the declaration of a job is
 * wrong.
 */
export function intervalMs(every: string): number {
  const [, amount, unit] = /^(\d+) (minute|hour|day|week)s?$/.exec(every) ?? []
  const ms = units[unit ?? '']
  if (amount === undefined || ms === undefined)
    throw new Error(`"${every}" is not an interval such as "20 hours" or "30 days"`)
  return Number(amount) * ms
}
