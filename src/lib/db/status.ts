/** Reads the state of the server for `fin db status`, without starting it. */
import type pg from 'pg'
import type {Config} from '../config.js'
import {NeedsPerson} from '../errors.js'
import {DatabaseClient} from './client.js'
import {connectionOf, describeDatabase} from './connection.js'
import {databaseOf, embeddedState, maintenance} from '../embedded/server.js'
import {readableAtStart} from '../postgres-errors.js'
import {pendingFiles, shippedSchema} from './schema.js'
import {statement} from './statement.js'
import {readState, type DataOrigin} from './origin.js'

export interface ServerStatus {
  server: 'embedded' | 'DATABASE_URL'
  running: boolean
  /** The version of PostgreSQL, such as `18.4`; if the server does not run, that of its data folder. */
  version: string
  /** The data origin that this command works with. */
  world: DataOrigin
  /** The address, without a password. */
  url: string
  /** `folder`, `log` and `pid` are set for the embedded server only. */
  folder: string | null
  log: string | null
  pid: number | null
  databases: {
    name: string
    bytes: string
    world: DataOrigin | null
    schema: 'current' | 'missing' | 'older' | 'newer or changed'
  }[]
}

/**
 * The state of the server. Throws `NeedsPerson` or `TryLater` if the server of DATABASE_URL does not
 * answer. A stopped embedded server is not an error.
 */
export async function serverStatus(config: Config): Promise<ServerStatus> {
  if (config.databaseUrl !== undefined) {
    const {settings, where} = await connectionOf(config, 'db status')
    const {version, databases} = await readServer(settings, where, undefined)
    return {
      server: 'DATABASE_URL',
      running: true,
      version,
      world: config.origin,
      url: `postgresql://${describeDatabase(config.databaseUrl)}`,
      folder: null,
      log: null,
      pid: null,
      databases,
    }
  }
  if (config.embedded === 'never')
    throw new NeedsPerson('DATABASE_URL is not set, and FIN_EMBEDDED=never forbids the embedded database', {
      nextStep: 'Set DATABASE_URL.',
    })
  const {running, pid, version, folder, log, sockets} = embeddedState(config)
  const url = `postgresql://fin@/${databaseOf(config.origin)}?host=${encodeURI(sockets)}`
  const statusWith = (found: {version: string; databases: ServerStatus['databases']}): ServerStatus => ({
    server: 'embedded',
    running,
    version: found.version,
    world: config.origin,
    url,
    folder,
    log,
    pid: pid ?? null,
    databases: found.databases,
  })
  if (!running) return statusWith({version, databases: []})
  const {settings, where} = await connectionOf(config, 'db status')
  return statusWith(await readServer({...settings, database: maintenance}, where, ['fin', 'fin_simulated']))
}

async function readServer(settings: pg.ClientConfig, where: string, names: string[] | undefined) {
  const {version, sizes} = await withClient(settings, where, async (client) => {
    const {rows} = await client.query<{version: string; current: string}>(statement('select_server').text)
    const server = rows[0]
    if (!server) throw new Error('the server did not report its version')
    const list = await client.query<{name: string; bytes: string}>(statement('select_databases').text, [
      names ?? [server.current],
    ])
    return {version: server.version, sizes: list.rows}
  })
  const shipped = shippedSchema()
  const databases: ServerStatus['databases'] = []
  for (const size of sizes) {
    const state = await withClient(
      names === undefined ? settings : {...settings, database: size.name},
      where,
      readState,
    )
    databases.push({...size, world: state.origin ?? null, schema: schemaOf(state.files, shipped)})
  }
  return {version, databases}
}

function schemaOf(
  files: ReadonlyMap<string, string>,
  shipped: ReturnType<typeof shippedSchema>,
): ServerStatus['databases'][number]['schema'] {
  if (files.size === 0) return 'missing'
  try {
    return pendingFiles(files, shipped).length === 0 ? 'current' : 'older'
  } catch {
    return 'newer or changed'
  }
}

async function withClient<T>(
  settings: pg.ClientConfig,
  where: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new DatabaseClient(settings)
  client.on('error', () => {})
  try {
    await client.connect()
    return await work(client)
  } catch (error) {
    throw readableAtStart(error, where)
  } finally {
    await client.end().catch(() => {})
  }
}
