/**
 * A real PostgreSQL in the user's data folder, used if DATABASE_URL is unset. The first command that needs
 * it starts it, and all later ones share it until `fin db stop`. It listens on a private unix socket with a
 * password, not on TCP.
 */
import {createConnection} from 'node:net'
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import pg from 'pg'
import type {Config} from '../config.js'
import {NeedsPerson} from '../errors.js'
import {isUnreachable} from '../postgres-errors.js'
import type {WaitLog} from '../waits.js'
import {makeAccount} from './account.js'
import {embeddedPaths, port, type EmbeddedPaths} from './paths.js'
import {preparePaths} from './prepare.js'
import {checkPaths, checkPrograms} from './trust.js'
import {placeBinaries, shippedBinaries} from './binaries.js'
import {makeCluster} from './cluster.js'
import {postmasterPid, startPostmaster, stopPostmaster, trimLog} from './postmaster.js'
import {withProcessLock} from './process-lock.js'

/** The address of the embedded server. `host` is the folder of its socket. */
export interface Address {
  host: string
  port: number
  user: string
  password: string
}

export interface EmbeddedState {
  running: boolean
  pid: number | undefined
  /** The version of the cluster, or of the cluster that would be made. */
  version: string
  folder: string
  log: string
  /** Folder of its socket. */
  sockets: string
}

const startMs = 120_000
export const maintenance = 'postgres'

/** The database of the embedded server for a data origin. */
export function databaseOf(origin: Config['origin']): 'fin' | 'fin_simulated' {
  return origin === 'real' ? 'fin' : 'fin_simulated'
}

function checkedPaths({dataDir}: Config): EmbeddedPaths {
  const paths = embeddedPaths(dataDir)
  checkPaths(paths, dataDir)
  return paths
}

/** The address of the server. Makes and starts the server if it does not listen. */
export async function ensureEmbedded(config: Config, log?: WaitLog): Promise<Address> {
  const paths = checkedPaths(config)
  if (existsSync(paths.password) && (await listens(paths))) {
    trimLog(paths)
    return addressOf(paths)
  }
  return startEmbedded(config, log)
}

/**
 * Starts the server unless it already answers. Throws `NeedsPerson` if its cluster has another major
 * version. As root it makes the account of a new server first, and `log` reports that.
 */
export async function startEmbedded(config: Config, log?: WaitLog): Promise<Address> {
  if (process.getuid?.() === 0 && !existsSync(embeddedPaths(config.dataDir).data)) await makeAccount(log)
  const paths = checkedPaths(config)
  const shipped = shippedBinaries()
  preparePaths(paths, config.dataDir)
  checkPaths(paths, config.dataDir)
  return withProcessLock(paths.lock, startMs + 60_000, async () => {
    const binaries = placeBinaries(paths)
    checkPrograms(binaries.folder, shipped.folder)
    if (!existsSync(paths.data)) await makeCluster(paths, binaries)
    checkMajor(paths, binaries.major)
    checkPrograms(binaries.folder, shipped.folder)
    await startPostmaster(paths, binaries, startMs, () => answers(paths))
    return addressOf(paths)
  })
}

/** Stops the server; false if it was not running. */
export async function stopEmbedded(config: Config): Promise<boolean> {
  const paths = checkedPaths(config)
  if (!existsSync(paths.cluster)) return false
  return withProcessLock(paths.lock, startMs + 60_000, () => stopPostmaster(paths))
}

/** The state of the server, read without starting it. */
export function embeddedState(config: Config): EmbeddedState {
  const paths = checkedPaths(config)
  const pid = postmasterPid(paths)
  const stored = majorOf(paths)
  return {
    running: pid !== undefined,
    pid,
    version: stored ?? shippedBinaries().version,
    folder: paths.folder,
    log: paths.log,
    sockets: paths.sockets,
  }
}

function addressOf(paths: EmbeddedPaths): Address {
  try {
    return {host: paths.sockets, port, user: 'fin', password: readFileSync(paths.password, 'utf8').trim()}
  } catch (error) {
    throw new NeedsPerson(`the embedded database in ${paths.folder} belongs to another account`, {
      nextStep: 'Run fin as the account that made it, or set FIN_DATA_DIR to a folder of your own.',
      cause: error,
    })
  }
}

function majorOf(paths: EmbeddedPaths): string | undefined {
  try {
    return readFileSync(join(paths.data, 'PG_VERSION'), 'utf8').trim()
  } catch {
    return undefined
  }
}

function checkMajor(paths: EmbeddedPaths, major: number): void {
  const stored = majorOf(paths)
  if (stored === String(major)) return
  throw new NeedsPerson(
    `the database in ${paths.folder} was made by PostgreSQL ${stored ?? 'of an unknown version'}, and this fin ships PostgreSQL ${major}, which cannot open it`,
    {
      nextStep: `To move it: start it with the fin that made it and dump it with pg_dump (\`fin db status\` shows its address, ${paths.password} holds the password); move ${paths.cluster} away; run \`fin db start\` and load the dump with psql. Or set FIN_DATA_DIR to start afresh.`,
    },
  )
}

/** Whether a server accepts connections on the socket. */
function listens(paths: EmbeddedPaths): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(join(paths.sockets, `.s.PGSQL.${port}`))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** Whether the server accepts a sign-in; false while it does not run or is still starting. */
async function answers(paths: EmbeddedPaths): Promise<boolean> {
  if (!existsSync(join(paths.sockets, `.s.PGSQL.${port}`)) || !(await listens(paths))) return false
  const client = new pg.Client({...addressOf(paths), database: maintenance, connectionTimeoutMillis: 10_000})
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
