/**
 * The quota check: compares the scheduled requests of jobs with fixed targets with each provider's daily and
 * monthly limit, in every window. Jobs whose targets come from the database are excluded, because the planner
 * allocates their quota.
 */
import type {Schedule, Limit, Provider} from '../define.js'
import {dayMs, minuteMs} from '../time.js'
import {scheduledRunsBetween} from './scheduled-runs.js'
import {type LoadedLine, flagValue} from './lines.js'
import {offsetMs} from '../zone.js'

/** The requests of one scheduled command line to a provider. */
export interface ScheduledDemand {
  job: string
  provider: Provider
  schedules: readonly Schedule[]
  /** Requests of one scheduled run. */
  requests: number
  /** Label of the only credential that it uses; absent: any. */
  label?: string | undefined
  /** Rank among the jobs of the provider; absent: after those with a claim. */
  rank?: number | undefined
}

/** The demands that are known from the declarations alone. */
export function demandsOf(lines: readonly LoadedLine[]): ScheduledDemand[] {
  return lines.flatMap(({job, provider, schedules, requests, args, claim}) =>
    provider === undefined || requests === undefined
      ? []
      : [{job, provider, schedules, requests, label: flagValue(args, '--token'), rank: claim?.rank}],
  )
}

export interface Reserved {
  provider: string
  /** Label of the credential, or `any`: the check assumes a single credential. */
  credential: string
  per: 'day' | 'month'
  allowed: number
  /** Requests in the window with the most. */
  reserved: number
  /** Names of the jobs, in the order of rank. */
  units: string
  fits: boolean
}

interface TimedRequests {
  ms: number
  requests: number
}

/** One row per provider and limit of a day or a month. `allowed` takes the user's settings into account. */
export function checkQuota(
  demands: readonly ScheduledDemand[],
  from: Date,
  env: Readonly<Record<string, string | undefined>> = {},
): Reserved[] {
  const timed = new Map(demands.map((demand) => [demand, timedRequests(demand, from)]))
  const providers = [...new Set(demands.map(({provider}) => provider))].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )
  return providers.flatMap((provider) => {
    const ofProvider = demands.filter((demand) => demand.provider === provider)
    const limits = provider.limits.filter(
      ({per, unit}) => (per === 'day' || per === 'month') && (unit ?? 'requests') === 'requests',
    )
    return limits.flatMap((limit) =>
      buckets(ofProvider, limit).map(({credential, members}): Reserved => {
        const reserved = most(
          members.flatMap((member) => timed.get(member) ?? []),
          limit,
        )
        const allowed = allowedBy(provider, limit, env)
        const jobs = [...new Set(members.toSorted(byRank).map(({job}) => job))].join(', ')
        return {
          provider: provider.name,
          credential,
          per: limit.per as 'day' | 'month',
          allowed,
          reserved,
          units: jobs,
          fits: reserved <= allowed,
        }
      }),
    )
  })
}

function byRank(a: ScheduledDemand, b: ScheduledDemand): number {
  const [first, second] = [a.rank ?? Infinity, b.rank ?? Infinity]
  return first === second ? (a.job < b.job ? -1 : 1) : first < second ? -1 : 1
}

/** The demands that count together: those bound to one credential, and those that may use any (`any`). */
function buckets(
  demands: readonly ScheduledDemand[],
  limit: Limit,
): {credential: string; members: ScheduledDemand[]}[] {
  const labels =
    limit.of === 'credential' ? [...new Set(demands.flatMap(({label}) => label ?? []))].sort() : []
  const free = demands.filter(({label}) => limit.of !== 'credential' || label === undefined)
  return [
    ...(free.length > 0 ? [{credential: 'any', members: free}] : []),
    ...labels.map((credential) => ({credential, members: demands.filter(({label}) => label === credential)})),
  ]
}

function timedRequests({schedules, requests}: ScheduledDemand, from: Date): TimedRequests[] {
  return scheduledRunsBetween(schedules, from, new Date(from.getTime() + 366 * dayMs)).map(({at}) => ({
    ms: at.getTime(),
    requests,
  }))
}

function allowedBy(
  provider: Provider,
  limit: Limit,
  env: Readonly<Record<string, string | undefined>>,
): number {
  const setting = provider.settings?.find(
    ({per, unit, of}) =>
      per === limit.per &&
      (unit ?? 'requests') === (limit.unit ?? 'requests') &&
      (of === undefined || of === limit.of),
  )
  const set = Number(setting === undefined ? undefined : env[setting.variable])
  return Number.isFinite(set) && set > 0 ? set : limit.requests
}

/** The largest number of requests within one window of the limit. */
function most(timed: readonly TimedRequests[], limit: Limit): number {
  if (limit.window === 'sliding') return mostSliding(timed, limit.per === 'day' ? dayMs : 31 * dayMs)
  const sums = new Map<number, number>()
  for (const {ms, requests} of timed) {
    const window = windowOf(ms, limit.per, limit.window.startsAt)
    sums.set(window, (sums.get(window) ?? 0) + requests)
  }
  return Math.max(0, ...sums.values())
}

function mostSliding(timed: readonly TimedRequests[], lengthMs: number): number {
  const sorted = [...timed].sort((a, b) => a.ms - b.ms)
  let oldest = 0
  let sum = 0
  let largest = 0
  for (const {ms, requests} of sorted) {
    sum += requests
    for (let first = sorted[oldest]; first && first.ms <= ms - lengthMs; first = sorted[++oldest])
      sum -= first.requests
    largest = Math.max(largest, sum)
  }
  return largest
}

/**
 * A number of the window that includes an instant. `startsAt`: '00:00 America/New_York' or 'first of month
 * UTC'.
 */
function windowOf(ms: number, per: Limit['per'], startsAt: string): number {
  const zone = startsAt.split(' ').at(-1) ?? 'UTC'
  const wall = ms + offsetMs(zone, ms)
  if (per === 'month') return new Date(wall).getUTCFullYear() * 12 + new Date(wall).getUTCMonth()
  const [hour = 0, minute = 0] = (startsAt.split(' ')[0] ?? '').split(':').map(Number)
  return Math.floor((wall - (hour * 60 + minute) * minuteMs) / dayMs)
}
