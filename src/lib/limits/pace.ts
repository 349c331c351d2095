/**
 * Spaces the requests of one process: one at a time per provider and credential, at the rate of the limit per
 * second. The ledger enforces the limits between processes.
 */
import Bottleneck from 'bottleneck'
import type {Clock} from '../clock.js'
import type {Config} from '../config.js'
import type {Provider} from '../define.js'
import {limitsOf} from './access.js'
import {concerns} from './slots.js'

export interface Pace {
  /** Runs `work` as soon as the spacing allows it, and returns its result or throws its error. */
  run<T>(provider: Provider, label: string, work: () => Promise<T>): Promise<T>
}

/**
 * On a driven clock requests are not spaced here, because the ledger's instants space them. No timer runs
 * while nothing waits.
 */
export function createPace(clock: Clock, config: Config): Pace {
  const limiters = new Map<string, Bottleneck>()
  return {
    run(provider, label, work) {
      const key = `${provider.name} ${label}`
      let limiter = limiters.get(key)
      if (limiter === undefined) {
        limiter = new Bottleneck({
          maxConcurrent: 1,
          minTime: clock.driven ? 0 : spacingMs(provider, label, config),
        })
        limiters.set(key, limiter)
      }
      return limiter.schedule(work)
    },
  }
}

/**
 * Milliseconds between two starts: 500 for two requests a second; 0 without a limit per second. The settings
 * of the user apply, because the ledger counts with them.
 */
export function spacingMs(provider: Provider, label: string, config: Config): number {
  const spacings = limitsOf(provider, config, label)
    .filter((limit) => limit.per === 'second' && (limit.unit ?? 'requests') === 'requests')
    .filter((limit) => concerns(limit, label))
    .map((limit) => Math.ceil(1_000 / limit.requests))
  return Math.max(0, ...spacings)
}
