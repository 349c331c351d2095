/** Writes the result of one batch: rows, an answer that could not be parsed, and the state of the targets. */
import type {AnyTarget} from '../define.js'
import type {AnsweredPage} from './request-pages.js'
import type {CollectorRun} from './collector-run.js'
import {afterFailure} from './due.js'
import {parsePage, type Shaped} from './parsed.js'
import {rejectBody, type Origin} from '../db/rejected-rows.js'
import {nothingStored, notStored, storeTarget, type StateRow} from './store.js'
import {addComplaint, addFields, addPage, addRejectedBody} from './tally.js'
import {answeredState, stateName} from './targets.js'

/**
 * Parses one page and stores its rows, its rejected items and the states of the targets in one transaction.
 * In a dry run it only emits the rows. Throws NothingStored, after it has stored the rejected items, if each
 * item was rejected.
 */
export async function writePage(
  run: CollectorRun,
  batch: readonly AnyTarget[],
  answered: AnsweredPage,
): Promise<void> {
  const {collector, source, options, tally} = run
  const shaped = parsePage(collector, source, answered.page, {
    target: batch[0] ?? null,
    targets: batch,
    at: answered.at,
    lists: run.lists,
  })
  if (shaped.fields) addFields(tally, shaped.fields)
  const origin = originOf(run, batch, answered.at)
  if (options.dryRun) return emitOnly(run, shaped, origin)
  const isWhole = source.advance === undefined && source.next === undefined
  const stored = await storeTarget(run.database, {
    collector,
    shaped,
    origin,
    states: batch.map((target) =>
      answered.isLast
        ? answeredState(collector, run.sourceName, target, answered.at, answered.cursor)
        : underWayState(run, target, answered),
    ),
    settles: run.settles,
    isWhole,
    force: options.force === true,
  })
  addPage(tally, stored)
  const nothing = nothingStored(stored, origin)
  if (nothing) throw nothing
  await options.emit?.(stored.good)
}

async function emitOnly(
  {collector, options, tally}: CollectorRun,
  shaped: Shaped,
  origin: Origin,
): Promise<void> {
  const page = notStored(collector, shaped)
  addPage(tally, page)
  for (const {rejected} of shaped.rejected) addComplaint(tally, `an item cannot become a row: ${rejected}`)
  const nothing = nothingStored(page, origin)
  if (nothing) throw nothing
  await options.emit?.(page.good)
}

/**
 * The state between two pages. The target stays due, so that the next run resumes there if this one stops.
 */
function underWayState(run: CollectorRun, target: AnyTarget, {at, cursor}: AnsweredPage): StateRow {
  return {
    ...unansweredState(run, target, at),
    failures: failuresOf(run, target),
    next_due: at.toISOString(),
    cursor,
  }
}

/** Makes the targets of a failed batch due again after a pause, longer with each failure. */
export async function writeFailed(
  run: CollectorRun,
  batch: readonly AnyTarget[],
  note: string,
): Promise<void> {
  const now = run.context.clock.now()
  await writeStates(
    run,
    batch.map((target) => {
      const failures = failuresOf(run, target) + 1
      const next = afterFailure(now, failures)?.toISOString() ?? null
      return {...unansweredState(run, target, now), failures, next_due: next, note}
    }),
  )
}

/** Makes targets that the provider does not know due again at `next`. */
export async function writeUnknown(
  run: CollectorRun,
  batch: readonly AnyTarget[],
  {next, note}: {next: Date; note: string},
): Promise<void> {
  const now = run.context.clock.now()
  await writeStates(
    run,
    batch.map((target) => ({
      ...unansweredState(run, target, now),
      failures: failuresOf(run, target) + 1,
      next_due: next.toISOString(),
      status: 'unknown',
      note,
    })),
  )
}

/** Stores an answer that could not be parsed as rejected, so that it can be replayed. */
export async function writeBody(
  run: CollectorRun,
  batch: readonly AnyTarget[],
  {reason, body}: {reason: string; body: string},
): Promise<void> {
  if (run.options.dryRun) return
  addRejectedBody(run.tally)
  const origin = originOf(run, batch, run.context.clock.now())
  await run.database.transaction((tx) => rejectBody(tx, reason, body, origin))
}

function unansweredState(
  {collector, sourceName}: CollectorRun,
  {target}: AnyTarget,
  at: Date,
): Omit<StateRow, 'failures' | 'next_due'> {
  return {
    unit: stateName(collector, sourceName),
    target,
    last_attempt: at.toISOString(),
    last_success: null,
    cursor: null,
    status: 'active',
    note: null,
  }
}

function failuresOf({plan}: CollectorRun, {target}: AnyTarget): number {
  return plan.states.get(target)?.failures ?? 0
}

async function writeStates({options, database}: CollectorRun, states: readonly StateRow[]): Promise<void> {
  if (options.dryRun) return
  await database.transaction((tx) => tx.query('upsert_target_state', [JSON.stringify(states)]))
}

function originOf(
  {collector, sourceName, runId}: CollectorRun,
  batch: readonly AnyTarget[],
  at: Date,
): Origin {
  return {
    job: collector.name,
    source: sourceName,
    target: batch.map(({target}) => target).join('\n'),
    runId,
    receivedAt: at,
  }
}
