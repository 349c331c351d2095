/**
 * Tries again to store what was rejected, after the cause was fixed. Rows go to their table, items and bodies
 * to the parse function of their source.
 */
import type {Database, Lock, Queries, Transaction} from '../db/database.js'
import type {AnyFeed} from '../define-feed.js'
import type {AnyCollector} from '../define.js'
import {messageOf, UnexpectedBody} from '../errors.js'
import type {TableName} from '../rows.js'
import {jobLockOptions, sourceOf} from './collect.js'
import type {Context} from './context.js'
import type {TargetState} from './due.js'
import {readLists} from './lists.js'
import type {Shaped} from './parsed.js'
import {type Rejection, shapedByFeed, shapedFrom, targetsOf} from './read-rejection.js'
import {repairJob} from './repair-target.js'
import {storeInTable, storeTarget} from './store.js'
import {answeredState, stateName} from './targets.js'

export interface Replayed {
  id: string
  unit: string
  target: string | null
  kind: string
  result: 'stored' | 'superseded' | 'dismissed' | 'would be dismissed' | 'still refused' | 'no such unit'
  reason: string | null
}

export interface ReplayOptions {
  unit?: string | undefined
  ids?: readonly string[] | undefined
  limit: number
  dryRun: boolean
  /** Settle them without storing, because a person has looked at them. */
  dismiss: boolean
}

/** The jobs whose rejections can be parsed again, by name. */
export interface Replayable {
  collectors: ReadonlyMap<string, AnyCollector>
  feeds: ReadonlyMap<string, AnyFeed>
}

/** Thrown inside a savepoint to undo it on purpose. */
class Undo extends Error {}

/**
 * Replays each rejection in a transaction of its own, under the lock of its job. Throws the errors of the
 * database.
 */
export async function* replay(
  {collectors, feeds}: Replayable,
  options: ReplayOptions,
  context: Context,
): AsyncGenerator<Replayed> {
  const database = await context.database()
  const open = await database.query<{id: string}>('select_open_rejection_ids', [
    options.unit ?? null,
    options.ids ?? null,
    options.limit,
  ])
  const locks = new Map<string, Lock | undefined>()
  try {
    for (const {id: openId} of open) {
      context.stop.throwIfAborted()
      const [rejection] = await database.query<Rejection>('select_rejection', [openId])
      if (!rejection) continue
      const {id, unit, target, kind} = rejection
      if (!locks.has(unit))
        locks.set(unit, await database.lock(`unit:${unit}:`, jobLockOptions(unit, context)))
      const outcome: Outcome = locks.get(unit)
        ? await settle(
            database,
            {collector: collectors.get(unit), feed: feeds.get(unit)},
            rejection,
            options,
            context,
          )
        : {result: 'still refused', reason: `${unit} is running: try again after it has ended`}
      yield {id, unit, target, kind, ...outcome}
    }
  } finally {
    for (const lock of locks.values()) await lock?.release()
  }
}

type Outcome = Pick<Replayed, 'result' | 'reason'>

