/** The run ledger `job_runs`: opened before a run works, closed with how it ended. */
import type {Queries} from '../db/database.js'
import {pluralize} from '../text.js'
import type {Context} from './context.js'

export type Outcome =
  | 'running'
  | 'done'
  | 'unchanged'
  | 'nothing due'
  | 'quota spent'
  | 'partial'
  | 'failed'
  | 'interrupted'
  | 'already running'

/** How a run went. Counts are of rows, requests and targets. */
export interface RunCounts {
  rows_received: number
  rows_inserted: number
  rows_updated: number
  rows_rejected: number
  requests: number
  requests_refused: number
  requests_failed: number
  targets_done: number
  targets_failed: number
  targets_left: number
}

export interface RunEnd extends RunCounts {
  outcome: Outcome
  exit_code: number
  /** From when another run can resume, if this run ended early. */
  next_at: string | null
  message: string | null
}

export interface OpenRun {
  id: string
  end(how: RunEnd): Promise<void>
}

export const noCounts = (): RunCounts => ({
  rows_received: 0,
  rows_inserted: 0,
  rows_updated: 0,
  rows_rejected: 0,
  requests: 0,
  requests_refused: 0,
  requests_failed: 0,
  targets_done: 0,
  targets_failed: 0,
  targets_left: 0,
})

export async function openRun(
  queries: Queries,
  context: Context,
  run: {job: string; command: string; token?: string | undefined; scheduledAt?: Date | undefined},
): Promise<OpenRun> {
  const [row] = await queries.query<{id: string}>('insert_job_run', [
    run.job,
    run.command,
    run.token ?? null,
    run.scheduledAt?.toISOString() ?? null,
    context.clock.now().toISOString(),
    context.host,
    context.pid,
    context.version,
  ])
  if (!row) throw new Error('the run ledger returned no id')
  return {
    id: row.id,
    async end(how) {
      await queries.query('update_job_run', [
        row.id,
        JSON.stringify({
          ...how,
          message: how.message ?? rejectedText(how.rows_rejected),
          finished_at: context.clock.now().toISOString(),
        }),
      ])
    },
  }
}

/** The message of a run that rejected rows and has nothing else to say. */
function rejectedText(rejected: number): string | null {
  if (rejected === 0) return null
  return `${pluralize(rejected, 'row was', 'rows were')} rejected, see: fin runs --rejected`
}
