/**
 * Asks again after what may pass by itself: full jitter, at most four tries, and never sooner than the
 * provider said.
 */
import pRetry from 'p-retry'
import type {Clock} from '../clock.js'
import {QuotaSpent, TryLater} from '../errors.js'

/** A `TryLater` that comes from a limit: a long wait for it is not slept but ends the run. */
export class SlowDown extends TryLater {}

export interface RetryOptions {
  clock: Clock
  /** Sleep however long the provider asks. */
  wait: boolean
  stop: AbortSignal | undefined
  onWait(ms: number, error: TryLater): void
  random?: () => number
}

const tries = 4
const longestSleepMs = 60_000

/**
 * Only `TryLater` is tried again; everything else, an interruption included, passes through at once. All
 * sleeping is done here, on the run's clock: p-retry's own delays are real time, without jitter below 1x, and
 * deaf to Retry-After.
 */
export function withRetry<T>(work: () => Promise<T>, patience: RetryOptions): Promise<T> {
  return pRetry(work, {
    retries: tries - 1,
    minTimeout: 0,
    maxTimeout: 0,
    shouldRetry: ({error}) => error instanceof TryLater,
    // Called for every failure, also the last one and those that are not tried again.
    onFailedAttempt: async ({error, attemptNumber, retriesLeft}) => {
      if (!(error instanceof TryLater)) return
      const {until} = error
      const askedMs = until === undefined ? 0 : until.getTime() - patience.clock.now().getTime()
      if (askedMs > longestSleepMs && !patience.wait) throw error instanceof SlowDown ? spent(error) : error
      if (retriesLeft === 0) return
      const ms = Math.max(0, askedMs) + jitterMs(error, attemptNumber, patience.random ?? Math.random)
      patience.onWait(ms, error)
      await patience.clock.sleep(ms, patience.stop)
    },
  })
}

/**
 * Full jitter: anything from nothing to a bound that doubles, 1 s to 8 s. A limit without an instant waits at
 * least a second more.
 */
function jitterMs(error: TryLater, attempt: number, random: () => number): number {
  if (error.until !== undefined) return Math.round(random() * 500)
  const bound = 1_000 * 2 ** (attempt - 1)
  return Math.round(random() * bound) + (error instanceof SlowDown ? 1_000 : 0)
}

function spent(error: SlowDown): QuotaSpent {
  return new QuotaSpent(`${error.message}; asks to wait until ${error.until?.toISOString()}`, {
    provider: error.provider,
    target: error.target,
    until: error.until,
    cause: error,
    nextStep: 'Run it again then, or with --wait.',
  })
}
