/** The loop of a repair: requests each target of each gap, and records how the gap was left. */
import {clean} from '../db/rejected-rows.js'
import type {Database} from '../db/database.js'
import type {BarSpan} from '../define-feed.js'
import {QuotaSpent} from '../errors.js'
import type {HttpClient} from '../http/client.js'
import {listed} from '../text.js'
import type {Stopped} from './conclude.js'
import type {Context} from './context.js'
import type {RepairableGap} from './find-gaps.js'
import {resultOf, type GapResult} from './gap-result.js'
import {repairTarget, type TargetOutcome} from './repair-target.js'
import {addAnswered, addFailed, addUnknown, restartFailures, type Tally} from './tally.js'
import {failuresInARow, stoppedBy} from './work.js'

export interface RepairRun {
  context: Context
  database: Database
  runId: string
  /** The job has open rejections, which good bars settle. */
  settles: boolean
  tally: Tally
  /** The spans that this run has repaired, because another gap may touch the same minutes. */
  repaired: (BarSpan & {bars: number})[]
  /** One for each provider. */
  client(gap: RepairableGap): Promise<HttpClient>
  /** Called for every target that was requested. */
  progress(target: string): void
}

/** The state of one gap while its targets are requested. */
interface GapState {
  /** Targets that are neither repaired nor refused. */
  left: number
  repaired: number
  bars: number
  refused: string[]
  failures: string[]
}

/** The most characters of a stored reason. */
const mostCharacters = 500

/**
 * Requests the targets of every gap and returns why it stopped. Adds a result for each gap that it reached.
 */
export async function workThroughGaps(
  run: RepairRun,
  gaps: readonly RepairableGap[],
  results: GapResult[],
): Promise<Stopped> {
  for (const one of gaps) {
    const {repaired_targets: repaired, refused_targets: refused, repaired_bars: bars} = one.gap
    const state: GapState = {
      ...{left: one.left.length, repaired: repaired?.length ?? 0, bars},
      ...{refused: [...(refused ?? [])], failures: []},
    }
    try {
      const stopped = await workOnGap(run, one, state)
      results.push(await record(run, one, state))
      if (stopped) return stopped
    } catch (error) {
      const stopped = stoppedBy(error, run.context.stop)
      if (stopped.by === 'error' && stopped.error instanceof QuotaSpent) {
        state.failures.push(stopped.error.message)
        results.push(await record(run, one, state))
      }
      return stopped
    }
  }
  return {by: 'the end'}
}

/** Throws the error that ends the run. */
async function workOnGap(run: RepairRun, one: RepairableGap, state: GapState): Promise<Stopped | undefined> {
  const {context, database, runId, settles, tally} = run
  const {gap, feed, repair, from, until, left} = one
  for (const target of left) {
    context.stop.throwIfAborted()
    const known = run.repaired.find((span) => covers(span, {target, from, until}))
    if (known) {
      await database.query('update_stream_gap_target', [gap.id, target, known.bars])
      add(tally, state, target, {kind: 'repaired', bars: known.bars})
      continue
    }
    const api = await run.client(one)
    const of = {source: feed.provider.name, repair, gap, span: {target, from, until}}
    const outcome = await repairTarget({...of, database, api, runId, settles, tally})
    add(tally, state, target, outcome)
    if (outcome.kind === 'repaired') run.repaired.push({target, from, until, bars: outcome.bars})
    run.progress(target)
    if (api.isStalled?.() === true) return {by: 'stall'}
    if (tally.failedInARow >= failuresInARow) return {by: 'failures', inARow: failuresInARow}
  }
  return undefined
}

function covers(known: BarSpan, {target, from, until}: BarSpan): boolean {
  return known.target === target && known.from <= from && known.until >= until
}

function add(tally: Tally, state: GapState, target: string, outcome: TargetOutcome): void {
  switch (outcome.kind) {
    case 'repaired':
      addAnswered(tally, 1)
      state.left -= 1
      state.repaired += 1
      state.bars += outcome.bars
      return
    case 'refused':
      addUnknown(tally, outcome.error)
      state.left -= 1
      state.refused.push(target)
      return
    case 'failed':
      addFailed(tally, 1, outcome.error)
      state.failures.push(outcome.error.message)
      // The provider answers, so the other targets may be requested.
      if (outcome.isPart) restartFailures(tally)
  }
}

/** Closes the gap, or records why it is open. */
async function record(
  {database, context}: RepairRun,
  {gap, feed, targets}: RepairableGap,
  {left, repaired, bars, refused, failures}: GapState,
): Promise<GapResult> {
  const facts = {targets: targets.length, repaired_targets: repaired, bars}
  const isComplete = left === 0
  if (isComplete && refused.length === 0) {
    await database.query('update_stream_gap_repaired', [gap.id, context.clock.now().toISOString()])
    return resultOf(gap, 'repaired', facts)
  }
  const more = failures.length > 1 ? `, and ${failures.length - 1} more` : ''
  const text = isComplete
    ? `${feed.provider.name} has no candles of ${listed(refused, 5)} for it`
    : `${(failures[0] ?? 'the run ended before').slice(0, mostCharacters)}${more}`
  const reason = clean(text)
  await database.query('update_stream_gaps_not_repaired', [
    [gap.id],
    reason,
    isComplete,
    context.clock.now().toISOString(),
  ])
  const open = isComplete ? 'not repairable' : repaired > 0 ? 'partly repaired' : 'not repaired'
  return resultOf(gap, open, {...facts, reason})
}
