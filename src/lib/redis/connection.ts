/** One connection to Redis, without retries: the user of the connection decides when to connect again. */
import type {Redis} from 'ioredis'

export interface RedisConnection {
  readonly redis: Redis
  isOpen(): boolean
  /** Closes the connection; resolves when its socket is closed. */
  close(): Promise<void>
}

const connectMs = 5_000
const answerMs = 5_000
const goodbyeMs = 200

/**
 * Connects and signs in. `onEnd` is called once when the connection ends. `stop` ends it, also while it is
 * being opened. Throws the error of the network or of the server.
 */
export async function connectRedis(
  url: string,
  {stop, onEnd}: {stop: AbortSignal; onEnd(): void},
): Promise<RedisConnection> {
  const {Redis} = await import('ioredis')
  stop.throwIfAborted()
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    // A server that loads its data answers with an error of its own.
    enableReadyCheck: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectTimeout: connectMs,
    commandTimeout: answerMs,
    disconnectTimeout: goodbyeMs,
    connectionName: 'fin',
  })
  let failure: Error | undefined
  const end = () => redis.disconnect()
  redis.on('error', (error: Error) => {
    failure ??= error
  })
  const ended = new Promise<void>((resolve) => redis.once('end', resolve))
  stop.addEventListener('abort', end, {once: true})
  void ended.then(() => {
    stop.removeEventListener('abort', end)
    onEnd()
  })
  try {
    await redis.connect()
    // After the error of a database that does not exist, the driver uses database 0.
    if (failure) throw failure
  } catch (error) {
    if (redis.status !== 'end') end()
    await ended
    throw failure ?? error
  }
  return {
    redis,
    isOpen: () => redis.status === 'ready',
    async close() {
      if (redis.status !== 'end') end()
      await ended
    },
  }
}
