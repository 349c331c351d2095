/** The work of one collector run: every due target asked, parsed and stored, and how the run ends. */
import {counted} from '../counted.js'
import type {Database} from '../db/database.js'
import type {AnyCollector, AnyTarget, From} from '../define.js'
import {inOneLine, NeedsPerson, QuotaSpent, SkipTarget, TryLater, UnexpectedBody} from '../errors.js'
import type {OpenApi} from '../http/api.js'
import {Interrupted} from '../output/stop.js'
import {askFor, type Answered} from './ask.js'
import type {CollectOptions} from './options.js'
import type {Context} from './context.js'
import {afterFailure, afterUnknown, type Agenda} from './due.js'
import {newGaps} from './gaps.js'
import type {Outcome, RunCounts, RunEnd} from './ledger-of-runs.js'
import {nothingDue, saidOf} from './nothing-due.js'
import {parseAll, type AnySource} from './parsed.js'
import {keepBody, storeTarget, type Further, type Origin, type StateRow} from './store.js'
import {answeredState, batches, stateUnit} from './targets.js'

/** This many answers in a row that fail end the run: the endpoint is broken, and the quota is dear. */
const failuresInARow = 3

/** What one run carries along. */
export interface Job {
  collector: AnyCollector
  sourceName: string
  source: AnySource
  options: CollectOptions
  context: Context
  database: Database
  api: OpenApi
  plan: Agenda
  runId: string | null
  lists: NonNullable<From<AnyTarget>['lists']>
  counts: RunCounts
  complaints: string[]
  /** The unit has open rejections, which good rows of the same key settle. */
  settles: boolean
  failedInARow: number
  skipped: number
  /** Why the provider refused single targets, the latest of them. */
  refused?: NeedsPerson
  /** What ended the work with single keys, while others went on. */
  stopped: (QuotaSpent | NeedsPerson)[]
  /** Rows of further tables, by name. */
  further: Map<string, Further>
}

/**
 * Asks for every due target. Errors that end the run early become its end; bugs and a lost database are
 * thrown.
 */
export async function workThrough(job: Job): Promise<RunEnd> {
  const {plan, source, context, counts} = job
  job.complaints.push(...saidOf(plan.held))
  if (plan.due.length === 0 && plan.all.length > 0 && plan.all.every(({lacks}) => (lacks ?? null) !== null))
    return ended(
      job,
      'failed',
      1,
      plan.all.length === 1
        ? 'it cannot be asked about yet'
        : `none of the ${plan.all.length} targets can be asked about yet`,
    )
  if (plan.due.length === 0) return ended(job, 'nothing due', 0, nothingDue(job.collector, plan))
  const failedBefore = (batch: readonly AnyTarget[]) =>
    batch.every(({target}) => (plan.states.get(target)?.failures ?? 0) > 0)
  let passesOverFailed = false
  try {
    for (const batch of batches(plan.due, source.batch ?? 1)) {
      context.stop.throwIfAborted()
      if (passesOverFailed && failedBefore(batch)) continue
      await workOn(job, batch).catch((error: unknown) => goOn(job, error))
      if (job.failedInARow < failuresInARow) continue
      // Targets that failed before come first, and must not keep the run from the others.
      if (!failedBefore(batch) && counts.targets_done === 0 && job.refused) throw job.refused
      if (!failedBefore(batch))
        return ended(
          job,
          counts.targets_done > 0 ? 'partial' : 'failed',
          1,
          `${failuresInARow} answers in a row failed; the rest was not asked`,
        )
      passesOverFailed = true
      job.failedInARow = 0
    }
  } catch (error) {
    if (context.stop.aborted)
      return ended(
        job,
        'interrupted',
        exitCodeOf(context.stop.reason),
        'interrupted; what was stored stays, the next run goes on from here',
      )
    if (error instanceof QuotaSpent) return spent(job, error)
    throw error
  }
  // What one key lacks is told beside what came of the others; alone it is what the run ends with.
  const refused = job.stopped.find((error) => error instanceof NeedsPerson)
  const short = job.stopped.filter((error) => error instanceof QuotaSpent)
  if (refused && counts.targets_done === 0 && short.length === 0) throw refused
  if (refused)
    return {
      ...ended(job, counts.targets_done > 0 ? 'partial' : 'failed', 1, null),
      next_at: short[0]?.until?.toISOString() ?? null,
    }
  const first = short.toSorted(
    (a, b) => (a.until?.getTime() ?? Infinity) - (b.until?.getTime() ?? Infinity),
  )[0]
  if (first) return spent(job, first)
  const {
    targets_done: done,
    targets_failed: failed,
    rows_rejected: rejected,
    rows_inserted,
    rows_updated,
  } = counts
  if (failed > 0 && done === 0 && job.refused) throw job.refused
  if (failed > 0)
    return ended(
      job,
      done > 0 ? 'partial' : 'failed',
      1,
      `${failed} of ${counted(plan.due.length, 'target')} failed`,
    )
  if (job.skipped > 0 && done === 0)
    return ended(
      job,
      'failed',
      1,
      job.skipped === 1
        ? 'the provider does not know the target'
        : `the provider knows none of the ${job.skipped} targets`,
    )
  if (rejected > 0) return ended(job, 'partial', 1, null)
  const changed = [...job.further.values()].reduce(
    (sum, one) => sum + one.changed,
    rows_inserted + rows_updated,
  )
  return ended(job, changed === 0 ? 'unchanged' : 'done', 0, null)
}

