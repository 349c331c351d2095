/** Reads how much of this month's limits each credential has left. */
import type {Config} from '../config.js'
import type {Queries} from '../db/database.js'
import type {Provider, QuotaUnit} from '../define.js'
import {wholeAccess} from './access.js'
import {concerns, type WindowCount, windowQueriesOf} from './slots.js'
import {freeAfter, toMillionth} from './windows.js'

/** The quota that a credential has left in a month, in requests, posts or dollars. */
export interface MonthLeft {
  credential: string
  unit: QuotaUnit
  left: number
  /** When the month ends. */
  until: string
}

/** One row for each credential that is set and each limit of a calendar month that applies to it. */
export async function leftOfMonth(
  queries: Queries,
  config: Config,
  provider: Provider,
  atMs: number,
): Promise<MonthLeft[]> {
  const access = wholeAccess(provider, config)
  if (!access) return []
  const counted = await queries.query<WindowCount>('select_provider_requests_spent', [
    provider.name,
    JSON.stringify(windowQueriesOf(access, undefined, atMs)),
  ])
  return access.labels.flatMap((credential, at) =>
    access.limits.flatMap((limit, index) => {
      if (limit.per !== 'month' || limit.window === 'sliding' || !concerns(limit, credential)) return []
      // nothing to divide: the reservation reports which variable to set
      if (limit.needs !== undefined && limit.requests === 0) return []
      const {spent} = counted[at * (access.limits.length + 1) + 1 + index]!
      return [
        {
          credential,
          unit: limit.unit ?? 'requests',
          left: Math.max(0, toMillionth(limit.requests - Number(spent))),
          until: new Date(freeAfter(limit, atMs)).toISOString(),
        },
      ]
    }),
  )
}
