/** Runs a mapper: candidates from SQL -> pure function -> table, all in one transaction. */
import type {AnyMapper} from '../define.js'
import type {Collected} from './options.js'
import type {Context} from './context.js'
import {readLists} from './lists.js'
import {shape} from './parsed.js'
import {recordRun, type RecordedOptions} from './recorded-run.js'
import {notStored, storeMapped} from './store.js'

export interface MapOptions extends RecordedOptions {
  emit?: ((rows: readonly object[]) => void | Promise<void>) | undefined
}

/** The number of candidates in one call of the pure function. */
const batchSize = 1000

/**
 * Runs `mapper` once over everything that its statement yields. Throws the errors of the database; then
 * nothing is written.
 */
export async function map(mapper: AnyMapper, options: MapOptions, context: Context): Promise<Collected> {
  return recordRun(mapper.name, options, context, async ({database, at, run, stop, counts}) => {
    const lists = JSON.stringify(await readLists(mapper.lists ?? {}, context.config))
    const yielded: Iterable<object>[] = []
    for await (const batch of database.stream<object>(mapper.from, [lists], batchSize)) {
      stop.throwIfAborted()
      yielded.push(mapper.map(batch, {at}))
    }
    const shaped = shape(mapper.tables, yielded)
    const origin = {job: mapper.name, source: mapper.from, target: undefined, receivedAt: at}
    const stored = run
      ? await storeMapped(database, mapper, shaped, {...origin, runId: run.id})
      : notStored(mapper, shaped)
    counts.rows_received = stored.received
    counts.rows_inserted = stored.inserted
    counts.rows_updated = stored.updated
    counts.rows_rejected = stored.rejected
    await options.emit?.(stored.good)
    return {
      complaints: shaped.rejected.map(({rejected}) => `a candidate cannot become a row: ${rejected}`),
      secondary: stored.secondary,
      message: stored.received === 0 ? 'there was nothing to map: run the collectors first' : null,
    }
  })
}
