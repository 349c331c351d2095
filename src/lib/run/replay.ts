/** Tries again what was set aside, after the cause was mended: rows against their table, items and bodies against their parse function. */
import type {Database, Transaction} from '../db/pool.js'
import type {AnyCollector} from '../define.js'
import {isFinError, messageOf} from '../errors.js'
import {readSaved} from '../http/saved.js'
import type {TableName} from '../rows.js'
import {sourceOf} from './collect.js'
import type {Context} from './context.js'
import type {TargetState} from './due.js'
import {parseAll, type AnySource} from './parsed.js'
import {storeInTable} from './store.js'
import {stateUnit} from './targets.js'

/** An open row of `rejected_rows`. */
interface Rejection {
  id: string
  unit: string
  source: string | null
  target: string | null
  kind: 'row' | 'item' | 'body'
  table_name: string | null
  reason: string
  item: string
  received_at: string
}

export interface Replayed {
  id: string
  unit: string
  target: string | null
  kind: string
  /** What became of it. */
  result: 'stored' | 'superseded' | 'dismissed' | 'still refused' | 'no such unit'
  reason: string | null
}

export interface ReplayOptions {
  unit?: string | undefined
  ids?: readonly string[] | undefined
  limit: number
  dryRun: boolean
  /** Settle them without storing: a person has looked at them. */
  dismiss: boolean
}

/** Thrown inside a savepoint to undo it on purpose. */
class Undo extends Error {}

/** Each rejection in a transaction of its own. Throws what the database throws. */
export async function* replay(collectors: ReadonlyMap<string, AnyCollector>, options: ReplayOptions, context: Context): AsyncGenerator<Replayed> {
  const database = await context.database()
  const open = await database.query<Rejection>('select_open_rejections', [options.unit ?? null, options.ids ?? null, options.limit])
  for (const rejection of open) {
    context.stop.throwIfAborted()
    const {id, unit, target, kind} = rejection
    yield {id, unit, target, kind, ...await settle(database, collectors.get(unit), rejection, options, context)}
  }
}

async function settle(
  database: Database, collector: AnyCollector | undefined, rejection: Rejection, options: ReplayOptions, context: Context,
): Promise<Pick<Replayed, 'result' | 'reason'>> {
  const now = context.clock.now().toISOString()
  if (options.dismiss) {
    if (!options.dryRun) await database.query('update_rejected_rows_settled', [[rejection.id], now, 'dismissed'])
    return {result: 'dismissed', reason: rejection.reason}
  }
  try {
    const rows = rowsOf(collector, rejection)
    if (rows === undefined) return {result: 'no such unit', reason: `this version of fin has no unit ${rejection.unit}`}
    const answeredSince = await hasAnsweredSince(database, collector, rejection)
    if (rejection.kind === 'body' && answeredSince) return await mark(database, rejection, 'superseded', options, now)
    return await database.transaction(async (tx) => {
      const result = await store(tx, rows, answeredSince, options.dryRun)
      if ('refused' in result) return {result: 'still refused', reason: result.refused}
      if (!options.dryRun) await tx.query('update_rejected_rows_settled', [[rejection.id], now, result.isSuperseded ? 'superseded' : 'replayed'])
      return {result: result.isSuperseded ? 'superseded' : 'stored', reason: null}
    })
  } catch (error) {
    if (!(error instanceof StillRefused) && (!isFinError(error) || error.exitCode === 2)) throw error
    return {result: 'still refused', reason: messageOf(error)}
  }
}

async function mark(database: Database, rejection: Rejection, result: 'superseded', options: ReplayOptions, now: string): Promise<Pick<Replayed, 'result' | 'reason'>> {
  if (!options.dryRun) await database.query('update_rejected_rows_settled', [[rejection.id], now, result])
  return {result, reason: 'the target has been answered since'}
}

/** Rows by table; undefined when the unit is gone. Throws UnexpectedBody when it still cannot be parsed. */
function rowsOf(collector: AnyCollector | undefined, rejection: Rejection): Map<string, object[]> | undefined {
  if (rejection.kind === 'row') return rejection.table_name === null ? undefined : new Map([[rejection.table_name, [JSON.parse(rejection.item) as object]]])
  if (collector === undefined) return undefined
  const {source} = sourceOf(collector, rejection.source ?? undefined)
  const target = rejection.target === null ? null : {target: rejection.target.split(',')[0] ?? ''}
  const from = {target, targets: target ? [target] : [], at: new Date(rejection.received_at)}
  const body: unknown = rejection.kind === 'item' ? JSON.parse(rejection.item) : bodyOf(source, rejection)
  const {rows, rejected} = parseAll(collector, source, [body], from)
  const [first] = rejected
  if (first) throw new StillRefused(first.rejected)
  return rows
}

function bodyOf(source: AnySource, rejection: Rejection): unknown {
  const target = {target: rejection.target?.split(',')[0] ?? ''}
  return readSaved(source.provider, rejection.item, source.request(target, null, [target]).as, new Date(rejection.received_at)).body
}

/** An item that the parse function of this version refuses as well. */
class StillRefused extends Error {}

async function store(
  tx: Transaction, rows: ReadonlyMap<string, object[]>, answeredSince: boolean, dryRun: boolean,
): Promise<{refused: string} | {isSuperseded: boolean}> {
  let refused: string | undefined
  let isOlder = false
  try {
    await tx.savepoint(async () => {
      for (const [table, some] of rows) {
        if (some.length === 0) continue
        const result = await storeInTable(tx, table as TableName, some)
        refused ??= result.rejected[0]?.reason
        // A newer answer has written this key: the old row must not replace it.
        isOlder ||= answeredSince && result.inserted < some.length
      }
      if (refused !== undefined || isOlder || dryRun) throw new Undo()
    })
  } catch (error) {
    if (!(error instanceof Undo)) throw error
  }
  return refused === undefined ? {isSuperseded: isOlder} : {refused}
}

async function hasAnsweredSince(database: Database, collector: AnyCollector | undefined, rejection: Rejection): Promise<boolean> {
  const unit = collector && rejection.source !== null ? stateUnit(collector, rejection.source) : rejection.unit
  const states = await database.query<TargetState>('select_target_states', [unit])
  const state = states.find(({target}) => target === (rejection.target?.split(',')[0] ?? rejection.unit))
  return state?.last_success != null && Date.parse(state.last_success) > Date.parse(rejection.received_at)
}
