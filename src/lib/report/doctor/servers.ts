/** Checks the servers beside the database: the simulator, Redis and Kafka. */
import type {Clock} from '../../clock.js'
import type {Config} from '../../config.js'
import {messageOf} from '../../errors.js'
import {isLoopback} from '../../proxy.js'
import {reasonOfRedis} from '../../redis/reasons.js'
import {pluralize} from '../../text.js'
import {kafkaClient} from '../../transport/kafka-client.js'
import {openClockOf, reportSlow, type WaitLog} from '../../waits.js'
import {attention, broken, type Check, nextStepOf, notSet, ok} from './check.js'

const timeoutMs = 5000

/**
 * Checks that the simulator answers, and reports its time. Returns no check if fin does not use a
 * simulator.
 */
export async function checkSimulator(config: Config, log?: WaitLog): Promise<Check[]> {
  const {simulatorUrl} = config
  if (simulatorUrl === undefined) return []
  try {
    const clock: Clock = await openClockOf(config, log, {withinMs: timeoutMs})
    const time = clock.driven
      ? `its clock is at ${clock.now().toISOString()}`
      : 'it serves no /clock, so the time of this machine is used'
    return [ok('simulator', `${simulatorUrl} answers; ${time}`)]
  } catch (error) {
    return [broken('simulator', messageOf(error), nextStepOf(error, 'Start it: fin simulate.'))]
  }
}

export async function checkRedis({redisUrl}: Config, log?: WaitLog): Promise<Check> {
  if (redisUrl === undefined)
    return notSet(
      'redis',
      'REDIS_URL is not set',
      'Nothing to do, unless you use fin cache or the newest values of streams.',
    )
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
  const address = `${redis.options.host ?? 'localhost'}:${redis.options.port ?? 6379}`
  const readInfo = async () => {
    await redis.connect()
    await redis.ping()
    return redis.info('server')
  }
  try {
    const info = await reportSlow(log, () => `waiting for Redis at ${address}`, readInfo())
    const version = /redis_version:(\S+)/.exec(info)?.[1] ?? ''
    if (Number(version.split('.')[0]) < 6)
      return broken('redis', `version ${version}`, 'fin needs Redis 6 or later.')
    return notEncrypted(redisUrl, redis.options) ?? ok('redis', `version ${version}`)
  } catch (error) {
    const {why, nextStep} = reasonOfRedis(failure ?? (error as Error), redisUrl)
    return broken('redis', `${address}: ${why}`, nextStep)
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

export async function checkKafka({kafkaBrokers}: Config, log?: WaitLog): Promise<Check> {
  if (kafkaBrokers.length === 0)
    return notSet('kafka', 'KAFKA_BROKERS is not set', 'Nothing to do, unless you stream through Kafka.')
  const describe = async () => {
    const admin = (await kafkaClient({kafkaBrokers}, {warn: () => {}})).admin()
    try {
      await admin.connect()
      return await admin.describeCluster()
    } finally {
      await admin.disconnect().catch(() => {})
    }
  }
  try {
    const {brokers} = await reportSlow(
      log,
      () => `waiting for Kafka at ${kafkaBrokers.join(', ')}`,
      describe(),
    )
    return ok('kafka', pluralize(brokers.length, 'broker'))
  } catch (error) {
    return broken(
      'kafka',
      messageOf(error),
      nextStepOf(error, 'Check that the brokers run, and the addresses in KAFKA_BROKERS.'),
    )
  }
}
