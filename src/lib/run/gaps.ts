/**
 * Finds and records gaps: times of which a provider with only current data was not requested as scheduled.
 */
import type {AnyCollector, Schedule} from '../define.js'
import type {Database} from '../db/database.js'
import {scheduledRunsBetween} from '../schedule/scheduled-runs.js'
import {type RunPlan, intervalMs, type TargetState} from './due.js'

export interface Gap {
  /** The last answer before. */
  began: Date
  /** The first try after. */
  ended: Date
}

/**
 * The gap before this run: a scheduled run between the job's last answer (plus its interval) and this run was
 * missed. Undefined if the provider still offers past data, and before the first answer. Pure.
 */
function gapBefore(
  {snapshot, every}: Pick<AnyCollector, 'snapshot' | 'every'>,
  states: Iterable<TargetState>,
  {schedule, scheduledAt, now}: {schedule: readonly Schedule[]; scheduledAt: Date | undefined; now: Date},
): Gap | undefined {
  if (!snapshot || scheduledAt === undefined) return undefined
  const answers = [...states].flatMap(({last_success: success}) =>
    success === null ? [] : [Date.parse(success)],
  )
  const lastMs = Math.max(...answers)
  if (answers.length === 0 || lastMs >= now.getTime()) return undefined
  const nextMs = lastMs + (every === undefined ? 0 : intervalMs(every))
  const missed = scheduledRunsBetween(schedule, new Date(nextMs), scheduledAt).some(
    ({at}) => at.getTime() < scheduledAt.getTime(),
  )
  return missed ? {began: new Date(lastMs), ended: now} : undefined
}

/**
 * Stores the gap before this run and returns its message. It does so before the first request, so that the
 * gap is recorded even if the run is killed.
 */
export async function recordGap(
  database: Database,
  collector: AnyCollector,
  {states, scheduledAt}: Pick<RunPlan, 'states' | 'scheduledAt'>,
  schedule: readonly Schedule[] | undefined,
  now: Date,
): Promise<string[]> {
  const gap = gapBefore(collector, states.values(), {
    schedule: schedule ?? collector.schedule ?? [],
    scheduledAt,
    now,
  })
  if (!gap) return []
  const [began, ended] = [gap.began.toISOString(), gap.ended.toISOString()]
  await database.query('insert_collection_gap', [collector.name, began, ended])
  return [`nothing was collected from ${began} to ${ended}, and that data cannot be collected any more`]
}

/**
 * The number of gaps that a cursor has gained. Cursors record gaps where a provider offers only the newest
 * items: X of an account's posts, Finnhub of its news.
 */
export function newGaps(before: unknown, after: unknown): number {
  return gapsIn(after) - gapsIn(before)
}

function gapsIn(cursor: unknown): number {
  const gaps = typeof cursor === 'object' && cursor !== null && 'gaps' in cursor ? cursor.gaps : undefined
  return Array.isArray(gaps) ? gaps.length : 0
}