/** Another key may still have what this one has not: throws all but what is about a single key. */
function goOn(job: Job, error: unknown): void {
  if (
    !(error instanceof QuotaSpent || error instanceof NeedsPerson) ||
    error.credential === undefined ||
    job.context.stop.aborted
  )
    throw error
  if (error instanceof NeedsPerson && !job.stopped.some(({message}) => message === error.message))
    job.complaints.push(inOneLine(error))
  job.stopped.push(error)
}

function spent(job: Job, error: QuotaSpent): RunEnd {
  const exitCode = job.counts.rows_rejected + job.counts.targets_failed > 0 ? 1 : 0
  return {...ended(job, 'quota spent', exitCode, error.message), next_at: error.until?.toISOString() ?? null}
}

/** 130 or 143, by the signal that was the reason to stop. */
const exitCodeOf = (reason: unknown): number => (reason instanceof Interrupted ? reason.exitCode : 130)

/** The end of a run as the run ledger keeps it. */
export function ended(job: Job, outcome: Outcome, exitCode: number, message: string | null): RunEnd {
  const {counts, api, plan} = job
  const left = plan.due.length - counts.targets_done - counts.targets_failed - job.skipped + plan.left
  return {
    ...counts,
    requests: api.counts.requests,
    requests_refused: api.counts.refused,
    requests_failed: api.counts.failed,
    targets_left: Math.max(0, left),
    outcome,
    exit_code: exitCode,
    next_at: null,
    message,
  }
}

/**
 * Asks for one batch and stores it. A batch refused because of one unknown target is halved until that one
 * stands alone.
 */
async function workOn(job: Job, batch: readonly AnyTarget[]): Promise<void> {
  const {context, counts} = job
  let text = ''
  try {
    let cursor: unknown = job.plan.states.get(batch[0]?.target ?? '')?.cursor
    for await (const answered of askFor(job, batch)) {
      if (newGaps(cursor, answered.cursor) > 0)
        job.complaints.push(
          `${batch[0]?.target}: some of what came since the last run is no longer offered; "fin query gaps" shows between what`,
        )
      cursor = answered.cursor
      // what a guard refuses is refused whole; what parse refuses brings its own page
      text = answered.page.text
      await keep(job, batch, answered)
    }
    counts.targets_done += batch.length
    job.failedInARow = 0
    job.options.progress?.(
      batch.at(-1)?.target ?? '',
      counts.targets_done + counts.targets_failed,
      job.plan.due.length,
    )
  } catch (error) {
    if (context.stop.aborted) throw error
    if (error instanceof SkipTarget && batch.length > 1) {
      const half = Math.ceil(batch.length / 2)
      await workOn(job, batch.slice(0, half))
      await workOn(job, batch.slice(half))
    } else if (error instanceof SkipTarget && job.collector.targets !== undefined) {
      job.skipped += 1
      await markTargets(job, batch, {
        status: 'unknown',
        next: afterUnknown(context.clock.now()),
        note: error.message,
      })
      job.complaints.push(error.message)
    } else if (error instanceof NeedsPerson && error.ofRequest && job.collector.targets !== undefined) {
      // What it says of this request need not hold for the next one; where none succeeds, it is what the run
      // ends with.
      counts.targets_failed += batch.length
      job.failedInARow += 1
      job.refused = error
      job.complaints.push(inOneLine(error))
      await markTargets(job, batch, {status: 'active', note: error.message})
    } else if (
      error instanceof UnexpectedBody ||
      error instanceof SkipTarget ||
      (error instanceof TryLater && error.provider !== undefined)
    ) {
      // A unit that asks once has no target that a provider might not know: it is due again.
      counts.targets_failed += batch.length
      job.failedInARow += 1
      job.complaints.push(inOneLine(error))
      if (error instanceof UnexpectedBody) await setBodyAside(job, batch, error, error.body ?? text)
      await markTargets(job, batch, {status: 'active', note: error.message})
    } else {
      throw error
    }
  }
}

