/**
 * What can no longer be had: a provider that tells only what is now was not asked when the schedule wanted
 * it.
 */
import type {AnyCollector, Firing} from '../define.js'
import type {Database} from '../db/database.js'
import {firingsBetween} from '../schedule/scheduled-runs.js'
import {type Agenda, intervalMs, type TargetState} from './due.js'

export interface Gap {
  /** The last answer before. */
  began: Date
  /** The first try after. */
  ended: Date
}

/**
 * The gap that a run finds: since the unit's last answer (and its interval after that) a firing passed before
 * the one that this run is for. Undefined for a unit whose provider still has the past, and before the first
 * answer. Pure.
 */
function gapBefore(
  {snapshot, every}: Pick<AnyCollector, 'snapshot' | 'every'>,
  states: Iterable<TargetState>,
  {schedule, firing, now}: {schedule: readonly Firing[]; firing: Date | undefined; now: Date},
): Gap | undefined {
  if (!snapshot || firing === undefined) return undefined
  const answers = [...states].flatMap(({last_success: success}) =>
    success === null ? [] : [Date.parse(success)],
  )
  const lastMs = Math.max(...answers)
  if (answers.length === 0 || lastMs >= now.getTime()) return undefined
  const wantedMs = lastMs + (every === undefined ? 0 : intervalMs(every))
  const missed = firingsBetween(schedule, new Date(wantedMs), firing).some(
    ({at}) => at.getTime() < firing.getTime(),
  )
  return missed ? {began: new Date(lastMs), ended: now} : undefined
}

/**
 * Writes down the gap that a run finds, before it asks, so that a run which is killed leaves no doubt; and
 * says it in words.
 */
export async function rememberGap(
  database: Database,
  collector: AnyCollector,
  {states, firing}: Pick<Agenda, 'states' | 'firing'>,
  schedule: readonly Firing[] | undefined,
  now: Date,
): Promise<string[]> {
  const gap = gapBefore(collector, states.values(), {
    schedule: schedule ?? collector.schedule ?? [],
    firing,
    now,
  })
  if (!gap) return []
  const [began, ended] = [gap.began.toISOString(), gap.ended.toISOString()]
  await database.query('insert_collection_gap', [collector.name, began, ended])
  return [`nothing was collected from ${began} to ${ended}, and what was then cannot be had any more`]
}

/**
 * Gaps that a cursor remembers of itself (X shows only an account's newest posts, Finnhub only the newest
 * news): how many more there are now.
 */
export function newGaps(before: unknown, after: unknown): number {
  return gapsIn(after) - gapsIn(before)
}

function gapsIn(cursor: unknown): number {
  const gaps = typeof cursor === 'object' && cursor !== null && 'gaps' in cursor ? cursor.gaps : undefined
  return Array.isArray(gaps) ? gaps.length : 0
}
