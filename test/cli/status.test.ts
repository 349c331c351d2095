/** `fin status --check`: what it calls late, and what it prints with --quiet. */
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import pg from 'pg'
import {ipoCalendar} from '../../src/lib/collectors/ipo-calendar.js'
import {sp500Companies} from '../../src/lib/collectors/sp500-companies.js'
import {topGainers} from '../../src/lib/collectors/top-gainers.js'
import {bithumbCoingecko} from '../../src/lib/mappers/bithumb-coingecko.js'
import {expectedRun} from '../../src/lib/report/freshness.js'
import {dayMs, minuteMs} from '../../src/lib/time.js'
import {fin, postgres, type Postgres} from '../servers.js'

let server: Postgres
let url: string
let client: pg.Client
before(async () => {
  server = await postgres()
  url = await server.withSchema('late')
  client = new pg.Client(url)
  await client.connect()
})
after(async () => {
  await client?.end()
  await server?.stop()
})

const check = (...args: string[]) => fin(['status', '--check', ...args], {env: {DATABASE_URL: url}})
const madeAt = (at: Date) => client.query('update schema_files set applied_at = $1', [at])

for (const job of [topGainers, sp500Companies, ipoCalendar, bithumbCoingecko])
  test(`${job.name} that never ran is late once its time and the grace have passed since the database was made`, async () => {
    const expected = expectedRun(job.schedule, new Date())!
    await madeAt(new Date(expected.getTime() + minuteMs))
    const early = await check('--unit', job.name, '--quiet')
    assert.deepEqual([early.code, early.stdout, early.stderr], [0, '', ''])
    await madeAt(new Date(expected.getTime() - minuteMs))
    const late = await check('--unit', job.name, '--quiet')
    assert.deepEqual([late.code, late.stdout], [1, ''])
    assert.match(late.stderr, new RegExp(`^never ran: ${job.name}\\n$`))
  })

test('a run on an earlier clock shows that the database is older than its files', async () => {
  await madeAt(new Date())
  assert.equal((await check('--unit', 'top-gainers')).code, 0)
  await client.query(
    `insert into job_runs (unit, command, started_at, outcome, host, pid, version) values ('cpi', 'fin ingest cpi', $1, 'done', 'elsewhere', 1, '0')`,
    [new Date(Date.now() - 9 * dayMs)],
  )
  assert.equal((await check('--unit', 'top-gainers')).code, 1)
})

test('--check --quiet prints the late jobs and nothing else, in a format their rows', async () => {
  await client.query(
    `insert into target_state (unit, target, last_attempt, last_success) values
      ('cpi', 'CPIAUCNS', $1, $1), ('inflation', 'FPCPITOTLZGUSA', $1, $2), ('top-gainers', 'top-gainers', $1, $1)`,
    [new Date(), new Date(Date.now() - 40 * dayMs)],
  )
  await client.query(
    `insert into cpi (series_id, date, cpi_value, interval_type, unit) values ('CPIAUCNS', '2026-10-01', 1, 'monthly', 'index')`,
  )
  const units = ['cpi', 'inflation', 'top-gainers'].flatMap((unit) => ['--unit', unit])
  const all = await check(...units)
  assert.match(all.stdout, /^cpi +cpi .* fresh$/m)
  const quiet = await check(...units, '--quiet')
  assert.deepEqual(
    [quiet.code, quiet.stdout, quiet.stderr],
    [1, '', 'stale: inflation\nempty: top-gainers\n'],
  )
  const rows = (await check(...units, '--quiet', '--csv')).stdout.trimEnd().split('\n')
  assert.deepEqual(
    rows.map((row) => row.split(',')[0]),
    ['table', 'inflation', 'top_gainers'],
  )
  const tables = (await check('--csv')).stdout.split('\n').map((row) => row.split(',', 2).join(' '))
  assert.deepEqual(
    tables.filter((row) => row.startsWith('macro_vintages ')),
    ['macro_vintages macro-vintages'],
    'a table is listed once, under its own job',
  )
  const well = await check('--unit', 'cpi', '--quiet')
  assert.deepEqual([well.code, well.stdout, well.stderr], [0, '', ''])
})

test('a job that does not exist is 2, with the nearest name', async () => {
  const {code, stderr} = await check('--unit', 'cpi', '--unit', 'top-gainer')
  assert.deepEqual(
    [code, stderr],
    [2, 'fin: there is no job "top-gainer"\n  Did you mean: top-gainers\n  See: fin status\n'],
  )
})

test('other checks print with --quiet only what is wrong, too', async () => {
  const doctor = await fin(['doctor', '--quiet'], {
    env: {DATABASE_URL: url, FRED_API_KEY: 'your_api_key_here'},
  })
  const lines = doctor.stdout.trimEnd().split('\n')
  assert.ok(
    lines.slice(1).every((line) => /^\S+ +(broken|attention) /.test(line)),
    doctor.stdout,
  )
  assert.ok(
    lines.some((line) => line.includes('FRED_API_KEY')),
    doctor.stdout,
  )
  const schedule = await fin(['schedule', 'check', '--quiet'])
  assert.deepEqual([schedule.code, schedule.stdout, schedule.stderr], [0, '', ''])
})
