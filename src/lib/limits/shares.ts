/** The planner's split, from the facts of the ledger: what a job may take of a day's or a month's quota right now. */
import type {Queries} from '../db/pool.js'
import type {Limit, Provider} from '../define.js'
import {QuotaSpent} from '../errors.js'
import type {Access} from './access.js'
import {budgets} from './budgets.js'
import {type Counted, questionsOf} from './places.js'
import {allowance, budgetLimits, type Left, plan, type Plan, spentSince} from './planner.js'
import {dayMs, dayOf, freeAfter, windowStart, zoneOf} from './windows.js'

const hourMs = 60 * 60_000

/** The plan of a provider for the month of an instant; undefined when no job claims a share of it, or nothing limits its day or month. */
export function planOf(provider: Provider, access: Access, keys: number, atMs: number): Plan | undefined {
  const claims = budgets[provider.name]
  if (!claims || budgetLimits(access.limits).length === 0) return undefined
  return plan({provider: provider.name, claims, keys, limits: access.limits, monthDays: daysOfMonth(access.limits, atMs)})
}

/** The day over which shares are counted. A day that slides is counted an hour short, so that a daily job finds its own requests of yesterday gone. */
export function planDay(limits: readonly Limit[], atMs: number): {start: number; end: number} {
  const budget = budgetLimits(limits)
  if (budget.some(({per, window}) => per === 'day' && window === 'sliding')) return {start: atMs - 23 * hourMs, end: atMs + hourMs}
  return dayOf(zoneOf(budget.find(({window}) => window !== 'sliding') ?? {window: 'sliding'}), atMs)
}

/** What is left of every budget of a provider, read from the ledger, and with how many keys. */
async function leftOf(queries: Queries, provider: Provider, access: Access, {shares}: Plan, atMs: number): Promise<Left & {keys: number}> {
  const day = planDay(access.limits, atMs)
  const budget = budgetLimits(access.limits)
  // the same questions as for a place, over the budgets and, as a window of its own, the day
  const questions = questionsOf({...access, limits: budget}, undefined, atMs)
  const since = new Date(day.start - 1).toISOString()
  const today = questions.filter(({room}) => room === null).map((question) => ({...question, since, place: questions.length + question.place}))
  const counted = await queries.query<Counted>('select_provider_requests_spent', [provider.name, JSON.stringify([...questions, ...today])])
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
    const left = shared ? limit.requests - (usable[0] === undefined ? limit.requests : spent(usable[0])) : sum((at) => Math.max(0, limit.requests - spent(at)))
    const allowed = limit.requests * (shared ? 1 : usable.length)
    const gone = sum(spentToday)
    if (limit.per === 'day') return {total: allowed - gone, today: allowed - gone}
    if (limit.window === 'sliding') return {total: left, today: allowed / 31 - gone}
    const days = Math.max(1, Math.round((freeAfter(limit, atMs) - day.start) / dayMs))
    return {total: left, today: (left + gone) / days - gone}
  })
  const asks = shares.map((share) => ({unit: share.unit, since: new Date(spentSince(share, atMs, day.start)).toISOString()}))
  const units = await queries.query<{unit: string; spent: number}>('select_provider_requests_by_unit', [provider.name, JSON.stringify(asks)])
  return {
    keys: usable.length,
    today: Math.min(...each.map((one) => one.today)),
    total: Math.min(...each.map((one) => one.total)),
    spent: Object.fromEntries(units.map(({unit, spent}) => [unit, spent])),
  }
}

/** The plan with the keys that can be used, and what is left; undefined where nothing has to be divided. */
export async function standing(queries: Queries, provider: Provider, access: Access, atMs: number): Promise<{plan: Plan; left: Left} | undefined> {
  const supposed = planOf(provider, access, access.labels.length, atMs)
  if (!supposed) return undefined
  const {keys, ...left} = await leftOf(queries, provider, access, supposed, atMs)
  return {plan: keys === supposed.keys ? supposed : planOf(provider, access, keys, atMs)!, left}
}

/** How many requests a job may make now by the planner's split; Infinity where nothing has to be divided. */
export async function shareOf(queries: Queries, provider: Provider, access: Access, unit: string, atMs: number): Promise<number> {
  const found = await standing(queries, provider, access, atMs)
  return found ? allowance({unit, ...found}) : Infinity
}

/** Why a job may make no request now, when the rest of the day is kept for other jobs. */
export async function shareSpent(queries: Queries, provider: Provider, access: Access, unit: string, atMs: number): Promise<QuotaSpent | undefined> {
  if (await shareOf(queries, provider, access, unit, atMs) >= 1) return undefined
  const until = new Date(planDay(access.limits, atMs).end)
  return new QuotaSpent(`${provider.name}: ${unit} has had its share of today's quota; the rest is kept for other jobs`, {
    provider: provider.name, until, nextStep: `It goes on after ${until.toISOString()}. "fin quota --plan" explains the split; one more key widens it.`,
  })
}

function daysOfMonth(limits: readonly Limit[], atMs: number): number {
  const monthly = budgetLimits(limits).find(({per, window}) => per === 'month' && window !== 'sliding')
  if (!monthly) return 31
  return Math.round((freeAfter(monthly, atMs) - windowStart(monthly, atMs)) / dayMs)
}
