/** A ledger on a real database, for invented providers. */
import {after, before} from 'node:test'
import {loadConfig} from '../../src/lib/config.js'
import type {Database} from '../../src/lib/db/database.js'
import {openDatabase} from '../../src/lib/db/pool.js'
import type {Clock} from '../../src/lib/clock.js'
import {type Ledger, openLedger} from '../../src/lib/limits/ledger.js'
import {type Postgres, postgres} from '../servers.js'

export {provider, twoCredentials, twoSecrets} from './north.js'

export interface Opened {
  url: string
  database: Database
  /** A ledger as another process has it: only the database is shared. */
  ledger(clock: Clock, env?: Readonly<Record<string, string>>): Ledger
  close(): Promise<void>
}

export async function openOn(url: string): Promise<Opened> {
  const database = await openDatabase(loadConfig({DATABASE_URL: url}, '/'))
  return {
    url,
    database,
    ledger: (clock, env = {}) =>
      openLedger({
        database,
        clock,
        config: loadConfig({DATABASE_URL: url, ...env}, '/'),
        host: 'here',
        pid: 1,
        claims: async () => (await import('./claims.js')).claims,
      }),
    close: () => database.close(),
  }
}

/** Opens one ledger for the tests of a file and closes it after them. */
export function openForFile(take: (opened: Opened, server: Postgres) => void): void {
  let server: Postgres
  let opened: Opened
  before(async () => {
    server = await postgres()
    opened = await openOn(await server.withSchema('limits'))
    take(opened, server)
  })
  after(async () => {
    await opened.close()
    await server.stop()
  })
}
