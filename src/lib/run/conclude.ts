/** Decides how a collector run ends, from its tally and from why it stopped. Pure. */
import {formatNumber, pluralize} from '../text.js'
import type {AnyCollector} from '../define.js'
import {isFinError, messageOf, NeedsPerson, QuotaSpent} from '../errors.js'
import type {HttpClient} from '../http/client.js'
import {noCounts, type RunCounts, type RunEnd} from './job-runs.js'
import {nothingDue} from './nothing-due.js'
import type {SecondaryRows} from './store.js'
import type {Tally} from './tally.js'
import type {RunPlan} from './due.js'

/** Why the run requests no more targets. */
export type Stopped =
  | {by: 'the end'}
  /** The number of batches in a row that failed. */
  | {by: 'failures'; inARow: number}
  /** The provider left requests unanswered for two minutes in all. */
  | {by: 'stall'}
  | {by: 'signal'; exitCode: number}
  | {by: 'error'; error: unknown}

export interface Conclusion {
  end: RunEnd
  /** The error to throw once the end is recorded: a person must act, a server is gone, or there is a bug. */
  error?: Error
}

export interface Concluded {
  collector: Pick<AnyCollector, 'dependsOn' | 'lists'>
  plan: RunPlan
  api: Pick<HttpClient, 'counts'>
}

type Ending = Pick<RunEnd, 'outcome' | 'exit_code' | 'message'> & {next_at?: string | null; error?: Error}

interface Facts {
  collector: Concluded['collector']
  plan: RunPlan
  tally: Readonly<Tally>
  stopped: Stopped
  done: number
  failed: number
  /** Due targets that were not requested. */
  rest: number
  /** The first error for a credential that the provider refused. */
  refusedCredential: NeedsPerson | undefined
  /** The error for the spent credential that has quota again first. */
  spentCredential: QuotaSpent | undefined
}

/** The first case that applies decides. */
const cases: readonly ((facts: Facts) => Ending | false | undefined)[] = [
  // No target was due.
  ({plan}) =>
    plan.due.length === 0 &&
    plan.all.length > 0 &&
    plan.all.every(({blocked_reason: reason}) => (reason ?? null) !== null) &&
    failedBecause(
      plan.all.length === 1
        ? 'it cannot be requested yet'
        : `none of the ${plan.all.length} targets can be requested yet`,
    ),
  ({plan, collector}) =>
    plan.due.length === 0 && {outcome: 'nothing due', exit_code: 0, message: nothingDue(collector, plan)},

  // The run stopped before it had requested every target.
  ({stopped}) =>
    stopped.by === 'signal' && {
      outcome: 'interrupted',
      exit_code: stopped.exitCode,
      message: 'interrupted; what was stored stays, and the next run resumes',
    },
  ({stopped, tally}) =>
    stopped.by === 'error' && stopped.error instanceof QuotaSpent && quotaSpent(stopped.error, tally.counts),
  ({stopped}) => stopped.by === 'error' && failedWith(stopped.error),
  ({stopped, tally, done}) =>
    stopped.by === 'failures' && done === 0 && tally.refused && failedWith(tally.refused),
  ({stopped, done, rest}) =>
    stopped.by === 'failures' &&
    rest > 0 &&
    incomplete(done, `${stopped.inARow} batches in a row failed; the rest was not requested`),

  ({stopped, done, rest}) =>
    stopped.by === 'stall' &&
    rest > 0 &&
    incomplete(done, 'the provider did not answer for two minutes in all; the rest was not requested'),

  // Single credentials could not be used: reported beside the answers to the others, or alone.
  ({refusedCredential, spentCredential, done}) =>
    refusedCredential && done === 0 && !spentCredential && failedWith(refusedCredential),
  ({refusedCredential, spentCredential, done}) =>
    refusedCredential && {...incomplete(done, null), next_at: isoOrNull(spentCredential?.until)},
  ({spentCredential, tally}) => spentCredential && quotaSpent(spentCredential, tally.counts),

  // The run requested every target.
  ({failed, done, tally}) => failed > 0 && done === 0 && tally.refused && failedWith(tally.refused),
  ({failed, done, plan}) =>
    failed > 0 && incomplete(done, `${failed} of ${pluralize(plan.due.length, 'target')} failed`),
  ({tally, done}) =>
    tally.unknown > 0 &&
    done === 0 &&
    failedBecause(
      tally.unknown === 1
        ? 'the provider does not know the target'
        : `the provider knows none of the ${tally.unknown} targets`,
    ),
]

