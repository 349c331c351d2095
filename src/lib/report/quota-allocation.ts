/** Today's split of a provider's quota among its jobs, as rows and in words. Reads only. */
import type {Config} from '../config.js'
import type {Queries} from '../db/database.js'
import type {Provider} from '../define.js'
import {type Access, wholeAccess} from '../limits/access.js'
import type {JobClaim} from '../limits/claims.js'
import {explain} from './quota-explanation.js'
import {concerns} from '../limits/slots.js'
import {allowance, type Plan} from '../limits/planner.js'
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
  /** What it may ask now; null where the plan is only supposed. */
  may_ask_now: number | null
  gives_way: boolean
  why: string
}

export interface QuotaAllocation {
  rows: AllocationRow[]
  words: string[]
}

/** Undefined when nothing limits the day or month of this provider. Throws NeedsPerson for wrong settings. */
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
    const ownKeys = [...pool.dedicated].map(
      ([unit, label]) =>
        `${unit} has the key "${label}" for itself: ${pool.access.limits
          .filter(({per, of}) => per === 'day' && of === 'credential')
          .map(limitText)
          .join()}.`,
    )
    return {
      rows: rowsOf(plan, (unit) => ({
        spent: left.spent[unit] ?? 0,
        may_ask_now: allowance({job: unit, left, plan}),
      })),
      words: [...explain(plan, planOf(pool, plan.credentials + 1, atMs)), ...ownKeys],
    }
  }
  // without a key there may be no day to divide; what a key would give is worth knowing
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
    ? `${provider.name} is asked without a key: ${access.limits.map(limitText).join(' and ')}, and no day to divide.`
    : `${provider.name} cannot be asked without a key.`
  return {
    rows: rowsOf(withKey, () => ({spent: null, may_ask_now: null})),
    words: [`${now} With one key:`, ...explain(withKey)],
  }
}

/** No job of this provider has a share: what that means for its day or month, in words. */
function undivided(provider: Provider, access: Access | undefined): QuotaAllocation | undefined {
  if (!access) return {rows: [], words: [`${provider.name} cannot be asked without a key.`]}
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
  const how = provider.accounting?.plans
    ? 'what is left of a month is divided among the targets of each job, the more important first'
    : 'each takes what it needs, first come, first served'
  return {rows: [], words: [`${provider.name} allows ${allowed}. No job has a share of its own: ${how}.`]}
}

function rowsOf(
  {provider, allocations: shares}: Plan,
  now: (unit: string) => Pick<AllocationRow, 'spent' | 'may_ask_now'>,
): AllocationRow[] {
  const round = (n: number) => Math.round(n * 100) / 100
  return shares.map((share) => ({
    provider,
    unit: share.job,
    requests: share.requests,
    wished_every_days: share.wishedEveryDays,
    granted_every_days: Number.isFinite(share.everyDays) ? round(share.everyDays) : null,
    granted_per_day: round(share.perDay),
    ...now(share.job),
    gives_way: share.isThrottled,
    why: share.why,
  }))
}
