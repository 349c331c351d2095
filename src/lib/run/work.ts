/** The loop of a collector run: requests every due target and stores the answers. */
import type {AnyTarget} from '../define.js'
import {TryLater} from '../errors.js'
import {Interrupted} from '../interrupt.js'
import {requestPages} from './request-pages.js'
import {outcomeOf, type BatchOutcome} from './batch-outcome.js'
import type {CollectorRun} from './collector-run.js'
import type {Stopped} from './conclude.js'
import {afterUnknown} from './due.js'
import {newGaps} from './gaps.js'
import {addAnswered, addComplaint, addFailed, addOfCredential, addUnknown, restartFailures} from './tally.js'
import {batches} from './targets.js'
import {writeBody, writeFailed, writePage, writeUnknown} from './write-batch.js'

/** This many failed batches in a row end the run, because the endpoint is broken and the quota is small. */
export const failuresInARow = 3

/** Requests every due target and returns why it stopped; throws nothing. */
export async function workThrough(run: CollectorRun): Promise<Stopped> {
  const {stop} = run.context
  try {
    return await requestAll(run)
  } catch (error) {
    return stoppedBy(error, stop)
  }
}

/** Why a run stopped that ended with `error`, maybe after a signal. */
export function stoppedBy(error: unknown, stop: AbortSignal): Stopped {
  if (!stop.aborted) return {by: 'error', error}
  if (stop.reason instanceof TryLater) return {by: 'error', error: stop.reason}
  return {by: 'signal', exitCode: stop.reason instanceof Interrupted ? stop.reason.exitCode : 130}
}

async function requestAll(run: CollectorRun): Promise<Stopped> {
  const {plan, source, context, tally} = run
  let skipsFailed = false
  for (const batch of batches(plan.due, source.batch ?? 1)) {
    context.stop.throwIfAborted()
    const failedBefore = batch.every(({target}) => (plan.states.get(target)?.failures ?? 0) > 0)
    if (skipsFailed && failedBefore) continue
    await workOn(run, batch)
    if (run.api.isStalled?.() === true) return {by: 'stall'}
    if (tally.failedInARow < failuresInARow) continue
    if (!failedBefore) return {by: 'failures', inARow: failuresInARow}
    // Targets that failed before come first. They must not end the run before the others are requested.
    skipsFailed = true
    restartFailures(tally)
  }
  return {by: 'the end'}
}

/**
 * Requests one batch. A batch that was refused because of an unknown target is halved until that target is
 * alone. Throws the error that ends the run.
 */
async function workOn(run: CollectorRun, batch: readonly AnyTarget[]): Promise<void> {
  const parts = [batch]
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const outcome = await attempt(run, part)
    if (outcome.kind === 'halve') {
      const half = Math.ceil(part.length / 2)
      parts.unshift(part.slice(0, half), part.slice(half))
    } else if (outcome.kind === 'credential') {
      // the other half needs the same credential
      addOfCredential(run.tally, outcome.error)
      return
    } else {
      await record(run, part, outcome)
    }
  }
}

type Attempted = BatchOutcome | {kind: 'answered'}

/** Requests these targets together once, and stores page by page. Throws if the run was interrupted. */
async function attempt(run: CollectorRun, batch: readonly AnyTarget[]): Promise<Attempted> {
  let text = ''
  try {
    let cursor: unknown = run.plan.states.get(batch[0]?.target ?? '')?.cursor
    for await (const answered of requestPages(run, batch)) {
      if (newGaps(cursor, answered.cursor) > 0) addComplaint(run.tally, lostPart(batch))
      cursor = answered.cursor
      // A guard rejects the page as a whole; `parse` names the page that it rejects.
      text = answered.page.text
      await writePage(run, batch, answered)
    }
    return {kind: 'answered'}
  } catch (error) {
    if (run.context.stop.aborted) throw error
    const hasTargets = run.collector.targets !== undefined
    return outcomeOf(error, {targets: batch.length, hasTargets, text})
  }
}

/** Records the outcome of a batch in the tally and in the database. Throws the error that ends the run. */
async function record(
  run: CollectorRun,
  batch: readonly AnyTarget[],
  outcome: Exclude<Attempted, {kind: 'halve' | 'credential'}>,
): Promise<void> {
  const {tally, plan, options, context} = run
  switch (outcome.kind) {
    case 'answered': {
      addAnswered(tally, batch.length)
      const {targets_done: done, targets_failed: failed} = tally.counts
      options.progress?.(batch.at(-1)?.target ?? '', done + failed, plan.due.length)
      return
    }
    case 'unknown': {
      addUnknown(tally, outcome.error)
      const next = afterUnknown(context.clock.now())
      return writeUnknown(run, batch, {next, note: outcome.error.message})
    }
    case 'failed':
      addFailed(tally, batch.length, outcome.error)
      if (outcome.body !== undefined)
        await writeBody(run, batch, {reason: outcome.error.message, body: outcome.body})
      return writeFailed(run, batch, outcome.error.message)
    case 'fatal':
      throw outcome.error
  }
}

function lostPart([first]: readonly AnyTarget[]): string {
  return `${first?.target}: the provider no longer offers some of the items since the last run; "fin query gaps" shows the gap`
}
