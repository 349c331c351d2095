/**
 * Refuses sign-in methods that disclose the password to others on the network. The server chooses the method,
 * and somebody else may answer instead of it.
 */
import type {EventEmitter} from 'node:events'
import type {Socket} from 'node:net'
import type pg from 'pg'
import {NeedsPerson} from '../errors.js'
import {isLoopback} from '../proxy.js'

/** The connection of the driver, which its types leave out. */
export interface Wire extends EventEmitter {
  stream: Socket & {encrypted?: boolean}
}

export const wireOf = (client: pg.ClientBase): Wire => (client as unknown as {connection: Wire}).connection

/** By the event of the driver; `name` is that of the method in `require_auth` of psql. */
const openMethods = [
  {event: 'authenticationCleartextPassword', name: 'password', wanted: 'the password itself'},
  {event: 'authenticationMD5Password', name: 'md5', wanted: 'a weak digest of the password (MD5)'},
] as const

/** True if others on the network can read the connection: no TLS, no unix socket, no loopback address. */
export function isExposed(client: pg.ClientBase): boolean {
  const {stream} = wireOf(client)
  if (stream.encrypted === true || (client as pg.Client).host.startsWith('/')) return false
  const {remoteAddress = ''} = stream
  return !isLoopback(remoteAddress === '::1' ? '[::1]' : remoteAddress)
}

/**
 * Ends an exposed connection, with `NeedsPerson`, when the server requests the password or its MD5 digest.
 * `allowed` names methods that the user accepts all the same. Call it before the client connects.
 */
export function refuseOpenSignIn(client: pg.Client, allowed: readonly string[]): void {
  const wire = wireOf(client)
  for (const {event, name, wanted} of openMethods)
    wire.on(event, () => {
      if (allowed.includes(name) || !isExposed(client)) return
      // The driver writes its answer to a stream that is gone.
      wire.stream.destroy(
        new NeedsPerson(
          `the server ${client.host} requests ${wanted}, and the connection to it is not encrypted`,
          {
            nextStep: `Add ?sslmode=verify-full to DATABASE_URL, or sslmode=require if its certificate cannot be checked. Add require_auth=${name} to send it all the same.`,
          },
        ),
      )
    })
}

/** The methods that `require_auth` of a database address names. */
export function acceptedMethods(databaseUrl: string | undefined): string[] {
  const [, query = ''] = (databaseUrl ?? '').split('?', 2)
  return (new URLSearchParams(query).get('require_auth') ?? '').split(',').map((name) => name.trim())
}
