import assert from 'node:assert/strict'
import {hostname} from 'node:os'
import {after, before, test} from 'node:test'
import pg from 'pg'
import {fin, postgres, type Postgres} from '../servers.js'

let server: Postgres
let url: string
before(async () => {
  server = await postgres()
  url = await server.withSchema('due')
})
after(() => server.stop())

const due = (...args: string[]) => fin(['schedule', 'due', ...args], {env: {DATABASE_URL: url}})

interface Row {
  unit: string
  missed: string
  why: string
  command: string
}

test('a database without runs: the latest scheduled run of each job that catches up on missed runs', async () => {
  const {code, stdout, stderr} = await due('--json')
  assert.equal(code, 0, stderr)
  const rows = JSON.parse(stdout) as Row[]
  const cpi = rows.find(({unit}) => unit === 'cpi')
  assert.equal(cpi?.why, 'no run')
  assert.equal(cpi.command, `fin ingest cpi --at ${cpi.missed}`)
  assert.equal(
    rows.some(({unit}) => unit === 'bithumb-tickers'),
    false,
    'past quotes cannot be requested',
  )
  assert.equal(new Set(rows.map(({command}) => command.replace(/ --at .*/, ''))).size, rows.length)
})

test('a later run settles it; a failed run and a run whose process is gone do not', async () => {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const run = (job: string, outcome: string, pid: number) =>
      client.query(
        "insert into job_runs (unit, command, started_at, outcome, host, pid, version) values ($1, $2, now(), $3, $4, $5, 'test')",
        [job, `fin ingest ${job}`, outcome, hostname(), pid],
      )
    await run('cpi', 'unchanged', 1)
    await run('inflation', 'failed', 1)
    await run('treasury-yield', 'running', process.pid)
    await run('federal-funds-rate', 'running', 2 ** 22 + 1)
  } finally {
    await client.end()
  }
  const {stdout} = await due('--json')
  const why = new Map((JSON.parse(stdout) as Row[]).map((row) => [row.unit, row.why]))
  assert.equal(why.get('cpi'), undefined)
  assert.equal(why.get('inflation'), 'its run failed')
  assert.equal(why.get('treasury-yield'), undefined)
  assert.equal(why.get('federal-funds-rate'), 'its process died')
})

test('--commands prints lines for a shell, --since bounds the search', async () => {
  const {stdout} = await due('--commands')
  assert.match(stdout, /^fin ingest inflation --at \S+Z$/m)
  for (const line of stdout.trim().split('\n'))
    assert.match(line, /^fin (ingest|map) [a-z0-9-]+ (--[a-z]+ \w+ )*--at \d{4}-\S+Z$/)
  const none = await due('--since', new Date(Date.parse('2100-01-01T00:00:00Z')).toISOString(), '--json')
  assert.deepEqual(JSON.parse(none.stdout), [])
  const wrong = await due('--since', 'yesterday')
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /--since is "yesterday", which is not an instant/)
})
