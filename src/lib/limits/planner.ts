/**
 * Divides what a provider allows in a day or a month among the jobs that want it. Pure. Reserved jobs come first, then
 * each job at its slowest, and what is left raises them to what they wish, the most valuable first.
 */
import type {Limit} from '../define.js'
import type {Claim} from './budgets.js'
import {dayMs, isBudget} from './windows.js'

/** What one job gets. */
export interface Share {
  unit: string
  /** Requests of one round. */
  requests: number
  isReserved: boolean
  wishedEveryDays: number
  wishedPerDay: number
  /** Granted; Infinity days when nothing is left for it. */
  everyDays: number
  perDay: number
  /** It gets less than it wishes. */
  givesWay: boolean
  why: string
}

export interface Plan {
  provider: string
  keys: number
  /** Requests a day that the declared limits allow, months evenly spread; Infinity when no day or month is limited. */
  perDay: number
  wishedPerDay: number
  monthDays: number
  /** Keys with which every wish would fit; undefined where more keys allow no more. */
  keysForAll: number | undefined
  shares: readonly Share[]
}

export interface PlanFacts {
  provider: string
  /** Most valuable first. */
  claims: readonly Claim[]
  /** Credentials that can be used; keyless counts as one. */
  keys: number
  limits: readonly Limit[]
  /** Days of the month that is planned. */
  monthDays: number
}

/** Which job may ask how often. */
export function plan({provider, claims, keys, limits, monthDays}: PlanFacts): Plan {
  const budget = budgetLimits(limits)
  const daily = budget.map((limit) => limit.requests * (limit.of === 'credential' ? keys : 1) / (limit.per === 'month' ? monthDays : 1))
  const perDay = Math.min(Infinity, ...daily)
  let left = perDay
  const slowest = claims.map((claim) => {
    const granted = Math.min(left, claim.requests / claim.atLeastEveryDays)
    left -= granted
    return granted
  })
  const shares = claims.map((claim, at): Share => {
    const wishedPerDay = claim.requests / claim.everyDays
    const more = Math.min(left, wishedPerDay - slowest[at]!)
    left -= more
    const granted = slowest[at]! + more
    return {
      unit: claim.unit, requests: claim.requests, isReserved: claim.everyDays >= claim.atLeastEveryDays,
      wishedEveryDays: claim.everyDays, wishedPerDay, everyDays: granted > 0 ? claim.requests / granted : Infinity, perDay: granted,
      givesWay: granted < wishedPerDay * (1 - 1e-9), why: claim.worth,
    }
  })
  const wishedPerDay = shares.reduce((sum, share) => sum + share.wishedPerDay, 0)
  const keysForAll = keys > 0 && budget.every(({of}) => of === 'credential') ? Math.ceil(wishedPerDay * keys / perDay) : undefined
  return {provider, keys, perDay, wishedPerDay, monthDays, keysForAll, shares}
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
}

/** From when on a job's requests count against its need: the day's begin, or for a rarer reserved job its round, less a day. */
export function spentSince(share: Share, atMs: number, dayStartMs: number): number {
  return share.isReserved && share.wishedEveryDays > 1 ? atMs - (share.wishedEveryDays - 1) * dayMs : dayStartMs
}

/** What a job still needs until the end of the day. */
export function needOf(share: Share, left: Left): number {
  const whole = share.isReserved ? share.requests * Math.max(1, 1 / share.wishedEveryDays) : Math.floor(share.perDay)
  return Math.max(0, Math.ceil(whole) - (left.spent[share.unit] ?? 0))
}

/**
 * How many requests a job may make now. Its own share first; beyond it, what no other job needs today. Shares never
 * overlap, so two jobs that ask at once are never promised the same request of a share.
 */
export function allowance({unit, left, plan: {shares}}: {unit: string; left: Left; plan: Plan}): number {
  const at = shares.findIndex((share) => share.unit === unit)
  const own = shares[at]
  const needs = (among: readonly Share[]) => among.filter((share) => share !== own).reduce((sum, share) => sum + needOf(share, left), 0)
  const reserved = shares.filter(({isReserved}) => isReserved)
  if (own?.isReserved) return Math.max(0, left.total - needs(reserved.slice(0, reserved.indexOf(own))))
  const beyond = left.today - needs(shares)
  const share = own ? Math.min(needOf(own, left), left.today - needs([...reserved, ...shares.slice(0, at)].filter(once))) : 0
  return Math.max(0, Math.floor(Math.min(Math.max(beyond, share), left.total - needs(reserved))))
}

function once<T>(item: T, at: number, all: readonly T[]): boolean {
  return all.indexOf(item) === at
}

/** The split in words, one line each. */
export function explain({provider, keys, perDay, wishedPerDay, monthDays, keysForAll, shares}: Plan): string[] {
  const number = (n: number) => n.toLocaleString('en-US', {maximumFractionDigits: n < 10 ? 1 : 0})
  if (perDay === Infinity) return [`${provider} limits no day and no month: nothing has to be divided.`]
  const keyText = `${keys} ${keys === 1 ? 'key' : 'keys'}`
  const fits = shares.every(({givesWay}) => !givesWay)
  return [
    `${provider} with ${keyText} allows ${number(perDay)} requests a day (${number(perDay * monthDays)} in this month of ${monthDays} days); its jobs wish for ${number(wishedPerDay)} (${number(wishedPerDay * monthDays)}).`,
    ...fits ? ['Everything fits.'] : [`Not everything fits. ${gives(shares)} ${keysForAll === undefined ? '' : `With ${keysForAll} keys all would fit.`}`.trim()],
    ...shares.map((share) => `${share.unit}: ${rate(share, number)}${share.isReserved ? ', reserved' : ''}: ${share.why}.`),
  ]
}

/** The least valuable job gives way first. */
function gives(shares: readonly Share[]): string {
  const names = shares.filter(({givesWay}) => givesWay).map(({unit}) => unit).toReversed()
  return names.length === 1 ? `${names[0]} gives way.` : `${names[0]} gives way first, then ${names.slice(1).join(', then ')}.`
}

function rate(share: Share, number: (n: number) => string): string {
  const wish = `${number(share.requests)} ${share.requests === 1 ? 'request' : 'requests'} every ${days(share.wishedEveryDays)}`
  if (!share.givesWay) return wish
  return share.perDay === 0 ? `nothing instead of ${wish}`
    : `${number(share.requests)} requests every ${days(share.everyDays)} instead of every ${days(share.wishedEveryDays)} (${number(share.perDay)} a day)`
}

function days(exact: number): string {
  const n = Math.round(exact * 1e6) / 1e6
  if (n === 1) return 'day'
  return n < 3 && !Number.isInteger(n) ? `${Math.round(n * 24)} hours` : `${n.toLocaleString('en-US', {maximumFractionDigits: 1})} days`
}
