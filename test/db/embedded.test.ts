import assert from 'node:assert/strict'
import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {after, describe, test} from 'node:test'
import pg from 'pg'
import {openDatabase} from '../../src/lib/db/pool.js'
import {root} from '../paths.js'
import {fin} from '../servers.js'
import {full} from '../size.js'
import {isRunning, testHome, type TestHome} from './home.js'

/** Runs a test with an embedded server of its own, which stops with the test. */
function embedded(
  name: string,
  work: (home: TestHome) => Promise<void>,
  below = '',
  more: Record<string, string> = {},
): void {
  test(name, async () => {
    const home = testHome(below, more)
    try {
      await work(home)
    } finally {
      await home.remove()
    }
  })
}

const ended = ({code, stderr}: {code: number | null; stderr: string}) => assert.equal(code, 0, stderr)

/** A marker row that must survive. */
async function mark(home: TestHome, job: string): Promise<void> {
  const database = await openDatabase(home.config)
  try {
    await database.pool.query('insert into target_state (unit, target) values ($1, $1)', [job])
  } finally {
    await database.close()
  }
}

async function marks(home: TestHome): Promise<string[]> {
  const database = await openDatabase(home.config)
  try {
    return (
      await database.pool.query<{unit: string}>('select unit from target_state order by unit')
    ).rows.map((row) => row.unit)
  } finally {
    await database.close()
  }
}

embedded(
  'ten commands in the same second on an empty folder all succeed and share one server',
  async (home) => {
    const runs = await Promise.all(Array.from({length: 10}, () => fin(['db', 'init'], {env: home.env})))
    runs.forEach(ended)
    assert.equal(
      runs.filter((run) => run.stdout.includes('create_fin_world.sql')).length,
      1,
      'each file is applied once',
    )
    const {folder, data} = home.home()
    assert.deepEqual(
      readdirSync(folder).filter(
        (name) => name.includes('.new-') || name.endsWith('.lock') || name.includes('.dead-'),
      ),
      [],
    )
    assert.ok(isRunning(home.pid()))
    const servers = readdirSync('/proc').filter(
      (name) => /^\d+$/.test(name) && commandOf(name).includes(`-D\0${data}\0`),
    )
    assert.equal(servers.length, 1)
  },
)

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

