/**
 * When may the next request go, and with which key? Pure. The model: a provider counts a request somewhere
 * between its `go_at` and its answer; `counts_until` bounds that instant from above. Places of one scope are
 * given out in nondecreasing order of `go_at`, so only windows that end at the new request can be overfull:
 * if any window held one too many, the place given out last would have seen all the others.
 */
import type {HttpRequest, Limit, QuotaUnit} from '../define.js'
import {minuteMs} from '../time.js'
import type {Access} from './access.js'
import {freeAfter, windowStart} from './windows.js'

export type Cost = HttpRequest['cost']

/** One row asked of `select_provider_requests_spent.sql`. */
export interface WindowQuery {
  place: number
  label: string
  credentials: readonly string[]
  unit: QuotaUnit
  /** What may already be counted when the new request goes; null: only asks for the newest place. */
  room: number | null
  since: string
}

/** Its answer: amounts and instants as text, as the database gives them. */
export interface WindowCount {
  place: number
  spent: string
  crossing: string | null
  oldest: string | null
  last_go_at: string | null
  kind: 'wait' | 'spent' | 'stop' | null
  until: string | null
  why: string | null
  fingerprint: string | null
}

/** The earliest place of one credential. */
export interface Slot {
  label: string
  goAtMs: number
  /** What is left of its scarcest window now, as a fraction. */
  left: number
  lastGoMs: number
  /** What holds it back until `goAtMs`; absent when nothing does. */
  because?: {limit: Limit; left: number} | {cooldown: string; kind: WindowCount['kind']}
  /** A person must change this key: why. */
  refused?: string
}

/** True where a limit says something about requests with a credential. */
export function concerns({credential: only}: Limit, label: string): boolean {
  return only === undefined || only === label
}

/** How much of a limit's unit one request takes. */
export function costOf(limit: Limit, cost: Cost): number {
  return limit.unit === undefined || limit.unit === 'requests' ? 1 : (cost?.[limit.unit] ?? 0)
}

/** One question per label about its newest place, then one per label and limit. */
export function windowQueriesOf(access: Access, cost: Cost, atMs: number): WindowQuery[] {
  const iso = (ms: number) => new Date(ms).toISOString()
  return access.labels.flatMap((label, at) => {
    const first = at * (access.limits.length + 1)
    const newest: WindowQuery = {
      place: first,
      label,
      credentials: [label],
      unit: 'requests',
      room: null,
      since: iso(atMs - minuteMs),
    }
    return [
      newest,
      ...access.limits.map((limit, index): WindowQuery => ({
        place: first + 1 + index,
        label,
        credentials: limit.of === 'credential' ? [label] : access.everyLabel,
        unit: limit.unit ?? 'requests',
        room: limit.requests - costOf(limit, cost),
        // a calendar window holds its own begin; instants of the ledger are whole milliseconds
        since: iso(windowStart(limit, atMs) - (limit.window === 'sliding' ? 0 : 1)),
      })),
    ]
  })
}

/** The earliest place of every label, from the answers in the order of `questionsOf`. */
export function slotsOf(access: Access, cost: Cost, atMs: number, counted: readonly WindowCount[]): Slot[] {
  return access.labels.map((label, at) => {
    const first = at * (access.limits.length + 1)
    const place: Slot = {label, goAtMs: atMs, left: 1, lastGoMs: -Infinity}
    const hold = (untilMs: number, because?: Slot['because']) => {
      if (untilMs <= place.goAtMs) return
      place.goAtMs = untilMs
      if (because) place.because = because
    }
    access.limits.forEach((limit, index) => {
      const {spent, crossing} = counted[first + 1 + index]!
      if (costOf(limit, cost) === 0 || !concerns(limit, label)) return
      place.left = Math.min(place.left, Math.max(0, 1 - Number(spent) / limit.requests))
      if (crossing !== null)
        hold(freeAfter(limit, Date.parse(crossing)), {limit, left: limit.requests - Number(spent)})
    })
    for (const {last_go_at} of counted.slice(first, first + access.limits.length + 1)) {
      if (last_go_at === null) continue
      place.lastGoMs = Math.max(place.lastGoMs, Date.parse(last_go_at))
      hold(Date.parse(last_go_at))
    }
    const rest = counted[first]!
    if (rest.kind !== null && rest.fingerprint === (access.fingerprints.get(label) ?? null)) {
      if (rest.until === null) place.refused = rest.why ?? 'it was refused'
      else hold(Date.parse(rest.until), {cooldown: rest.why ?? 'no reason given', kind: rest.kind})
    }
    return place
  })
}

/** The place that comes first; of several the key with most left, then the one unused for longest. */
export function bestOf(places: readonly Slot[]): Slot | undefined {
  return places
    .filter(({refused}) => refused === undefined)
    .toSorted((a, b) => a.goAtMs - b.goAtMs || compare(b.left, a.left) || compare(a.lastGoMs, b.lastGoMs))[0]
}

/** Subtraction would make NaN of two infinities. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}
