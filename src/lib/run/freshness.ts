/** Is each table as fresh as the schedule of its unit promises. */
import {newestTime, rowCount} from '../db/read-table.js'
import {eventTime, type CatalogColumn} from '../db/time-column.js'
import type {Config} from '../config.js'
import type {Database} from '../db/database.js'
import type {AnyCollector, AnyMapper, Firing} from '../define.js'
import {NeedsPerson} from '../errors.js'
import {latestFiring} from '../schedule/firings.js'
import {dayMs, minuteMs} from '../time.js'
import {cycleOfUnit} from './cycle.js'
import {intervalMs, type TargetState} from './due.js'
import {allTargets, stateUnit} from './targets.js'

/** A unit that writes tables. */
export type TableWriter = AnyCollector | AnyMapper

/** A row of `select_unit_successes`: a unit that has run, and when a run of it last ended well. */
export interface UnitRuns {
  unit: string
  started_at: string | null
  scheduled_at: string | null
}

export type Freshness = 'fresh' | 'stale' | 'empty' | 'never' | 'unscheduled'

export interface TableStatus {
  table: string
  unit: string
  rows: string
  /** The count is that of the last analyze: counting would take long. */
  is_estimate: boolean
  newest: string | null
  last_success: string | null
  /** The firing that the unit should have worked for by now. */
  promised: string | null
  /** How much the unit asks about; null for a unit that asks nobody. */
  targets: number | null
  /** How much of it has not been collected since it was due. */
  targets_behind: number | null
  /**
   * How far it is through all of it, in words, and when it will be through: where a quota decides how much
   * comes each day.
   */
  cycle: string | null
  cycle_ends: string | null
  /** The setting or the list that keeps the unit from asking anybody, in words. */
  why: string | null
  state: Freshness
}

/** What the standing of units is read with. */
export interface StatusFacts {
  database: Database
  config: Config
  now: Date
}

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
/** Larger tables are not counted. */
const countedRows = 100_000
/**
 * The newest row of a large table is looked for here first, so that neither every partition nor a whole month
 * is read.
 */
const recentMs = [dayMs, 35 * dayMs]

/** The firing that should have been worked for by now. Pure. */
export function promisedFiring(schedule: readonly Firing[] | undefined, now: Date): Date | undefined {
  return latestFiring(schedule ?? [], new Date(now.getTime() - graceMs))?.at
}

/** A main table without rows is never fresh, whatever the runs say. Pure. */
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

/** By its runs: a unit that asks nobody does all of its work in each. Pure. */
export function standingByRuns(runs: UnitRuns | undefined, promised: Date | undefined): Standing {
  const last = latest([runs?.started_at, runs?.scheduled_at])
  return {
    last,
    wasTried: runs !== undefined,
    isKept: last !== undefined && (promised === undefined || last >= promised),
  }
}

/**
 * By its targets: a run may have asked for one of them, stopped half way, or read a file. Each must have
 * succeeded at the promised firing or later, or not have been due by then (`everyMs` of its name); it counts
 * by the source where it stands best, and not at all where every source says that it does not know it.
 * `withinMs`: a quota lets the unit ask for all of them within so long only, and until that has passed since
 * its oldest answer, one that was never asked is not late. Pure.
 */
export function standingByTargets(
  names: readonly string[],
  states: readonly TargetState[],
  everyMs: (name: string) => number,
  promised: Date | undefined,
  {wasTried, withinMs = 0}: {wasTried: boolean; withinMs?: number},
): Standing {
  const byName = new Map<string, TargetState[]>()
  for (const state of states) byName.set(state.target, [...(byName.get(state.target) ?? []), state])
  const oldest = states
    .flatMap(({last_success: success}) => (success === null ? [] : [Date.parse(success)]))
    .reduce((a, b) => Math.min(a, b), Infinity)
  const isFirstRound =
    promised !== undefined && withinMs > 0 && oldest !== Infinity && oldest + withinMs > promised.getTime()
  const isBehind = (name: string) => {
    const known = byName.get(name) ?? []
    if (known.length === 0) return !isFirstRound
    const active = known.filter(({status}) => status === 'active')
    if (known.length > 0 && active.length === 0) return false
    return !active.some(
      ({last_success: success}) =>
        success !== null &&
        (promised === undefined ||
          Date.parse(success) >= promised.getTime() ||
          (everyMs(name) > 0 && Date.parse(success) + everyMs(name) > promised.getTime())),
    )
  }
  const behind = names.filter(isBehind).length
  return {
    last: latest(states.map((state) => state.last_success)),
    wasTried: wasTried || states.length > 0,
    isKept: names.length > 0 && behind === 0,
    targets: names.length,
    behind,
  }
}

