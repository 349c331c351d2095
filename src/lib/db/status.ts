/** What `fin db status` knows of the server, without starting it. */
import pg from 'pg'
import type {Config} from '../config.js'
import {NeedsPerson} from '../errors.js'
import {connectionOf, placeOf} from './connection.js'
import {databaseOf, embeddedState, maintenance} from '../embedded/server.js'
import {readableAtStart} from '../postgres-errors.js'
import {pendingFiles, shippedSchema} from './schema.js'
import {statement} from './statement.js'
import {readState, type World} from './origin.js'

export interface ServerStatus {
  server: 'embedded' | 'DATABASE_URL'
  running: boolean
  /** Of PostgreSQL: `18.4`; of a server that is down, of its data folder. */
  version: string
  /** Which world this command line works with. */
  world: World
  /** Never holds a password. */
  url: string
  /** Of the embedded server only. */
  folder: string | null
  log: string | null
  pid: number | null
  databases: {
    name: string
    bytes: string
    world: World | null
    schema: 'current' | 'missing' | 'older' | 'newer or changed'
  }[]
}

/**
 * Throws `NeedsPerson` or `TryLater` when DATABASE_URL's server does not answer; an embedded server that is
 * down is a state.
 */
export async function serverStatus(config: Config): Promise<ServerStatus> {
  if (config.databaseUrl !== undefined) {
    const {settings, where} = await connectionOf(config, 'db status')
    const {version, databases} = await ask(settings, where, undefined)
    return {
      server: 'DATABASE_URL',
      running: true,
      version,
      world: config.world,
      url: `postgresql://${placeOf(config.databaseUrl)}`,
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
  const url = `postgresql://fin@/${databaseOf(config.world)}?host=${encodeURI(sockets)}`
  const stateAs = (asked: {version: string; databases: ServerStatus['databases']}): ServerStatus => ({
    server: 'embedded',
    running,
    version: asked.version,
    world: config.world,
    url,
    folder,
    log,
    pid: pid ?? null,
    databases: asked.databases,
  })
  if (!running) return stateAs({version, databases: []})
  const {settings, where} = await connectionOf(config, 'db status')
  return stateAs(await ask({...settings, database: maintenance}, where, ['fin', 'fin_simulated']))
}

async function ask(settings: pg.ClientConfig, where: string, names: string[] | undefined) {
  const list = await on(settings, where, async (client) => {
    const {rows} = await client.query<{version: string; current: string}>(statement('select_server').text)
    const server = rows[0]
    if (!server) throw new Error('the server did not tell its version')
    const sizes = await client.query<{name: string; bytes: string}>(statement('select_databases').text, [
      names ?? [server.current],
    ])
    return {version: server.version, sizes: sizes.rows}
  })
  const shipped = shippedSchema()
  const databases: ServerStatus['databases'] = []
  for (const size of list.sizes) {
    const state = await on(
      names === undefined ? settings : {...settings, database: size.name},
      where,
      readState,
    )
    databases.push({...size, world: state.world ?? null, schema: schemaOf(state.files, shipped)})
  }
  return {version: list.version, databases}
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

async function on<T>(
  settings: pg.ClientConfig,
  where: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(settings)
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
