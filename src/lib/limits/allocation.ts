/** Computes how many requests a job may make now: the planner's allocation, with the counts of the ledger. */
import type {Config} from '../config.js'
import type {Queries} from '../db/database.js'
import type {Limit, Provider} from '../define.js'
import {QuotaSpent} from '../errors.js'
import {dayMs, hourMs} from '../time.js'
import {type Access, generalLabels, wholeAccess} from './access.js'
import type {JobClaim} from './claims.js'
import {type WindowCount, windowQueriesOf} from './slots.js'
import {allowance, budgetLimits, type Left, plan, type QuotaPlan, spentSince} from './planner.js'
import {windowDayOf, freeAfter, windowStart, zoneOf} from './windows.js'

/**
 * Longest wait for a free slot; a longer one ends the run, which resumes at the next scheduled run. It covers
 * a full window of a minute and the time of an answer.
 */
export const longestWaitMs = 65_000

/** The quota that is divided: the credentials that jobs use in common, and the claims on them. */
export interface Pool {
  provider: Provider
  access: Access
  claims: readonly JobClaim[]
  /** Jobs with a dedicated credential, which are outside the pool: job -> label. */
  dedicated: ReadonlyMap<string, string>
}

/**
 * The pool of a provider with the credentials that are set. Undefined if no job has a claim, no credential is
 * usable, or no day or month is limited. A job with a dedicated credential stays outside the pool. If the
 * provider allows an address less than all its credentials combined, every job is inside, because each
 * request counts against the address.
 */
export function poolOf(provider: Provider, config: Config, allClaims: readonly JobClaim[]): Pool | undefined {
  const claims = allClaims.filter((claim) => claim.provider === provider.name)
  const whole = wholeAccess(provider, config)
  if (claims.length === 0 || !whole || budgetLimits(whole.limits).length === 0) return undefined
  const labels = generalLabels(whole.labels)
  const isDedicated = ({dedicatedCredential: label}: JobClaim) =>
    label !== undefined && whole.labels.includes(label) && !labels.includes(label)
  const perCredential = Math.min(
    ...budgetLimits(whole.limits)
      .filter(({of, per}) => of === 'credential' && per === 'day')
      .map(({requests}) => requests),
  )
  const perAddress = Math.min(
    ...budgetLimits(whole.limits)
      .filter(({of, per}) => of !== 'credential' && per === 'day')
      .map(({requests}) => requests),
  )
  if (perAddress < perCredential * whole.labels.length)
    return {provider, access: whole, claims, dedicated: new Map()}
  return {
    provider,
    access: {...whole, labels},
    claims: claims.filter((claim) => !isDedicated(claim)),
    dedicated: new Map(claims.filter(isDedicated).map(({job, dedicatedCredential: label}) => [job, label!])),
  }
}

/** The plan for the month of an instant. */
export function planOf(
  {provider, access, claims}: Omit<Pool, 'dedicated'>,
  credentials: number,
  atMs: number,
): QuotaPlan {
  return plan({
    provider: provider.name,
    claims,
    credentials,
    limits: access.limits,
    monthDays: daysOfMonth(access.limits, atMs),
  })
}

/**
 * The day for which quota is allocated. A sliding day is counted an hour short, so that the requests of a
 * daily job from the day before no longer count.
 */
function planDay(limits: readonly Limit[], atMs: number): {start: number; end: number} {
  const budget = budgetLimits(limits)
  if (budget.some(({per, window}) => per === 'day' && window === 'sliding'))
    return {start: atMs - 23 * hourMs, end: atMs + hourMs}
  return windowDayOf(zoneOf(budget.find(({window}) => window !== 'sliding') ?? {window: 'sliding'}), atMs)
}

/**
 * The quota that is left of every daily and monthly limit, from the ledger, and the number of usable
 * credentials.
 */
