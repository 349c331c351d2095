/** Is each table as fresh as the schedule of its unit promises. */
import {newestTime, rowCount} from '../db/read-table.js'
import {eventTime, type CatalogColumn} from '../db/time-column.js'
import type {Database} from '../db/pool.js'
import type {Firing} from '../define.js'
import {latestFiring} from '../schedule/firings.js'

/** What a command class may carry. */
export interface TableWriter {
  name: string
  tables: readonly string[]
  schedule?: readonly Firing[]
}

export interface Success {
  unit: string
  started_at: string | null
  scheduled_at: string | null
  target_success: string | null
}

export type Freshness = 'fresh' | 'stale' | 'never' | 'unscheduled'

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
  state: Freshness
}

/** A firing is kept when its run has ended well this much later. */
export const graceMs = 30 * 60_000
/** Larger tables are not counted. */
const countedRows = 100_000
/** The newest row of a partitioned table is looked for here first. */
const recentMs = 35 * 86_400_000

/** Whether the last success is that of the latest firing, or a later one. Pure. */
export function freshness(
  schedule: readonly Firing[] | undefined, success: Success | undefined, now: Date,
): {state: Freshness; promised: Date | undefined; last: Date | undefined} {
  const instants = [success?.started_at, success?.scheduled_at, success?.target_success].filter((at) => typeof at === 'string').map((at) => Date.parse(at))
  const last = instants.length > 0 ? new Date(Math.max(...instants)) : undefined
  const promised = schedule === undefined ? undefined : latestFiring(schedule, new Date(now.getTime() - graceMs))?.at
  if (schedule === undefined || schedule.length === 0) return {state: 'unscheduled', promised: undefined, last}
  if (last === undefined) return {state: 'never', promised, last}
  return {state: promised === undefined || last >= promised ? 'fresh' : 'stale', promised, last}
}

/** One row for every table that a unit writes, by unit. */
export async function tableStatuses(database: Database, writers: readonly TableWriter[], now: Date): Promise<TableStatus[]> {
  const [catalog, estimates, successes] = [
    await database.query<CatalogColumn>('select_columns', [null]),
    new Map((await database.query<{table_name: string; rows: string | null}>('select_table_estimates')).map(({table_name: table, rows}) => [table, rows])),
    new Map((await database.query<Success>('select_unit_successes')).map((success) => [success.unit, success])),
  ]
  const statuses: TableStatus[] = []
  for (const {name, tables, schedule} of writers) {
    const {state, promised, last} = freshness(schedule, successes.get(name), now)
    for (const table of tables) {
      const columns = catalog.filter((column) => column.table_name === table)
      const time = eventTime(columns)
      const estimate = estimates.get(table) ?? null
      const isEstimate = Number(estimate) > countedRows
      statuses.push({
        table, unit: name,
        rows: isEstimate && estimate !== null ? estimate : await rowCount(database, table),
        is_estimate: isEstimate,
        newest: time === undefined ? null : await newestTime(database, table, time, new Date(now.getTime() - recentMs)),
        last_success: last?.toISOString() ?? null,
        promised: promised?.toISOString() ?? null,
        state,
      })
    }
  }
  return statuses
}
