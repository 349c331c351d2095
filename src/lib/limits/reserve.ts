/** One transaction that takes one place: the provider's turn, what is spent, the best key, the row. */
import type {Database, Transaction} from '../db/database.js'
import type {Config} from '../config.js'
import type {Clock} from '../clock.js'
import {pluralize} from '../text.js'
import type {HttpRequest, Limit, Provider} from '../define.js'
import {NeedsPerson, QuotaSpent} from '../errors.js'
import {minuteMs} from '../time.js'
import {type Access, variablesOf} from './access.js'
import type {JobClaim} from './claims.js'
import {bestOf, costOf, type WindowCount, type Slot, slotsOf, windowQueriesOf} from './slots.js'
import {longestWaitMs, poolOf, allocationSpent} from './allocation.js'
import {limitText} from './windows.js'

export interface ReservationRequest {
  provider: Provider
  job: string
  target?: string | undefined
  /** The most it can cost in the provider's other units. */
  cost?: HttpRequest['cost']
  runId?: string | null | undefined
  /** Wait for a place however long it takes, instead of throwing QuotaSpent. */
  wait?: boolean | undefined
  /** A credential's label: this one alone. A person's choice leaves the planner's split aside. */
  credential?: string | undefined
  /** `only` is no person's choice, but the key that is kept for the unit. */
  isDedicated?: boolean | undefined
  stop?: AbortSignal | undefined
}

/** How long after `go_at` a provider may count a request that is still under way. */
const leastMarginMs = 2000

export interface ReservationResult {
  id: string
  label: string
  goAtMs: number
  marginMs: number
}

export interface ReserveContext {
  database: Database
  clock: Clock
  config: Config
  host: string
  pid: number
  claims: readonly JobClaim[]
}

/**
 * The place with the best key, or the instant to wait for when the ask may wait. Throws QuotaSpent when the
 * next place is more than about a minute away or kept for another job, NeedsPerson when every key was
 * refused.
 */
export async function reserve(
  {database, clock, config, host, pid, claims}: ReserveContext,
  ask: ReservationRequest,
  access: Access,
): Promise<ReservationResult | {untilMs: number}> {
  const {provider} = ask
  return database.transaction(async (tx) => {
    await turn(tx, provider)
    await clock.refresh()
    const atMs = clock.now().getTime()
    const spentRows = await tx.query<WindowCount>('select_provider_requests_spent', [
      provider.name,
      JSON.stringify(windowQueriesOf(access, ask.cost, atMs)),
    ])
    const places = slotsOf(access, ask.cost, atMs, spentRows)
    const place = bestOf(places)
    if (!place) throw allRefused(provider, access, spentRows)
    const refusal =
      place.goAtMs - atMs > longestWaitMs
        ? spent(ask, places, place)
        : ask.credential === undefined || ask.isDedicated
          ? await allocationSpent(tx, poolOf(provider, config, claims), ask.job, atMs)
          : undefined
    if (refusal && ask.wait && refusal.until) return {untilMs: refusal.until.getTime()}
    if (refusal) throw refusal
    // on a clock that runs fast, what passes during a statement tells how late a request may arrive
    const lagMs = clock.driven ? Math.min(20 * (clock.now().getTime() - atMs), 10 * minuteMs) : 0
    const marginMs = Math.max(leastMarginMs, lagMs)
    const [row] = await tx.query<{id: string}>('insert_provider_requests', [
      provider.name,
      place.label,
      ask.job,
      ask.target ?? null,
      iso(atMs),
      iso(place.goAtMs),
      iso(place.goAtMs + marginMs),
      ask.cost?.posts ?? 0,
      ask.cost?.usd ?? 0,
      ask.runId ?? null,
      host,
      pid,
    ])
    return {id: row!.id, label: place.label, goAtMs: place.goAtMs, marginMs}
  })
}

/** Waits for the provider's turn. A statement of its own: the count must not be a snapshot from before. */
async function turn(tx: Transaction, provider: Provider): Promise<void> {
  const [row] = await tx.query<{isolation: string}>('select_provider_requests_lock', [provider.name])
  if (row?.isolation !== 'read committed')
    throw new NeedsPerson(
      `the database runs transactions as "${row?.isolation}", with which limits cannot be kept`,
      {nextStep: 'Let default_transaction_isolation be "read committed" for the user of DATABASE_URL.'},
    )
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function spent(
  {provider, cost}: ReservationRequest,
  places: readonly Slot[],
  {goAtMs, because}: Slot,
): QuotaSpent {
  const until = new Date(goAtMs)
  const refused = places.filter((place) => place.refused !== undefined)
  const said = [
    `the next place is free at ${until.toISOString()}`,
    because === undefined
      ? `requests are already reserved until then; if that is unexpected, the system clock was probably set back`
      : 'limit' in because
        ? fullText(because, cost, places.length - refused.length)
        : `${restText[because.kind ?? 'wait']}: ${because.cooldown}`,
    ...refused.map(
      ({label, refused: why}) => `key ${label} was refused, change ${variablesOf(provider, [label])}: ${why}`,
    ),
  ]
  return new QuotaSpent(`${provider.name}: ${said.join('; ')}`, {
    provider: provider.name,
    until,
    nextStep: 'What was written stays; the next run resumes there. "fin quota" shows every window.',
  })
}

/** `stop` with an end is a provider that answers nothing at all from here, not a limit. */
const restText = {
  wait: 'it asked to wait',
  spent: 'it says that the quota is spent',
  stop: 'fin does not contact it until then',
}

/** A request that may cost much may not fit although something is left. */
function fullText(
  {limit, left}: {limit: Limit; left: number},
  cost: ReservationRequest['cost'],
  keys: number,
): string {
  const quota = `the quota${keys > 1 ? ` of ${keys} keys` : ''}`
  const of = `(${limitText(limit)} per ${limit.of})`
  if (left <= 0) return `${quota} is spent ${of}`
  const amount = (n: number) =>
    limit.unit === 'usd' ? `$${n.toFixed(2)}` : pluralize(n, limit.unit === 'posts' ? 'post' : 'request')
  return `of ${quota} ${amount(left)} ${limit.unit !== 'usd' && left === 1 ? 'is' : 'are'} left, and this request may take ${amount(costOf(limit, cost))} ${of}`
}

function allRefused(provider: Provider, access: Access, counted: readonly WindowCount[]): NeedsPerson {
  const why = counted.find(({kind}) => kind === 'stop')?.why
  return new NeedsPerson(
    `${provider.name} refused ${access.labels.length === 1 ? 'the key' : 'every key'}: ${why ?? 'no reason given'}`,
    {
      provider: provider.name,
      nextStep: `Change ${variablesOf(provider, access.labels)}. If the provider mends the same key: fin quota --provider ${provider.name} --retry ${access.labels[0]}.`,
    },
  )
}
