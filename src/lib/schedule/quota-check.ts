/**
 * The day adds up: what fixed jobs reserve from each provider's day and month stays within its limit,
 * whichever window is looked at. Jobs whose targets come from the database are divided by the planner and
 * need no proof.
 */
import type {Schedule, Limit, Provider} from '../define.js'
import {dayMs, minuteMs} from '../time.js'
import {scheduledRunsBetween} from './scheduled-runs.js'
import {type ScheduledLine, valueOf} from './jobs.js'
import {offsetMs} from '../zone.js'

/** What one scheduled command line takes from a provider, each time it fires. */
export interface ScheduledDemand {
  job: string
  provider: Provider
  schedules: readonly Schedule[]
  /** Requests of one firing. */
  requests: number
  /** Label of the credential that it is bound to; absent: any. */
  label?: string | undefined
  /** Order of worth among the jobs of the provider; absent: after those that claim a share. */
  rank?: number | undefined
}

/** The demands that the declarations alone tell. */
export function demandsOf(lines: readonly ScheduledLine[]): ScheduledDemand[] {
  return lines.flatMap(({job, provider, schedules, requests, args, claim}) =>
    provider === undefined || requests === undefined
      ? []
      : [{job, provider, schedules, requests, label: valueOf(args, '--token'), rank: claim?.rank}],
  )
}

export interface Reserved {
  provider: string
  /** The credential's label, or `any`: the proof holds for a single key. */
  credential: string
  per: 'day' | 'month'
  allowed: number
  /** Of the window in which most is asked. */
  reserved: number
  /** The most valuable first. */
  units: string
  fits: boolean
}

interface Ask {
  ms: number
  requests: number
}

/** One row per provider and limit of a day or a month. `allowed` takes the user's settings into account. */
export function checkQuota(
  demands: readonly ScheduledDemand[],
  from: Date,
  env: Readonly<Record<string, string | undefined>> = {},
): Reserved[] {
  const asks = new Map(demands.map((demand) => [demand, asksOf(demand, from)]))
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
          members.flatMap((member) => asks.get(member) ?? []),
          limit,
        )
        const allowed = allowedBy(provider, limit, env)
        const units = [...new Set(members.toSorted(byWorth).map(({job: unit}) => unit))].join(', ')
        return {
          provider: provider.name,
          credential,
          per: limit.per as 'day' | 'month',
          allowed,
          reserved,
          units,
          fits: reserved <= allowed,
        }
      }),
    )
  })
}

function byWorth(a: ScheduledDemand, b: ScheduledDemand): number {
  const [first, second] = [a.rank ?? Infinity, b.rank ?? Infinity]
  return first === second ? (a.job < b.job ? -1 : 1) : first < second ? -1 : 1
}

/** A credential's own limit is counted for that credential; what is bound to none may meet any of them. */
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

function asksOf({schedules: firings, requests}: ScheduledDemand, from: Date): Ask[] {
  return scheduledRunsBetween(firings, from, new Date(from.getTime() + 366 * dayMs)).map(({at}) => ({
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

/** The most that is asked within one window of the limit. */
function most(asks: readonly Ask[], limit: Limit): number {
  if (limit.window === 'sliding') return mostSliding(asks, limit.per === 'day' ? dayMs : 31 * dayMs)
  const sums = new Map<number, number>()
  for (const {ms, requests} of asks) {
    const window = windowOf(ms, limit.per, limit.window.startsAt)
    sums.set(window, (sums.get(window) ?? 0) + requests)
  }
  return Math.max(0, ...sums.values())
}

function mostSliding(asks: readonly Ask[], lengthMs: number): number {
  const sorted = [...asks].sort((a, b) => a.ms - b.ms)
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

/** Which window an instant falls into. `startsAt`: '00:00 America/New_York' or 'first of month UTC'. */
function windowOf(ms: number, per: Limit['per'], startsAt: string): number {
  const zone = startsAt.split(' ').at(-1) ?? 'UTC'
  const wall = ms + offsetMs(zone, ms)
  if (per === 'month') return new Date(wall).getUTCFullYear() * 12 + new Date(wall).getUTCMonth()
  const [hour = 0, minute = 0] = (startsAt.split(' ')[0] ?? '').split(':').map(Number)
  return Math.floor((wall - (hour * 60 + minute) * minuteMs) / dayMs)
}
