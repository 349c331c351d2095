/** The lock and the record of a run without requests, which mappers of both kinds and caches have. */
import type {Database} from '../db/database.js'
import {isFinError, messageOf} from '../errors.js'
import {Interrupted} from '../interrupt.js'
import {lockJob} from './collect.js'
import {endOfRows} from './conclude.js'
import type {Context} from './context.js'
import type {Ended} from './ended.js'
import {noCounts, openRun, type OpenRun, type RunCounts, type RunEnd} from './job-runs.js'
import type {Collected} from './options.js'
import type {SecondaryRows} from './store.js'

export interface RecordedOptions {
  dryRun?: boolean | undefined
  command: string
  scheduledAt?: Date | undefined
}

export interface RecordedWork {
  database: Database
  /** Begin of the run, on its clock. */
  at: Date
  /** Undefined in a dry run. */
  run: OpenRun | undefined
  stop: AbortSignal
  /** The counts of the run, which the work changes while it goes on. */
  counts: RunCounts
}

export interface Worked {
  message: string | null
  complaints?: readonly string[]
  secondary?: ReadonlyMap<string, SecondaryRows>
  ended?: readonly Ended[]
}

/**
 * Does `work` while it holds the lock of the job, and records how the run ended. A dry run takes no lock and
 * leaves no record, because it may only read. Throws the errors of `work`.
 */
export async function recordRun(
  job: string,
  options: RecordedOptions,
  context: Context,
  work: (given: RecordedWork) => Promise<Worked>,
): Promise<Collected> {
  const database = await context.database()
  const lock = options.dryRun ? undefined : await lockJob(job, options, context)
  if (lock && !lock.held) return lock.ended
  const stop = lock ? AbortSignal.any([context.stop, lock.held.lost]) : context.stop
  try {
    await context.clock.refresh()
    const at = context.clock.now()
    const {command, scheduledAt} = options
    const run = options.dryRun ? undefined : await openRun(database, context, {job, command, scheduledAt})
    const counts = noCounts()
    let worked: Worked
    try {
      worked = await work({database, at, run, stop, counts})
    } catch (error) {
      await run?.end({
        ...counts,
        outcome: context.stop.aborted ? 'interrupted' : 'failed',
        exit_code: isFinError(error) || error instanceof Interrupted ? error.exitCode : 1,
        next_at: null,
        message: messageOf(error),
      })
      throw error
    }
    const {message, complaints = [], secondary = new Map(), ended = []} = worked
    const end: RunEnd = {...counts, ...endOfRows(counts, secondary, ended.length), next_at: null, message}
    await run?.end(end)
    return {runId: run?.id ?? null, ...end, complaints, secondary, ended}
  } finally {
    await lock?.held.release()
  }
}
