/** Runs a mapper: candidates from SQL -> pure function -> table, all in one transaction. */
import type {AnyMapper} from '../define.js'
import {isFinError, messageOf} from '../errors.js'
import {Interrupted} from '../output/stop.js'
import {lockUnit} from './collect.js'
import type {Context} from './context.js'
import {readLists} from './lists.js'
import {noCounts, openRun, type RunEnd} from './ledger-of-runs.js'
import type {Collected} from './options.js'
import {shape, type Shapes} from './parsed.js'
import {storeMapped, type Further} from './store.js'

export interface MapOptions {
  dryRun?: boolean | undefined
  command: string
  firing?: Date | undefined
  emit?: ((rows: readonly object[]) => void | Promise<void>) | undefined
}

/** Candidates handed to the pure function at once. */
const batchSize = 1000

/**
 * Runs `mapper` once over everything that its statement yields. Throws what the database throws; nothing is
 * written then.
 */
export async function map(mapper: AnyMapper, options: MapOptions, context: Context): Promise<Collected> {
  const database = await context.database()
  const lock = await lockUnit(database, mapper.name, options, context)
  if (!lock.held) return lock.ended
  try {
    await context.clock.refresh()
    const at = context.clock.now()
    const lists = JSON.stringify(await readLists(mapper.lists ?? {}, context.config))
    const run = options.dryRun
      ? undefined
      : await openRun(database, context, {
          unit: mapper.name,
          command: options.command,
          firing: options.firing,
        })
    const counts = noCounts()
    const complaints: string[] = []
    let further: ReadonlyMap<string, Further> = new Map()
    const mapped: Shapes = {tables: mapper.tables, key: mapper.key, yielded: []}
    try {
      for await (const batch of database.stream<object>(mapper.from, [lists], batchSize)) {
        context.stop.throwIfAborted()
        mapped.yielded.push(mapper.map(batch, {at}))
      }
      const shaped = shape(mapped)
      const main = shaped.rows.get(mapper.tables[0]) ?? []
      complaints.push(...shaped.rejected.map(({rejected}) => `a candidate cannot become a row: ${rejected}`))
      counts.rows_received = main.length + shaped.rejected.length
      counts.rows_rejected = shaped.rejected.length
      let good: readonly object[] = main
      if (run) {
        const stored = await storeMapped(database, mapper, shaped, {
          unit: mapper.name,
          source: mapper.from,
          target: undefined,
          runId: run.id,
          receivedAt: at,
        })
        counts.rows_inserted = stored.inserted
        counts.rows_updated = stored.updated
        counts.rows_rejected = stored.rejected
        good = stored.good
        further = stored.further
      }
      await options.emit?.(good)
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
    const changed = [...further.values()].reduce(
      (sum, one) => sum + one.changed,
      counts.rows_inserted + counts.rows_updated,
    )
    const end: RunEnd = {
      ...counts,
      next_at: null,
      exit_code: counts.rows_rejected > 0 ? 1 : 0,
      outcome: counts.rows_rejected > 0 ? 'partial' : changed === 0 ? 'unchanged' : 'done',
      message: counts.rows_received === 0 ? 'there was nothing to map: run the collectors first' : null,
    }
    await run?.end(end)
    return {runId: run?.id ?? null, ...end, complaints, further}
  } finally {
    await lock.held.release()
  }
}