describe('one data folder, in each state of its server', () => {
  const home = testHome()
  after(() => home.remove())

  test('start, status and stop report the state of the server', async () => {
    const status = async () =>
      JSON.parse((await fin(['db', 'status', '--json'], {env: home.env})).stdout) as Record<string, unknown>
    assert.equal((await status())['running'], false)
    assert.match((await fin(['db', 'stop'], {env: home.env})).stderr, /not running/)
    assert.match((await fin(['db', 'start'], {env: home.env})).stderr, /^started in/m)
    assert.match((await fin(['db', 'start'], {env: home.env})).stderr, /^already running/)
    const {running, version, folder, url, pid, world} = await status()
    assert.deepEqual(
      {running, folder, pid, world},
      {running: true, folder: home.home().folder, pid: home.pid(), world: 'real'},
    )
    assert.match(String(version), /^18\.\d+$/)
    assert.match(String(url), /^postgresql:\/\/fin@\/fin\?host=/)
    assert.match((await fin(['db', 'stop'], {env: home.env})).stderr, /^stopped/)
    assert.equal((await status())['running'], false)
  })

  test('the server listens on a private socket only, needs its password, and does not inherit the environment', async () => {
    await fin(['db', 'stop'], {env: home.env})
    ended(await fin(['db', 'start'], {env: {...home.env, FRED_API_KEY: 'canary-key'}}))
    const {sockets, password, cluster} = home.home()
    assert.equal(statSync(sockets).mode & 0o777, 0o700)
    assert.equal(statSync(password).mode & 0o777, 0o600)
    assert.equal(statSync(password).uid, process.getuid?.())
    assert.match(readFileSync(join(cluster, 'data', 'pg_hba.conf'), 'utf8'), /scram-sha-256/)
    assert.doesNotMatch(
      readFileSync(join(cluster, 'data', 'pg_hba.conf'), 'utf8').replace(/^#.*$/gm, ''),
      /trust|peer/,
    )
    const database = await openDatabase(home.config)
    const shown = (
      await database.pool.query<{listen_addresses: string; fsync: string; enc: string}>(
        `select current_setting('listen_addresses') listen_addresses, current_setting('fsync') fsync, current_setting('server_encoding') enc`,
      )
    ).rows
    await database.close()
    assert.deepEqual(shown, [{listen_addresses: '', fsync: 'on', enc: 'UTF8'}])
    assert.doesNotMatch(readFileSync(`/proc/${home.pid()}/environ`, 'utf8'), /canary/)
    assert.ok(
      readlinkSync(`/proc/${home.pid()}/exe`).startsWith(home.home().folder),
      'npm ci may empty node_modules under the running server',
    )
    const status = await fin(['db', 'status'], {env: home.env})
    assert.doesNotMatch(status.stdout, new RegExp(readFileSync(password, 'utf8').trim()))
  })

  test('db url: other programs connect with its address; it holds the password on request', async () => {
    const plain = await fin(['db', 'url'], {env: home.env})
    assert.deepEqual([plain.code, plain.stderr], [0, ''])
    const secret = readFileSync(home.home().password, 'utf8').trim()
    assert.match(plain.stdout, /^postgresql:\/\/fin@\/fin\?host=%2F\S+&port=\d+\n$/)
    assert.ok(!plain.stdout.includes(secret))
    const {stdout} = await fin(['db', 'url', '--with-password'], {env: home.env})
    const client = new pg.Client(stdout.trim())
    await client.connect()
    const {rows} = await client.query<{name: string}>('select current_database() as name')
    await client.end()
    assert.deepEqual(rows, [{name: 'fin'}])
  })

  test('a kill -9 of the server loses no committed row, and the next command starts the server again', async () => {
    await mark(home, 'before the kill')
    for (const round of ['first', 'second']) {
      process.kill(home.pid(), 'SIGKILL')
      await mark(home, round)
    }
    assert.deepEqual(await marks(home), ['before the kill', 'first', 'second'])
  })

  test('a postmaster.pid whose number belongs to another process now is recognised', async () => {
    await mark(home, 'present')
    const killed = home.pid()
    process.kill(killed, 'SIGKILL')
    while (isRunning(killed)) await pause(10)
    const file = join(home.home().data, 'postmaster.pid')
    const lines = readFileSync(file, 'utf8').split('\n')
    writeFileSync(file, [String(process.pid), ...lines.slice(1)].join('\n'))
    writeFileSync(join(home.home().sockets, '.s.PGSQL.5432.lock'), `${process.pid}\n`)
    assert.ok((await marks(home)).includes('present'))
    const stopped = await fin(['db', 'stop'], {env: home.env})
    ended(stopped)
    assert.match(stopped.stderr, /stopped/)
  })

  const locks = [
    ['of a dead process', JSON.stringify({pid: 2 ** 22 + 7, mark: 'gone', token: 'x'})],
    [
      'whose number belongs to another process now',
      JSON.stringify({pid: process.pid, mark: 'an earlier start', token: 'x'}),
    ],
    ['cut off while it was written', '{"pid": 12'],
    ['that is empty', ''],
  ] as const
  // In a daily run only the lock that is hardest to recognise.
  for (const [kind, content] of full ? locks : locks.slice(2, 3)) {
    test(`a start lock ${kind} is removed`, async () => {
      await fin(['db', 'stop'], {env: home.env})
      writeFileSync(home.home().lock, content)
      ended(await fin(['db', 'start'], {env: home.env}))
      assert.ok(isRunning(home.pid()))
      assert.equal(existsSync(home.home().lock), false)
    })
  }

  test('a folder of another major version is refused, with the steps of a move', async () => {
    ended(await fin(['db', 'start'], {env: home.env}))
    ended(await fin(['db', 'stop'], {env: home.env}))
    writeFileSync(join(home.home().data, 'PG_VERSION'), '17\n')
    const refused = await fin(['db', 'init'], {env: home.env})
    writeFileSync(join(home.home().data, 'PG_VERSION'), '18\n')
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /made by PostgreSQL 17.*ships PostgreSQL 18/)
    assert.match(refused.stderr, /pg_dump/)
  })

  test('a server that cannot start is reported with the end of its log', async () => {
    ended(await fin(['db', 'start'], {env: home.env}))
    ended(await fin(['db', 'stop'], {env: home.env}))
    const settings = join(home.home().data, 'postgresql.auto.conf')
    writeFileSync(settings, 'work_mem = nonsense\n')
    const refused = await fin(['db', 'start'], {env: home.env})
    writeFileSync(settings, '')
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /did not start: .*work_mem/)
  })

  test('the log of the server stays within bounds while it runs', async () => {
    await mark(home, 'short log')
    const {log} = home.home()
    writeFileSync(log, 'x'.repeat(11 * 1024 * 1024), {flag: 'a'})
    await mark(home, 'long log')
    assert.ok(statSync(log).size < 1024 * 1024)
    assert.ok(statSync(`${log}.1`).size > 10 * 1024 * 1024)
  })
})

