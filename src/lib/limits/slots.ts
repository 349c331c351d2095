/**
 * Computes when the next request may be sent, and with which credential. Pure. A provider counts a request at
 * some instant between its `go_at` and its answer; `counts_until` is the upper bound of that instant.
 * Within one set of credentials that a limit counts together, each reservation has a `go_at` no earlier than
 * the one before. Therefore only the window that ends at the new request must be checked.
 */
import type {Cost, Limit, QuotaUnit} from '../define.js'
import {minuteMs} from '../time.js'
import type {Access} from './access.js'
import {futureMs} from './future.js'
import {freeAfter, windowMs, windowStart} from './windows.js'

/** One window to count, an argument of `select_provider_requests_spent.sql`. */
export interface WindowQuery {
  index: number
  label: string
  credentials: readonly string[]
  unit: QuotaUnit
  /** The most that may already be counted; null: only the newest reservation is requested. */
  headroom: number | null
  since: string
  /** Id of a reservation: only those made before it count. Absent: all count. */
  before?: string | undefined
}

/** A row of its result: amounts and instants are text, as the database returns them. */
export interface WindowCount {
  index: number
  spent: string
  overflow_at: string | null
  oldest: string | null
  last_go_at: string | null
  /** The latest instant at which a reservation counts. */
  last_counts_until: string | null
  unanswered_until: string | null
  kind: 'wait' | 'spent' | 'stop' | null
  /** Begin and end of the cooldown. */
  since: string | null
  until: string | null
  why: string | null
  fingerprint: string | null
}

/** The earliest free slot of one credential. */
export interface Slot {
  label: string
  goAtMs: number
  /** Fraction that is left now of its scarcest window. */
  left: number
  lastGoMs: number
  /**
   * Pause after which an earlier slot may be free, because a reservation before it is not answered yet and
   * counts less after its answer. Absent if all are answered.
   */
  lookMs?: number
  /** The limit or cooldown that defers it until `goAtMs`; absent if nothing does. */
  because?: {limit: Limit; left: number} | {cooldown: string; kind: WindowCount['kind']}
  /** Why a person must change this credential; absent for a usable one. */
  refused?: string
}

/** True if a limit applies to requests with this credential. */
export function concerns({credential}: Limit, label: string): boolean {
  return credential === undefined || credential === label
}

/** How much one request uses of a limit, in its unit. */
export function costOf(limit: Limit, cost: Cost | undefined): number {
  return limit.unit === undefined || limit.unit === 'requests' ? 1 : (cost?.[limit.unit] ?? 0)
}

/**
 * For each label, one query for its newest reservation, then one per limit. With `before`, only reservations
 * made before that one count.
 */
export function windowQueriesOf(
  access: Access,
  cost: Cost | undefined,
  atMs: number,
  before?: string | undefined,
): WindowQuery[] {
  const iso = (ms: number) => new Date(ms).toISOString()
  return access.labels.flatMap((label, at) => {
    const first = at * (access.limits.length + 1)
    const newest: WindowQuery = {
      index: first,
      label,
      credentials: [label],
      unit: 'requests',
      headroom: null,
      since: iso(atMs - minuteMs),
      before,
    }
    return [
      newest,
      ...access.limits.map((limit, index): WindowQuery => ({
        index: first + 1 + index,
        label,
        credentials: limit.of === 'credential' ? [label] : access.everyLabel,
        unit: limit.unit ?? 'requests',
        headroom: limit.requests - costOf(limit, cost),
        // a calendar window includes its own start; instants of the ledger are whole milliseconds
        since: iso(windowStart(limit, atMs) - (limit.window === 'sliding' ? 0 : 1)),
        before,
      })),
    ]
  })
}

/** The earliest slot of every label, from the counts in the order of `windowQueriesOf`. */
export function slotsOf(
  access: Access,
  cost: Cost | undefined,
  atMs: number,
  counted: readonly WindowCount[],
): Slot[] {
  return access.labels.map((label, at) => {
    const first = at * (access.limits.length + 1)
    const slot: Slot = {label, goAtMs: atMs, left: 1, lastGoMs: -Infinity}
    const defer = (untilMs: number, because?: Slot['because']) => {
      if (untilMs <= slot.goAtMs) return
      slot.goAtMs = untilMs
      if (because) slot.because = because
    }
    access.limits.forEach((limit, index) => {
      const {spent, overflow_at: overflowAt} = counted[first + 1 + index]!
      if (costOf(limit, cost) === 0 || !concerns(limit, label)) return
      slot.left = Math.min(slot.left, Math.max(0, 1 - Number(spent) / limit.requests))
      if (overflowAt !== null)
        defer(freeAfter(limit, Date.parse(overflowAt)), {limit, left: limit.requests - Number(spent)})
    })
    let isUnanswered = false
    for (const {last_go_at, unanswered_until} of counted.slice(first, first + access.limits.length + 1)) {
      if (unanswered_until !== null && Date.parse(unanswered_until) > atMs) isUnanswered = true
      if (last_go_at === null) continue
      slot.lastGoMs = Math.max(slot.lastGoMs, Date.parse(last_go_at))
      defer(Date.parse(last_go_at))
    }
    if (isUnanswered) slot.lookMs = lookMs(slot, access.limits)
    const cooldown = counted[first]!
    if (cooldown.kind !== null && cooldown.fingerprint === (access.fingerprints.get(label) ?? null)) {
      if (cooldown.until === null) slot.refused = cooldown.why ?? 'it was refused'
      else
        defer(Date.parse(cooldown.until), {cooldown: cooldown.why ?? 'no reason given', kind: cooldown.kind})
    }
    return slot
  })
}

/**
 * The latest instant in the future of a reservation or of the begin of a cooldown, which a fast clock wrote;
 * undefined if none lies that far in the future.
 */
export function futureOf(counted: readonly WindowCount[], atMs: number): Date | undefined {
  const newestMs = counted
    .flatMap(({last_counts_until: reserved, since}) => [reserved, since])
    .reduce((newest, instant) => Math.max(newest, instant === null ? 0 : Date.parse(instant)), 0)
  return newestMs > atMs + futureMs ? new Date(newestMs) : undefined
}

/** A quarter of the window that defers the slot: an answer frees a slot one window later. */
function lookMs({because}: Slot, limits: readonly Limit[]): number {
  const full = because !== undefined && 'limit' in because ? [because.limit] : limits
  return Math.min(...full.map(windowMs)) / 4
}

/** The earliest slot; of several, the credential with most left, then the one unused for longest. */
export function bestOf(slots: readonly Slot[]): Slot | undefined {
  return slots
    .filter(({refused}) => refused === undefined)
    .toSorted((a, b) => a.goAtMs - b.goAtMs || compare(b.left, a.left) || compare(a.lastGoMs, b.lastGoMs))[0]
}

/** Compares two numbers. Not by subtraction, because the difference of two infinities is NaN. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}
