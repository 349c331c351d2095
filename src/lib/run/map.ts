/** Runs a mapper: candidates from SQL -> pure function -> table, all in one transaction. */
import type {AnyMapper} from '../define.js'
import {isFinError, messageOf} from '../errors.js'
import {Interrupted} from '../interrupt.js'
import {lockJob} from './collect.js'
import type {Collected} from './options.js'
import {endOfRows} from './conclude.js'
import type {Context} from './context.js'
import {readLists} from './lists.js'
import {noCounts, openRun, type RunEnd} from './job-runs.js'
import {shape} from './parsed.js'
import {notStored, storeMapped, type SecondaryRows} from './store.js'

export interface MapOptions {
  dryRun?: boolean | undefined
  command: string
  scheduledAt?: Date | undefined
  emit?: ((rows: readonly object[]) => void | Promise<void>) | undefined
}

/** The number of candidates in one call of the pure function. */
const batchSize = 1000

/**
 * Runs `mapper` once over everything that its statement yields. Throws the errors of the database; then
 * nothing is written.
 */
export async function map(mapper: AnyMapper, options: MapOptions, context: Context): Promise<Collected> {
  const database = await context.database()
  // a dry run only reads, also with an account that may do nothing else
  const lock = options.dryRun ? undefined : await lockJob(mapper.name, options, context)
  if (lock && !lock.held) return lock.ended
  const stop = lock ? AbortSignal.any([context.stop, lock.held.lost]) : context.stop
  try {
    await context.clock.refresh()
    const at = context.clock.now()
    const lists = JSON.stringify(await readLists(mapper.lists ?? {}, context.config))
    const run = options.dryRun
      ? undefined
      : await openRun(database, context, {
          job: mapper.name,
          command: options.command,
          scheduledAt: options.scheduledAt,
        })
    const counts = noCounts()
    const complaints: string[] = []
    let secondary: ReadonlyMap<string, SecondaryRows> = new Map()
    const yielded: Iterable<object>[] = []
    try {
      for await (const batch of database.stream<object>(mapper.from, [lists], batchSize)) {
        stop.throwIfAborted()
        yielded.push(mapper.map(batch, {at}))
      }
      const shaped = shape(mapper.tables, yielded)
      complaints.push(...shaped.rejected.map(({rejected}) => `a candidate cannot become a row: ${rejected}`))
      const origin = {job: mapper.name, source: mapper.from, target: undefined, receivedAt: at}
      const stored = run
        ? await storeMapped(database, mapper, shaped, {...origin, runId: run.id})
        : notStored(mapper, shaped)
      counts.rows_received = stored.received
      counts.rows_inserted = stored.inserted
      counts.rows_updated = stored.updated
      counts.rows_rejected = stored.rejected
      secondary = stored.secondary
      await options.emit?.(stored.good)
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
    const end: RunEnd = {
      ...counts,
      ...endOfRows(counts, secondary),
      next_at: null,
      message: counts.rows_received === 0 ? 'there was nothing to map: run the collectors first' : null,
    }
    await run?.end(end)
    return {runId: run?.id ?? null, ...end, complaints, secondary}
  } finally {
    await lock?.held.release()
  }
}