async function leftOf(
  queries: Queries,
  {provider, access}: Pool,
  {allocations}: QuotaPlan,
  atMs: number,
): Promise<Left & {credentials: number}> {
  const day = planDay(access.limits, atMs)
  const budget = budgetLimits(access.limits)
  // the same queries as for a slot that is still waited for, over the limits and, as one more window, the day
  const windows = windowQueriesOf({...access, limits: budget}, undefined, atMs + longestWaitMs)
  const since = new Date(day.start - 1).toISOString()
  const today = windows
    .filter(({headroom}) => headroom === null)
    .map((window) => ({...window, since, index: windows.length + window.index}))
  const counted = await queries.query<WindowCount>('select_provider_requests_spent', [
    provider.name,
    JSON.stringify([...windows, ...today]),
  ])
  const usable = access.labels.flatMap((label, at) => {
    const {kind, until, fingerprint} = counted[at * (budget.length + 1)]!
    const isCooling = kind !== null && fingerprint === (access.fingerprints.get(label) ?? null)
    return isCooling && (until === null || Date.parse(until) >= day.end) ? [] : [at]
  })
  const sum = (of: (at: number) => number) => usable.reduce((total, at) => total + of(at), 0)
  const spentToday = (at: number) => Number(counted[windows.length + at]!.spent)
  const each = budget.map((limit, index) => {
    const spent = (at: number) => Number(counted[at * (budget.length + 1) + 1 + index]!.spent)
    const isCombined = limit.of !== 'credential'
    const left = isCombined
      ? limit.requests - (usable[0] === undefined ? limit.requests : spent(usable[0]))
      : sum((at) => Math.max(0, limit.requests - spent(at)))
    const allowed = limit.requests * (isCombined ? 1 : usable.length)
    const spentOfDay = sum(spentToday)
    if (limit.per === 'day') return {total: left, today: allowed - spentOfDay}
    if (limit.window === 'sliding') return {total: left, today: allowed / 31 - spentOfDay}
    const days = Math.max(1, Math.round((freeAfter(limit, atMs) - day.start) / dayMs))
    return {total: left, today: (left + spentOfDay) / days - spentOfDay}
  })
  const periods = allocations.map((allocation) => ({
    unit: allocation.job,
    since: new Date(spentSince(allocation, atMs, day.start)).toISOString(),
  }))
  const spentByJob = await queries.query<{unit: string; spent: number}>('select_provider_requests_by_unit', [
    provider.name,
    JSON.stringify(periods),
  ])
  return {
    credentials: usable.length,
    today: Math.min(...each.map((one) => one.today)),
    total: Math.min(...each.map((one) => one.total)),
    spent: Object.fromEntries(spentByJob.map(({unit, spent}) => [unit, spent])),
    demand: await demandOf(queries, provider, allocations, atMs),
  }
}

/**
 * Due targets per job that takes leftovers, from its last run within a day; an older run means that it no
 * longer runs.
 */
async function demandOf(
  queries: Queries,
  provider: Provider,
  allocations: QuotaPlan['allocations'],
  atMs: number,
): Promise<Record<string, number>> {
  const jobs = allocations.filter(({takesLeftovers}) => takesLeftovers).map(({job}) => job)
  if (jobs.length === 0) return {}
  const rows = await queries.query<{unit: string; targets_left: number | null}>('select_job_runs_left', [
    provider.name,
    jobs,
    new Date(atMs - dayMs).toISOString(),
  ])
  return Object.fromEntries(
    rows.flatMap(({unit, targets_left: left}) => (left === null ? [] : [[unit, left]])),
  )
}

/** The plan for the usable credentials, and the quota that is left. */
export async function quotaState(
  queries: Queries,
  pool: Pool,
  atMs: number,
): Promise<{plan: QuotaPlan; left: Left}> {
  const supposed = planOf(pool, pool.access.labels.length, atMs)
  const {credentials, ...left} = await leftOf(queries, pool, supposed, atMs)
  return {plan: credentials === supposed.credentials ? supposed : planOf(pool, credentials, atMs), left}
}

/** How many requests a job may make now; Infinity if nothing is divided, or it has a dedicated credential. */
export async function allocationOf(
  queries: Queries,
  pool: Pool | undefined,
  job: string,
  atMs: number,
): Promise<number> {
  return pool === undefined || pool.dedicated.has(job)
    ? Infinity
    : allowance({job, ...(await quotaState(queries, pool, atMs))})
}

/**
 * The error of a job whose allocation is used up while the quota is reserved for others; undefined if it may
 * continue.
 */
export async function allocationSpent(
  queries: Queries,
  pool: Pool | undefined,
  job: string,
  atMs: number,
): Promise<QuotaSpent | undefined> {
  if (pool === undefined || (await allocationOf(queries, pool, job, atMs)) >= 1) return undefined
  const {provider, access} = pool
  const until = new Date(planDay(access.limits, atMs).end)
  return new QuotaSpent(
    `${provider.name}: ${job} has used its allocation of today's quota; the rest is reserved for other jobs`,
    {
      provider: provider.name,
      until,
      nextStep: `It resumes after ${until.toISOString()}. "fin quota --plan" explains the allocation; another key raises it.`,
    },
  )
}

function daysOfMonth(limits: readonly Limit[], atMs: number): number {
  const monthly = budgetLimits(limits).find(({per, window}) => per === 'month' && window !== 'sliding')
  if (!monthly) return 31
  return Math.round((freeAfter(monthly, atMs) - windowStart(monthly, atMs)) / dayMs)
}
