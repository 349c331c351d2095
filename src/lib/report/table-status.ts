/** The status of each table: its size, its newest time, and the freshness of the job that writes it. */
import {newestTimes, rowCounts} from '../db/read-table.js'
import {eventTime, type CatalogColumn} from '../db/time-column.js'
import type {Config} from '../config.js'
import type {Database} from '../db/database.js'
import {NeedsPerson} from '../errors.js'
import {cycleOfJob} from '../run/cycle.js'
import {intervalMs, type TargetState, withoutFuture} from '../run/due.js'
import {latestRefresh} from '../market/sessions.js'
import {toleratedAheadMs} from '../time.js'
import {
  freshness,
  type Freshness,
  expectedRun,
  type FreshnessStatus,
  graceMs,
  statusByRuns,
  statusByTargets,
  type JobRuns,
} from './freshness.js'
import type {TableWriter} from './empty-tables.js'
import {allTargets, stateName} from '../run/targets.js'

export interface TableStatus {
  table: string
  unit: string
  rows: string
  /** Whether `rows` is the estimate of the last analyze, because counting would take long. */
  is_estimate: boolean
  newest: string | null
  last_success: string | null
  /** The latest scheduled run that should have succeeded by now. */
  promised: string | null
  /** The number of targets; null for a job without targets. */
  targets: number | null
  /** The number of targets that have not been collected since they were due. */
  targets_behind: number | null
  /**
   * The progress of the cycle over all targets as text, and its expected end. Both are null unless a quota
   * decides how many targets are collected each day.
   */
  cycle: string | null
  cycle_ends: string | null
  /** The message about the setting or the list that prevents the job from running. */
  why: string | null
  state: Freshness
}

export interface StatusContext {
  /** All jobs. The primary table of a job is listed under that job, although others write it, too. */
  jobs: readonly TableWriter[]
  database: Database
  config: Config
  now: Date
}

/** The number of rows above which a table is not counted. */
const maxCountedRows = 20_000

/**
 * The tables that a monitor must report: stale and empty ones, and those of a job that never ran although a
 * scheduled run has passed, with its grace, since the database was made.
 */
export async function lateTables(
  statuses: readonly TableStatus[],
  database: Database,
): Promise<TableStatus[]> {
  const [made] = await database.query<{made_at: string | null}>('select_database_made')
  const madeMs = Date.parse(made?.made_at ?? '')
  return statuses.filter(
    ({state, promised}) =>
      state === 'stale' ||
      state === 'empty' ||
      (state === 'never' && promised !== null && Date.parse(promised) >= madeMs),
  )
}

/** The status of every table that the given jobs write, in the order of the jobs. */
export async function tableStatuses(
  writers: readonly TableWriter[],
  context: StatusContext,
): Promise<TableStatus[]> {
  const {database, now} = context
  const latest = new Date(now.getTime() + toleratedAheadMs).toISOString()
  const [contents, successes, states] = await Promise.all([
    contentsOf(database, [...new Set<string>(writers.flatMap(({tables}) => tables))]),
    database.query<JobRuns>('select_unit_successes', [latest]),
    statesOf(database, writers, now),
  ])
  const runs = new Map(successes.map((row) => [row.unit, row]))
  const primary = new Set<string>(context.jobs.map(({tables}) => tables[0]))
  const statuses: TableStatus[] = []
  for (const job of writers) {
    const expected = expectedOf(job, now)
    const status = await statusOf(job, {runs: runs.get(job.name), states}, expected, context).catch(
      (error: unknown): FreshnessStatus => {
        // This job cannot run until a person fixes its setting or list. The status of the others is still
        // known.
        if (error instanceof NeedsPerson)
          return {...statusByRuns(runs.get(job.name), expected), isOnTime: false, why: error.message}
        throw error
      },
    )
    const columns = columnsOf(status, expected)
    const state = freshness(job.schedule, status, contents.get(job.tables[0])?.rows === '0')
    for (const table of job.tables) {
      if (table !== job.tables[0] && primary.has(table)) continue
      const content = contents.get(table) ?? {rows: '0', is_estimate: false, newest: null}
      statuses.push({table, unit: job.name, ...content, ...columns, state})
    }
  }
  return statuses
}