export function conclude(
  tally: Readonly<Tally>,
  {collector, plan, api}: Concluded,
  stopped: Stopped,
): Conclusion {
  const {targets_done: done, targets_failed: failed} = tally.counts
  const rest = Math.max(0, plan.due.length - done - failed - tally.unknown)
  const facts: Facts = {
    collector,
    plan,
    tally,
    stopped,
    done,
    failed,
    rest,
    refusedCredential: tally.ofCredentials.find((error) => error instanceof NeedsPerson),
    spentCredential: soonest(tally.ofCredentials.filter((error) => error instanceof QuotaSpent)),
  }
  const {error, next_at = null, ...ending} = firstOf(facts)
  const end: RunEnd = {
    ...tally.counts,
    requests: api.counts.requests,
    requests_refused: api.counts.refused,
    requests_failed: api.counts.failed,
    targets_left: rest + plan.left,
    ...ending,
    next_at,
  }
  return error === undefined ? {end} : {end, error}
}

/** The number of reasons that the run ledger holds in words. */
const shownReasons = 3

/**
 * The message of a run for the run ledger: how it ended, and why targets failed. The command has reported
 * each reason already, so its summary has only `message`.
 */
export function ledgerMessage(message: string | null, failures: readonly string[]): string | null {
  const reasons = [...new Set(failures)].filter((reason) => reason !== message)
  const more = reasons.length - shownReasons
  const texts = [
    ...reasons.slice(0, shownReasons),
    ...(more > 0 ? [`and ${formatNumber(more)} more, see: fin query missed-targets`] : []),
  ]
  if (texts.length === 0) return message
  return message === null ? texts.join('; ') : `${message}: ${texts.join('; ')}`
}

/** The end of a run that failed before its first request. */
export function concludeAtStart(error: unknown): Conclusion {
  const {error: thrown, ...ending} = failedWith(error)
  return {end: {...noCounts(), next_at: null, ...ending}, error: thrown}
}

/** The end of a run without errors, from the rows that it stored or, in a dry run, would have stored. */
export function endOfRows(
  counts: Pick<RunCounts, 'rows_received' | 'rows_inserted' | 'rows_updated' | 'rows_rejected'>,
  secondary: ReadonlyMap<string, SecondaryRows>,
  ended = 0,
): Pick<RunEnd, 'outcome' | 'exit_code'> {
  if (counts.rows_rejected > 0)
    return {outcome: counts.rows_received === counts.rows_rejected ? 'failed' : 'partial', exit_code: 1}
  const changed = [...secondary.values()].reduce(
    (sum, table) => sum + table.changed,
    counts.rows_inserted + counts.rows_updated + ended,
  )
  return {outcome: changed === 0 ? 'unchanged' : 'done', exit_code: 0}
}

function firstOf(facts: Facts): Ending {
  for (const ending of cases) {
    const found = ending(facts)
    if (found) return found
  }
  return {...endOfRows(facts.tally.counts, facts.tally.secondary, facts.tally.ended?.length), message: null}
}

function failedBecause(message: string): Ending {
  return {outcome: 'failed', exit_code: 1, message}
}

/** `error` is reported to the person who ran the command; the run ledger stores its message. */
function failedWith(error: unknown): Ending & {error: Error} {
  return {
    outcome: 'failed',
    exit_code: isFinError(error) ? error.exitCode : 1,
    message: messageOf(error),
    error: error instanceof Error ? error : new Error(messageOf(error)),
  }
}

/** Failed, or partial where at least one target was answered. */
function incomplete(done: number, message: string | null): Ending {
  return {outcome: done > 0 ? 'partial' : 'failed', exit_code: 1, message}
}

/** A spent quota is not a failure, unless a row or a target failed before. */
function quotaSpent(error: QuotaSpent, {rows_rejected, targets_failed}: RunCounts): Ending {
  return {
    outcome: 'quota spent',
    exit_code: rows_rejected + targets_failed > 0 ? 1 : 0,
    message: error.message,
    next_at: isoOrNull(error.until),
  }
}

function soonest(errors: readonly QuotaSpent[]): QuotaSpent | undefined {
  const ms = ({until}: QuotaSpent) => until?.getTime() ?? Infinity
  return errors.toSorted((a, b) => ms(a) - ms(b))[0]
}

function isoOrNull(at: Date | undefined): string | null {
  return at?.toISOString() ?? null
}
