/** The quota that each provider still allows: one row per credential and window. Reads only. */
import type {Config} from '../config.js'
import type {Queries} from '../db/database.js'
import {keyless, type Limit, type Provider} from '../define.js'
import {type Access, misconfigured, variablesOf, wholeAccess} from '../limits/access.js'
import {concerns, futureOf, type WindowCount, slotsOf, windowQueriesOf} from '../limits/slots.js'
import {forgetCommand} from '../limits/future.js'
import {windowDayOf, freeAfter, isBudget, limitText, toMillionth} from '../limits/windows.js'

export interface QuotaRow {
  provider: string
  /** Label of the credential, `keyless`, or `all` for a limit that counts all credentials together. */
  credential: string
  window: string | null
  spent: number | null
  left: number | null
  /** The instant at which the next reservation leaves the window; null if none is in it. */
  resets_at: string | null
  /**
   * Requests that the schedule makes until the window ends, or until the end of the day (UTC) if the window
   * is shorter; all credentials together.
   */
  still_needed: number | null
  /**
   * ready, full (nothing left now), wait or spent (the provider refused), blocked (the provider blocks this
   * address), refused, no key, misconfigured.
   */
  state: string
  resting_until: string | null
  why: string | null
}

/** Requests that the schedule makes from a provider between two instants. */
export type Demand = (provider: Provider, fromMs: number, toMs: number) => number

/** The cost of one more request in the units of limits that do not count requests. */
const oneMore = {posts: 1, usd: 0.01}

/**
 * The rows of all given providers. A provider without a credential or with an invalid setting gets one row.
 */
export async function quotaRows(
  queries: Queries,
  config: Config,
  providers: readonly Provider[],
  demand: Demand,
  atMs: number,
): Promise<QuotaRow[]> {
  const rows: QuotaRow[] = []
  for (const provider of providers) {
    const error = misconfigured(provider, config)
    const access = error === undefined ? wholeAccess(provider, config) : undefined
    if (error !== undefined) rows.push({...withoutKey(provider), state: 'misconfigured', why: error.message})
    else
      rows.push(
        ...(access ? await providerRows(queries, provider, access, demand, atMs) : [withoutKey(provider)]),
      )
  }
  return rows
}

async function providerRows(
  queries: Queries,
  provider: Provider,
  access: Access,
  demand: Demand,
  atMs: number,
): Promise<QuotaRow[]> {
  const counted = await queries.query<WindowCount>('select_provider_requests_spent', [
    provider.name,
    JSON.stringify(windowQueriesOf(access, oneMore, atMs)),
  ])
  const slots = slotsOf(access, oneMore, atMs, counted)
  const several = access.labels.length > 1
  const rows = access.labels.flatMap((label, at) => {
    const first = at * (access.limits.length + 1)
    const own = counted.slice(first, first + access.limits.length + 1)
    const cooldown =
      futureRow(own, atMs) ??
      cooldownOf(counted[first]!, slots[at]!.refused, access.fingerprints.get(label), atMs)
    return access.limits.flatMap((limit, index) => {
      if ((limit.of !== 'credential' && at > 0) || !concerns(limit, label)) return []
      const row = windowRow(provider, limit, counted[first + 1 + index]!, atMs)
      const isCombined = several && limit.of !== 'credential'
      return [
        {
          ...row,
          credential: isCombined ? 'all' : label,
          ...(isCombined ? {} : (cooldown ?? {})),
          still_needed: several && !isCombined ? null : needed(provider, limit, demand, atMs),
        },
      ]
    })
  })
  if (!several) return rows.length > 0 ? rows : [unlimited(provider, access)]
  return [
    ...rows,
    ...access.limits
      .filter((limit) => limit.of === 'credential' && limit.credential === undefined)
      .map((limit) => combined(provider, limit, rows, demand, atMs)),
  ]
}

