/** Takes an answer that was saved earlier instead of asking: the same refusals, the same parse function, the same tables. */
import type {AnyCollector, AnyTarget} from '../define.js'
import {messageOf, inOneLine, UnexpectedBody} from '../errors.js'
import type {Collected, CollectOptions} from './collect.js'
import {sourceOf} from './collect.js'
import type {Context} from './context.js'
import {noCounts, openRun, type OpenRun, type RunEnd} from './ledger-of-runs.js'
import {parseAll} from './parsed.js'
import {storeTarget, type Further} from './store.js'

/**
 * Parses `text` and stores its rows, or only hands them to `emit` with `dryRun`, which needs no server at all. A body
 * that is a refusal, an error or of another endpoint gives no row and ends with 1. Throws what the database throws.
 */
export async function collectSaved(collector: AnyCollector, text: string, options: CollectOptions, context: Context): Promise<Collected> {
  const {name: sourceName, source} = sourceOf(collector, options.provider)
  const counts = noCounts()
  let further: ReadonlyMap<string, Further> = new Map()
  const end = (how: Pick<RunEnd, 'outcome' | 'exit_code' | 'message'>, complaints: string[] = []): Collected =>
    ({...counts, ...how, runId: null, next_at: null, complaints, further})
  const [name] = options.names ?? []
  const target: AnyTarget | null = name === undefined ? null : {target: name}
  let run: OpenRun | undefined
  try {
    const {readSaved} = await import('../http/saved.js')
    const anyone = target ?? {target: firstTarget(collector)}
    const {answer, body} = readSaved(source.provider, text, source.request(anyone, null, [anyone]).as, context.clock.now())
    const shaped = parseAll(collector, source, [body], {target, targets: target ? [target] : [], at: answer.at})
    const complaints = shaped.rejected.map(({rejected}) => `an item cannot become a row: ${rejected}`)
    const main = shaped.rows.get(collector.tables[0]) ?? []
    if (options.dryRun) {
      counts.rows_received = main.length + shaped.rejected.length
      further = new Map(collector.tables.slice(1).map((table) => [table, {rows: shaped.rows.get(table)?.length ?? 0, changed: 0}]))
      counts.rows_rejected = shaped.rejected.length
      await options.emit?.(main)
      return end({outcome: counts.rows_rejected > 0 ? 'partial' : 'done', exit_code: counts.rows_rejected > 0 ? 1 : 0, message: null}, complaints)
    }
    const database = await context.database()
    run = await openRun(database, context, {unit: collector.name, command: options.command, token: options.token})
    const origin = {unit: collector.name, source: sourceName, target: name, runId: run.id, receivedAt: answer.at}
    const stored = await storeTarget(database, collector, shaped, origin, [], {settles: true, force: options.force === true})
    counts.rows_received = stored.received
    further = stored.further
    counts.rows_inserted = stored.inserted
    counts.rows_updated = stored.updated
    counts.rows_rejected = stored.rejected
    await options.emit?.(stored.good)
    const changed = stored.inserted + stored.updated
    const how = end({outcome: stored.rejected > 0 ? 'partial' : changed === 0 ? 'unchanged' : 'done', exit_code: stored.rejected > 0 ? 1 : 0, message: null}, complaints)
    await run.end(how)
    return {...how, runId: run.id}
  } catch (error) {
    const failed = end({outcome: 'failed', exit_code: 1, message: error instanceof UnexpectedBody ? inOneLine(error) : messageOf(error)})
    await run?.end(failed)
    if (!(error instanceof UnexpectedBody)) throw error
    return {...failed, runId: run?.id ?? null}
  }
}

/** A name for building a request where none was given; only its form is looked at. */
function firstTarget(collector: AnyCollector): string {
  return typeof collector.targets === 'object' ? String(collector.targets[0]) : collector.name
}
