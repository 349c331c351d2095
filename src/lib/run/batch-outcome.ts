/** The meaning of an error that ended one batch, for that batch and for the run. Pure. */
import {
  NeedsPerson,
  NothingStored,
  QuotaSpent,
  SkipTarget,
  TryLater,
  UnexpectedBody,
  type FinError,
} from '../errors.js'

export type BatchOutcome =
  /** One of several targets is unknown: each half of the batch is requested separately. */
  | {kind: 'halve'}
  /** The provider does not know the only target of the batch. */
  | {kind: 'unknown'; error: SkipTarget}
  /** The batch failed; the next one may be answered. `body`: the answer, where it could not be parsed. */
  | {kind: 'failed'; error: FinError; body?: string}
  /** One credential is spent or refused; others may still be used. */
  | {kind: 'credential'; error: QuotaSpent | NeedsPerson}
  /** The run can make no more requests, or there is a bug. */
  | {kind: 'fatal'; error: unknown}

/**
 * `targets`: the size of the batch; `hasTargets`: the collector has targets, so that one of them can fail
 * alone; `text`: the last page that arrived.
 */
export function outcomeOf(
  error: unknown,
  {targets, hasTargets, text}: {targets: number; hasTargets: boolean; text: string},
): BatchOutcome {
  if (error instanceof SkipTarget) {
    if (targets > 1) return {kind: 'halve'}
    return hasTargets ? {kind: 'unknown', error} : {kind: 'failed', error}
  }
  if (error instanceof NothingStored) return {kind: 'failed', error}
  if (error instanceof UnexpectedBody) return {kind: 'failed', error, body: error.body ?? text}
  // an error without a provider comes from the database
  if (error instanceof TryLater && error.provider !== undefined) return {kind: 'failed', error}
  if (error instanceof NeedsPerson && error.ofRequest && hasTargets) return {kind: 'failed', error}
  if ((error instanceof QuotaSpent || error instanceof NeedsPerson) && error.credential !== undefined)
    return {kind: 'credential', error}
  return {kind: 'fatal', error}
}
