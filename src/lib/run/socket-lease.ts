/**
 * Chooses the credential of a socket. A provider that accepts one connection for each credential ends both
 * when a second one comes, so a producer holds the lease of its credential.
 */
import {pause} from '../clock.js'
import {credentialsOf, type Config, type Credential} from '../config.js'
import type {Database, Lock} from '../db/database.js'
import type {AnyFeed} from '../define-feed.js'
import {NeedsPerson} from '../errors.js'
import type {Log} from '../output/log.js'

export interface SocketLease {
  credential: Credential
  lock: Lock
}

const retryMs = 2_000

/**
 * Takes the lease of the credential `token`, or of the first one that is free, beginning at number `first`.
 * Waits while all are in use. Throws NeedsPerson if none is set.
 */
export async function takeSocketLease(
  feed: AnyFeed,
  {
    config,
    database,
    token,
    first,
    log,
    stop,
  }: {
    config: Config
    database: Database
    token: string | undefined
    first: number
    log: Log
    stop: AbortSignal
  },
): Promise<SocketLease> {
  const set = credentialsOf(feed.provider, config)
  const usable = token === undefined ? set : set.filter(({label}) => label === token)
  if (usable.length === 0) throw missingKey(feed, token)
  const start = (first - 1) % usable.length
  const ordered = [...usable.slice(start), ...usable.slice(0, start)]
  for (let tries = 0; ; tries++) {
    for (const credential of ordered) {
      const onWait = (host: string) =>
        log.notice(
          `${feed.name}: watches for up to 30 s whether the connection with ${credential.variable} on ${host} still works`,
        )
      const lock = await database.lock(`socket ${feed.provider.name} ${credential.label}`, {stop, onWait})
      if (lock) return {credential, lock}
    }
    if (tries === 0) {
      const names = ordered.map(({variable}) => variable).join(', ')
      log.warn(
        `${feed.name}: waits until another connection ends: ${feed.provider.name} accepts one for each key, and each key is in use (${names})`,
      )
    }
    await pause(retryMs, stop)
  }
}

function missingKey(feed: AnyFeed, token: string | undefined): NeedsPerson {
  const variables = Object.entries(feed.provider.credentials ?? {})
  const [, variable = ''] = variables.find(([label]) => label === (token ?? label)) ?? []
  if (variable === '')
    return new NeedsPerson(`${feed.provider.name} has no credential "${token}"`, {
      nextStep: `Use one of: ${variables.map(([label]) => label).join(', ')}.`,
    })
  return new NeedsPerson(`${feed.name}: ${variable} is not set`, {
    nextStep: `Set it to a key of ${feed.provider.name}, or use \`fin simulate\`.`,
  })
}
