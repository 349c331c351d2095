/**
 * A real PostgreSQL in the user's data folder, for those who have none: started by whichever command needs it
 * first, shared by all later ones, left running until `fin db stop`. On a private unix socket with a
 * password; no TCP at all.
 */
import {createConnection} from 'node:net'
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import pg from 'pg'
import type {Config} from '../config.js'
import {NeedsPerson} from '../errors.js'
import {isUnreachable} from '../postgres-errors.js'
import {embeddedPaths, port, type EmbeddedPaths} from './paths.js'
import {preparePaths} from './prepare.js'
import {checkPaths, checkPrograms} from './trust.js'
import {placeBinaries, shippedBinaries} from './binaries.js'
import {makeCluster} from './cluster.js'
import {postmasterPid, startPostmaster, stopPostmaster, trimLog} from './postmaster.js'
import {withProcessLock} from './process-lock.js'

/** How to reach the embedded server. `host` is the folder of its socket. */
export interface Address {
  host: string
  port: number
  user: string
  password: string
}

export interface EmbeddedState {
  running: boolean
  pid: number | undefined
  /** Of the cluster when there is one, else what would be made. */
  version: string
  folder: string
  log: string
  /** Folder of its socket. */
  sockets: string
}

const startMs = 120_000
export const maintenance = 'postgres'

/** Which database of the embedded server holds this world. */
export function databaseOf(world: Config['origin']): 'fin' | 'fin_simulated' {
  return world === 'real' ? 'fin' : 'fin_simulated'
}

function checkedPaths({dataDir}: Config): EmbeddedPaths {
  const home = embeddedPaths(dataDir)
  checkPaths(home, dataDir)
  return home
}

/** The address of the running server; starts it (and makes it) when nothing listens. */
export async function ensureEmbedded(config: Config): Promise<Address> {
  const home = checkedPaths(config)
  if (existsSync(home.password) && (await listens(home))) {
    trimLog(home)
    return addressOf(home)
  }
  return startEmbedded(config)
}

/**
 * Starts the server unless it answers already. Throws `NeedsPerson` when the folder is of another major
 * version.
 */
export async function startEmbedded(config: Config): Promise<Address> {
  const home = checkedPaths(config)
  const shipped = shippedBinaries()
  preparePaths(home, config.dataDir)
  checkPaths(home, config.dataDir)
  return withProcessLock(home.lock, startMs + 60_000, async () => {
    const native = placeBinaries(home)
    checkPrograms(native.folder, shipped.folder)
    if (!existsSync(home.data)) await makeCluster(home, native)
    checkMajor(home, native.major)
    checkPrograms(native.folder, shipped.folder)
    await startPostmaster(home, native, startMs, () => answers(home))
    return addressOf(home)
  })
}

/** Stops the server; false when it was not running. */
export async function stopEmbedded(config: Config): Promise<boolean> {
  const home = checkedPaths(config)
  if (!existsSync(home.cluster)) return false
  return withProcessLock(home.lock, startMs + 60_000, () => stopPostmaster(home))
}

/** What is known without starting anything. */
export function embeddedState(config: Config): EmbeddedState {
  const home = checkedPaths(config)
  const pid = postmasterPid(home)
  const stored = majorOf(home)
  return {
    running: pid !== undefined,
    pid,
    version: stored ?? shippedBinaries().version,
    folder: home.folder,
    log: home.log,
    sockets: home.sockets,
  }
}

function addressOf(home: EmbeddedPaths): Address {
  try {
    return {host: home.sockets, port, user: 'fin', password: readFileSync(home.password, 'utf8').trim()}
  } catch (error) {
    throw new NeedsPerson(`the embedded database in ${home.folder} belongs to another account`, {
      nextStep: 'Run fin as the account that made it, or set FIN_DATA_DIR to a folder of your own.',
      cause: error,
    })
  }
}

function majorOf(home: EmbeddedPaths): string | undefined {
  try {
    return readFileSync(join(home.data, 'PG_VERSION'), 'utf8').trim()
  } catch {
    return undefined
  }
}

function checkMajor(home: EmbeddedPaths, major: number): void {
  const stored = majorOf(home)
  if (stored === String(major)) return
  throw new NeedsPerson(
    `the database in ${home.folder} was made by PostgreSQL ${stored ?? 'of an unknown version'}, and this fin brings PostgreSQL ${major}, which cannot open it`,
    {
      nextStep: `To move it: start it with the fin that made it and dump it with pg_dump (\`fin db status\` shows its address, ${home.password} holds the password); move ${home.cluster} away; run \`fin db start\` and load the dump with psql. Or set FIN_DATA_DIR to start afresh.`,
    },
  )
}

/** True when something accepts connections on the socket. */
function listens(home: EmbeddedPaths): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(join(home.sockets, `.s.PGSQL.${port}`))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** True when the server takes a sign-in; false while it is not there or still starting. */
async function answers(home: EmbeddedPaths): Promise<boolean> {
  if (!existsSync(join(home.sockets, `.s.PGSQL.${port}`)) || !(await listens(home))) return false
  const client = new pg.Client({...addressOf(home), database: maintenance, connectionTimeoutMillis: 10_000})
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch (error) {
    if (isUnreachable(error)) return false
    throw error
  } finally {
    await client.end().catch(() => {})
  }
}
