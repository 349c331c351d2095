/** Today's split of a provider's quota among its jobs, as rows and in words. Reads only. */
import type {Config} from '../config.js'
import type {Queries} from '../db/pool.js'
import type {Provider} from '../define.js'
import {type Access, generalLabels, wholeAccess} from './access.js'
import {allowance, explain, type Plan} from './planner.js'
import {planOf, standing} from './shares.js'
import {limitText} from './windows.js'

export interface SplitRow {
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

export interface Split {
  rows: SplitRow[]
  words: string[]
}

/** Undefined when nobody claims a share of this provider. */
export async function splitOf(queries: Queries, config: Config, provider: Provider, atMs: number): Promise<Split | undefined> {
  const access = wholeAccess(provider, config)
  const general = access && {...access, labels: generalLabels(access.labels)}
  const found = general && await standing(queries, provider, general, atMs)
  if (found) {
    const {plan, left} = found
    return {rows: rowsOf(plan, (unit) => ({spent: left.spent[unit] ?? 0, may_ask_now: allowance({unit, left, plan})})), words: explain(plan)}
  }
  // without a key there may be no day to divide; what a key would give is worth knowing
  const supposed: Access = {labels: ['1'], fingerprints: new Map(), limits: provider.limits, everyLabel: ['1']}
  const withKey = planOf(provider, supposed, 1, atMs)
  if (!withKey) return undefined
  const now = access ? `${provider.name} is asked without a key: ${access.limits.map(limitText).join(' and ')}, and no day to divide.` : `${provider.name} cannot be asked without a key.`
  return {rows: rowsOf(withKey, () => ({spent: null, may_ask_now: null})), words: [`${now} With one key:`, ...explain(withKey)]}
}

function rowsOf({provider, shares}: Plan, now: (unit: string) => Pick<SplitRow, 'spent' | 'may_ask_now'>): SplitRow[] {
  const round = (n: number) => Math.round(n * 100) / 100
  return shares.map((share) => ({
    provider, unit: share.unit, requests: share.requests, wished_every_days: share.wishedEveryDays,
    granted_every_days: Number.isFinite(share.everyDays) ? round(share.everyDays) : null, granted_per_day: round(share.perDay),
    ...now(share.unit), gives_way: share.givesWay, why: share.why,
  }))
}
