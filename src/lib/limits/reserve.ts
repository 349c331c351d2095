/** Makes one reservation in one transaction: lock, count, choice of the credential, insert. */
import type {Database, Transaction} from '../db/database.js'
import type {Config} from '../config.js'
import type {Clock} from '../clock.js'
import {pluralize} from '../text.js'
import type {HttpRequest, Limit, Provider} from '../define.js'
import {NeedsPerson, QuotaSpent} from '../errors.js'
import {minuteMs} from '../time.js'
import {type Access, variablesOf} from './access.js'
import type {JobClaim} from './claims.js'
import {forgetCommand} from './future.js'
import {bestOf, costOf, futureOf, type WindowCount, type Slot, slotsOf, windowQueriesOf} from './slots.js'
import {longestWaitMs, poolOf, allocationSpent} from './allocation.js'
import {limitText} from './windows.js'

export interface ReservationRequest {
  provider: Provider
  job: string
  target?: string | undefined
  /** Upper bound of its cost in the provider's other units. */
  cost?: HttpRequest['cost']
  runId?: string | null | undefined
  /** Wait for a free slot however long it takes, instead of throwing QuotaSpent. */
  wait?: boolean | undefined
  /** Label of the only credential to use. If the user chose it, the allocation does not apply. */
  credential?: string | undefined
  /** True if `credential` is dedicated to the job and not a choice of the user. */
  isDedicated?: boolean | undefined
  stop?: AbortSignal | undefined
}

/** Shortest time after `go_at` until which a provider may count a request that is under way. */
const leastMarginMs = 2000

export interface ReservationResult {
  id: string
  label: string
  goAtMs: number
  marginMs: number
  /** Pause after which it may move forward; undefined if the reservations before it are answered. */
  lookMs: number | undefined
  /** Why it has to wait, as text for the user. */
  why: string
}

export interface ReserveContext {
  database: Database
  clock: Clock
  config: Config
  host: string
  pid: number
  claims: readonly JobClaim[]
  /** Called with the server's process of the transaction before it waits for the lock. */
  waitsAs(pid: number): void
}

/**
 * Makes a reservation with the best credential, or returns the instant to wait for if the request may wait.
 * Throws QuotaSpent if the next free slot is more than about a minute away or reserved for another job.
 * Throws NeedsPerson if every credential was refused.
 */
export async function reserve(
  {database, clock, config, host, pid, claims, waitsAs}: ReserveContext,
  request: ReservationRequest,
  access: Access,
): Promise<ReservationResult | {untilMs: number; why: string}> {
  const {provider} = request
  return database.transaction(async (tx) => {
    const {atMs, spentRows, slots} = await countUnderLock(tx, {clock, waitsAs}, request, access)
    const slot = bestOf(slots)
    if (!slot) throw allRefused(provider, access, spentRows)
    const refusal =
      slot.goAtMs - atMs > longestWaitMs
        ? spent(request, slots, slot)
        : request.credential === undefined || request.isDedicated
          ? await allocationSpent(tx, poolOf(provider, config, claims), request.job, atMs)
          : undefined
    if (refusal && request.wait && refusal.until)
      return {untilMs: refusal.until.getTime(), why: refusal.message}
    if (refusal) throw refusal
    // on a driven clock, the time that passes during a statement shows how late a request may be
    const lagMs = clock.driven ? Math.min(20 * (clock.now().getTime() - atMs), 10 * minuteMs) : 0
    const marginMs = Math.max(leastMarginMs, lagMs)
    const [row] = await tx.query<{id: string}>('insert_provider_requests', [
      provider.name,
      slot.label,
      request.job,
      request.target ?? null,
      iso(atMs),
      iso(slot.goAtMs),
      iso(slot.goAtMs + marginMs),
      request.cost?.posts ?? 0,
      request.cost?.usd ?? 0,
      request.runId ?? null,
      host,
      pid,
    ])
    return {
      id: row!.id,
      label: slot.label,
      goAtMs: slot.goAtMs,
      marginMs,
      lookMs: slot.lookMs,
      why: reasonOf(slot, slots, request.cost),
    }
  })
}

/**
 * Takes the lock of the provider until the end of the transaction, and finds the earliest slot of each
 * credential. `before`: the id of a reservation; only earlier ones count.
 */
