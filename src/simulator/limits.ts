/**
 * Enforces each provider's declared limits on arriving requests, on the simulated clock. It shares no code
 * with the quota ledger, so that a mistake of the ledger shows as a refusal.
 */
import type {Limit, Provider} from '../lib/define.js'
import {NeedsPerson} from '../lib/errors.js'
import {calendarCounter, type Counter, lengths, slidingCounter} from './counters.js'

export interface Arrival {
  /**
   * The exhausted limit, and when it allows a request again. Undefined: the request counts and may be
   * answered.
   */
  refused: {limit: Limit; untilMs: number} | undefined
  /** Requests left in the tightest limit, after this one. */
  remaining: number
  capacity: number
}

/** Highest use of a limit: `most` is the highest count in any of its windows. */
export interface Peak {
  provider: string
  /** `key 1`; `keyless`; or `everyone` for a limit of an address or user. */
  counted: string
  limit: string
  allowed: number
  most: number
}

export interface Limiter {
  /** Counts a request unless it is refused. `credential`: its label; undefined: the request had none. */
  arrive(provider: Provider, credential: string | undefined, atMs: number, secret?: string): Arrival
  peaks(): Peak[]
}

/**
 * Creates a limiter. `env`: settings such as COINGECKO_REQUESTS_PER_MINUTE, which state the limits of a
 * user's plan.
 */
export function createLimiter(env: Readonly<Record<string, string | undefined>>): Limiter {
  const counters = new Map<string, Counter & {peak: Peak}>()
  const counterOf = (provider: Provider, limit: Limit, index: string, counted: string) => {
    const name = `${provider.name} ${index} ${counted}`
    let counter = counters.get(name)
    if (!counter) {
      const text = `${limit.requests} a ${limit.per}${limit.window === 'sliding' ? '' : `, from ${limit.window.startsAt}`}`
      counter = {
        ...(limit.window === 'sliding'
          ? slidingCounter(lengths[limit.per])
          : calendarCounter(limit.per, limit.window.startsAt)),
        peak: {provider: provider.name, counted, limit: text, allowed: limit.requests, most: 0},
      }
      counters.set(name, counter)
    }
    return counter
  }
  return {
    arrive(provider, credential, atMs, secret) {
      const isKeyless = credential === undefined && provider.keyless?.limits !== undefined
      const limits = (
        isKeyless ? (provider.keyless?.limits ?? []) : [...provider.limits, ...planOf(provider, secret, env)]
      ).filter((limit) => (limit.unit ?? 'requests') === 'requests')
      const used = limits.map((declared, index) => {
        const limit = {...declared, requests: stated(provider, declared, env)}
        const counted = limit.of === 'credential' || isKeyless ? (credential ?? 'keyless') : 'everyone'
        return {limit, counter: counterOf(provider, limit, `${isKeyless ? 'keyless ' : ''}${index}`, counted)}
      })
      const full = used
        .filter(({limit, counter}) => counter.count(atMs) >= limit.requests)
        .map(({limit, counter}) => ({limit, untilMs: counter.freeAt(limit.requests, atMs)}))
        .sort((a, b) => b.untilMs - a.untilMs)[0]
      if (full === undefined) {
        for (const {counter} of used) {
          counter.add(atMs)
          counter.peak.most = Math.max(counter.peak.most, counter.count(atMs))
        }
      }
      const tightest = used
        .map(({limit, counter}) => ({
          capacity: limit.requests,
          remaining: Math.max(0, limit.requests - counter.count(atMs)),
        }))
        .sort((a, b) => a.remaining - b.remaining)[0] ?? {capacity: Infinity, remaining: Infinity}
      return {refused: full, ...tightest}
    },
    peaks: () => [...counters.values()].map(({peak}) => ({...peak})),
  }
}

/**
 * Limits of the credential's plan by the settings. An unknown secret has the plan of the first credential.
 */
function planOf(
  provider: Provider,
  secret: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): readonly Limit[] {
  const declared = Object.entries(provider.credentials ?? {})
  const label = declared.find(([, variable]) => env[variable] === secret)?.[0] ?? declared[0]?.[0]
  return (
    provider.accounting?.plans?.(env).filter(({credential: only}) => only === undefined || only === label) ??
    []
  )
}

/** Requests that a limit allows, after the user's settings. Throws NeedsPerson for an invalid setting. */
function stated(provider: Provider, limit: Limit, env: Readonly<Record<string, string | undefined>>): number {
  let requests = limit.requests
  for (const setting of provider.settings ?? []) {
    const value = env[setting.variable]?.trim()
    if (
      !value ||
      setting.per !== limit.per ||
      (setting.unit ?? 'requests') !== 'requests' ||
      (setting.of !== undefined && setting.of !== limit.of)
    )
      continue
    if (!/^[1-9]\d{0,11}$/.test(value)) {
      throw new NeedsPerson(`${setting.variable} is not a limit`, {
        nextStep: `Set it to a whole number above zero: ${setting.doc}.`,
      })
    }
    requests = Number(value)
  }
  return requests
}
