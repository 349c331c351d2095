/** The address of the database for other programs: what `psql` and every library of PostgreSQL accept. */
import type {Config} from '../config.js'
import {connectionOf, describeDatabase} from './connection.js'
import {ensureDatabase} from './ensure-database.js'
import {databaseOf} from '../embedded/server.js'

/**
 * Starts the embedded server and makes its database when they are needed. Without `withPassword` the password
 * is left out. Throws as `connectionOf`.
 */
export async function databaseUrl(config: Config, withPassword: boolean): Promise<string> {
  if (config.databaseUrl !== undefined) {
    describeDatabase(config.databaseUrl)
    return withPassword ? config.databaseUrl : withoutPassword(config.databaseUrl)
  }
  const {embedded} = await connectionOf(config, 'db url')
  if (embedded === undefined) throw new Error('neither DATABASE_URL nor the embedded server')
  const database = databaseOf(config.origin)
  await ensureDatabase(embedded, database)
  const {host, port, user, password} = embedded
  const secret = withPassword ? `:${encodeURIComponent(password)}` : ''
  return `postgresql://${user}${secret}@/${database}?host=${encodeURIComponent(host)}&port=${port}`
}

/** Removes the password from the sign-in and from the parameters. */
function withoutPassword(url: string): string {
  return url
    .replace(/^(\w+:\/\/[^/?#@:]*):[^/?#@]*@/, '$1@')
    .replace(/([?&])password=[^&#]*&?/g, '$1')
    .replace(/[?&](?=$|#)/, '')
}
