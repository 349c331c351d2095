/**
 * How far a unit is through all that it asks about, where a quota decides how much of it comes each day, and
 * when it will be through.
 */
import {counted} from '../text.js'
import type {Database} from '../db/database.js'
import type {AnyCollector, AnyTarget} from '../define.js'
import {dayMs} from '../time.js'
import {intervalMs, type TargetState} from './due.js'
import {stateUnit} from './targets.js'

export interface Cycle {
  /** All that the provider knows. */
  targets: number
  /** Answered within the promised time. */
  done: number
  /** Answers a day, lately. */
  perDay: number
  /** Of so many days; of the first two the pace tells little. */
  observedDays: number
  /**
   * When the rest will have been answered, or all of it once more where there is no rest; undefined while
   * nothing is answered.
   */
  endsAt: Date | undefined
}

/**
 * The pace is that of so many days; of fewer in the beginning, but of a whole one, because a quota of the day
 * may be spent in its first minute.
 */
const paceDays = 7

/**
 * When the cycle of a unit that promises one (`within`) ends, and how far it is, in words; undefined for any
 * other unit, and before its first answer.
 */
export async function cycleOfUnit(
  collector: AnyCollector,
  targets: readonly AnyTarget[],
  {database, now}: {database: Database; now: Date},
): Promise<{ends: Date | undefined; text: string} | undefined> {
  const {name, within, every, sources} = collector
  if (within === undefined || targets.length === 0) return undefined
  const states: TargetState[] = []
  for (const source of Object.keys(sources))
    states.push(
      ...(await database.query<TargetState>('select_target_states', [stateUnit(collector, source)])),
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

/** Of the states of one target by several sources the best counts. Pure. */
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
  // the first answer of all began the span, and belongs to it
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

/** In words for a person. `within`: what was promised, as it was declared. Pure. */
export function cycleText(
  unit: string,
  {targets, done, perDay, observedDays, endsAt}: Cycle,
  within: string,
): string {
  const ends = endsAt?.toISOString().slice(0, 10)
  const pace = `at the pace of the last days (${perDay >= 10 ? Math.round(perDay) : perDay.toFixed(1)} a day)`
  const isSlow = perDay > 0 && observedDays > 2 && (targets / perDay) * dayMs > intervalMs(within)
  const slow = isSlow
    ? `; a whole cycle takes ${counted(Math.ceil(targets / perDay), 'day')} so, longer than the ${within} promised`
    : ''
  if (ends === undefined)
    return `${unit}: ${counted(targets, 'target')}, ${done} done in this cycle; none was answered lately, so its end cannot be told`
  if (done === targets)
    return `${unit}: ${counted(targets, 'target')}, all done within ${within}; ${pace} the next cycle ends about ${ends}${slow}`
  return `${unit}: ${counted(targets, 'target')}, ${done} done in this cycle; ${pace} it ends about ${ends}${slow}`
}
