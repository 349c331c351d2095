/** Opens the database: one pool of connections, with the right data origin and a current schema. */
import pg from 'pg'
import type {Config} from '../config.js'
import {NeedsPerson} from '../errors.js'
import {deadline} from '../clock.js'
import {DatabaseClient} from './client.js'
import {connectionOf, type DatabaseConnection} from './connection.js'
import {ensureDatabase} from './ensure-database.js'
import type {Database, Queries} from './database.js'
import type {WaitLog} from '../waits.js'
import {waitForLock} from './locks.js'
import {statement, type StatementName} from './statement.js'
import {databaseOf, startEmbedded} from '../embedded/server.js'
import {codeOf, isUnreachable, readableAtStart} from '../postgres-errors.js'
import {databaseOn} from './queries.js'
import {wireOf} from './sign-in.js'
import {applySchema, few, pendingFiles, shippedSchema} from './schema.js'
import {
  checkEncoding,
  checkOrigin,
  checkSearchPath,
  readState,
  setSearchPath,
  type DatabaseState,
} from './origin.js'

/**
 * Opens the database of the configuration. The schema is brought up to date if fin manages the database
 * (the embedded server, a simulation); `schema: 'skip'` leaves it unchanged. Some seconds after `stop`,
 * statements that still run end with its reason.
 *
 * Throws `NeedsPerson` if only a person can help (other data origin, older or newer schema, refused
 * sign-in), and `TryLater` if the server does not answer. Both give exit code 2.
 */
export async function openDatabase(
  config: Config,
  options: {application?: string; schema?: 'require' | 'skip'; log?: WaitLog; stop?: AbortSignal} = {},
): Promise<Database> {
  const connection = await connectionOf(
    config,
    options.application === undefined ? 'fin' : `fin ${options.application}`,
    options.log,
  )
  const pool = createPool(connection.settings, options.stop)
  try {
    const state = await firstState(config, connection, pool)
    checkSearchPath(state, connection.where)
    checkOrigin(state, config.origin, connection.where)
    if (options.schema !== 'skip') await requireSchema(config, connection, pool, state, options.log)
    return databaseOn(pool, connection, config.origin)
  } catch (error) {
    await pool.end()
    throw readableAtStart(error, connection.where)
  }
}

/**
 * The time after an interrupt in which a statement may still end, in milliseconds. A statement that waits for
 * the lock of another session would wait for as long as that session likes.
 */
const interruptGraceMs = 3_000
/** The time after that in which a new connection may record how the run ended. */
const recordMs = 5_000

/**
 * Makes the pool. Some time after `stop`, the connections that still work or are being opened end with its
 * reason. Some seconds later all end again, and none is opened any more.
 */
function createPool(settings: pg.ClientConfig, stop?: AbortSignal): pg.Pool {
  const clients = new Set<pg.Client>()
  let hasEnded = false
  class PoolClient extends DatabaseClient {
    constructor(given: pg.ClientConfig = {}) {
      super(given)
      clients.add(this)
      this.once('end', () => clients.delete(this))
      // The next query reports a lost connection. Without a listener it would end the process.
      this.on('error', () => {})
      const connect = this.connect as (done?: (error?: Error) => void) => unknown
      this.connect = ((done: (error?: Error) => void) =>
        hasEnded ? done(stop?.reason as Error) : connect(done)) as pg.Client['connect']
    }
  }
  const pool = new pg.Pool({
    ...settings,
    ...{max: 8, idleTimeoutMillis: 30_000, allowExitOnIdle: true, Client: PoolClient},
  })
  pool.on('error', () => {})
  const endAll = () => {
    for (const client of clients) wireOf(client).stream.destroy(stop?.reason as Error)
  }
  const onStop = () => {
    deadline(interruptGraceMs).addEventListener('abort', endAll)
    deadline(interruptGraceMs + recordMs).addEventListener('abort', () => {
      hasEnded = true
      endAll()
    })
  }
  stop?.addEventListener('abort', onStop, {once: true})
  return pool
}

/** The state of the database. Starts the embedded server and makes its database if they are missing. */
async function firstState(
  config: Config,
  connection: DatabaseConnection,
  pool: pg.Pool,
): Promise<DatabaseState> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readState(pool)
    } catch (error) {
      if (connection.embedded === undefined || attempt > 3) throw error
      if (codeOf(error) === '3D000') await ensureDatabase(connection.embedded, databaseOf(config.origin))
      else if (isUnreachable(error) || codeOf(error)?.startsWith('57P')) await startEmbedded(config)
      else throw error
    }
  }
}

/**
 * Runs a step of a schema change, and reports a wait for another process that changes the schema. `pid`: the
 * server's process of the step.
 */
export function waitForSchema(pool: pg.Pool, log: WaitLog | undefined) {
  const queries: Queries = {
    query: async <R>(name: StatementName, params: readonly unknown[] = []) =>
      (await pool.query(statement(name).text, [...params])).rows as R[],
  }
  const lock = {what: 'the schema', subject: 'database', log}
  return (pid: number, step: () => Promise<unknown>) =>
    waitForLock(queries, lock, (waitsAs) => {
      waitsAs(pid)
      return step()
    })
}

async function requireSchema(
  config: Config,
  connection: DatabaseConnection,
  pool: pg.Pool,
  state: DatabaseState,
  log: WaitLog | undefined,
): Promise<void> {
  const shipped = shippedSchema()
  const pending = pendingFiles(state.files, shipped)
  if (pending.length === 0 && state.origin !== undefined) return
  if (state.elsewhere !== undefined && state.files.size === 0 && config.origin === 'real')
    throw new NeedsPerson(
      `the search_path of the database ${connection.where} does not name the schema of fin's tables: ${state.elsewhere}`,
      {nextStep: `${setSearchPath}. Or run \`fin db init\` to make tables in the schema that it names.`},
    )
  if (connection.embedded === undefined && config.origin === 'real')
    throw new NeedsPerson(
      state.files.size === 0
        ? `the database ${connection.where} has no tables of fin yet`
        : `the schema of the database ${connection.where} lacks ${few(pending.map((file) => file.name)) || 'the mark of its data origin'}`,
      {nextStep: 'Run `fin db init`.'},
    )
  checkEncoding(state, connection.where)
  const client = await pool.connect()
  try {
    await applySchema(client, config.origin, shipped, waitForSchema(pool, log))
    checkOrigin(await readState(client), config.origin, connection.where)
  } finally {
    client.release()
  }
}
