/**
 * Which server and database a command works with, and how it is named in messages: never with its password.
 */
import type pg from 'pg'
import type {Config} from '../config.js'
import {NeedsPerson} from '../errors.js'
import {databaseOf, ensureEmbedded, type Address} from '../embedded/server.js'
import {readableAtStart} from '../postgres-errors.js'
import {types} from './values.js'

export interface Connection {
  /** For pg; holds the password. */
  settings: pg.ClientConfig
  /** For people. */
  where: string
  /** Set when it is the embedded server. */
  embedded: Address | undefined
}

/** Long enough for a server under load, short enough that a dead address is noticed within a cron firing. */
const connectMs = 20_000

/**
 * Starts the embedded server when there is no DATABASE_URL. Throws `NeedsPerson` when there is none and none
 * is wanted.
 */
export async function connectionOf(config: Config, application: string): Promise<Connection> {
  const shared = {
    application_name: application,
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
    types,
  }
  if (config.databaseUrl !== undefined)
    return {
      settings: {...shared, connectionString: config.databaseUrl},
      where: placeOf(config.databaseUrl),
      embedded: undefined,
    }
  if (config.embedded === 'never')
    throw new NeedsPerson('DATABASE_URL is not set, and FIN_EMBEDDED=never forbids the embedded database', {
      nextStep: 'Set DATABASE_URL, for example postgresql://user:password@host:5432/fin',
    })
  const {envFile} = config
  if (envFile?.ignoredNames.some((name) => ['DATABASE_URL', 'FIN_EMBEDDED'].includes(name)))
    throw new NeedsPerson(
      `${envFile.path} says which database to use, and it is ignored: ${envFile.ignored}`,
      {nextStep: 'Make it your own file of mode 600, or set DATABASE_URL in the environment.'},
    )
  const database = databaseOf(config.world)
  const where = `"${database}" of the embedded server`
  const address = await ensureEmbedded(config).catch((error: unknown) => {
    throw readableAtStart(error, where)
  })
  return {settings: {...shared, ...address, database}, where, embedded: address}
}

/**
 * `user@host:5432/fin`. Throws `NeedsPerson`, without repeating the text, when it is no PostgreSQL address.
 */
export function placeOf(databaseUrl: string): string {
  // As pg reads it: a sign-in needs no host, where the server is at a socket.
  const whole = databaseUrl.replace('@/', '@localhost/')
  const url = URL.canParse(whole) ? new URL(whole) : undefined
  if (!url || !['postgres:', 'postgresql:', 'socket:'].includes(url.protocol))
    throw new NeedsPerson('DATABASE_URL is not the address of a PostgreSQL database', {
      nextStep:
        'Set it like postgresql://user:password@host:5432/fin (special characters of the password percent-encoded).',
    })
  const plain = (text: string) => (/^[\w.~+-]*$/.test(decoded(text)) ? decoded(text) : '...')
  const host = url.searchParams.get('host') ?? (url.hostname === '' ? 'local socket' : decoded(url.hostname))
  const name = plain(url.pathname.slice(1))
  return `${url.username === '' ? '' : `${plain(url.username)}@`}${host}${url.port === '' ? '' : `:${url.port}`}${name === '' ? '' : `/${name}`}`
}

/** A stray percent sign stays what it is: pg takes it as such. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
