/** Is each table as fresh as the schedule of its unit promises: reads runs, targets and sizes. */
import {newestTime, rowCount} from '../db/read-table.js'
import {eventTime, type CatalogColumn} from '../db/time-column.js'
import type {Config} from '../config.js'
import type {Database} from '../db/database.js'
import type {AnyCollector, AnyMapper} from '../define.js'
import {NeedsPerson} from '../errors.js'
import {cycleOfJob} from '../run/cycle.js'
import {intervalMs, type TargetState} from '../run/due.js'
import {
  freshness,
  type Freshness,
  expectedRun,
  type FreshnessStatus,
  statusByRuns,
  statusByTargets,
  type JobRuns,
} from './freshness.js'
import {dayMs} from '../time.js'
import {allTargets, stateName} from '../run/targets.js'

/** A unit that writes tables. */
export type TableWriter = AnyCollector | AnyMapper

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

/** Larger tables are not counted. */
const countedRows = 100_000
/**
 * The newest row of a large table is looked for here first, so that neither every partition nor a whole month
 * is read.
 */
const recentMs = [dayMs, 35 * dayMs]

/** One row for every table that a unit writes, by unit. */
export async function tableStatuses(
  writers: readonly TableWriter[],
  facts: StatusFacts,
): Promise<TableStatus[]> {
  const {database, now} = facts
  const tables = await tablesOf(database)
  const runs = new Map((await database.query<JobRuns>('select_unit_successes')).map((row) => [row.unit, row]))
  const statuses: TableStatus[] = []
  for (const unit of writers) {
    const promised = expectedRun(unit.schedule, now)
    const standing = await standingOf(unit, runs.get(unit.name), promised, facts).catch(
      (error: unknown): FreshnessStatus => {
        // It cannot run either until somebody has seen to it; the others can.
        if (error instanceof NeedsPerson)
          return {...statusByRuns(runs.get(unit.name), promised), isKept: false, why: error.message}
        throw error
      },
    )
    const contents: TableContent[] = []
    for (const table of unit.tables) contents.push(await contentOf(table, tables, facts))
    const columns = columnsOf(standing, promised)
    const state = freshness(unit.schedule, standing, contents[0]?.rows === '0')
    for (const {table, ...content} of contents)
      statuses.push({table, unit: unit.name, ...content, ...columns, state})
  }
  return statuses
}

interface Tables {
  catalog: readonly CatalogColumn[]
  /** Rows as of the last analyze, by table. */
  estimates: ReadonlyMap<string, string | null>
}

async function tablesOf(database: Database): Promise<Tables> {
  const catalog = await database.query<CatalogColumn>('select_columns', [null])
  const rows = await database.query<{table_name: string; rows: string | null}>('select_table_estimates')
  return {catalog, estimates: new Map(rows.map((row) => [row.table_name, row.rows]))}
}

type TableContent = Pick<TableStatus, 'table' | 'rows' | 'is_estimate' | 'newest'>

async function contentOf(
  table: string,
  {catalog, estimates}: Tables,
  {database, now}: StatusFacts,
): Promise<TableContent> {
  const estimate = estimates.get(table) ?? null
  const isEstimate = estimate !== null && Number(estimate) > countedRows
  const time = eventTime(catalog.filter((column) => column.table_name === table))
  const hints = isEstimate ? recentMs.map((ms) => new Date(now.getTime() - ms)) : []
  return {
    table,
    rows: isEstimate ? estimate : await rowCount(database, table),
    is_estimate: isEstimate,
    newest: time === undefined ? null : await newestTime(database, table, time, hints),
  }
}

function columnsOf(
  {last, targets, behind, cycle, why}: FreshnessStatus,
  promised: Date | undefined,
): Omit<TableStatus, keyof TableContent | 'unit' | 'state'> {
  return {
    last_success: last?.toISOString() ?? null,
    promised: promised?.toISOString() ?? null,
    targets: targets ?? null,
    targets_behind: behind ?? null,
    cycle: cycle?.text ?? null,
    cycle_ends: cycle?.ends?.toISOString() ?? null,
    why: why ?? null,
  }
}

async function standingOf(
  unit: TableWriter,
  runs: JobRuns | undefined,
  promised: Date | undefined,
  facts: StatusFacts,
): Promise<FreshnessStatus> {
  if (!('sources' in unit)) return statusByRuns(runs, promised)
  const {database, now} = facts
  const targets = await allTargets(
    unit,
    {...facts, at: now, database: () => Promise.resolve(database)},
    promised,
  )
  const states: TargetState[] = []
  for (const source of Object.keys(unit.sources))
    states.push(...(await database.query<TargetState>('select_target_states', [stateName(unit, source)])))
  // What cannot be asked about yet is not late.
  const everyMs = new Map(
    targets
      .filter(({blocked_reason: reason}) => (reason ?? null) === null)
      .map(({target, every}) => [target, intervalMsOf(unit.within ?? every ?? unit.every) ?? 0]),
  )
  const withinMs = intervalMsOf(unit.within)
  const standing = statusByTargets(states, {everyMs, promised, wasTried: runs !== undefined, withinMs})
  return {...standing, cycle: await cycleOfJob(unit, targets, facts)}
}

function intervalMsOf(interval: string | undefined): number | undefined {
  return interval === undefined ? undefined : intervalMs(interval)
}
