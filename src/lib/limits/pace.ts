/**
 * Smooths one process: serial per provider and credential, spaced by the shortest limit per second. The truth
 * between processes is the ledger.
 */
import Bottleneck from 'bottleneck'
import type {Clock} from '../clock.js'
import {keyless, type Provider} from '../define.js'

export interface Pace {
  /** Runs `work` when its turn has come; passes on what it returns or throws. */
  run<T>(provider: Provider, label: string, work: () => Promise<T>): Promise<T>
}

/**
 * On a driven clock nothing is spaced: there the ledger's instants carry the pace. Holds no timer while
 * nothing waits.
 */
export function createPace(clock: Clock): Pace {
  const limiters = new Map<string, Bottleneck>()
  return {
    run(provider, label, work) {
      const key = `${provider.name} ${label}`
      let limiter = limiters.get(key)
      if (limiter === undefined) {
        limiter = new Bottleneck({maxConcurrent: 1, minTime: clock.driven ? 0 : spacingMs(provider, label)})
        limiters.set(key, limiter)
      }
      return limiter.schedule(work)
    },
  }
}

/** Milliseconds between two starts: 500 for two requests a second; 0 where no limit is per second. */
export function spacingMs(provider: Provider, label: string): number {
  const limits = label === keyless ? (provider.keylessLimits ?? provider.limits) : provider.limits
  const spacings = limits
    .filter((limit) => limit.per === 'second' && (limit.unit ?? 'requests') === 'requests')
    .map((limit) => Math.ceil(1_000 / limit.requests))
  return Math.max(0, ...spacings)
}
