/**
 * The quota ledger. Every request is reserved in `provider_requests` before it is sent, so that the limits of
 * a provider hold across processes, restarts and machines. Without the database no request is sent.
 */
import type {Config} from '../config.js'
import {pluralize} from '../text.js'
import type {Database} from '../db/database.js'
import {waitForLock} from '../db/locks.js'
import type {Clock} from '../clock.js'
import type {Limit, Provider, Refusal} from '../define.js'
import {messageOf, NeedsPerson, QuotaSpent, TryLater} from '../errors.js'
import {dayMs, hourMs} from '../time.js'
import {type Access, accessOf, countedAs} from './access.js'
import type {JobClaim} from './claims.js'
import {concerns, costOf} from './slots.js'
import {budgetLimits} from './planner.js'
import {writeCooldown} from './cooldowns.js'
import {moveForward, type ReservationRequest, reserve, type ReservationResult} from './reserve.js'
import {reportWait, type WaitLog} from '../waits.js'
import {limitText} from './windows.js'

export interface Finish {
  outcome: 'answered' | 'refused' | 'failed'
  status?: number | undefined
  /** The reason or error; never holds a secret. */
  note?: string | undefined
  /** Actual cost, if it is less than was reserved. */
  posts?: number | undefined
  usd?: string | undefined
}

export interface Reservation {
  /** Label of the credential to use, or `keyless`. */
  readonly label: string
  /** Earliest instant at which the request may be sent. */
  readonly goAt: Date
  /**
   * Waits until `goAt`. A process that is late for its reservation reserves again with the same credential.
   * Throws TryLater if that credential has no slot soon but another may: the caller then makes a new
   * reservation.
   */
  started(): Promise<void>
  finish(how: Finish): Promise<void>
  /** Releases the reservation of a request that is not sent, so that it no longer counts. */
  release(): Promise<void>
}

export interface Ledger {
  /**
   * Reserves one request, with the credential that has most left. Throws QuotaSpent if the next free slot is
   * more than about a minute away or reserved for other jobs. Throws NeedsPerson if no credential is set or
   * all were refused.
   */
  reserve(request: ReservationRequest): Promise<Reservation>
  /** Starts the cooldown of a credential after a refusal, for every process. */
  startCooldown(provider: Provider, label: string, refusal: Refusal): Promise<void>
  /** Ends the cooldown of a credential. Throws NeedsPerson for a label that the provider does not have. */
  endCooldown(provider: Provider, label: string): Promise<void>
}

/**
 * Longest sleep before the ledger is read again: timers cannot run for a month, and a cooldown may end early.
 */
const longestSleepMs = hourMs
/** Old rows are deleted, some at a time, at each reservation whose number is divisible by this. */
const tidyEvery = 500n
/** Age at which rows are deleted: the longest window and 35 days more, for reports. */
const retentionMs = (31 + 35) * dayMs