async function settle(
  database: Database,
  {collector, feed}: {collector: AnyCollector | undefined; feed: AnyFeed | undefined},
  rejection: Rejection,
  options: ReplayOptions,
  context: Context,
): Promise<Outcome> {
  const {dryRun} = options
  const mark = async (on: Queries, how: 'replayed' | 'superseded' | 'dismissed') => {
    if (!dryRun)
      await on.query('update_rejected_rows_settled', [[rejection.id], context.clock.now().toISOString(), how])
  }
  if (options.dismiss) {
    await mark(database, 'dismissed')
    return {result: dryRun ? 'would be dismissed' : 'dismissed', reason: rejection.reason}
  }
  let shaped: Shaped | undefined
  try {
    shaped =
      feed && rejection.kind !== 'row'
        ? shapedByFeed(feed, rejection)
        : shapedFrom(collector, rejection, await readLists(collector?.lists ?? {}, context.config))
  } catch (error) {
    // A rejection that cannot be parsed does not stop the others.
    return {result: 'still refused', reason: messageOf(error)}
  }
  if (shaped === undefined && rejection.unit === repairJob)
    return {result: 'still refused', reason: 'the next fin stream repair requests it again'}
  if (shaped === undefined)
    return {result: 'no such unit', reason: `this version of fin has no job ${rejection.unit}`}
  try {
    const answeredSince = await hasAnsweredSince(database, collector, rejection)
    if (rejection.kind === 'body' && collector) {
      if (answeredSince) {
        await mark(database, 'superseded')
        return {result: 'superseded', reason: 'the target has been answered since'}
      }
      if (!dryRun) await storeBody(database, collector, shaped, rejection)
      await mark(database, 'replayed')
      return {result: 'stored', reason: null}
    }
    return await database.transaction(async (tx) => {
      const judged = answeredSince ? judgedTables(collector, shaped.rows) : []
      const result = await store(tx, shaped.rows, judged, dryRun)
      if ('rejected' in result) return {result: 'still refused', reason: result.rejected}
      await mark(tx, result.isSuperseded ? 'superseded' : 'replayed')
      return {result: result.isSuperseded ? 'superseded' : 'stored', reason: null}
    })
  } catch (error) {
    if (!(error instanceof UnexpectedBody)) throw error
    return {result: 'still refused', reason: messageOf(error)}
  }
}

/**
 * Stores a whole answer as a run would have done: with the guard, the statement `after`, and the states of
 * the targets.
 */
async function storeBody(
  database: Database,
  collector: AnyCollector,
  shaped: Shaped,
  rejection: Rejection,
): Promise<void> {
  const {name, source} = sourceOf(collector, rejection.source ?? undefined)
  const receivedAt = new Date(rejection.received_at)
  const states = targetsOf(rejection).map((target) => answeredState(collector, name, target, receivedAt))
  await storeTarget(database, {
    collector,
    shaped,
    origin: {
      job: collector.name,
      source: name,
      target: rejection.target ?? undefined,
      runId: null,
      receivedAt,
    },
    states: source.advance ? [] : states,
    settles: true,
    isWhole: false,
    force: false,
    isReplay: true,
  })
}

async function store(
  tx: Transaction,
  rows: ReadonlyMap<string, object[]>,
  judged: readonly string[],
  dryRun: boolean,
): Promise<{rejected: string} | {isSuperseded: boolean}> {
  let rejected: string | undefined
  let isOlder = false
  try {
    await tx.savepoint(async () => {
      for (const [table, some] of rows) {
        if (some.length === 0) continue
        const result = await storeInTable(tx, table as TableName, some)
        rejected ??= result.rejected[0]?.reason
        // A newer answer has written this row key: the old row must not replace it.
        isOlder ||= judged.includes(table) && result.inserted < result.good.length
      }
      if (rejected !== undefined || isOlder || dryRun) throw new Undo()
    })
  } catch (error) {
    if (!(error instanceof Undo)) throw error
  }
  return rejected === undefined ? {isSuperseded: isOlder} : {rejected}
}

/**
 * The tables that show whether a newer answer has written the rows: the primary table, or without a row for
 * it each but the history. A version that equals the one before it is not inserted, however old that is.
 */
function judgedTables(
  collector: AnyCollector | undefined,
  rows: ReadonlyMap<string, object[]>,
): readonly string[] {
  const primary: string | undefined = collector?.tables[0]
  if (primary !== undefined && rows.get(primary)?.length) return [primary]
  return [...rows.keys()].filter((table) => table !== collector?.history)
}

async function hasAnsweredSince(
  database: Database,
  collector: AnyCollector | undefined,
  rejection: Rejection,
): Promise<boolean> {
  const job = collector && rejection.source !== null ? stateName(collector, rejection.source) : rejection.unit
  const states = await database.query<TargetState>('select_target_states', [job])
  const requested = new Set(targetsOf(rejection).map(({target}) => target))
  if (requested.size === 0) requested.add(rejection.unit)
  return states.some(
    (state) =>
      requested.has(state.target) &&
      state.last_success !== null &&
      Date.parse(state.last_success) > Date.parse(rejection.received_at),
  )
}