/** One row for every table that a unit writes, by unit. */
export async function tableStatuses(
  writers: readonly TableWriter[],
  facts: StatusFacts,
): Promise<TableStatus[]> {
  const {database, now} = facts
  const catalog = await database.query<CatalogColumn>('select_columns', [null])
  const estimates = new Map(
    (await database.query<{table_name: string; rows: string | null}>('select_table_estimates')).map((row) => [
      row.table_name,
      row.rows,
    ]),
  )
  const runs = new Map(
    (await database.query<UnitRuns>('select_unit_successes')).map((row) => [row.unit, row]),
  )
  const statuses: TableStatus[] = []
  for (const unit of writers) {
    const promised = promisedFiring(unit.schedule, now)
    const standing = await standingOf(unit, runs.get(unit.name), promised, facts).catch(
      (error: unknown): Standing => {
        // It cannot run either until somebody has seen to it; the others can.
        if (error instanceof NeedsPerson)
          return {...standingByRuns(runs.get(unit.name), promised), isKept: false, why: error.message}
        throw error
      },
    )
    const sizes: Pick<TableStatus, 'table' | 'rows' | 'is_estimate'>[] = []
    for (const table of unit.tables) {
      const estimate = estimates.get(table) ?? null
      const isEstimate = estimate !== null && Number(estimate) > countedRows
      sizes.push({
        table,
        rows: isEstimate ? estimate : await rowCount(database, table),
        is_estimate: isEstimate,
      })
    }
    const state = freshness(unit.schedule, standing, sizes[0]?.rows === '0')
    for (const size of sizes) {
      const time = eventTime(catalog.filter((column) => column.table_name === size.table))
      const hints = size.is_estimate ? recentMs.map((ms) => new Date(now.getTime() - ms)) : []
      statuses.push({
        table: size.table,
        unit: unit.name,
        rows: size.rows,
        is_estimate: size.is_estimate,
        newest: time === undefined ? null : await newestTime(database, size.table, time, hints),
        last_success: standing.last?.toISOString() ?? null,
        promised: promised?.toISOString() ?? null,
        targets: standing.targets ?? null,
        targets_behind: standing.behind ?? null,
        cycle: standing.cycle?.text ?? null,
        cycle_ends: standing.cycle?.ends?.toISOString() ?? null,
        why: standing.why ?? null,
        state,
      })
    }
  }
  return statuses
}

async function standingOf(
  unit: TableWriter,
  runs: UnitRuns | undefined,
  promised: Date | undefined,
  facts: StatusFacts,
): Promise<Standing> {
  if (!('sources' in unit)) return standingByRuns(runs, promised)
  const {database, now} = facts
  const targets = await allTargets(
    unit,
    {...facts, at: now, database: () => Promise.resolve(database)},
    promised,
  )
  const states: TargetState[] = []
  for (const source of Object.keys(unit.sources))
    states.push(...(await database.query<TargetState>('select_target_states', [stateUnit(unit, source)])))
  // What cannot be asked about yet is not late.
  const intervals = new Map(
    targets
      .filter(({lacks}) => (lacks ?? null) === null)
      .map(({target, every}) => [target, unit.within ?? every ?? unit.every]),
  )
  const everyMs = (name: string) => {
    const interval = intervals.get(name)
    return interval === undefined ? 0 : intervalMs(interval)
  }
  const how = {
    wasTried: runs !== undefined,
    ...(unit.within === undefined ? {} : {withinMs: intervalMs(unit.within)}),
  }
  const standing = standingByTargets([...intervals.keys()], states, everyMs, promised, how)
  return {...standing, cycle: await cycleOfUnit(unit, targets, facts)}
}

function latest(instants: readonly (string | null | undefined)[]): Date | undefined {
  const ms = instants.filter((at) => typeof at === 'string').map((at) => Date.parse(at))
  return ms.length === 0 ? undefined : new Date(ms.reduce((a, b) => Math.max(a, b)))
}
