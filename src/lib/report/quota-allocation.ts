/** Today's allocation of a provider's quota to its jobs, as rows and as text. Reads only. */
import type {Config} from '../config.js'
import type {Queries} from '../db/database.js'
import type {Provider} from '../define.js'
import {type Access, wholeAccess} from '../limits/access.js'
import type {JobClaim} from '../limits/claims.js'
import {explain} from './quota-explanation.js'
import {concerns} from '../limits/slots.js'
import {allowance, type QuotaPlan} from '../limits/planner.js'
import {planOf, poolOf, quotaState} from '../limits/allocation.js'
import {isBudget, limitText} from '../limits/windows.js'

export interface AllocationRow {
  provider: string
  unit: string
  requests: number
  wished_every_days: number
  granted_every_days: number | null
  granted_per_day: number
  spent: number | null
  /** The number of requests that the job may make now; null if the plan is hypothetical. */
  may_ask_now: number | null
  gives_way: boolean
  why: string
}

export interface QuotaAllocation {
  rows: AllocationRow[]
  /** The explanation, line by line. */
  lines: string[]
}

/**
 * The allocation; undefined if no limit covers a day or a month of this provider. Throws NeedsPerson for
 * invalid settings.
 */
export async function quotaAllocation(
  queries: Queries,
  config: Config,
  provider: Provider,
  allClaims: readonly JobClaim[],
  atMs: number,
): Promise<QuotaAllocation | undefined> {
  const pool = poolOf(provider, config, allClaims)
  if (pool) {
    const {plan, left} = await quotaState(queries, pool, atMs)
    const dedicatedKeys = [...pool.dedicated].map(
      ([job, label]) =>
        `${job} has the dedicated key "${label}": ${pool.access.limits
          .filter(({per, of}) => per === 'day' && of === 'credential')
          .map(limitText)
          .join()}.`,
    )
    return {
      rows: rowsOf(plan, (unit) => ({
        spent: left.spent[unit] ?? 0,
        may_ask_now: allowance({job: unit, left, plan}),
      })),
      lines: [...explain(plan, planOf(pool, plan.credentials + 1, atMs)), ...dedicatedKeys],
    }
  }
  // Without a key there may be no daily quota to divide, so the plan with one key is shown.
  const claims = allClaims.filter((claim) => claim.provider === provider.name)
  const access = wholeAccess(provider, config)
  if (claims.length === 0) return undivided(provider, access)
  const withKey = planOf(
    {
      provider,
      claims,
      access: {labels: ['1'], fingerprints: new Map(), limits: provider.limits, everyLabel: ['1']},
    },
    1,
    atMs,
  )
  const now = access
    ? `${provider.name} is used without a key: ${access.limits.map(limitText).join(' and ')}, and no daily quota to divide.`
    : `${provider.name} cannot be used without a key.`
  return {
    rows: rowsOf(withKey, () => ({spent: null, may_ask_now: null})),
    lines: [`${now} With one key:`, ...explain(withKey)],
  }
}

/**
 * The explanation for a provider whose jobs have no allocation; undefined if nothing limits its day or
 * month.
 */
function undivided(provider: Provider, access: Access | undefined): QuotaAllocation | undefined {
  if (!access) return {rows: [], lines: [`${provider.name} cannot be used without a key.`]}
  const limits = access.limits.filter(
    (limit) => isBudget(limit) && access.labels.some((label) => concerns(limit, label)),
  )
  if (limits.length === 0) return undefined
  const allowed = limits
    .map(
      (limit) =>
        `${limitText(limit)} ${limit.credential === undefined ? `per ${limit.of}` : `with key ${limit.credential}`}`,
    )
    .join(', ')
  const rule = provider.accounting?.plans
    ? 'the rest of a month is divided among the targets of each job, the more important first'
    : 'each job uses as much as it needs, first come, first served'
  return {rows: [], lines: [`${provider.name} allows ${allowed}. No job has an allocation: ${rule}.`]}
}

function rowsOf(
  {provider, allocations}: QuotaPlan,
  now: (job: string) => Pick<AllocationRow, 'spent' | 'may_ask_now'>,
): AllocationRow[] {
  const round = (n: number) => Math.round(n * 100) / 100
  return allocations.map((allocation) => ({
    provider,
    unit: allocation.job,
    requests: allocation.requests,
    wished_every_days: allocation.wishedEveryDays,
    granted_every_days: Number.isFinite(allocation.everyDays) ? round(allocation.everyDays) : null,
    granted_per_day: round(allocation.perDay),
    ...now(allocation.job),
    gives_way: allocation.isThrottled,
    why: allocation.why,
  }))
}
