/**
 * The commands through PgBouncer in transaction mode: each transaction may run in another session, and the
 * session keeps what it was left with for other programs.
 */
import assert from 'node:assert/strict'
import {setTimeout as pause} from 'node:timers/promises'
import {after, test} from 'node:test'
import pg from 'pg'
import {openSetup, type TestSetup} from '../run/setup.js'
import {fin, pgbouncer, postgres, type FinRun} from '../servers.js'
import {onPath} from '../servers/guarded.js'
import {full} from '../size.js'

const skip = onPath('pgbouncer') ? false : 'no PgBouncer: pgbouncer is not installed'
const stops: (() => Promise<void>)[] = []
after(async () => {
  for (const stop of stops.reverse()) await stop()
})

interface Pooled {
  setup: TestSetup
  url: string
  run(...args: string[]): Promise<FinRun>
}

/** A simulation whose database is reached through a pool of `size` connections. */
async function pooled(size: number): Promise<Pooled> {
  const setup = await openSetup()
  const bouncer = await pgbouncer(setup.databaseUrl, size)
  stops.push(bouncer.stop)
  const env = {...setup.env, DATABASE_URL: bouncer.url}
  return {setup, url: bouncer.url, run: (...args) => fin(args, {env})}
}

/** A connection of another program through the same pool. */
async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url)
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const outcomes = async (setup: TestSetup, job: string) =>
  (await setup.rows('select outcome from job_runs where unit = $1 order by outcome', [job])).map(
    ({outcome}) => outcome,
  )

for (const size of full ? [1, 2] : [1])
  test(`every command works with a pool of ${size}, whatever the database is set to`, {skip}, async () => {
    const {setup, url, run} = await pooled(size)
    const name = new URL(url).pathname.slice(1)
    for (const setting of [
      `TimeZone to 'Asia/Kathmandu'`,
      `DateStyle to 'German'`,
      `statement_timeout to '97s'`,
    ])
      await setup.rows(`alter database ${name} set ${setting}`)
    // sessions that began before keep the old settings
    await setup.rows(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()',
      [name],
    )
    for (const args of [
      ['db', 'init'],
      ['ingest', 'cpi'],
      ['ingest', 'bithumb-markets'],
      ['ingest', 'bithumb-tickers'],
      ['status'],
      ['quota'],
      ['runs'],
      ['db', 'status'],
    ]) {
      const done = await run(...args)
      assert.equal(done.code, 0, `fin ${args.join(' ')}: ${done.stderr}`)
      assert.doesNotMatch(done.stderr, /already running|unexpected/)
    }
    const exported = await run('export', 'bithumb_ticker', '--csv')
    const straight = await fin(['export', 'bithumb_ticker', '--csv'], {env: setup.env})
    assert.equal(exported.code, straight.code, exported.stderr)
    assert.equal(exported.stdout, straight.stdout)
    const checks = await run('doctor', '--ndjson')
    assert.match(checks.stdout, /"check":"pooler","provider":null,"state":"ok"/)
    assert.doesNotMatch((await fin(['doctor', '--ndjson'], {env: setup.env})).stdout, /pooler/)
    assert.deepEqual(await setup.rows('select name from job_locks'), [])
    assert.deepEqual(
      await connected(url, async (client) => [
        (await client.query<{v: string}>(`select current_setting('statement_timeout') as v`)).rows[0]?.v,
        // of this database alone, because other tests use the same server
        (
          await client.query(
            `select 1 from pg_stat_activity where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid() and xact_start is not null`,
          )
        ).rowCount,
      ]),
      ['97s', 0],
      'nothing is left in the session for others',
    )
  })

for (const size of full ? [1, 2] : [1])
  test(
    `of two processes exactly one runs a job, with a pool of ${size}; a killed one blocks nobody`,
    {skip},
    async () => {
      const {setup, url, run} = await pooled(size)
      setup.simulator.faults.add({provider: '*', kind: 'slow', ms: 4_000})
      const both = await Promise.all([run('ingest', 'cpi'), run('ingest', 'cpi')])
      assert.deepEqual(
        both.map(({code}) => code),
        [0, 0],
        both.map(({stderr}) => stderr).join(),
      )
      assert.deepEqual(await outcomes(setup, 'cpi'), ['already running', 'done'])

      let killed = false
      const env = {...setup.env, DATABASE_URL: url}
      const dying = fin(['ingest', 'inflation'], {
        env,
        started: (child) =>
          void (async () => {
            while ((await setup.rows('select name from job_locks')).length === 0) await pause(50)
            killed = child.kill('SIGKILL')
          })(),
      })
      assert.equal((await dying).signal, 'SIGKILL')
      assert.ok(killed)
      assert.equal(
        (await setup.rows('select name from job_locks')).length,
        1,
        'it could not release its lock',
      )
      setup.simulator.faults.clear()
      const again = await run('ingest', 'inflation')
      assert.equal(again.code, 0, again.stderr)
      assert.doesNotMatch(again.stderr, /already running|watches/)
      assert.ok((await outcomes(setup, 'inflation')).includes('done'))
    },
  )

test(
  'a run waits for the only connection while another program uses it, and then works',
  {skip},
  async () => {
    const {setup, url, run} = await pooled(1)
    assert.equal((await run('ingest', 'cpi')).code, 0)
    await connected(url, async (client) => {
      await client.query('begin')
      const busy = client.query('select pg_sleep(4)').then(() => client.query('commit'))
      const later = await run('ingest', 'federal-funds-rate')
      assert.equal(later.code, 0, later.stderr)
      assert.deepEqual(await outcomes(setup, 'federal-funds-rate'), ['done'])
      await busy
    })
  },
)

test('db init makes the schema of an empty database', {skip}, async () => {
  const server = await postgres()
  stops.push(server.stop)
  const bouncer = await pgbouncer(await server.database('init'), 1)
  stops.push(bouncer.stop)
  const env = {DATABASE_URL: bouncer.url}
  const both = await Promise.all([fin(['db', 'init'], {env}), fin(['db', 'init'], {env})])
  for (const {code, stderr} of both) assert.equal(code, 0, stderr)
  assert.equal((await fin(['status'], {env})).code, 0)
})
