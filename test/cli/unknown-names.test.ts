/** Names that do not exist, and a query without rows. */
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import pg from 'pg'
import {fin, postgres, type Postgres} from '../servers.js'

let server: Postgres
let env: {DATABASE_URL: string}
before(async () => {
  server = await postgres()
  env = {DATABASE_URL: await server.withSchema('unknown')}
})
after(() => server?.stop())

for (const [args, near] of [
  [['runs', '--unit', 'top-gainer'], 'top-gainers'],
  [['runs', '--rejected', '--unit', 'infation'], 'inflation'],
  [['replay', '--unit', 'infation'], 'inflation'],
  [['export', 'company_overvew'], 'company_overview'],
  [['export', 'kimchi_premum'], 'kimchi_premium'],
] as const)
  test(`fin ${args.join(' ')} is 2, with the nearest name`, async () => {
    const {code, stdout, stderr} = await fin(args, {env})
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, new RegExp(`^fin: there is no .* "${args.at(-1)}"\\n  Did you mean: ${near}\\n`))
  })

test('a job that fin no longer has is found by its runs', async () => {
  const client = new pg.Client(env.DATABASE_URL)
  await client.connect()
  await client.query(
    `insert into job_runs (unit, command, started_at, outcome, host, pid, version) values ('gone', 'fin ingest gone', now(), 'done', 'elsewhere', 1, '0')`,
  )
  await client.query('create view my_view as select 1 as one')
  await client.end()
  assert.equal((await fin(['runs', '--unit', 'gone', '--failed'], {env})).code, 0)
  const own = await fin(['export', 'my_view'], {env})
  assert.equal(own.code, 2)
  assert.match(own.stderr, /Read a table or view of your own with: psql "\$\(fin db url --with-password\)"/)
})

for (const [args, head] of [
  [['query', 'gaps'], 'unit,target,began_at,ended_at,detail'],
  [['query', 'top-coins'], 'rank,symbol,name,'],
  [['query', 'kimchi-premium', '--market', 'nope'], 'day,market,symbol,'],
] as const)
  test(`fin ${args.join(' ')} --csv without rows is a header`, async () => {
    const {code, stdout} = await fin([...args, '--csv'], {env})
    assert.equal(code, 0)
    assert.ok(stdout.startsWith(head) && stdout.endsWith('\n') && stdout.split('\n').length === 2, stdout)
  })

test('a series without rows names the stored ones, or the instant from which its values are known', async () => {
  const client = new pg.Client(env.DATABASE_URL)
  await client.connect()
  await client.query(
    `insert into macro_vintages (series_id, date, realtime_start, value, source, collected_at) values
       ('CPIAUCNS', '2026-04-01', '2026-05-12', 1, 'fred', '2026-05-18T06:00Z'), ('DFF', '2026-04-01', '2026-06-01', 2, 'fred', '2026-05-18T06:00Z')`,
  )
  await client.end()
  for (const [given, says] of [
    [['--series', 'NOPE'], 'series-as-of: there is no series "NOPE"; stored: CPIAUCNS, DFF\n'],
    [['--series', ''], 'series-as-of: there is no series ""; stored: CPIAUCNS, DFF\n'],
    [
      ['--series', 'cpiaucns', '--at', '2026-05-13T04:59Z'],
      'series-as-of: no value of CPIAUCNS is known from before 2026-05-13T05:00:00.000Z; fin ingest macro-vintages collects earlier ones\n',
    ],
    [
      ['--series', 'DFF', '--at', '2026-05-18'],
      'series-as-of: no value of DFF is known from before 2026-05-18T06:00:00.000Z; fin ingest macro-vintages collects earlier ones\n',
    ],
    [['--series', 'DFF', '--at', '2026-05-18T06:00Z'], ''],
    [['--series', 'CPIAUCNS', '--since', '2026-05-01'], ''],
  ] as const) {
    const {code, stderr} = await fin(['query', 'series-as-of', ...given], {env})
    assert.deepEqual([code, stderr], [0, says])
  }
})
