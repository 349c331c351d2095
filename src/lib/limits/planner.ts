/**
 * Divides the daily and monthly quota of a provider among the jobs that claim it. Pure. Each job first gets
 * its slowest rate. The quota that is left raises jobs to the rate that they wish, in the order of rank.
 */
import type {Limit} from '../define.js'
import {dayMs} from '../time.js'
import type {JobClaim} from './claims.js'
import {isBudget} from './windows.js'

/** The allocation of one job. */
export interface Allocation {
  job: string
  /** Requests of one round. */
  requests: number
  isReserved: boolean
  wishedEveryDays: number
  wishedPerDay: number
  /** Days between two rounds that the allocation allows; Infinity if nothing is left for the job. */
  everyDays: number
  perDay: number
  /** Whole requests for one day, rounded up if the quota has headroom for that. */
  wholePerDay: number
  takesLeftovers: boolean
  /** True if the job gets less than it wishes. */
  isThrottled: boolean
  why: string
}

export interface QuotaPlan {
  provider: string
  credentials: number
  /**
   * True if the limit of the address is lower than that of all credentials combined: another one does not
   * help.
   */
  byAddress: boolean
  /**
   * Requests a day that the declared limits allow, with months spread evenly; Infinity if no day or month is
   * limited.
   */
  perDay: number
  wishedPerDay: number
  monthDays: number
  /** Credentials with which every wish would fit; undefined if more credentials do not help. */
  credentialsForAll: number | undefined
  allocations: readonly Allocation[]
}

export interface PlanFacts {
  provider: string
  /** In the order of rank. */
  claims: readonly JobClaim[]
  /** Credentials that can be used; keyless counts as one. */
  credentials: number
  limits: readonly Limit[]
  /** Number of days in the month. */
  monthDays: number
}

/** Computes the allocation of every job. */
export function plan({provider, claims, credentials, limits, monthDays}: PlanFacts): QuotaPlan {
  const budget = budgetLimits(limits)
  const daily = budget.map(
    (limit) =>
      (limit.requests * (limit.of === 'credential' ? credentials : 1)) /
      (limit.per === 'month' ? monthDays : 1),
  )
  const perDay = Math.min(Infinity, ...daily)
  let left = perDay
  const slowest = claims.map((claim) => {
    const allocated = Math.min(left, claim.requests / claim.atLeastEveryDays)
    left -= allocated
    return allocated
  })
  const unrounded = claims.map((claim, at): Allocation => {
    const wishedPerDay = claim.requests / claim.everyDays
    const more = Math.min(left, wishedPerDay - slowest[at]!)
    left -= more
    const allocated = slowest[at]! + more
    return {
      job: claim.job,
      requests: claim.requests,
      isReserved: claim.everyDays >= claim.atLeastEveryDays,
      takesLeftovers: claim.takesLeftovers ?? false,
      wishedEveryDays: claim.everyDays,
      wishedPerDay,
      everyDays: allocated > 0 ? claim.requests / allocated : Infinity,
      perDay: allocated,
      wholePerDay: Math.floor(allocated + 1e-9),
      isThrottled: allocated < wishedPerDay * (1 - 1e-9),
      why: claim.rationale,
    }
  })
  const roundedUp = ({perDay: daily}: Allocation) => Math.ceil(daily - 1e-9)
  const fitsRoundedUp = unrounded.reduce((sum, one) => sum + roundedUp(one), 0) <= perDay
  const allocations = unrounded.map((one) => (fitsRoundedUp ? {...one, wholePerDay: roundedUp(one)} : one))
  const wishedPerDay = allocations.reduce((sum, one) => sum + one.wishedPerDay, 0)
  const perCredential = budget
    .filter(({of}) => of === 'credential')
    .map((limit) => limit.requests / (limit.per === 'month' ? monthDays : 1))
  const byAddress = perDay < Math.min(...perCredential) * credentials
  const credentialsForAll =
    credentials > 0 && !byAddress ? Math.ceil((wishedPerDay * credentials) / perDay) : undefined
  return {provider, credentials, byAddress, perDay, wishedPerDay, monthDays, credentialsForAll, allocations}
}

/** The limits that are divided: requests of a day or a month. */
export function budgetLimits(limits: readonly Limit[]): Limit[] {
  return limits.filter((limit) => isBudget(limit) && (limit.unit ?? 'requests') === 'requests')
}

/** The quota that a provider still allows. */
export interface Left {
  /** For this day; the rest of a month is spread over its remaining days. */
  today: number
  /** For the whole window. */
  total: number
  /** Requests of each job since `spentSince`. */
  spent: Readonly<Record<string, number>>
  /** Due targets of jobs that take leftovers, from their last runs; absent if unknown. */
  demand?: Readonly<Record<string, number>>
}

/**
 * Requests of a job after this instant count against its need. It is the start of the day. For a reserved job
 * with an interval of n > 1 days it is n - 1 days before now.
 */
export function spentSince(allocation: Allocation, atMs: number, dayStartMs: number): number {
  return allocation.isReserved && allocation.wishedEveryDays > 1
    ? atMs - (allocation.wishedEveryDays - 1) * dayMs
    : dayStartMs
}

/** Requests that a job still needs until the end of the day. */
export function needOf(allocation: Allocation, left: Left): number {
  const whole = allocation.isReserved
    ? Math.ceil(allocation.requests * Math.max(1, 1 / allocation.wishedEveryDays))
    : allocation.wholePerDay
  return Math.max(
    0,
    Math.min(whole - (left.spent[allocation.job] ?? 0), demandOf(allocation, left) ?? Infinity),
  )
}

/** Requests that a job could use now; undefined for a job whose demand only its schedule determines. */
function demandOf({takesLeftovers, job}: Allocation, {demand}: Left): number | undefined {
  return takesLeftovers ? demand?.[job] : undefined
}

/**
 * How many requests a job may make now. That is its allocation. It is more if today's quota exceeds the needs
 * of all jobs and the demand of jobs with a smaller rank. Allocations never overlap, so two jobs at the same
 * time never get the same request. A job without a claim, such as a series that a user requests from another
 * provider than usual, may use the quota that no reserved job needs.
 */
export function allowance({
  job,
  left,
  plan: {allocations},
}: {
  job: string
  left: Left
  plan: QuotaPlan
}): number {
  const at = allocations.findIndex((one) => one.job === job)
  const own = allocations[at]
  const needs = (among: readonly Allocation[]) =>
    among
      .filter((allocation) => allocation !== own)
      .reduce((sum, allocation) => sum + needOf(allocation, left), 0)
  const reserved = allocations.filter(({isReserved}) => isReserved)
  if (!own) return Math.max(0, Math.floor(Math.min(left.today, left.total) - needs(reserved)))
  if (own.isReserved) return Math.max(0, left.total - needs(reserved.slice(0, reserved.indexOf(own))))
  const before = allocations.slice(0, at)
  const demand = before.reduce(
    (sum, allocation) => sum + Math.max(0, (demandOf(allocation, left) ?? 0) - needOf(allocation, left)),
    0,
  )
  const beyond = left.today - needs(allocations) - demand
  const unbounded = {...left, demand: {}} // the last run does not bound the demand of a running job
  const allocated = Math.min(
    needOf(own, unbounded),
    left.today - needs([...new Set([...reserved, ...before])]),
  )
  return Math.max(0, Math.floor(Math.min(Math.max(beyond, allocated), left.total - needs(reserved))))
}