/** Parses and stores one page of what a batch brought, or hands it on when nothing is to be stored. */
async function keep(job: Job, batch: readonly AnyTarget[], answered: Answered): Promise<void> {
  const {collector, source, options, counts} = job
  const shaped = parseAll(collector, source, [answered.page], {
    target: batch[0] ?? null,
    targets: batch,
    at: answered.at,
    lists: job.lists,
  })
  if (options.dryRun) {
    const main = shaped.rows.get(collector.tables[0]) ?? []
    counts.rows_received += main.length + shaped.rejected.length
    counts.rows_rejected += shaped.rejected.length
    for (const {rejected} of shaped.rejected) job.complaints.push(`an item cannot become a row: ${rejected}`)
    for (const table of collector.tables.slice(1))
      addFurther(job.further, new Map([[table, {rows: shaped.rows.get(table)?.length ?? 0, changed: 0}]]))
    return options.emit?.(main)
  }
  const states = answered.isLast
    ? batch.map((target) => answeredState(collector, job.sourceName, target, answered.at, answered.cursor))
    : batch.map((target) => underWayState(job, target, answered))
  const isWhole = source.advance === undefined && source.next === undefined
  const how = {settles: job.settles, isWhole, force: options.force === true}
  const stored = await storeTarget(
    job.database,
    collector,
    shaped,
    originOf(job, batch, answered.at),
    states,
    how,
  )
  counts.rows_received += stored.received
  counts.rows_inserted += stored.inserted
  counts.rows_updated += stored.updated
  counts.rows_rejected += stored.rejected
  addFurther(job.further, stored.further)
  await options.emit?.(stored.good)
}

/** Between two pages a target stays due, so that a run which is stopped there goes on there. */
function underWayState(
  {collector, sourceName, plan}: Job,
  {target}: AnyTarget,
  {at, cursor}: Answered,
): StateRow {
  const failures = plan.states.get(target)?.failures ?? 0
  return {
    unit: stateUnit(collector, sourceName),
    target,
    last_attempt: at.toISOString(),
    last_success: null,
    failures,
    next_due: at.toISOString(),
    cursor,
    status: 'active',
    note: null,
  }
}

/** Adds what one target brought for further tables. */
function addFurther(sum: Map<string, Further>, more: ReadonlyMap<string, Further>): void {
  for (const [table, {rows, changed}] of more) {
    const known = sum.get(table) ?? {rows: 0, changed: 0}
    sum.set(table, {rows: known.rows + rows, changed: known.changed + changed})
  }
}

function originOf(job: Job, batch: readonly AnyTarget[], receivedAt: Date): Origin {
  return {
    unit: job.collector.name,
    source: job.sourceName,
    target: batch.map(({target}) => target).join('\n'),
    runId: job.runId,
    receivedAt,
  }
}

async function setBodyAside(
  job: Job,
  batch: readonly AnyTarget[],
  error: UnexpectedBody,
  body: string,
): Promise<void> {
  if (job.options.dryRun) return
  job.counts.rows_rejected += 1
  await job.database.transaction((tx) =>
    keepBody(tx, error.message, body, originOf(job, batch, job.context.clock.now())),
  )
}

async function markTargets(
  job: Job,
  batch: readonly AnyTarget[],
  mark: {status: 'active' | 'unknown'; next?: Date; note: string},
): Promise<void> {
  if (job.options.dryRun) return
  const now = job.context.clock.now()
  const rows = batch.map(({target}): StateRow => {
    const failures = (job.plan.states.get(target)?.failures ?? 0) + 1
    const next = mark.next ?? afterFailure(now, failures)
    return {
      unit: stateUnit(job.collector, job.sourceName),
      target,
      last_attempt: now.toISOString(),
      last_success: null,
      failures,
      next_due: next?.toISOString() ?? null,
      cursor: null,
      status: mark.status,
      note: mark.note,
    }
  })
  await job.database.transaction((tx) => tx.query('upsert_target_state', [JSON.stringify(rows)]))
}
