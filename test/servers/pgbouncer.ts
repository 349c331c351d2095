import {chownSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import pg from 'pg'
import {ordinaryAccount} from './account.js'
import {freePort, onPath, startGuarded, temporaryFolder} from './guarded.js'
import {missing, type Optional} from './optional.js'

/**
 * PgBouncer in transaction mode, of Debian's package, in front of the database at `databaseUrl`; its `url`
 * replaces that. At most `poolSize` connections lead to the database.
 */
export async function pgbouncer(databaseUrl: string, poolSize: number): Promise<Optional> {
  const program = onPath('pgbouncer')
  if (!program) return missing('no PgBouncer: pgbouncer is not installed')
  const account = process.getuid?.() === 0 ? ordinaryAccount() : undefined
  const folder = temporaryFolder('fin-test-pgbouncer-', account)
  const [server, port] = [new URL(databaseUrl), await freePort()]
  const [settings, users] = [join(folder, 'pgbouncer.ini'), join(folder, 'users.txt')]
  writeFileSync(users, `"${server.username}" "${server.password}"\n`, {mode: 0o600})
  writeFileSync(
    settings,
    `[databases]
* = host=${server.hostname} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = ${poolSize}
query_wait_timeout = 60
`,
  )
  if (account) for (const file of [settings, users]) chownSync(file, account.uid, account.gid)
  const guarded = startGuarded(program, [settings], {folder, signal: 'INT', account})
  const url = new URL(databaseUrl)
  url.port = String(port)
  await guarded.ready(() => answers(url.href), 20_000)
  return {url: url.href, how: program, skipReason: false, stop: () => guarded.stop()}
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client(url)
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}
