/** The rest of this month's limits, for each credential. Reads only. */
import type {Config} from '../config.js'
import type {Queries} from '../db/database.js'
import type {Provider, Unit} from '../define.js'
import {wholeAccess} from './access.js'
import {concerns, type Counted, questionsOf} from './slots.js'
import {freeAfter, toMillionth} from './windows.js'

/** What a month still holds of one key, in requests, posts or dollars. */
export interface MonthLeft {
  credential: string
  unit: Unit
  left: number
  /** When the month ends. */
  until: string
}

/** For each key that is set, and each limit of a calendar month that holds for it. */
export async function leftOfMonth(
  queries: Queries,
  config: Config,
  provider: Provider,
  atMs: number,
): Promise<MonthLeft[]> {
  const access = wholeAccess(provider, config)
  if (!access) return []
  const counted = await queries.query<Counted>('select_provider_requests_spent', [
    provider.name,
    JSON.stringify(questionsOf(access, undefined, atMs)),
  ])
  return access.labels.flatMap((credential, at) =>
    access.limits.flatMap((limit, index) => {
      if (limit.per !== 'month' || limit.window === 'sliding' || !concerns(limit, credential)) return []
      // nothing to divide: whoever asks is told what to set
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
