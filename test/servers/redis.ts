import {Redis} from 'ioredis'
import {given, missing, type Optional} from './optional.js'
import {freePort, onPath, startGuarded, temporaryFolder} from './guarded.js'

/** REDIS_URL if it answers, else `redis-server` from PATH on a free port. */
export async function redis(): Promise<Optional> {
  const known = await given('REDIS_URL', answers)
  if (known) return known
  return startRedis(await freePort())
}

/** A separate `redis-server` from PATH, empty, for a test that stops it or changes its settings. */
export async function startRedis(port: number): Promise<Optional> {
  const program = onPath('redis-server')
  if (!program)
    return missing('no Redis: REDIS_URL is not set or does not answer, and redis-server is not installed')
  const folder = temporaryFolder('fin-test-redis-')
  const server = startGuarded(
    program,
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
    {folder},
  )
  const url = `redis://127.0.0.1:${port}`
  await server.ready(() => answers(url), 20_000)
  return {url, how: program, skipReason: false, stop: () => server.stop()}
}

async function answers(url: string): Promise<boolean> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 2000,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: () => null,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.ping()) === 'PONG'
  } catch {
    return false
  } finally {
    client.disconnect()
  }
}
