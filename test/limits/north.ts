/** An invented provider and its secrets. */
import type {Limit, Provider} from '../../src/lib/define.js'

/** A provider for which only its limits decide. */
export function provider(limits: readonly Limit[], more: Partial<Provider> = {}): Provider {
  return {name: 'north', baseUrl: 'http://127.0.0.1:1', limits, ...more}
}

export const twoCredentials = {credentials: {1: 'NORTH_KEY_1', 2: 'NORTH_KEY_2'}}
export const twoSecrets = {NORTH_KEY_1: 'canary-one', NORTH_KEY_2: 'canary-two'}
