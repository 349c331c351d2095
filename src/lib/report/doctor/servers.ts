/** Checks PostgreSQL, Redis, Kafka, the simulator, and the clocks. */
import type {Config} from '../../config.js'
import {type Clock, openClock, realClock} from '../../clock.js'
import {pluralize} from '../../text.js'
import type {Database} from '../../db/database.js'
import {openDatabase} from '../../db/pool.js'
import {isPooled} from '../../db/pooler.js'
import {isExposed} from '../../db/sign-in.js'
import {type ForeignUse, ourRelations, pendingFiles, shippedSchema} from '../../db/schema.js'
import {checkEncoding, readState} from '../../db/origin.js'
import {isFinError, messageOf} from '../../errors.js'
import {forgetCommand, futureText, readFuture} from '../../limits/future.js'
import {isLoopback} from '../../proxy.js'
import {toleratedAheadMs} from '../../time.js'
import {attention, broken, notSet, ok, type Check} from './check.js'

const timeoutMs = 5000
/** The largest difference of two clocks at which quotas and schedules are still right. */
const toleratedMs = 5000

const nextStepOf = (error: unknown, byDefault: string) =>
  isFinError(error) && error.nextStep !== undefined ? error.nextStep : byDefault

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
          'a connection pooler stands before the server: fin works in its session and transaction modes, not in its statement mode; a large export keeps one of its connections',
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
  const future = await readFuture(database, now).catch(() => undefined) // an older schema
  if (future === undefined || future.reservations + future.cooldowns + future.successes === 0) return []
  return [
    broken(
      'future',
      `a clock was ahead: ${futureText(future)} lie in the future`,
      `Check the clock. If it is right: ${forgetCommand}`,
    ),
  ]
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

/**
 * Checks that the simulator answers, and reports its time. Returns no check if fin does not use a
 * simulator.
 */
export async function checkSimulator({simulatorUrl, env}: Config): Promise<Check[]> {
  if (simulatorUrl === undefined) return []
  try {
    const clock: Clock = await openClock(simulatorUrl, undefined, timeoutMs, env)
    const time = clock.driven
      ? `its clock is at ${clock.now().toISOString()}`
      : 'it serves no /clock, so the time of this machine is used'
    return [ok('simulator', `${simulatorUrl} answers; ${time}`)]
  } catch (error) {
    return [broken('simulator', messageOf(error), nextStepOf(error, 'Start it: fin simulate.'))]
  }
}

export async function checkRedis({redisUrl}: Config): Promise<Check> {
  if (redisUrl === undefined)
    return notSet('redis', 'REDIS_URL is not set', 'Nothing to do: no command uses Redis yet.')
  if (!/^rediss?:\/\//.test(redisUrl))
    return broken(
      'redis',
      'REDIS_URL is not the address of a Redis server',
      'Set it like redis://127.0.0.1:6379',
    )
  const {Redis} = await import('ioredis')
  const limits = {
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  }
  const redis = new Redis(redisUrl, {lazyConnect: true, ...limits})
  let failure: Error | undefined
  redis.on('error', (error: Error) => {
    failure = error
  })
  try {
    await redis.connect()
    await redis.ping()
    const version = /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? ''
    if (Number(version.split('.')[0]) < 6)
      return broken('redis', `version ${version}`, 'fin needs Redis 6 or later.')
    return notEncrypted(redisUrl, redis.options) ?? ok('redis', `version ${version}`)
  } catch (error) {
    return broken(
      'redis',
      messageOf(failure ?? error),
      'Check that the server runs, and the address and password in REDIS_URL.',
    )
  } finally {
    redis.disconnect()
  }
}

/** A warning for an address of another machine without TLS; undefined for any other. */
export function notEncrypted(
  redisUrl: string,
  {host = 'localhost', password}: {host?: string | undefined; password?: string | null | undefined},
): Check | undefined {
  if (redisUrl.startsWith('rediss:') || isLoopback(host === '::1' ? '[::1]' : host)) return undefined
  return attention(
    'redis',
    `the connection is not encrypted: others on the network can read and change the data${password ? ', and read the password' : ''}`,
    'Write rediss:// in REDIS_URL if the server offers TLS.',
  )
}

export async function checkKafka({kafkaBrokers}: Config): Promise<Check> {
  if (kafkaBrokers.length === 0)
    return notSet('kafka', 'KAFKA_BROKERS is not set', 'Nothing to do: no command uses Kafka yet.')
  const {Kafka, logLevel} = (await import('kafkajs')).default
  const admin = new Kafka({
    clientId: 'fin-doctor',
    brokers: [...kafkaBrokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: timeoutMs,
    requestTimeout: timeoutMs,
    retry: {retries: 0},
  }).admin()
  try {
    await admin.connect()
    const {brokers} = await admin.describeCluster()
    return ok('kafka', pluralize(brokers.length, 'broker'))
  } catch (error) {
    return broken(
      'kafka',
      messageOf(error),
      'Check that the brokers run, and the addresses in KAFKA_BROKERS.',
    )
  } finally {
    await admin.disconnect().catch(() => {})
  }
}