export function openLedger(context: {
  database: Database
  clock: Clock
  config: Config
  /** Reports long waits; absent: they are not reported. */
  log?: WaitLog
  host: string
  pid: number
  /** Returns the claims of all jobs; called only if a day or a month is limited. */
  claims(): Promise<readonly JobClaim[]>
}): Ledger {
  const {database, clock, config, log} = context

  const lockOf = (request: ReservationRequest) => ({
    what: `the quota of ${request.provider.name}`,
    subject: subject(request),
    log,
  })
  const report = (request: ReservationRequest, untilMs: number, why: string) =>
    reportWait(log, {subject: subject(request), why, nowMs: clock.now().getTime(), untilMs})

  async function waitAndReserve(request: ReservationRequest, access: Access): Promise<ReservationResult> {
    // Gathering claims loads every job, which is useless if no day and no month is limited.
    const claims = budgetLimits(access.limits).length === 0 ? [] : await context.claims()
    for (;;) {
      request.stop?.throwIfAborted()
      const result = await waitForLock(database, lockOf(request), (waitsAs) =>
        reserve({...context, claims, waitsAs}, request, access),
      )
      if (!('untilMs' in result)) return result
      report(request, result.untilMs, result.why)
      await clock.sleep(Math.min(result.untilMs - clock.now().getTime(), longestSleepMs), request.stop)
    }
  }

  /**
   * Reserves again with the same credential. It waits only if there is no other credential, because another
   * one may be free at once.
   */
  async function reserveAgain(
    request: ReservationRequest,
    access: Access,
    label: string,
  ): Promise<ReservationResult> {
    const alone = {...access, labels: [label]}
    if (access.labels.length === 1) return waitAndReserve({...request, credential: label}, alone)
    try {
      return await waitAndReserve({...request, credential: label, wait: false}, alone)
    } catch (error) {
      if (!(error instanceof NeedsPerson || error instanceof QuotaSpent)) throw error
      throw new TryLater(
        `the reservation was used too late, and key ${label} has no other slot: ${messageOf(error)}`,
        {provider: request.provider.name, target: request.target, nextStep: 'Run it again.', cause: error},
      )
    }
  }

  async function tidy(provider: Provider, {everyLabel}: Access): Promise<void> {
    const before = new Date(clock.now().getTime() - retentionMs).toISOString()
    await database.query('delete_provider_requests', [provider.name, everyLabel, before, 5000])
  }

  function reservation(request: ReservationRequest, access: Access, result: ReservationResult): Reservation {
    let current = result
    const {label} = result
    const release = async () => {
      await database.query('update_provider_requests_released', [current.id, clock.now().toISOString()])
    }
    const leftMs = () => current.goAtMs - clock.now().getTime()
    const waitUntilDue = async () => {
      try {
        report(request, current.goAtMs, current.why)
        while (leftMs() > 0) {
          const {lookMs = Infinity} = current
          const looksAgain = lookMs < leftMs()
          await clock.sleep(Math.min(leftMs(), lookMs), request.stop)
          if (!looksAgain) continue
          const alone = {...access, labels: [label]}
          const waiting = current
          current = await waitForLock(database, lockOf(request), (waitsAs) =>
            moveForward({...context, waitsAs}, request, alone, waiting),
          )
        }
        request.stop?.throwIfAborted()
      } catch (error) {
        // if the release fails too, the reservation counts as used
        await release().catch(() => undefined)
        throw error
      }
    }
    return {
      label,
      get goAt() {
        return new Date(current.goAtMs)
      },
      release,
      async started() {
        for (;;) {
          await waitUntilDue()
          await clock.refresh()
          if (-leftMs() <= current.marginMs / 2) return
          await release()
          current = await reserveAgain(request, access, label)
        }
      },
      async finish({outcome, status, note, posts, usd}) {
        await clock.refresh()
        const text = note?.replaceAll('\0', '').slice(0, 500)
        await database.query('update_provider_requests_finished', [
          current.id,
          outcome,
          clock.now().toISOString(),
          status ?? null,
          text ?? null,
          posts ?? null,
          usd ?? null,
        ])
      },
    }
  }

  return {
    async reserve(request) {
      const access = accessOf(request.provider, config, request.credential)
      const tooSmall = (label: string) =>
        access.limits.find((limit) => concerns(limit, label) && costOf(limit, request.cost) > limit.requests)
      if (access.labels.every(tooSmall)) throw neverFits(request, tooSmall(access.labels[0]!)!)
      const result = await waitAndReserve(request, {
        ...access,
        labels: access.labels.filter((label) => !tooSmall(label)),
      })
      if (BigInt(result.id) % tidyEvery === 0n) await tidy(request.provider, access)
      return reservation(request, access, result)
    },
    startCooldown: async (provider, label, refusal) =>
      writeCooldown(context, provider, countedAs(provider, config, label), refusal),
    async endCooldown(provider, label) {
      await database.query('delete_credential_rests', [provider.name, countedAs(provider, config, label)])
    },
  }
}

/** `finnhub (AAPL)`: the begin of a message about a wait. */
function subject({provider, target}: ReservationRequest): string {
  return target === undefined ? provider.name : `${provider.name} (${target.slice(0, 80)})`
}

function neverFits({provider, job, cost}: ReservationRequest, limit: Limit): NeedsPerson {
  if (limit.needs !== undefined && limit.requests === 0)
    return new NeedsPerson(
      `${provider.name}: no request is sent with key ${limit.credential}, because its plan costs money and no limit is set`,
      {
        provider: provider.name,
        nextStep: `Set ${limit.needs} to the most that it may cost in a month, in dollars, or state another plan.`,
      },
    )
  const price =
    limit.unit === 'usd'
      ? `$${cost?.usd}`
      : limit.unit === 'posts'
        ? pluralize(cost?.posts ?? 0, 'post')
        : '1 request'
  return new NeedsPerson(
    `one request of ${job} may cost ${price}, more than ${provider.name} allows at all (${limitText(limit)})`,
    {
      provider: provider.name,
      nextStep: `Request less at once, or correct the limit in the settings${limit.needs === undefined ? '' : ` (${limit.needs})`}.`,
    },
  )
}
