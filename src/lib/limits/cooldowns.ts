/** How long a credential rests after a refusal, and what is written so that the next process knows. */
import {type Config, credentialsOf} from '../config.js'
import type {Database, Queries} from '../db/database.js'
import type {Clock} from '../clock.js'
import {keyless, type Provider, type Refusal} from '../define.js'
import {dayMs, hourMs, minuteMs} from '../time.js'
import {type Access, accessOf, fingerprint} from './access.js'
import {concerns, type Counted, questionsOf} from './slots.js'
import {freeAfter, windowMs} from './windows.js'

export interface RestRow {
  credential: string
  kind: 'wait' | 'spent' | 'stop'
  since: string
  until: string | null
  why: string
  fingerprint: string | null
}

/**
 * Writes that a credential rests. A refusal of the request alone, and an unknown target, make nothing rest.
 */
export async function writeRest(
  facts: {database: Database; clock: Clock; config: Config},
  provider: Provider,
  label: string,
  refusal: Refusal,
): Promise<void> {
  const {database, clock, config} = facts
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
  const untilMs = await restsUntil(refusal, {queries: database, provider, label, access, atMs})
  // where the provider counts the address, another key would only be refused as well
  const together =
    refusal.next === 'blocked' ||
    (refusal.next !== 'stop' &&
      access.limits.length > 0 &&
      access.limits.every(({of}) => of !== 'credential'))
  for (const name of together ? new Set([label, ...set.map((credential) => credential.label)]) : [label]) {
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
interface Resting {
  queries: Queries
  provider: Provider
  label: string
  access: Access
  /** When it was refused. */
  atMs: number
}

async function restsUntil(refusal: Refusal, resting: Resting): Promise<number | null> {
  const {label, atMs} = resting
  const said = refusal.until?.getTime()
  const told = said !== undefined && Number.isFinite(said) ? Math.max(said, atMs) : undefined
  if (refusal.next === 'wait') return Math.min(told ?? atMs + (await patience(resting)), atMs + dayMs)
  if (refusal.next === 'blocked') return atMs + (await shutOutFor(resting))
  if (refusal.next === 'spent') return Math.min(told ?? (await ownReset(resting)), atMs + 32 * dayMs)
  // nobody can change a key that is not there, so the address is tried again after a while
  return told ?? (label === keyless ? atMs + hourMs : null)
}

/** A wait of unknown length: the shortest window, doubled each time that one wait follows another. */
async function patience(resting: Resting): Promise<number> {
  const {limits} = resting.access
  const shortestMs = limits.length === 0 ? minuteMs : Math.max(2000, Math.min(...limits.map(windowMs)))
  const former = await lastRest(resting, 'wait')
  if (!former) return shortestMs
  const isRepeated = resting.atMs - former.untilMs < former.lastedMs
  return isRepeated ? Math.max(shortestMs, Math.min(former.lastedMs * 2, hourMs)) : shortestMs
}

/** An hour, doubled up to a day each time that the last try found the provider as shut as the one before. */
async function shutOutFor(resting: Resting): Promise<number> {
  const former = await lastRest(resting, 'stop')
  const isRepeated = former !== undefined && resting.atMs - former.untilMs < 2 * former.lastedMs
  return isRepeated ? Math.min(former.lastedMs * 2, dayMs) : hourMs
}

/** The latest rest of the credential, when it was of that kind and had an end. */
async function lastRest(
  {queries, provider, label}: Resting,
  wanted: RestRow['kind'],
): Promise<{untilMs: number; lastedMs: number} | undefined> {
  const rows = await queries.query<RestRow>('select_provider_rests', [provider.name])
  const last = rows.find(({credential, kind}) => credential === label && kind === wanted)
  if (last?.until == null) return undefined
  const untilMs = Date.parse(last.until)
  return {untilMs, lastedMs: untilMs - Date.parse(last.since)}
}

/**
 * When the longest window that our own counting finds full has a place. Where none is full the key was spent
 * elsewhere: a day, or less if no window is that long.
 */
async function ownReset({queries, provider, label, access, atMs}: Resting): Promise<number> {
  const alone = {
    ...access,
    labels: [label],
    limits: access.limits.filter(
      (limit) => (limit.unit ?? 'requests') === 'requests' && concerns(limit, label),
    ),
  }
  const counted = await queries.query<Counted>('select_provider_requests_spent', [
    provider.name,
    JSON.stringify(questionsOf(alone, undefined, atMs)),
  ])
  const full = alone.limits
    .flatMap((limit, at) => {
      const crossing = counted[at + 1]?.crossing
      return crossing ? [{lengthMs: windowMs(limit), untilMs: freeAfter(limit, Date.parse(crossing))}] : []
    })
    .toSorted((a, b) => b.lengthMs - a.lengthMs)[0]
  return (
    full?.untilMs ??
    atMs + Math.min(dayMs, ...(alone.limits.length === 0 ? [] : [Math.max(...alone.limits.map(windowMs))]))
  )
}