/** The latest run that should have succeeded by now. A cache leaves out the minutes of a closed market. */
function expectedOf(job: TableWriter, now: Date): Date | undefined {
  return 'entries' in job ? latestRefresh(new Date(now.getTime() - graceMs)) : expectedRun(job.schedule, now)
}

type TableContent = Pick<TableStatus, 'rows' | 'is_estimate' | 'newest'>

/** Size and newest time of each table. Large tables are estimated, and each question is one statement. */
async function contentsOf(database: Database, tables: readonly string[]): Promise<Map<string, TableContent>> {
  const catalog = await database.query<CatalogColumn>('select_time_columns', [tables])
  const rows = await database.query<{table_name: string; rows: string | null}>('select_table_estimates')
  const estimates = new Map(rows.map((row) => [row.table_name, row.rows ?? '0']))
  const isLarge = (table: string) => Number(estimates.get(table) ?? 0) > maxCountedRows
  const counts = await rowCounts(
    database,
    tables.filter((table) => !isLarge(table)),
  )
  const timeColumns = tables.flatMap((table): [string, string][] => {
    const time = eventTime(catalog.filter((column) => column.table_name === table))
    return time === undefined ? [] : [[table, time]]
  })
  const newest = await newestTimes(database, new Map(timeColumns))
  return new Map(
    tables.map((table) => [
      table,
      {
        rows: counts[table] ?? estimates.get(table) ?? '0',
        is_estimate: isLarge(table),
        newest: newest[table] ?? null,
      },
    ]),
  )
}

/** The stored states of all targets, by the name under which the job stores them. */
async function statesOf(
  database: Database,
  writers: readonly TableWriter[],
  now: Date,
): Promise<Map<string, TargetState[]>> {
  const names = writers.flatMap((job) =>
    'sources' in job ? Object.keys(job.sources).map((source) => stateName(job, source)) : [],
  )
  const states = new Map<string, TargetState[]>(names.map((name) => [name, []]))
  for (const state of await database.query<TargetState & {unit: string}>('select_target_states_of_units', [
    names,
  ]))
    states.get(state.unit)?.push(...withoutFuture([state], now))
  return states
}

function columnsOf(
  {last, targets, behind, cycle, why}: FreshnessStatus,
  expected: Date | undefined,
): Omit<TableStatus, keyof TableContent | 'table' | 'unit' | 'state'> {
  return {
    last_success: last?.toISOString() ?? null,
    promised: expected?.toISOString() ?? null,
    targets: targets ?? null,
    targets_behind: behind ?? null,
    cycle: cycle?.text ?? null,
    cycle_ends: cycle?.ends?.toISOString() ?? null,
    why: why ?? null,
  }
}

async function statusOf(
  job: TableWriter,
  {runs, states: stored}: {runs: JobRuns | undefined; states: ReadonlyMap<string, TargetState[]>},
  expected: Date | undefined,
  context: StatusContext,
): Promise<FreshnessStatus> {
  if (!('sources' in job)) return statusByRuns(runs, expected)
  const {database, now} = context
  const targets = await allTargets(
    job,
    {...context, at: now, database: () => Promise.resolve(database)},
    expected,
  )
  const states = Object.keys(job.sources).flatMap((source) => stored.get(stateName(job, source)) ?? [])
  // A blocked target is not late.
  const everyMs = new Map(
    targets
      .filter(({blocked_reason: reason}) => (reason ?? null) === null)
      .map(({target, every}) => [target, intervalMsOf(job.within ?? every ?? job.every) ?? 0]),
  )
  const withinMs = intervalMsOf(job.within)
  const status = statusByTargets(states, {everyMs, expected, wasTried: runs !== undefined, withinMs})
  return {...status, cycle: await cycleOfJob(job, targets, context)}
}

function intervalMsOf(interval: string | undefined): number | undefined {
  return interval === undefined ? undefined : intervalMs(interval)
}
