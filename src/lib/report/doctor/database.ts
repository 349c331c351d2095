/** Checks the database: its server, its schema, its clock, and what it holds about jobs. */
import {realClock} from '../../clock.js'
import type {Config} from '../../config.js'
import type {Database} from '../../db/database.js'
import {checkEncoding, readState} from '../../db/origin.js'
import {openDatabase} from '../../db/pool.js'
import {isPooled} from '../../db/pooler.js'
import {type ForeignUse, ourRelations, pendingFiles, shippedSchema} from '../../db/schema.js'
import {isExposed} from '../../db/sign-in.js'
import {messageOf} from '../../errors.js'
import {forgetCommand, futureText, readFuture, readFutureTables} from '../../limits/future.js'
import {pluralize} from '../../text.js'
import {toleratedAheadMs} from '../../time.js'
import {attention, broken, type Check, nextStepOf, notSet, ok} from './check.js'

/** The largest difference of two clocks at which quotas and schedules are still right. */
const toleratedMs = 5000

/** Opens the database for the checks that follow; `database` is undefined if it cannot be opened. */
export async function checkDatabase(
  config: Config,
): Promise<{database: Database | undefined; checks: Check[]}> {
  const where = config.databaseUrl === undefined ? 'the embedded server' : 'DATABASE_URL'
  let database: Database | undefined
  try {
    database = await openDatabase(config, {application: 'doctor', schema: 'skip'})
    const state = await readState(database.pool)
    checkEncoding(state, where)
    const [server] = await database.query<{version: string}>('select_server_instant')
    const checks = [
      ok('database', `PostgreSQL ${server?.version ?? ''} (${where}), ${state.origin ?? 'not marked yet'}`),
    ]
    checks.push(...(await checkEncryption(database.pool)))
    if (await isPooled(database.pool))
      checks.push(
        ok(
          'pooler',
          'a connection pooler stands before the server: fin works in its session and transaction modes, not in its statement mode; a large export keeps one of its connections, and notifications do not pass it: fin reads at an interval instead',
        ),
      )
    return {database, checks: [...checks, checkSchema(config, state.files), ...(await checkRights(database))]}
  } catch (error) {
    await database?.close()
    return {
      database: undefined,
      checks: [
        broken('database', messageOf(error), nextStepOf(error, `Check that ${where} runs and may be used.`)),
      ],
    }
  }
}

/** No check for a connection that is encrypted or stays on this machine. */
export async function checkEncryption(pool: Database['pool']): Promise<Check[]> {
  const client = await pool.connect()
  try {
    if (!isExposed(client)) return []
    return [
      attention(
        'encryption',
        'the connection to the database is not encrypted: others on the network can read and change the data',
        'Add ?sslmode=verify-full to DATABASE_URL, or sslmode=require if its certificate cannot be checked.',
      ),
    ]
  } finally {
    client.release()
  }
}

/**
 * Checks that no other role may put a function into the schema, and that fin's tables and views use none of
 * another role.
 */
async function checkRights(database: Database): Promise<Check[]> {
  const creators = await database.query<{schema: string; role: string}>('select_schema_creators')
  const foreign = await database.query<ForeignUse>('select_foreign_objects', [ourRelations])
  return [
    ...creators.map(({schema, role}) =>
      attention(
        'rights',
        `${role === 'public' ? 'every role' : `the role ${role}`} may create functions in the schema ${schema}, beside those that fin calls`,
        `Run as the owner of the schema: revoke create on schema ${schema} from ${role};`,
      ),
    ),
    ...foreign.map(({relation, used, owner}) =>
      broken('rights', `${relation} uses the ${used} of the role ${owner}`, `Look at it, and drop it.`),
    ),
  ]
}

function checkSchema(config: Config, files: Parameters<typeof pendingFiles>[0]): Check {
  try {
    const pending = pendingFiles(files, shippedSchema())
    if (pending.length === 0) return ok('schema', `current, ${pluralize(files.size, 'file')}`)
    const found = `${pending.length} of ${pluralize(files.size + pending.length, 'file')} not applied yet`
    const isManaged = config.databaseUrl === undefined || config.origin === 'simulated'
    return isManaged
      ? ok('schema', `${found}; the next command applies them`)
      : broken('schema', found, 'Run: fin db init')
  } catch (error) {
    return broken('schema', messageOf(error), nextStepOf(error, 'Run: fin db init'))
  }
}

/** Compares the clock of this machine with that of the database server. */
export async function checkClock(database: Database | undefined): Promise<Check> {
  if (database === undefined) return notSet('clock', 'not compared: no database')
  // The first query opens the connection, so that its time does not count as a difference.
  await database.query('select_server_instant')
  const before = realClock.now().getTime()
  const [server] = await database.query<{instant: string}>('select_server_instant')
  const after = realClock.now().getTime()
  const aheadMs = (before + after) / 2 - Date.parse(server?.instant ?? '')
  const found = `${(Math.abs(aheadMs) / 1000).toFixed(1)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the database server`
  return Math.abs(aheadMs) <= toleratedMs
    ? ok('clock', found)
    : broken(
        'clock',
        aheadMs > toleratedAheadMs ? `${found}; no run starts` : found,
        'Synchronize both machines by NTP, because quotas and schedules depend on the time.',
      )
}

/** Checks that nothing lies in the future. The instants of a simulation follow its own clock. */
export async function checkFuture(
  database: Database | undefined,
  {origin}: Config,
  now: Date,
): Promise<Check[]> {
  if (database === undefined || origin === 'simulated') return []
  const checks: Check[] = []
  const future = await readFuture(database, now).catch(() => undefined) // an older schema
  if (future !== undefined && future.reservations + future.cooldowns + future.successes > 0)
    checks.push(
      broken(
        'future',
        `a clock was ahead: ${futureText(future)} lie in the future`,
        `Check the clock. If it is right: ${forgetCommand}`,
      ),
    )
  const tables = await readFutureTables(database, now).catch(() => []) // an older schema
  if (tables.length > 0) {
    const newest = tables.map((one) => `${one.table_name}: ${one.newest.slice(0, 16).replace('T', ' ')} UTC`)
    checks.push(
      broken(
        'future rows',
        `a clock was ahead: rows of ${pluralize(tables.length, 'table')} were collected in the future (${newest.join(', ')}), and no answer replaces them until then`,
        'Check the clock. If it is right, correct or delete those rows; no command of fin does.',
      ),
    )
  }
  return checks
}

/** The fields that providers no longer send, one check for each job; none while every answer is whole. */
export async function checkDrift(database: Database | undefined): Promise<Check[]> {
  if (database === undefined) return []
  const missing = await database
    .query<{unit: string; source: string; field: string; since: string}>('select_schema_drift')
    .catch(() => []) // an older schema, which another check reports
  const jobs = new Map<string, string[]>()
  for (const {unit, source, field, since} of missing) {
    const name = `answers of ${source} for ${unit}`
    jobs.set(name, [
      ...(jobs.get(name) ?? []),
      `"${field}" since ${since.slice(0, 16).replace('T', ' ')} UTC`,
    ])
  }
  return [...jobs].map(([name, fields]) =>
    attention(
      name,
      `no item has ${fields.join(', ')}`,
      'The rows are stored without it. Look at an answer with --record DIR; update fin if the field has a new name.',
    ),
  )
}
