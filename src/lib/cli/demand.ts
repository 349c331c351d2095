/**
 * What the schedule will ask of a provider: firings times requests; where a job is divided by the planner,
 * its share.
 */
import type {Config} from '../config.js'
import type {Provider} from '../define.js'
import type {JobClaim} from '../limits/claims.js'
import {planOf, poolOf} from '../limits/allocation.js'
import type {Demand} from '../report/quota-status.js'
import {scheduledRunsBetween} from '../schedule/scheduled-runs.js'
import type {ScheduledLine} from '../schedule/jobs.js'
import {dayMs} from '../time.js'

/**
 * A job whose targets come from the database, and that claims no share, counts one request for each firing at
 * least.
 */
export function scheduledDemand(
  lines: readonly ScheduledLine[],
  claims: readonly JobClaim[],
  config: Config,
): Demand {
  return (provider: Provider, fromMs: number, toMs: number) => {
    const pool = poolOf(provider, config, claims)
    const plan = pool && planOf(pool, pool.access.labels.length, fromMs)
    const requests = lines
      .filter((line) => line.provider?.name === provider.name)
      .map((line) => {
        const share = plan?.allocations.find(({job: unit}) => unit === line.job)
        const firings = scheduledRunsBetween(line.schedules, new Date(fromMs), new Date(toMs)).length
        if (share && !share.isReserved)
          return Math.min((share.perDay * (toMs - fromMs)) / dayMs, firings * share.requests)
        return firings * (share?.requests ?? line.requests ?? 1)
      })
    return Math.ceil(requests.reduce((sum, one) => sum + one, 0))
  }
}
