/**
 * The quota ledger: every request takes a place in `provider_requests` before it is sent, so the limits of a
 * provider hold across processes, restarts and machines. Without the database nothing is asked.
 */
import type {Config} from '../config.js'
import {pluralize} from '../text.js'
import type {Database} from '../db/database.js'
import type {Clock} from '../clock.js'
import type {Limit, Provider, Refusal} from '../define.js'
import {messageOf, NeedsPerson, QuotaSpent, TryLater} from '../errors.js'
import {dayMs, hourMs} from '../time.js'
import {type Access, accessOf, countedAs} from './access.js'
import type {JobClaim} from './claims.js'
import {concerns, costOf} from './slots.js'
import {budgetLimits} from './planner.js'
import {writeCooldown} from './cooldowns.js'
import {type ReservationRequest, reserve, type ReservationResult} from './reserve.js'
import {limitText} from './windows.js'

export interface Finish {
  outcome: 'answered' | 'refused' | 'failed'
  status?: number | undefined
  /** Never a secret. */
  note?: string | undefined
  /** What it really cost, where that is less than was reserved. */
  posts?: number | undefined
  usd?: string | undefined
}

export interface Reservation {
  /** Label of the credential to use, or `keyless`. */
  readonly label: string
  /** From then on the request may be sent. */
  readonly goAt: Date
  /**
   * Waits until `goAt`. A process that comes too late for its place takes another one with the same key;
   * throws TryLater when that key has no place soon and others may: the request is to be reserved anew.
   */
  started(): Promise<void>
  finish(how: Finish): Promise<void>
  /** The request is not sent after all: the place counts nothing. */
  release(): Promise<void>
}

export interface Ledger {
  /**
   * A place for one request, with the key that has most left. Throws QuotaSpent when the next place is more
   * than about a minute away or kept for other jobs, NeedsPerson when no key is set or all were refused.
   */
  reserve(ask: ReservationRequest): Promise<Reservation>
  /** Remembers a refusal, for every later process. */
  startCooldown(provider: Provider, label: string, refusal: Refusal): Promise<void>
  /**
   * The key was just seen to work: it rests no longer. Throws NeedsPerson for a label that the provider does
   * not have.
   */
  endCooldown(provider: Provider, label: string): Promise<void>
}

/** Timers cannot run for a month; and a rest may have ended meanwhile. */
const longestSleepMs = hourMs
/** Old rows are deleted, some at a time, by whoever gets a row whose number this divides. */
const tidyEvery = 500n
/** The longest window and 35 days more, for those who look back. */
const keptMs = (31 + 35) * dayMs

export function openLedger(facts: {
  database: Database
  clock: Clock
  config: Config
  host: string
  pid: number
  /** What the jobs claim of their providers' quota; called where a day or a month is limited. */
  claims(): Promise<readonly JobClaim[]>
}): Ledger {
  const {database, clock, config} = facts

  async function settle(ask: ReservationRequest, access: Access): Promise<ReservationResult> {
    // Gathering them loads every job, which is in vain where no day and no month is limited.
    const claims = budgetLimits(access.limits).length === 0 ? [] : await facts.claims()
    for (;;) {
      ask.stop?.throwIfAborted()
      const taken = await reserve({...facts, claims}, ask, access)
      if (!('untilMs' in taken)) return taken
      await clock.sleep(Math.min(taken.untilMs - clock.now().getTime(), longestSleepMs), ask.stop)
    }
  }

  /**
   * Another place with the same key. Where there are other keys it is not waited for: one of them may be free
   * at once.
   */
  async function again(ask: ReservationRequest, access: Access, label: string): Promise<ReservationResult> {
    const alone = {...access, labels: [label]}
    if (access.labels.length === 1) return settle({...ask, credential: label}, alone)
    try {
      return await settle({...ask, credential: label, wait: false}, alone)
    } catch (error) {
      if (!(error instanceof NeedsPerson || error instanceof QuotaSpent)) throw error
      throw new TryLater(`the place came too late, and key ${label} has no other: ${messageOf(error)}`, {
        provider: ask.provider.name,
        target: ask.target,
        nextStep: 'Run it again.',
        cause: error,
      })
    }
  }

  async function tidy(provider: Provider, {everyLabel}: Access): Promise<void> {
    const before = new Date(clock.now().getTime() - keptMs).toISOString()
    await database.query('delete_provider_requests', [provider.name, everyLabel, before, 5000])
  }

  function reservation(ask: ReservationRequest, access: Access, taken: ReservationResult): Reservation {
    let {id, goAtMs, marginMs} = taken
    const {label} = taken
    const giveBack = async () => {
      await database.query('update_provider_requests_given_back', [id, clock.now().toISOString()])
    }
    const waitUntilDue = async () => {
      try {
        for (let leftMs: number; (leftMs = goAtMs - clock.now().getTime()) > 0;)
          await clock.sleep(leftMs, ask.stop)
        ask.stop?.throwIfAborted()
      } catch (error) {
        // if not even that is possible, the place counts as spent
        await giveBack().catch(() => undefined)
        throw error
      }
    }
    return {
      label,
      get goAt() {
        return new Date(goAtMs)
      },
      release: giveBack,
      async started() {
        for (;;) {
          await waitUntilDue()
          await clock.refresh()
          if (clock.now().getTime() <= goAtMs + marginMs / 2) return
          await giveBack()
          ;({id, goAtMs, marginMs} = await again(ask, access, label))
        }
      },
      async finish({outcome, status, note, posts, usd}) {
        await clock.refresh()
        const text = note?.replaceAll('\0', '').slice(0, 500)
        await database.query('update_provider_requests_finished', [
          id,
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
    async reserve(ask) {
      const access = accessOf(ask.provider, config, ask.credential)
      const tooSmall = (label: string) =>
        access.limits.find((limit) => concerns(limit, label) && costOf(limit, ask.cost) > limit.requests)
      if (access.labels.every(tooSmall)) throw neverFits(ask, tooSmall(access.labels[0]!)!)
      const taken = await settle(ask, {...access, labels: access.labels.filter((label) => !tooSmall(label))})
      if (BigInt(taken.id) % tidyEvery === 0n) await tidy(ask.provider, access)
      return reservation(ask, access, taken)
    },
    startCooldown: async (provider, label, refusal) =>
      writeCooldown(facts, provider, countedAs(provider, config, label), refusal),
    async endCooldown(provider, label) {
      await database.query('delete_credential_rests', [provider.name, countedAs(provider, config, label)])
    },
  }
}

function neverFits({provider, job: unit, cost}: ReservationRequest, limit: Limit): NeedsPerson {
  if (limit.needs !== undefined && limit.requests === 0)
    return new NeedsPerson(
      `${provider.name}: nothing is asked with key ${limit.credential}, because its plan costs money and no limit is set`,
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
    `one request of ${unit} may cost ${price}, more than ${provider.name} allows at all (${limitText(limit)})`,
    {
      provider: provider.name,
      nextStep: `Ask for less in one request, or correct the limit in the settings${limit.needs === undefined ? '' : ` (${limit.needs})`}.`,
    },
  )
}