function windowRow(
  provider: Provider,
  limit: Limit,
  {spent, oldest, overflow_at: overflowAt}: WindowCount,
  atMs: number,
): QuotaRow {
  const left = Math.max(0, toMillionth(limit.requests - Number(spent)))
  const oldestLeaving =
    limit.window === 'sliding'
      ? left === 0
        ? (overflowAt ?? oldest)
        : oldest
      : Number(spent) > 0
        ? new Date(atMs).toISOString()
        : null
  return {
    provider: provider.name,
    credential: keyless,
    window: windowText(limit),
    spent: toMillionth(Number(spent)),
    left,
    resets_at:
      oldestLeaving === null ? null : new Date(freeAfter(limit, Date.parse(oldestLeaving))).toISOString(),
    still_needed: null,
    state: left === 0 ? 'full' : 'ready',
    resting_until: null,
    why: limit.needs !== undefined && limit.requests === 0 ? `set ${limit.needs}` : null,
  }
}

/**
 * The sum over all credentials of a limit that counts each credential, because the schedule may use any of
 * them.
 */
function combined(
  provider: Provider,
  limit: Limit,
  rows: readonly QuotaRow[],
  demand: Demand,
  atMs: number,
): QuotaRow {
  const window = windowText(limit)
  const same = rows.filter((row) => row.window === window)
  const sum = (of: (row: QuotaRow) => number | null) =>
    toMillionth(same.reduce((total, row) => total + (of(row) ?? 0), 0))
  const left = toMillionth(
    same
      .filter(({state}) => state === 'ready' || state === 'wait')
      .reduce((total, row) => total + (row.left ?? 0), 0),
  )
  return {
    provider: provider.name,
    credential: 'all',
    window,
    spent: sum(({spent}) => spent),
    left,
    resets_at:
      same
        .map(({resets_at: at}) => at)
        .filter((at) => at !== null)
        .toSorted()[0] ?? null,
    still_needed: needed(provider, limit, demand, atMs),
    state: left === 0 ? 'full' : 'ready',
    resting_until: null,
    why: null,
  }
}

/** The columns of a credential whose ledger has instants in the future; undefined if it has none. */
function futureRow(counted: readonly WindowCount[], atMs: number): Partial<QuotaRow> | undefined {
  const future = futureOf(counted, atMs)
  return (
    future && {state: 'wait', resting_until: future.toISOString(), why: `a clock was ahead: ${forgetCommand}`}
  )
}

/** The columns of a credential in its cooldown; undefined if it has none. */
function cooldownOf(
  counted: WindowCount,
  refused: string | undefined,
  fingerprint: string | undefined,
  atMs: number,
): Partial<QuotaRow> | undefined {
  if (refused !== undefined) return {state: 'refused', why: refused}
  if (
    counted.kind === null ||
    counted.fingerprint !== (fingerprint ?? null) ||
    counted.until === null ||
    Date.parse(counted.until) <= atMs
  )
    return undefined
  return {
    state: counted.kind === 'stop' ? 'blocked' : counted.kind,
    resting_until: new Date(counted.until).toISOString(),
    why: counted.why,
  }
}

function needed(provider: Provider, limit: Limit, demand: Demand, atMs: number): number | null {
  if ((limit.unit ?? 'requests') !== 'requests') return null
  return demand(provider, atMs, isBudget(limit) ? freeAfter(limit, atMs) : windowDayOf('UTC', atMs).end)
}

function windowText(limit: Limit): string {
  return `${limitText(limit)}${limit.of === 'credential' ? '' : ` per ${limit.of}`}${limit.window === 'sliding' ? '' : `, from ${limit.window.startsAt}`}`
}

function withoutKey(provider: Provider): QuotaRow {
  const variables = variablesOf(provider, Object.keys(provider.credentials ?? {}))
  return withoutWindow(provider, {credential: '-', state: 'no key', why: `set ${variables}`})
}

function unlimited(provider: Provider, access: Access): QuotaRow {
  const credential = access.labels[0] ?? keyless
  return withoutWindow(provider, {credential, state: 'ready', why: 'declares no limit'})
}

function withoutWindow(
  provider: Provider,
  {credential, state, why}: Pick<QuotaRow, 'credential' | 'state' | 'why'>,
): QuotaRow {
  return {
    provider: provider.name,
    credential,
    window: null,
    spent: null,
    left: null,
    resets_at: null,
    still_needed: null,
    state,
    resting_until: null,
    why,
  }
}
