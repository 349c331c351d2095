/**
 * Divides what a provider allows in a day or a month among the jobs that want it. Pure. Reserved jobs come
 * first, then each job at its slowest, and what is left raises them to what they wish, the most valuable
 * first.
 */
import type {Limit} from '../define.js'
import {dayMs} from '../time.js'
import type {JobClaim} from './claims.js'
import {isBudget} from './windows.js'

/** What one job gets. */
export interface Allocation {
  job: string
  /** Requests of one round. */
  requests: number
  isReserved: boolean
  wishedEveryDays: number
  wishedPerDay: number
  /** Granted; Infinity days when nothing is left for it. */
  everyDays: number
  perDay: number
  /** Granted for one day, in whole requests: rounded up where there is room for that. */
  wholePerDay: number
  takesLeftovers: boolean
  /** It gets less than it wishes. */
  isThrottled: boolean
  why: string
}

export interface Plan {
  provider: string
  credentials: number
  /**
   * The provider counts the address, and allows it less than its keys together: another key brings nothing.
   */
  byAddress: boolean
  /**
   * Requests a day that the declared limits allow, months evenly spread; Infinity when no day or month is
   * limited.
   */
  perDay: number
  wishedPerDay: number
  monthDays: number
  /** Keys with which every wish would fit; undefined where more keys allow no more. */
  credentialsForAll: number | undefined
  allocations: readonly Allocation[]
}

export interface PlanFacts {
  provider: string
  /** Most valuable first. */
  claims: readonly JobClaim[]
  /** Credentials that can be used; keyless counts as one. */
  credentials: number
  limits: readonly Limit[]
  /** Days of the month that is planned. */
  monthDays: number
}

/** Which job may ask how often. */
export function plan({provider, claims, credentials: keys, limits, monthDays}: PlanFacts): Plan {
  const budget = budgetLimits(limits)
  const daily = budget.map(
    (limit) =>
      (limit.requests * (limit.of === 'credential' ? keys : 1)) / (limit.per === 'month' ? monthDays : 1),
  )
  const perDay = Math.min(Infinity, ...daily)
  let left = perDay
  const slowest = claims.map((claim) => {
    const granted = Math.min(left, claim.requests / claim.atLeastEveryDays)
    left -= granted
    return granted
  })
  const granted = claims.map((claim, at): Allocation => {
    const wishedPerDay = claim.requests / claim.everyDays
    const more = Math.min(left, wishedPerDay - slowest[at]!)
    left -= more
    const share = slowest[at]! + more
    return {
      job: claim.job,
      requests: claim.requests,
      isReserved: claim.everyDays >= claim.atLeastEveryDays,
      takesLeftovers: claim.takesLeftovers ?? false,
      wishedEveryDays: claim.everyDays,
      wishedPerDay,
      everyDays: share > 0 ? claim.requests / share : Infinity,
      perDay: share,
      wholePerDay: Math.floor(share + 1e-9),
      isThrottled: share < wishedPerDay * (1 - 1e-9),
      why: claim.worth,
    }
  })
  const upwards = (share: Allocation) => Math.ceil(share.perDay - 1e-9)
  const fitsUpwards = granted.reduce((sum, share) => sum + upwards(share), 0) <= perDay
  const shares = granted.map((share) => (fitsUpwards ? {...share, wholePerDay: upwards(share)} : share))
  const wishedPerDay = shares.reduce((sum, share) => sum + share.wishedPerDay, 0)
  const ofKeys = budget
    .filter(({of}) => of === 'credential')
    .map((limit) => limit.requests / (limit.per === 'month' ? monthDays : 1))
  const byAddress = perDay < Math.min(...ofKeys) * keys
  const keysForAll = keys > 0 && !byAddress ? Math.ceil((wishedPerDay * keys) / perDay) : undefined
  return {
    provider,
    credentials: keys,
    byAddress,
    perDay,
    wishedPerDay,
    monthDays,
    credentialsForAll: keysForAll,
    allocations: shares,
  }
}

/** The limits that are divided: requests of a day or a month. */
export function budgetLimits(limits: readonly Limit[]): Limit[] {
  return limits.filter((limit) => isBudget(limit) && (limit.unit ?? 'requests') === 'requests')
}

/** What a provider still allows. */
export interface Left {
  /** Of this day: what is left of a month is spread over its days. */
  today: number
  /** In the whole window. */
  total: number
  /** Requests of each job since `spentSince`. */
  spent: Readonly<Record<string, number>>
  /** Due targets of jobs that take leftovers, as their last runs left them; absent: nobody knows. */
  demand?: Readonly<Record<string, number>>
}

/**
 * From when on a job's requests count against its need: the day's begin, or for a rarer reserved job its
 * round, less a day.
 */
export function spentSince(share: Allocation, atMs: number, dayStartMs: number): number {
  return share.isReserved && share.wishedEveryDays > 1
    ? atMs - (share.wishedEveryDays - 1) * dayMs
    : dayStartMs
}

/** What a job still needs until the end of the day. */
export function needOf(share: Allocation, left: Left): number {
  const whole = share.isReserved
    ? Math.ceil(share.requests * Math.max(1, 1 / share.wishedEveryDays))
    : share.wholePerDay
  return Math.max(0, Math.min(whole - (left.spent[share.job] ?? 0), wantOf(share, left) ?? Infinity))
}

/** How much a job would take now; undefined where only its schedule tells. */
function wantOf({takesLeftovers, job: unit}: Allocation, {demand: wants}: Left): number | undefined {
  return takesLeftovers ? wants?.[unit] : undefined
}

/**
 * How many requests a job may make now. Its own share first; beyond it, what no other job needs today and no
 * more valuable one would take. Shares never overlap, so two jobs that ask at once are never promised the
 * same request of a share. What nobody claims (a series that a person asks here instead of at its usual
 * provider) may use what no reserved job needs.
 */
export function allowance({
  unit,
  left,
  plan: {allocations: shares},
}: {
  unit: string
  left: Left
  plan: Plan
}): number {
  const at = shares.findIndex((share) => share.job === unit)
  const own = shares[at]
  const needs = (among: readonly Allocation[]) =>
    among.filter((share) => share !== own).reduce((sum, share) => sum + needOf(share, left), 0)
  const reserved = shares.filter(({isReserved}) => isReserved)
  if (!own) return Math.max(0, Math.floor(Math.min(left.today, left.total) - needs(reserved)))
  if (own.isReserved) return Math.max(0, left.total - needs(reserved.slice(0, reserved.indexOf(own))))
  const before = shares.slice(0, at)
  const wants = before.reduce(
    (sum, share) => sum + Math.max(0, (wantOf(share, left) ?? 0) - needOf(share, left)),
    0,
  )
  const beyond = left.today - needs(shares) - wants
  const known = {...left, wants: {}} // its own want is no bound: it is at work
  const share = Math.min(needOf(own, known), left.today - needs([...reserved, ...before].filter(once)))
  return Math.max(0, Math.floor(Math.min(Math.max(beyond, share), left.total - needs(reserved))))
}

function once<T>(item: T, at: number, all: readonly T[]): boolean {
  return all.indexOf(item) === at
}