test('db url: prints DATABASE_URL without its passwords unless they are requested', async () => {
  for (const [url, shown] of [
    ['postgresql://me:p%40ss@db:5433/fin?sslmode=require', 'postgresql://me@db:5433/fin?sslmode=require'],
    ['postgres://me@/fin?host=/run/pg&password=secret', 'postgres://me@/fin?host=/run/pg'],
    ['postgres://db/fin?password=secret&sslmode=disable', 'postgres://db/fin?sslmode=disable'],
    ['postgres://db/fin?password=secret', 'postgres://db/fin'],
  ] as const) {
    assert.equal((await fin(['db', 'url'], {env: {DATABASE_URL: url}})).stdout, `${shown}\n`)
    assert.equal((await fin(['db', 'url', '--with-password'], {env: {DATABASE_URL: url}})).stdout, `${url}\n`)
  }
  const wrong = await fin(['db', 'url'], {env: {DATABASE_URL: 'mysql://me:secret@db/fin'}})
  assert.equal(wrong.code, 2)
  assert.ok(!wrong.stderr.includes('secret'))
})

embedded(
  'the server survives the end of the process that started it and of its whole group',
  async (home) => {
    const child = spawn(process.execPath, [join(root, 'bin', 'run.js'), 'db', 'init'], {
      env: {PATH: process.env['PATH'], ...home.env},
      detached: true,
      stdio: 'ignore',
    })
    while (!existsSync(join(home.home().sockets, '.s.PGSQL.5432'))) await pause(5)
    process.kill(-(child.pid ?? 0), 'SIGKILL')
    await once(child, 'exit')
    ended(await fin(['db', 'init'], {env: home.env}))
    assert.ok(isRunning(home.pid()))
    const session = readFileSync(`/proc/${home.pid()}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[3]
    assert.equal(session, String(home.pid()), 'a session of its own')
  },
)

embedded('a kill -9 at any step of the creation is repaired by the next command', async (home) => {
  for (const afterMs of full ? [250, 450, 650, 850, 1100, 1400] : [650]) {
    const child = spawn(process.execPath, [join(root, 'bin', 'run.js'), 'db', 'init'], {
      env: {PATH: process.env['PATH'], ...home.env},
      detached: true,
      stdio: 'ignore',
    })
    await pause(afterMs)
    if (child.exitCode !== null) break
    process.kill(-(child.pid ?? 0), 'SIGKILL')
    await once(child, 'exit')
  }
  ended(await fin(['db', 'init'], {env: home.env}))
  const status = JSON.parse((await fin(['db', 'status', '--json'], {env: home.env})).stdout) as {
    running: boolean
    databases: {name: string; schema: string}[]
  }
  assert.equal(status.running, true)
  assert.deepEqual(
    status.databases.map(({name, schema}) => ({name, schema})),
    [{name: 'fin', schema: 'current'}],
  )
  assert.deepEqual(
    readdirSync(home.home().folder).filter((name) => name.includes('.new-')),
    [],
  )
})

test('two data folders have two servers at the same time', async () => {
  const homes = [testHome(), testHome()]
  try {
    await Promise.all(homes.map((home, at) => mark(home, `unit-${at}`)))
    assert.deepEqual(await Promise.all(homes.map(marks)), [['unit-0'], ['unit-1']])
    assert.notEqual(homes[0]?.pid(), homes[1]?.pid())
  } finally {
    await Promise.all(homes.map((home) => home.remove()))
  }
})

embedded(
  'a data folder whose path is too long for a socket works',
  async (home) => {
    ended(await fin(['db', 'init'], {env: home.env}))
    assert.ok(isRunning(home.pid()))
  },
  'a-long-name/'.repeat(12),
)

test(
  'a data folder that cannot be created is refused at once, by name',
  {skip: existsSync('/proc/self') ? false : 'no /proc'},
  async () => {
    const refused = await fin(['db', 'start'], {
      env: {FIN_DATA_DIR: '/proc/fin', FIN_EMBEDDED: undefined},
      timeoutMs: 20_000,
    })
    assert.equal(refused.code, 2, refused.stderr)
    assert.match(refused.stderr, /the folder \/proc\/fin\/postgres .* cannot be made/)
    assert.match(refused.stderr, /FIN_DATA_DIR/)
  },
)

test('FIN_EMBEDDED=never makes a missing DATABASE_URL an error', async () => {
  for (const command of ['init', 'start', 'status']) {
    const refused = await fin(['db', command])
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /FIN_EMBEDDED=never/)
    assert.match(refused.stderr, /DATABASE_URL/)
  }
})

test(
  'root runs the server as an ordinary user, from a folder that this user can reach',
  {skip: process.getuid?.() === 0 ? false : 'not run as root'},
  async () => {
    const home = testHome('private')
    try {
      mkdirSync(join(home.dataDir, '..'), {mode: 0o700})
      ended(await fin(['db', 'init'], {env: home.env}))
      assert.match(home.home().folder, /^\/var\/lib\/fin\/[0-9a-f]{16}$/)
      assert.equal(readlinkSync(join(home.dataDir, 'postgres')), home.home().folder)
      assert.notEqual(statSync(`/proc/${home.pid()}`).uid, 0)
      assert.notEqual(statSync(home.home().data).uid, 0)
      ended(await fin(['db', 'init'], {env: home.env}))
    } finally {
      await home.remove()
    }
  },
)

test(
  'an ordinary user runs the server under the same account',
  {skip: process.getuid?.() === 0 ? false : 'not run as root, so every other test shows it'},
  async () => {
    const home = testHome('own')
    const own = join(home.dataDir, '..')
    try {
      for (let at = join(own, '..'); at !== '/'; at = join(at, '..'))
        if ((statSync(at).mode & 0o001) === 0) chmodSync(at, 0o711)
      mkdirSync(own, {mode: 0o700})
      const {uid, gid} = nobody()
      spawnSync('chown', [`${uid}:${gid}`, own])
      const run = (command: string) =>
        spawnSync(process.execPath, [join(root, 'bin', 'run.js'), 'db', command], {
          uid,
          gid,
          cwd: '/',
          encoding: 'utf8',
          env: {PATH: process.env['PATH'], HOME: own, FIN_DATA_DIR: home.dataDir},
        })
      for (const {status, stderr} of [run('init'), run('init')]) assert.equal(status, 0, stderr)
      const folder = join(home.dataDir, 'postgres')
      const pid = Number.parseInt(readFileSync(join(folder, 'cluster', 'data', 'postmaster.pid'), 'utf8'), 10)
      assert.equal(statSync(`/proc/${pid}`).uid, uid)
      assert.equal(statSync(join(folder, 'cluster', 'password')).uid, uid)
      // Root does not use files of another account.
      const asRoot = await fin(['db', 'stop'], {env: home.env})
      assert.equal(asRoot.code, 2)
      assert.match(asRoot.stderr, /belongs to another account/)
      assert.equal(run('stop').status, 0)
    } finally {
      rmSync(join(own, '..'), {recursive: true, force: true})
    }
  },
)

function nobody(): {uid: number; gid: number} {
  const [, , uid, gid] =
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .find(([name]) => name === 'nobody') ?? []
  return {uid: Number(uid), gid: Number(gid)}
}
