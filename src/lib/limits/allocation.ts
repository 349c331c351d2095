/**
 * The planner's split, from the facts of the ledger: what a job may take of a day's or a month's quota right
 * now.
 */
import type {Config} from '../config.js'
import type {Queries} from '../db/database.js'
import type {Limit, Provider} from '../define.js'
import {QuotaSpent} from '../errors.js'
import {dayMs, hourMs} from '../time.js'
import {type Access, generalLabels, wholeAccess} from './access.js'
import type {JobClaim} from './claims.js'
import {type WindowCount, windowQueriesOf} from './slots.js'
import {allowance, budgetLimits, type Left, plan, type Plan, spentSince} from './planner.js'
import {windowDayOf, freeAfter, windowStart, zoneOf} from './windows.js'

/**
 * A longer wait for a place ends the run, which next run at its next firing. A full minute's window, and what
 * an answer takes.
 */
export const longestWaitMs = 65_000

/** What is divided: the keys that the jobs share, and the claims on them. */
export interface Pool {
  provider: Provider
  access: Access
  claims: readonly JobClaim[]
  /** Jobs that use a key of their own, and so have no part in this: unit -> label. */
  dedicated: ReadonlyMap<string, string>
}

/**
 * What the jobs of a provider share with its keys as they are set; undefined when nobody claims a share, it
 * cannot be asked, or nothing limits its day or month. A job with a key of its own stays apart, unless the
 * provider allows the address less than all keys together: then whatever is asked with any key is taken from
 * the others.
 */
export function poolOf(provider: Provider, config: Config, allClaims: readonly JobClaim[]): Pool | undefined {
  const claims = allClaims.filter((claim) => claim.provider === provider.name)
  const whole = wholeAccess(provider, config)
  if (claims.length === 0 || !whole || budgetLimits(whole.limits).length === 0) return undefined
  const labels = generalLabels(whole.labels)
  const isApart = ({dedicatedCredential: ownKey}: JobClaim) =>
    ownKey !== undefined && whole.labels.includes(ownKey) && !labels.includes(ownKey)
  const ofKeys = Math.min(
    ...budgetLimits(whole.limits)
      .filter(({of, per}) => of === 'credential' && per === 'day')
      .map(({requests}) => requests),
  )
  const ofAddress = Math.min(
    ...budgetLimits(whole.limits)
      .filter(({of, per}) => of !== 'credential' && per === 'day')
      .map(({requests}) => requests),
  )
  if (ofAddress < ofKeys * whole.labels.length) return {provider, access: whole, claims, dedicated: new Map()}
  return {
    provider,
    access: {...whole, labels},
    claims: claims.filter((claim) => !isApart(claim)),
    dedicated: new Map(
      claims.filter(isApart).map(({job: unit, dedicatedCredential: ownKey}) => [unit, ownKey!]),
    ),
  }
}

/** The plan for the month of an instant. */
export function planOf(
  {provider, access, claims}: Omit<Pool, 'dedicated'>,
  keys: number,
  atMs: number,
): Plan {
  return plan({
    provider: provider.name,
    claims,
    credentials: keys,
    limits: access.limits,
    monthDays: daysOfMonth(access.limits, atMs),
  })
}

/**
 * The day over which shares are counted. A day that slides is counted an hour short, so that a daily job
 * finds its own requests of yesterday gone.
 */
function planDay(limits: readonly Limit[], atMs: number): {start: number; end: number} {
  const budget = budgetLimits(limits)
  if (budget.some(({per, window}) => per === 'day' && window === 'sliding'))
    return {start: atMs - 23 * hourMs, end: atMs + hourMs}
  return windowDayOf(zoneOf(budget.find(({window}) => window !== 'sliding') ?? {window: 'sliding'}), atMs)
}

