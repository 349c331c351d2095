/**
 * Computes the progress of a job through all its targets, and when it ends, for jobs whose quota limits the
 * targets of a day.
 */
import {pluralize} from '../text.js'
import type {Database} from '../db/database.js'
import type {AnyCollector, AnyTarget} from '../define.js'
import {dayMs} from '../time.js'
import {intervalMs, type TargetState, withoutFuture} from './due.js'
import {stateName} from './targets.js'

export interface Cycle {
  /** All targets that the provider knows. */
  targets: number
  /** Targets answered within `within`. */
  done: number
  /** Recent answers per day. */
  perDay: number
  /** The number of days that `perDay` is measured over. Less than two are too few to judge the pace. */
  observedDays: number
  /**
   * When the remaining targets will be answered; if none remain, when all are answered once more. Undefined
   * while nothing is answered.
   */
  endsAt: Date | undefined
}

/**
 * The pace is measured over this many days. It is over fewer in the beginning, but at least over one, because
 * a daily quota may be spent in its first minute.
 */
const paceDays = 7

/**
 * The end of the current cycle of a job that declares `within`, and its progress as text. Undefined for any
 * other job, and before the first answer.
 */
export async function cycleOfJob(
  collector: AnyCollector,
  targets: readonly AnyTarget[],
  {database, now}: {database: Database; now: Date},
): Promise<{ends: Date | undefined; text: string} | undefined> {
  const {name, within, every, sources} = collector
  if (within === undefined || targets.length === 0) return undefined
  const states: TargetState[] = []
  for (const source of Object.keys(sources))
    states.push(
      ...withoutFuture(
        await database.query<TargetState>('select_target_states', [stateName(collector, source)]),
        now,
      ),
    )
  if (states.every(({last_success: success}) => success === null)) return undefined
  const withinMs = intervalMs(within)
  const cycle = cycleOf(
    targets.map(({target}) => target),
    states,
    {now, withinMs, everyMs: every === undefined ? 0 : intervalMs(every)},
  )
  return {ends: cycle.endsAt, text: cycleText(name, cycle, within)}
}

/** Computes a cycle. If several sources have a state of one target, the best state counts. Pure. */
export function cycleOf(
  names: readonly string[],
  states: readonly TargetState[],
  {now, withinMs, everyMs}: {now: Date; withinMs: number; everyMs: number},
): Cycle {
  const nowMs = now.getTime()
  const known = new Map<string, {isActive: boolean; successMs: number}>()
  for (const {target, status, last_success: success} of states) {
    const {isActive = false, successMs = -Infinity} = known.get(target) ?? {}
    known.set(target, {
      isActive: isActive || status === 'active',
      successMs: Math.max(successMs, success === null ? -Infinity : Date.parse(success)),
    })
  }
  const active = names.filter((name) => known.get(name)?.isActive ?? true)
  const answered = active
    .map((name) => known.get(name)?.successMs ?? -Infinity)
    .filter((ms) => ms > -Infinity)
  const done = answered.filter((ms) => ms > nowMs - withinMs).length
  const first = answered.reduce((a, b) => Math.min(a, b), nowMs)
  const spanMs = Math.min(paceDays * dayMs, Math.max(dayMs, nowMs - first))
  // the very first answer lies on the start of the span, and counts
  const perDay =
    answered.filter((ms) => ms > nowMs - spanMs || (ms === first && ms === nowMs - spanMs)).length /
    (spanMs / dayMs)
  const left = active.length - done
  const onceMoreMs = answered.reduce((a, b) => Math.max(a, b), nowMs - everyMs) + everyMs
  const endsMs =
    left > 0
      ? nowMs + (left / perDay) * dayMs
      : Math.max(nowMs + (active.length / perDay) * dayMs, onceMoreMs)
  return {
    targets: active.length,
    done,
    perDay,
    observedDays: spanMs / dayMs,
    endsAt: perDay > 0 ? new Date(endsMs) : undefined,
  }
}

/** Describes a cycle for a person. `within`: the declared interval. Pure. */
export function cycleText(
  job: string,
  {targets, done, perDay, observedDays, endsAt}: Cycle,
  within: string,
): string {
  const ends = endsAt?.toISOString().slice(0, 10)
  const pace = `at the pace of the last days (${perDay >= 10 ? Math.round(perDay) : perDay.toFixed(1)} a day)`
  const isSlow = perDay > 0 && observedDays > 2 && (targets / perDay) * dayMs > intervalMs(within)
  const slow = isSlow
    ? `; a whole cycle takes ${pluralize(Math.ceil(targets / perDay), 'day')} at this pace, longer than the declared ${within}`
    : ''
  if (ends === undefined)
    return `${job}: ${pluralize(targets, 'target')}, ${done} done in this cycle; no recent answers, so its end is unknown`
  if (done === targets)
    return `${job}: ${pluralize(targets, 'target')}, all done within ${within}; ${pace} the next cycle ends about ${ends}${slow}`
  return `${job}: ${pluralize(targets, 'target')}, ${done} done in this cycle; ${pace} it ends about ${ends}${slow}`
}
