/** Computes the cooldown of a credential after a refusal, and writes it to `credential_rests`. */
import {type Config, credentialsOf} from '../config.js'
import type {Database, Queries} from '../db/database.js'
import type {Clock} from '../clock.js'
import {keyless, type Provider, type Refusal} from '../define.js'
import {dayMs, hourMs, minuteMs} from '../time.js'
import {type Access, accessOf, fingerprint} from './access.js'
import {concerns, type WindowCount, windowQueriesOf} from './slots.js'
import {freeAfter, windowMs} from './windows.js'

export interface CooldownRow {
  credential: string
  kind: 'wait' | 'spent' | 'stop'
  since: string
  until: string | null
  why: string
  fingerprint: string | null
}

/**
 * Writes the cooldown of a credential. A refusal of only the request, or of an unknown target, starts none.
 */
export async function writeCooldown(
  context: {database: Database; clock: Clock; config: Config},
  provider: Provider,
  label: string,
  refusal: Refusal,
): Promise<void> {
  const {database, clock, config} = context
  if (refusal.next === 'skip' || refusal.of === 'request') return
  await clock.refresh()
  const atMs = clock.now().getTime()
  const set = credentialsOf(provider, config)
  const digestOf = (name: string) => {
    const secret = set.find((credential) => credential.label === name)?.secret
    return secret === undefined ? null : fingerprint(secret)
  }
  const access = accessOf(
    provider,
    config,
    set.some((credential) => credential.label === label) ? label : undefined,
  )
  const untilMs = await cooldownEnd(refusal, {queries: database, provider, label, access, atMs})
  // if the provider counts the address, it would also refuse every other credential
  const concernsAll =
    refusal.next === 'blocked' ||
    (refusal.next !== 'stop' &&
      access.limits.length > 0 &&
      access.limits.every(({of}) => of !== 'credential'))
  for (const name of concernsAll ? new Set([label, ...set.map((credential) => credential.label)]) : [label]) {
    await database.query('upsert_credential_rests', [
      provider.name,
      name,
      refusal.next === 'blocked' ? 'stop' : refusal.next,
      new Date(atMs).toISOString(),
      untilMs === null ? null : new Date(untilMs).toISOString(),
      refusal.why.replaceAll('\0', '').slice(0, 300),
      digestOf(name),
    ])
  }
}

/** A credential that was just refused. */
interface Refused {
  queries: Queries
  provider: Provider
  label: string
  access: Access
  /** When it was refused. */
  atMs: number
}

/** The end of the cooldown in epoch milliseconds; null: until a person acts. */
async function cooldownEnd(refusal: Refusal, refused: Refused): Promise<number | null> {
  const {label, atMs} = refused
  const until = refusal.until?.getTime()
  const stated = until !== undefined && Number.isFinite(until) ? Math.max(until, atMs) : undefined
  if (refusal.next === 'wait') return Math.min(stated ?? atMs + (await unstatedWait(refused)), atMs + dayMs)
  if (refusal.next === 'blocked') return atMs + (await blockedFor(refused))
  if (refusal.next === 'spent') return Math.min(stated ?? (await countedReset(refused)), atMs + 32 * dayMs)
  // without a credential there is nothing to correct, so the address is tried again after an hour
  return stated ?? (label === keyless ? atMs + hourMs : null)
}

/** Milliseconds of a `wait` without an instant: the shortest window, doubled if one wait follows another. */
async function unstatedWait(refused: Refused): Promise<number> {
  const {limits} = refused.access
  const shortestMs = limits.length === 0 ? minuteMs : Math.max(2000, Math.min(...limits.map(windowMs)))
  const former = await lastCooldown(refused, 'wait')
  if (!former) return shortestMs
  const isRepeated = refused.atMs - former.untilMs < former.lastedMs
  return isRepeated ? Math.max(shortestMs, Math.min(former.lastedMs * 2, hourMs)) : shortestMs
}

/** Milliseconds of a `blocked`: an hour, doubled up to a day each time that the next try is blocked again. */
async function blockedFor(refused: Refused): Promise<number> {
  const former = await lastCooldown(refused, 'stop')
  const isRepeated = former !== undefined && refused.atMs - former.untilMs < 2 * former.lastedMs
  return isRepeated ? Math.min(former.lastedMs * 2, dayMs) : hourMs
}

/** The latest cooldown of the credential and kind; undefined if there is none, or it had no end. */
async function lastCooldown(
  {queries, provider, label}: Refused,
  wanted: CooldownRow['kind'],
): Promise<{untilMs: number; lastedMs: number} | undefined> {
  const rows = await queries.query<CooldownRow>('select_provider_rests', [provider.name])
  const last = rows.find(({credential, kind}) => credential === label && kind === wanted)
  if (last?.until == null) return undefined
  const untilMs = Date.parse(last.until)
  return {untilMs, lastedMs: untilMs - Date.parse(last.since)}
}

/**
 * The instant at which the longest full window, by the ledger's own count, has a free slot. If no window is
 * full, the credential was used elsewhere: the end is then in a day, or earlier if all windows are shorter.
 */
async function countedReset({queries, provider, label, access, atMs}: Refused): Promise<number> {
  const alone = {
    ...access,
    labels: [label],
    limits: access.limits.filter(
      (limit) => (limit.unit ?? 'requests') === 'requests' && concerns(limit, label),
    ),
  }
  const counted = await queries.query<WindowCount>('select_provider_requests_spent', [
    provider.name,
    JSON.stringify(windowQueriesOf(alone, undefined, atMs)),
  ])
  const full = alone.limits
    .flatMap((limit, at) => {
      const overflowAt = counted[at + 1]?.overflow_at
      return overflowAt
        ? [{lengthMs: windowMs(limit), untilMs: freeAfter(limit, Date.parse(overflowAt))}]
        : []
    })
    .toSorted((a, b) => b.lengthMs - a.lengthMs)[0]
  return (
    full?.untilMs ??
    atMs + Math.min(dayMs, ...(alone.limits.length === 0 ? [] : [Math.max(...alone.limits.map(windowMs))]))
  )
}
