/** Chooses the server and database of a command, and describes them for messages without the password. */
import type pg from 'pg'
import type {Config} from '../config.js'
import {NeedsPerson} from '../errors.js'
import {databaseOf, ensureEmbedded, type Address} from '../embedded/server.js'
import {readableAtStart} from '../postgres-errors.js'
import type {WaitLog} from '../waits.js'
import {withSslOfPsql} from './ssl.js'
import {types} from './values.js'

export interface DatabaseConnection {
  /** For pg; holds the password. */
  settings: pg.ClientConfig
  /** The name of the database in messages. */
  where: string
  /** Set when it is the embedded server. */
  embedded: Address | undefined
}

/** Long enough for a server under load, short enough that a scheduled run reports a dead address. */
const connectMs = 20_000

/**
 * The connection to the database. Starts the embedded server if DATABASE_URL is unset. Throws `NeedsPerson`
 * if DATABASE_URL is unset and FIN_EMBEDDED=never.
 */
export async function connectionOf(
  config: Config,
  application: string,
  log?: WaitLog,
): Promise<DatabaseConnection> {
  const shared = {
    application_name: application,
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
    types,
  }
  if (config.databaseUrl !== undefined) {
    const where = describeDatabase(config.databaseUrl)
    const connectionString = await withSslOfPsql(config.databaseUrl, config.env['PGSSLMODE'])
    return {settings: {...shared, connectionString}, where, embedded: undefined}
  }
  if (config.embedded === 'never')
    throw new NeedsPerson('DATABASE_URL is not set, and FIN_EMBEDDED=never forbids the embedded database', {
      nextStep: 'Set DATABASE_URL, for example postgresql://user:password@host:5432/fin',
    })
  const {envFile} = config
  if (envFile?.ignoredNames.some((name) => ['DATABASE_URL', 'FIN_EMBEDDED'].includes(name)))
    throw envFile.ignored === undefined
      ? new NeedsPerson(`${envFile.path} names the database in a line that is not a setting`, {
          nextStep: `Write it like DATABASE_URL=postgresql://user:password@host:5432/fin (line ${envFile.brokenLines.join(' or ')}).`,
        })
      : new NeedsPerson(`${envFile.path} sets the database, but it is ignored: ${envFile.ignored}`, {
          nextStep: 'Make it your own file of mode 600, or set DATABASE_URL in the environment.',
        })
  const database = databaseOf(config.origin)
  const where = `"${database}" of the embedded server`
  const address = await ensureEmbedded(config, log).catch((error: unknown) => {
    throw readableAtStart(error, where)
  })
  return {settings: {...shared, ...address, database}, where, embedded: address}
}

/**
 * The address without its password: `user@host:5432/fin`. Throws `NeedsPerson`, without quoting the text,
 * if it is not a PostgreSQL address.
 */
export function describeDatabase(databaseUrl: string): string {
  // pg accepts an address with a user but without a host, for a server on a socket.
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

/** The decoded text. A stray percent sign stays unchanged, as pg treats it. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
