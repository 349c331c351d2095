/**
 * Counts the requests that the schedule will make from a provider: scheduled runs times requests, or the
 * allocation of a job that claims quota.
 */
import type {Config} from '../config.js'
import type {Provider} from '../define.js'
import type {JobClaim} from '../limits/claims.js'
import {planOf, poolOf} from '../limits/allocation.js'
import type {Demand} from '../report/quota-status.js'
import {scheduledRunsBetween} from '../schedule/scheduled-runs.js'
import type {LoadedLine} from '../schedule/lines.js'
import {dayMs} from '../time.js'

/**
 * The number of requests between two instants. A job without a claim whose targets come from the database
 * counts as one request for each scheduled run.
 */
export function scheduledDemand(
  lines: readonly LoadedLine[],
  claims: readonly JobClaim[],
  config: Config,
): Demand {
  return (provider: Provider, fromMs: number, toMs: number) => {
    const pool = poolOf(provider, config, claims)
    const plan = pool && planOf(pool, pool.access.labels.length, fromMs)
    const requests = lines
      .filter((line) => line.provider?.name === provider.name)
      .map((line) => {
        const allocation = plan?.allocations.find(({job}) => job === line.job)
        const runs = scheduledRunsBetween(line.schedules, new Date(fromMs), new Date(toMs)).length
        if (allocation && !allocation.isReserved)
          return Math.min((allocation.perDay * (toMs - fromMs)) / dayMs, runs * allocation.requests)
        return runs * (allocation?.requests ?? line.requests ?? 1)
      })
    return Math.ceil(requests.reduce((sum, one) => sum + one, 0))
  }
}
