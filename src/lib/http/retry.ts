/**
 * Repeats a request after a temporary error: at most four tries, with full jitter, and never before the
 * instant that the provider stated.
 */
import pRetry from 'p-retry'
import type {Clock} from '../clock.js'
import {QuotaSpent, TryLater} from '../errors.js'

/** A `TryLater` that comes from a limit: a wait longer than a minute ends the run. */
export class SlowDown extends TryLater {}

export interface RetryOptions {
  clock: Clock
  /** Sleep until the instant that the provider stated, however long that is. */
  wait: boolean
  stop: AbortSignal | undefined
  onWait(ms: number, error: TryLater): void
  /** True once another try makes no sense; default: never. */
  hasGivenUp?(): boolean
  random?: () => number
}

const tries = 4
const longestSleepMs = 60_000

/**
 * Repeats `work` after a `TryLater`; every other error, an interruption included, is thrown at once. All
 * sleeping is done here, on the run's clock, because the delays of p-retry are real time and ignore
 * Retry-After.
 */
export function withRetry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  return pRetry(work, {
    retries: tries - 1,
    minTimeout: 0,
    maxTimeout: 0,
    shouldRetry: ({error}) => error instanceof TryLater && options.hasGivenUp?.() !== true,
    // Called for every failure, also for the last one and for those that are not repeated.
    onFailedAttempt: async ({error, attemptNumber, retriesLeft}) => {
      if (!(error instanceof TryLater)) return
      const {until} = error
      const statedMs = until === undefined ? 0 : until.getTime() - options.clock.now().getTime()
      if (statedMs > longestSleepMs && !options.wait) throw error instanceof SlowDown ? spent(error) : error
      if (retriesLeft === 0 || options.hasGivenUp?.() === true) return
      const ms = Math.max(0, statedMs) + jitterMs(error, attemptNumber, options.random ?? Math.random)
      options.onWait(ms, error)
      await options.clock.sleep(ms, options.stop)
    },
  })
}

/**
 * Full jitter: a random time up to a bound that doubles from 1 s to 8 s. A limit without an instant adds one
 * second. With an instant, the jitter is at most half a second.
 */
function jitterMs(error: TryLater, attempt: number, random: () => number): number {
  if (error.until !== undefined) return Math.round(random() * 500)
  const bound = 1_000 * 2 ** (attempt - 1)
  return Math.round(random() * bound) + (error instanceof SlowDown ? 1_000 : 0)
}

function spent(error: SlowDown): QuotaSpent {
  return new QuotaSpent(
    `${error.message}; the provider requires a wait until ${error.until?.toISOString()}`,
    {
      provider: error.provider,
      target: error.target,
      until: error.until,
      cause: error,
      nextStep: 'Run it again then, or with --wait.',
    },
  )
}
