/** PostgreSQL, Redis, Kafka, and the clocks. */
import type {Config} from '../../config.js'
import {type Clock, followedClock, realClock} from '../../clock.js'
import {counted} from '../../text.js'
import type {Database} from '../../db/database.js'
import {openDatabase} from '../../db/pool.js'
import {pendingFiles, shippedSchema} from '../../db/schema.js'
import {readState} from '../../db/origin.js'
import {isFinError, messageOf} from '../../errors.js'
import {broken, notSet, ok, type Check} from './check.js'

const patienceMs = 5000
/** Clocks that differ by more make quotas and schedules wrong. */
const toleratedMs = 5000

const stepOf = (error: unknown, otherwise: string) =>
  isFinError(error) && error.nextStep !== undefined ? error.nextStep : otherwise

/** Opens the database for the checks that follow; undefined when it cannot be opened. */
export async function checkDatabase(
  config: Config,
): Promise<{database: Database | undefined; checks: Check[]}> {
  const where = config.databaseUrl === undefined ? 'the embedded server' : 'DATABASE_URL'
  let database: Database | undefined
  try {
    database = await openDatabase(config, {application: 'doctor', schema: 'skip'})
    const state = await readState(database.pool)
    const [server] = await database.query<{version: string}>('select_server_instant')
    const checks = [
      ok('database', `PostgreSQL ${server?.version ?? ''} (${where}), ${state.world ?? 'not marked yet'}`),
    ]
    return {database, checks: [...checks, checkSchema(config, state.files)]}
  } catch (error) {
    await database?.close()
    return {
      database: undefined,
      checks: [
        broken('database', messageOf(error), stepOf(error, `Check that ${where} runs and may be used.`)),
      ],
    }
  }
}

function checkSchema(config: Config, files: Parameters<typeof pendingFiles>[0]): Check {
  try {
    const pending = pendingFiles(files, shippedSchema())
    if (pending.length === 0) return ok('schema', `current, ${counted(files.size, 'file')}`)
    const lacks = `lacks ${pending.length} of ${counted(files.size + pending.length, 'file')}`
    const isOurs = config.databaseUrl === undefined || config.world === 'simulated'
    return isOurs
      ? ok('schema', `${lacks}; brought up to date by the next command`)
      : broken('schema', lacks, 'Run: fin db init')
  } catch (error) {
    return broken('schema', messageOf(error), stepOf(error, 'Run: fin db init'))
  }
}

/** The machine's clock against the database server's. */
export async function checkClock(database: Database | undefined): Promise<Check> {
  if (database === undefined) return notSet('clock', 'not compared: no database')
  // a connection that is still being made would count as a difference
  await database.query('select_server_instant')
  const before = realClock.now().getTime()
  const [server] = await database.query<{instant: string}>('select_server_instant')
  const after = realClock.now().getTime()
  const aheadMs = (before + after) / 2 - Date.parse(server?.instant ?? '')
  const found = `${(Math.abs(aheadMs) / 1000).toFixed(1)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the database server`
  return Math.abs(aheadMs) <= toleratedMs
    ? ok('clock', found)
    : broken('clock', found, 'Let both machines keep time by NTP: quotas and schedules are counted by it.')
}

/** Where a simulation is followed: does it answer, and what time is it there. */
export async function checkSimulator({simulatorUrl}: Config): Promise<Check[]> {
  if (simulatorUrl === undefined) return []
  try {
    const clock: Clock = await followedClock(simulatorUrl)
    return [ok('simulator', `it is ${clock.now().toISOString()} there`)]
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? ` (${messageOf(error.cause)})` : ''
    return [
      broken(
        'simulator',
        `${simulatorUrl} does not answer: ${messageOf(error)}${cause}`,
        'Start it: fin simulate. Or unset FIN_SIMULATOR_URL.',
      ),
    ]
  }
}

export async function checkRedis({redisUrl}: Config): Promise<Check> {
  if (redisUrl === undefined)
    return notSet(
      'redis',
      'REDIS_URL is not set',
      'Nothing to do unless you use cache commands or the Redis sink.',
    )
  if (!/^rediss?:\/\//.test(redisUrl))
    return broken(
      'redis',
      'REDIS_URL is not the address of a Redis server',
      'Set it like redis://127.0.0.1:6379',
    )
  const {Redis} = await import('ioredis')
  const limits = {
    connectTimeout: patienceMs,
    commandTimeout: patienceMs,
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
    return Number(version.split('.')[0]) < 6
      ? broken('redis', `version ${version}`, 'fin needs Redis 6 or later.')
      : ok('redis', `version ${version}`)
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

export async function checkKafka({kafkaBrokers}: Config): Promise<Check> {
  if (kafkaBrokers.length === 0)
    return notSet('kafka', 'KAFKA_BROKERS is not set', 'Nothing to do: streams work over stdout and stdin.')
  const {Kafka, logLevel} = (await import('kafkajs')).default
  const admin = new Kafka({
    clientId: 'fin-doctor',
    brokers: [...kafkaBrokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: patienceMs,
    requestTimeout: patienceMs,
    retry: {retries: 0},
  }).admin()
  try {
    await admin.connect()
    const {brokers} = await admin.describeCluster()
    return ok('kafka', counted(brokers.length, 'broker'))
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