async function countUnderLock(
  tx: Transaction,
  {clock, waitsAs}: Pick<ReserveContext, 'clock' | 'waitsAs'>,
  {provider, cost}: ReservationRequest,
  access: Access,
  before?: string,
) {
  waitsAs(tx.pid)
  // In a statement of its own, so that the count does not see an older snapshot.
  await tx.query('insert_provider_lock', [provider.name])
  await clock.refresh()
  const atMs = clock.now().getTime()
  const spentRows = await tx.query<WindowCount>('select_provider_requests_spent', [
    provider.name,
    JSON.stringify(windowQueriesOf(access, cost, atMs, before)),
  ])
  const future = futureOf(spentRows, atMs)
  if (future) throw inFuture(provider, atMs, future)
  return {atMs, spentRows, slots: slotsOf(access, cost, atMs, spentRows)}
}

/**
 * Moves a reservation that waits to the earliest slot behind the reservations made before it. It never moves
 * backward, so the reservations made after it stay within every limit. `access` has only its credential.
 */
export async function moveForward(
  {database, clock, waitsAs}: Pick<ReserveContext, 'database' | 'clock' | 'waitsAs'>,
  request: ReservationRequest,
  access: Access,
  waiting: ReservationResult,
): Promise<ReservationResult> {
  return database.transaction(async (tx) => {
    const {
      slots: [slot],
    } = await countUnderLock(tx, {clock, waitsAs}, request, access, waiting.id)
    if (slot === undefined || slot.refused !== undefined || slot.goAtMs >= waiting.goAtMs)
      return {...waiting, lookMs: slot?.lookMs}
    const {goAtMs, lookMs} = slot
    await tx.query('update_provider_requests_moved', [
      waiting.id,
      iso(goAtMs),
      iso(goAtMs + waiting.marginMs),
    ])
    return {...waiting, goAtMs, lookMs}
  })
}

/** The error for a ledger with instants in the future. Waiting would block the provider until then. */
function inFuture(provider: Provider, atMs: number, future: Date): NeedsPerson {
  return new NeedsPerson(
    `${provider.name}: the ledger has requests or cooldowns of ${future.toISOString()}, and it is ${iso(atMs)}: a clock was ahead when they were written, or is behind now`,
    {
      provider: provider.name,
      nextStep: `Check the clock. If it is right, drop them: ${forgetCommand} (with --dry-run it only counts them).`,
    },
  )
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

function spent({provider, cost}: ReservationRequest, slots: readonly Slot[], slot: Slot): QuotaSpent {
  const {goAtMs, because} = slot
  const until = new Date(goAtMs)
  const refused = slots.filter((slot) => slot.refused !== undefined)
  const parts = [
    `the next slot is free at ${until.toISOString()}`,
    because === undefined
      ? `requests are already reserved until then; if that is unexpected, the system clock was probably set back`
      : reasonOf(slot, slots, cost),
    ...refused.map(
      ({label, refused: why}) => `key ${label} was refused, change ${variablesOf(provider, [label])}: ${why}`,
    ),
  ]
  return new QuotaSpent(`${provider.name}: ${parts.join('; ')}`, {
    provider: provider.name,
    until,
    nextStep: 'Stored data is unchanged; the next run resumes there. "fin quota" shows every window.',
  })
}

/** The limit, the cooldown or the other requests that defer a slot. */
function reasonOf({because}: Slot, slots: readonly Slot[], cost: ReservationRequest['cost']): string {
  if (because === undefined) return 'requests are already reserved until then'
  if (!('limit' in because)) return `${cooldownText[because.kind ?? 'wait']}: ${because.cooldown}`
  return fullText(because, cost, slots.filter(({refused}) => refused === undefined).length)
}

/** `stop` with an end means that the provider blocks this address; it is not a limit. */
const cooldownText = {
  wait: 'it refuses requests until then',
  spent: 'it reports that the quota is spent',
  stop: 'fin does not contact it until then',
}

/** Describes a limit without enough headroom: it is spent, or less is left than the request may cost. */
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
      nextStep: `Change ${variablesOf(provider, access.labels)}. If the provider re-enables the same key: fin quota --provider ${provider.name} --retry ${access.labels[0]}.`,
    },
  )
}
