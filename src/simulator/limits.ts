/**
 * Holds callers to each provider's declared limits, counted when a request arrives, on the simulated clock.
 * It shares no code with the ledger, whose pacing it proves: a mistake in one is not repeated in the other.
 */
import type {Limit, Provider} from '../lib/define.js'
import {NeedsPerson} from '../lib/errors.js'
import {calendarCounter, type Counter, lengths, slidingCounter} from './counters.js'

export interface Arrival {
  /** The limit that has no room, and when it has; undefined: the request is counted and may be answered. */
  refused: {limit: Limit; untilMs: number} | undefined
  /** Room left in the tightest limit, this request counted. */
  remaining: number
  capacity: number
}

/** How far a limit was used: `most` is the highest count that any of its windows held. */
export interface Peak {
  provider: string
  /** `key 1`, or `keyless`, or `everyone` for a limit of an address or user. */
  counted: string
  limit: string
  allowed: number
  most: number
}

export interface Limiter {
  /** `key` is the label of the credential; undefined: none came. A refused request is not counted. */
  arrive(provider: Provider, key: string | undefined, atMs: number, secret?: string): Arrival
  peaks(): Peak[]
}

/**
 * `env`: settings such as COINGECKO_REQUESTS_PER_MINUTE, with which a user states the limits of their plan.
 */
export function createLimiter(env: Readonly<Record<string, string | undefined>>): Limiter {
  const counters = new Map<string, Counter & {peak: Peak}>()
  const counterOf = (provider: Provider, limit: Limit, index: string, counted: string) => {
    const name = `${provider.name} ${index} ${counted}`
    let counter = counters.get(name)
    if (!counter) {
      const words = `${limit.requests} a ${limit.per}${limit.window === 'sliding' ? '' : `, from ${limit.window.startsAt}`}`
      counter = {
        ...(limit.window === 'sliding'
          ? slidingCounter(lengths[limit.per])
          : calendarCounter(limit.per, limit.window.startsAt)),
        peak: {provider: provider.name, counted, limit: words, allowed: limit.requests, most: 0},
      }
      counters.set(name, counter)
    }
    return counter
  }
  return {
    arrive(provider, key, atMs, secret) {
      const keyless = key === undefined && provider.keylessLimits !== undefined
      const limits = (
        keyless ? (provider.keylessLimits ?? []) : [...provider.limits, ...planOf(provider, secret, env)]
      ).filter((limit) => (limit.unit ?? 'requests') === 'requests')
      const used = limits.map((declared, index) => {
        const limit = {...declared, requests: stated(provider, declared, env)}
        const counted = limit.of === 'credential' || keyless ? (key ?? 'keyless') : 'everyone'
        return {limit, counter: counterOf(provider, limit, `${keyless ? 'keyless ' : ''}${index}`, counted)}
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

/** The plan of a key as the settings state it; a key that none of them names has that of the first. */
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

/** The number of a limit, as the user's settings have it. */
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