/** What is left of every budget of a provider, read from the ledger, and with how many keys. */
async function leftOf(
  queries: Queries,
  {provider, access}: Pool,
  {allocations: shares}: Plan,
  atMs: number,
): Promise<Left & {credentials: number}> {
  const day = planDay(access.limits, atMs)
  const budget = budgetLimits(access.limits)
  // the same questions as for a place that is worth waiting for, over the budgets and, as a window of its
  // own, the day
  const questions = windowQueriesOf({...access, limits: budget}, undefined, atMs + longestWaitMs)
  const since = new Date(day.start - 1).toISOString()
  const today = questions
    .filter(({room}) => room === null)
    .map((question) => ({...question, since, place: questions.length + question.place}))
  const counted = await queries.query<WindowCount>('select_provider_requests_spent', [
    provider.name,
    JSON.stringify([...questions, ...today]),
  ])
  const usable = access.labels.flatMap((label, at) => {
    const {kind, until, fingerprint} = counted[at * (budget.length + 1)]!
    const rests = kind !== null && fingerprint === (access.fingerprints.get(label) ?? null)
    return rests && (until === null || Date.parse(until) >= day.end) ? [] : [at]
  })
  const sum = (of: (at: number) => number) => usable.reduce((total, at) => total + of(at), 0)
  const spentToday = (at: number) => Number(counted[questions.length + at]!.spent)
  const each = budget.map((limit, index) => {
    const spent = (at: number) => Number(counted[at * (budget.length + 1) + 1 + index]!.spent)
    const shared = limit.of !== 'credential'
    const left = shared
      ? limit.requests - (usable[0] === undefined ? limit.requests : spent(usable[0]))
      : sum((at) => Math.max(0, limit.requests - spent(at)))
    const allowed = limit.requests * (shared ? 1 : usable.length)
    const gone = sum(spentToday)
    if (limit.per === 'day') return {total: left, today: allowed - gone}
    if (limit.window === 'sliding') return {total: left, today: allowed / 31 - gone}
    const days = Math.max(1, Math.round((freeAfter(limit, atMs) - day.start) / dayMs))
    return {total: left, today: (left + gone) / days - gone}
  })
  const asks = shares.map((share) => ({
    unit: share.job,
    since: new Date(spentSince(share, atMs, day.start)).toISOString(),
  }))
  const units = await queries.query<{unit: string; spent: number}>('select_provider_requests_by_unit', [
    provider.name,
    JSON.stringify(asks),
  ])
  return {
    credentials: usable.length,
    today: Math.min(...each.map((one) => one.today)),
    total: Math.min(...each.map((one) => one.total)),
    spent: Object.fromEntries(units.map(({unit, spent}) => [unit, spent])),
    demand: await wantsOf(queries, provider, shares, atMs),
  }
}

/** A job that runs every hour has run within the last day, or is not run any more. */
async function wantsOf(
  queries: Queries,
  provider: Provider,
  shares: Plan['allocations'],
  atMs: number,
): Promise<Record<string, number>> {
  const units = shares.filter(({takesLeftovers}) => takesLeftovers).map(({job: unit}) => unit)
  if (units.length === 0) return {}
  const rows = await queries.query<{unit: string; targets_left: number | null}>('select_job_runs_left', [
    provider.name,
    units,
    new Date(atMs - dayMs).toISOString(),
  ])
  return Object.fromEntries(
    rows.flatMap(({unit, targets_left: left}) => (left === null ? [] : [[unit, left]])),
  )
}

/** The plan with the keys that can be used, and what is left; undefined where nothing has to be divided. */
export async function quotaState(
  queries: Queries,
  pool: Pool,
  atMs: number,
): Promise<{plan: Plan; left: Left}> {
  const supposed = planOf(pool, pool.access.labels.length, atMs)
  const {credentials: keys, ...left} = await leftOf(queries, pool, supposed, atMs)
  return {plan: keys === supposed.credentials ? supposed : planOf(pool, keys, atMs), left}
}

/** How many requests a job may make now by the planner's split; Infinity where nothing has to be divided. */
export async function allocationOf(
  queries: Queries,
  pool: Pool | undefined,
  unit: string,
  atMs: number,
): Promise<number> {
  return pool === undefined || pool.dedicated.has(unit)
    ? Infinity
    : allowance({unit, ...(await quotaState(queries, pool, atMs))})
}

/** Why a job may make no request now, when the rest of the day is kept for other jobs. */
export async function allocationSpent(
  queries: Queries,
  pool: Pool | undefined,
  unit: string,
  atMs: number,
): Promise<QuotaSpent | undefined> {
  if (pool === undefined || (await allocationOf(queries, pool, unit, atMs)) >= 1) return undefined
  const {provider, access} = pool
  const until = new Date(planDay(access.limits, atMs).end)
  return new QuotaSpent(
    `${provider.name}: ${unit} has had its share of today's quota; the rest is kept for other jobs`,
    {
      provider: provider.name,
      until,
      nextStep: `It resumes after ${until.toISOString()}. "fin quota --plan" explains the split; one more key widens it.`,
    },
  )
}

function daysOfMonth(limits: readonly Limit[], atMs: number): number {
  const monthly = budgetLimits(limits).find(({per, window}) => per === 'month' && window !== 'sliding')
  if (!monthly) return 31
  return Math.round((freeAfter(monthly, atMs) - windowStart(monthly, atMs)) / dayMs)
}
