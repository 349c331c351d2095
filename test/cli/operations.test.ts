/** The commands that only read, on a real database. */
import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {hostname, tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import {setTimeout as pause} from 'node:timers/promises'
import pg from 'pg'
import {eventTime, type CatalogColumn} from '../../src/lib/db/time-column.js'
import {daily} from '../../src/lib/define-schedule.js'
import {fingerprint} from '../../src/lib/limits/access.js'
import type {TargetState} from '../../src/lib/run/due.js'
import {fitColumns} from '../../src/lib/output/columns.js'
import {
  freshness,
  graceMs,
  expectedRun,
  statusByRuns,
  statusByTargets,
} from '../../src/lib/report/freshness.js'
import {namedQueries, parametersOf, readNamedQuery} from '../../src/lib/report/named-queries.js'
import {dayMs, minuteMs} from '../../src/lib/time.js'
import {root} from '../paths.js'
import {fin, postgres, type Postgres} from '../servers.js'
import {inTurn} from '../size.js'
import type {FinOptions} from '../servers/fin.js'

let server: Postgres
let url: string
let client: pg.Client
const folder = mkdtempSync(join(tmpdir(), 'fin-test-operations-'))

before(async () => {
  server = await postgres()
  url = await server.withSchema('operations')
  client = new pg.Client(url)
  await client.connect()
  await client.query(`
    insert into cpi (series_id, date, cpi_value, interval_type, unit) values
      ('CPIAUCNS', '2026-09-01', 325.1, 'monthly', 'index'), ('CPIAUCNS', '2026-10-01', 326.25, 'monthly', 'index'), ('CPIAUCNS', '2026-11-01', null, 'monthly', 'index');
    insert into inflation (series_id, date, inflation_rate, interval_type, unit) values ('X', '2026-10-01', -0.4, 'monthly', '=cmd()');
    insert into coingecko_id_mapping (coingecko_id, symbol, name, current_price_usd, market_cap_usd, market_cap_rank, price_change_percentage_24h, last_updated) values
      ('bitcoin', 'BTC', 'Bitcoin', 98000.5, 1900000000000, 1, -1.234, '2026-11-23T06:00:00Z'), ('ethereum', 'ETH', 'Ethereum', 3100, 370000000000, 2, 2, null);
  `)
})
after(async () => {
  await client?.end()
  await server?.stop()
  rmSync(folder, {recursive: true, force: true})
})

const run = (args: readonly string[], options: FinOptions = {}) =>
  fin(args, {...options, env: {DATABASE_URL: url, ...options.env}})
const rowsOf = async (args: readonly string[], options: FinOptions = {}) => {
  const {stdout, stderr, code} = await run([...args, '--json'], options)
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout) as Record<string, unknown>[]
}

async function addRun(
  job: string,
  outcome: string,
  startedAt: Date,
  more: Record<string, unknown> = {},
): Promise<string> {
  const row = {
    unit: job,
    command: `fin ingest ${job}`,
    started_at: startedAt,
    outcome,
    host: 'elsewhere',
    pid: 1,
    version: '0.1.0',
    ...more,
  }
  const names = Object.keys(row)
  const {rows} = await client.query<{id: string}>(
    `insert into job_runs (${names.join(', ')}) values (${names.map((_, at) => `$${at + 1}`).join(', ')}) returning id`,
    Object.values(row),
  )
  return rows[0]!.id
}

const ago = (ms: number) => new Date(Date.now() - ms)

test('runs: newest first; filters by job, start and failure; a run without its process is shown as died', async () => {
  const ended = spawn(process.execPath, ['-e', '0'])
  await once(ended, 'exit')
  await addRun('old-unit', 'done', ago(3 * dayMs), {
    exit_code: 0,
    finished_at: ago(3 * dayMs - 2500),
    rows_received: 3,
  })
  await addRun('this-unit', 'failed', ago(30 * minuteMs), {
    exit_code: 1,
    message: 'the \u001b[31mserver\u001b[0m said no',
  })
  await addRun('this-unit', 'running', ago(20 * minuteMs), {host: hostname(), pid: ended.pid})
  await addRun('this-unit', 'running', ago(10 * minuteMs), {host: hostname(), pid: process.pid})
  await addRun('this-unit', 'running', ago(5 * minuteMs))
  const outcomes = (rows: Record<string, unknown>[]) =>
    rows.map(({unit, outcome}) => `${String(unit)} ${String(outcome)}`)
  assert.deepEqual(outcomes(await rowsOf(['runs', '--limit', '4'])), [
    'this-unit running',
    'this-unit running',
    'this-unit died',
    'this-unit failed',
  ])
  assert.deepEqual(outcomes(await rowsOf(['runs', '--failed'])), ['this-unit died', 'this-unit failed'])
  assert.deepEqual(outcomes(await rowsOf(['runs', '--unit', 'old-unit'])), ['old-unit done'])
  assert.deepEqual(outcomes(await rowsOf(['runs', '--unit', 'old-unit', '--since', '24h'])), [])
  const table = (await run(['runs', '--unit', 'this-unit', '--failed'])).stdout
  assert.match(
    table,
    /^id +unit +started_at +outcome +seconds +rows +new +changed +rejected +requests +message\n/,
  )
  assert.match(table, /the ␛\[31mserver␛\[0m said no/)
})

test('runs show: every column of one run; an unknown run is exit 2', async () => {
  const id = await addRun('shown', 'partial', ago(minuteMs), {
    exit_code: 1,
    rows_rejected: 2,
    finished_at: ago(minuteMs - 1500),
  })
  const {stdout} = await run(['runs', 'show', id])
  assert.match(stdout, /^field +value\nid +\d+\n/)
  assert.match(stdout, /\nunit +shown\n/)
  assert.match(stdout, /\nseconds +1\.5\n/)
  assert.equal((await rowsOf(['runs', 'show', id]))[0]?.['rows_rejected'], '2')
  assert.deepEqual(
    [(await run(['runs', 'show', '999999'])).code, (await run(['runs', 'show', 'x'])).code],
    [2, 2],
  )
})

test('runs --rejected: the open rejected rows with their reasons; the item is cut in a table and whole in JSON', async () => {
  const item = JSON.stringify({symbol: 'A', text: 'x'.repeat(5000)})
  await client.query(
    `insert into rejected_rows (unit, target, kind, table_name, reason, item, received_at, rejected_at, settled_at, settled_by) values
      ('cpi', 'CPIAUCNS', 'row', 'cpi', 'cpi_cpi_value_check', $1, now(), now(), null, null), ('cpi', null, 'item', null, 'settled', '{}', now(), now(), now(), 'replayed'),
      ('bithumb-tickers', E'KRW-A\nKRW-B\nKRW-C', 'row', 'cpi', 'a batch', '{}', now(), now(), null, null)`,
    [item],
  )
  const [row, ...others] = await rowsOf(['runs', '--rejected', '--unit', 'cpi'])
  assert.equal(others.length, 0)
  assert.deepEqual([row?.['reason'], row?.['item']], ['cpi_cpi_value_check', item])
  const table = (await run(['runs', '--rejected'])).stdout
  assert.match(table, /cpi_cpi_value_check/)
  assert.match(table, / KRW-A and 2 more /)
  assert.ok(table.length < 1000)
})

test('replay names the numbers under which no rejected row is open', async () => {
  const {code, stderr} = await run(['replay', '--id', '99999', '--dry-run'])
  assert.deepEqual(
    [code, stderr],
    [
      2,
      'fin: no rejected row is open under 99999: settled already, or never stored\n  See: fin runs --rejected\n',
    ],
  )
})

const flagsOfAll = new Set(['json', 'ndjson', 'csv', 'quiet', 'verbose', 'help', 'version'])
for (const query of namedQueries()) {
  const {name, parameters} = query
  test(`the query ${name} declares its statement and parameters, and runs with its defaults`, async () => {
    if ('statement' in query) assert.equal(query.statement, `select_${name.replaceAll('-', '_')}`)
    assert.deepEqual(
      parameters.filter((parameter) => flagsOfAll.has(parameter.name)),
      [],
      'a parameter has the name of a general flag',
    )
    const needed = parameters
      .filter((parameter) => parameter.default === undefined)
      .flatMap((parameter) => [`--${parameter.name}`, '1'])
    const {code, stderr} = await run(['query', name, ...needed, '--ndjson', '--quiet'])
    assert.deepEqual([code, stderr], [0, ''])
  })
}

test('a query names its parameters and refuses a wrong one', async () => {
  assert.throws(
    () => readNamedQuery('select_x', '-- query x: y.\n-- $2 a (text, b): c\nselect 1'),
    /"-- \$2 a/,
  )
  assert.throws(
    () => readNamedQuery('select_x', '-- query x: y.\n-- $1 a (word, b): c\nselect 1'),
    /not of the form/,
  )
  assert.equal(readNamedQuery('select_x', '-- Reads x. $1 y.\nselect 1'), undefined)
  const now = new Date('2026-11-23T12:00:00Z')
  const query = readNamedQuery(
    'select_x',
    '-- query x: y.\n-- $1 day (date, required): which day\n-- $2 top (integer, null): how many\nselect 1',
  )!
  assert.deepEqual(parametersOf(query, {day: '2026-01-01'}, now), ['2026-01-01', null])
  assert.throws(() => parametersOf(query, {}, now), /needs --day/)
  assert.throws(() => parametersOf(query, {day: '2026-01-01; drop table cpi'}, now), /is not a date/)
  const timed = readNamedQuery(
    'select_x',
    '-- query x: y.\n-- $1 at (instant, now): when\n-- $2 all (boolean, false): all of it\nselect 1',
  )!
  assert.deepEqual(parametersOf(timed, {}, now), ['2026-11-23T12:00:00.000Z', 'false'])
  assert.deepEqual(parametersOf(timed, {at: '2026-01-01', all: true}, now), [
    '2026-01-01T00:00:00.000Z',
    'true',
  ])
  assert.deepEqual(
    ['24h', '2026-01-01T09:00:00.123456+09:00'].map((at) => parametersOf(timed, {at}, now)[0]),
    ['2026-11-22T12:00:00.000Z', '2026-01-01T00:00:00.123456Z'],
  )
  const {code, stdout, stderr} = await run([
    'query',
    'kimchi-premium',
    '--max-age',
    `0.${'0'.repeat(20_000)}1`,
    '--history',
  ])
  assert.deepEqual([code, stdout], [2, ''])
  assert.match(
    stderr,
    /^fin: the query kimchi-premium refuses --max-age 0\.0{78}… --history: .*\n {2}--max-age: .*\n {2}--history: .*\n$/,
  )
})

test('query prints rows of the tables', async () => {
  assert.equal(
    (await run(['query', 'top-coins', '--limit', '2'], {env: {FIN_TIME_ZONE: 'Asia/Seoul'}})).stdout,
    `\
rank  symbol  name      price_usd  change_24h_pct  market_cap_usd  volume_24h_usd  last_updated
   1  BTC     Bitcoin     98000.5           -1.23   1900000000000  –               2026-11-23 15:00:00
   2  ETH     Ethereum       3100            2.00    370000000000  –               –
(times in Asia/Seoul)
`,
  )
  assert.equal(
    (await run(['query', '--ndjson', 'latest-macro'])).stdout,
    `\
{"indicator":"cpi","series_id":"CPIAUCNS","date":"2026-10-01","figure":"326.25","unit":"index","figure_before":"325.1","date_before":"2026-09-01"}
{"indicator":"inflation","series_id":"X","date":"2026-10-01","figure":"-0.4","unit":"=cmd()","figure_before":null,"date_before":null}
`,
  )
  assert.equal(
    (await run(['query', 'top-coins', '--limit=1', '--csv'])).stdout.split('\n')[1],
    '1,BTC,Bitcoin,98000.5,-1.23,1900000000000,,2026-11-23T06:00:00.000Z',
  )
})

test('export: NDJSON in a pipe, CSV guards text only, the bounds apply to the event time or another column', async () => {
  const first = (text: string) => text.split('\n')[0]!
  assert.match(
    first((await run(['export', 'cpi'])).stdout),
    /^\{"series_id":"CPIAUCNS","date":"2026-09-01","cpi_value":"325.1","interval_type":"monthly",/,
  )
  const csv = (await run(['export', 'inflation', '--csv'])).stdout
  assert.match(
    csv,
    /^series_id,date,inflation_rate,interval_type,unit,name,realtime_start,created_at,updated_at\nX,2026-10-01,-0\.4,monthly,'=cmd\(\),,,2/,
  )
  assert.match((await run(['export', 'inflation', '--csv', '--raw'])).stdout, /monthly,=cmd\(\),/)
  const dates = async (...args: string[]) => (await rowsOf(['export', 'cpi', ...args])).map(({date}) => date)
  assert.deepEqual(await dates('--since', '2026-10-01'), ['2026-10-01', '2026-11-01'])
  assert.deepEqual(await dates('--since', '2026-09-01', '--until', '2026-10-01'), ['2026-09-01'])
  assert.deepEqual(await dates('--since', '1h', '--on', 'created_at'), [
    '2026-09-01',
    '2026-10-01',
    '2026-11-01',
  ])
  assert.deepEqual(await dates('--until', '2000-01-01', '--on', 'created_at'), [])
  assert.equal((await rowsOf(['export', 'cpi_compat'])).length > 0, true, 'a view')
  assert.equal(
    (await run(['export', 'cpi', '--csv', '--until', '1900-01-01'])).stdout,
    'series_id,date,cpi_value,interval_type,unit,name,realtime_start,created_at,updated_at\n',
  )
  for (const [args, says] of [
    [['export', 'pg_shadow'], /there is no table or view of fin "pg_shadow"\n.*of your own with: psql/],
    [['export', 'my_view'], /there is no table or view of fin "my_view"/],
    [['export', 'cpi"; drop table cpi; --'], /there is no table or view/],
    [
      ['export', 'cpi', '--since', '1h', '--on', 'unit'],
      /"unit" is not a column of cpi that holds a time\n {2}Use one of: date, /,
    ],
  ] as const) {
    const {code, stderr} = await run(args)
    assert.equal(code, 2)
    assert.match(stderr, says)
  }
})

test('each table has its event time', () => {
  const column = (name: string, type: string, more: Partial<CatalogColumn> = {}): CatalogColumn => ({
    table_name: 't',
    is_view: false,
    column_name: name,
    type,
    is_required: false,
    has_default: false,
    is_partition_key: false,
    is_primary_key: false,
    ...more,
  })
  const [instant, created] = [
    'timestamp with time zone',
    column('created_at', 'timestamp with time zone', {is_required: true, has_default: true}),
  ]
  assert.equal(
    eventTime([
      created,
      column('a', instant),
      column('part', instant, {is_partition_key: true}),
      column('key', 'date', {is_primary_key: true}),
    ]),
    'part',
  )
  assert.equal(
    eventTime([created, column('a', instant), column('key', 'date', {is_primary_key: true})]),
    'key',
  )
  assert.equal(
    eventTime([created, column('ath', instant), column('quoted_at', instant, {is_required: true})]),
    'quoted_at',
  )
  assert.equal(eventTime([created, column('ath', instant), column('updated_at', instant)]), 'updated_at')
  const ofPost = column('created_at', instant, {is_required: true})
  assert.equal(
    eventTime([
      column('id', 'text', {is_primary_key: true}),
      ofPost,
      column('updated_at', instant, {is_required: true, has_default: true}),
    ]),
    'created_at',
  )
  assert.equal(eventTime([column('n', 'integer')]), undefined)
})

test('export: memory stays constant, a closed pipe ends it quietly, a signal ends it with 130 or 143', async () => {
  await client.query(`insert into treasury_yield (series_id, date, maturity, yield_rate, interval_type, unit)
    select 'S' || n / 1000, date '2000-01-01' + n % 1000, '2year', n * 0.01, 'daily', repeat('x', 200) from generate_series(1, 200000) n`)
  const measure = join(folder, 'measure.mjs')
  writeFileSync(
    measure,
    'process.on("exit", () => process.stderr.write("peak " + process.resourceUsage().maxRSS + "\\n"))',
  )
  const start = () =>
    spawn(process.execPath, ['--import', measure, join(root, 'bin', 'run.js'), 'export', 'treasury_yield'], {
      env: {PATH: process.env['PATH'], HOME: folder, DATABASE_URL: url},
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  const listen = (child: ReturnType<typeof start>) => {
    const heard = {text: ''}
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      heard.text += text
    })
    return {heard, closed: once(child, 'close') as Promise<[number | null, string | null]>}
  }
  const whole = start()
  const all = listen(whole)
  let lines = 0
  for await (const part of whole.stdout!) lines += (part as Buffer).filter((byte) => byte === 10).length
  assert.deepEqual([(await all.closed)[0], lines], [0, 200_000])
  const peakMb = Number(/peak (\d+)/.exec(all.heard.text)?.[1]) / 1024
  assert.ok(peakMb > 30 && peakMb < 150, `${peakMb} MB`)

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    const stopped = start()
    const {heard, closed} = listen(stopped)
    await once(stopped.stdout!, 'readable')
    stopped.kill(signal)
    await pause(200)
    stopped.stdout!.resume()
    assert.deepEqual(await closed, [code, null], heard.text)
    assert.doesNotMatch(heard.text, /\n\s+at /)
  }

  const left = start()
  const {heard, closed} = listen(left)
  await once(left.stdout!, 'readable')
  left.stdout!.destroy()
  assert.equal((await closed)[0], 0, heard.text)
  assert.match(heard.text, /^peak \d+\n$/)
})

test('freshness: the last scheduled run, half an hour of grace, and every target of the job', () => {
  const schedule = [daily('06:00', 'UTC')]
  const at = (text: string) => new Date(`2026-11-${text}Z`)
  const state = (target: string, success: string | null, more: Partial<TargetState> = {}): TargetState => ({
    target,
    last_attempt: null,
    last_success: success === null ? null : at(success).toISOString(),
    failures: 0,
    next_due: null,
    cursor: null,
    status: 'active',
    ...more,
  })
  const of = (
    now: string,
    names: string[],
    states: TargetState[],
    {everyDays = 0, withinDays = 0, wasTried = false, isEmpty = false} = {},
  ) =>
    freshness(
      schedule,
      statusByTargets(states, {
        everyMs: new Map(names.map((name) => [name, (name === 'weekly' ? 7 : everyDays) * dayMs])),
        expected: expectedRun(schedule, at(now)),
        wasTried,
        withinMs: withinDays * dayMs,
      }),
      isEmpty,
    )
  assert.equal(of('23T06:29', ['x'], [state('x', '22T06:01')]), 'fresh')
  assert.equal(
    expectedRun(schedule, new Date(at('23T06:00').getTime() + graceMs))?.toISOString(),
    '2026-11-23T06:00:00.000Z',
  )
  assert.equal(of('23T06:30', ['x'], [state('x', '22T06:01')]), 'stale')
  assert.equal(
    of('23T08:00', ['weekly'], [state('weekly', '18T06:00')]),
    'fresh',
    'a target with an interval of its own',
  )
  assert.equal(of('23T08:00', ['x'], [state('x', '23T06:00')]), 'fresh')
  assert.equal(of('23T08:00', ['x'], [state('x', '23T06:00')], {isEmpty: true}), 'empty')
  assert.equal(of('23T08:00', ['x'], []), 'never')
  assert.equal(of('23T08:00', ['x'], [], {wasTried: true}), 'stale', 'it ran, but stored nothing')
  assert.equal(
    of('23T08:00', ['x'], [state('x', null, {failures: 2, next_due: at('23T12:00').toISOString()})]),
    'stale',
    'a failed target waits for its next try',
  )
  assert.equal(of('23T08:00', ['x', 'y'], [state('x', '23T06:01')]), 'stale', 'one of two targets')
  assert.equal(of('23T08:00', ['x', 'y'], [state('x', '23T06:01'), state('y', '22T06:01')]), 'stale')
  assert.equal(of('23T08:00', ['x', 'y'], [state('x', '23T06:01'), state('y', '23T06:02')]), 'fresh')
  assert.equal(
    of('23T08:00', ['x', 'y'], [state('x', '23T06:01'), state('y', null, {status: 'unknown', failures: 1})]),
    'fresh',
    'the provider does not know y',
  )
  assert.equal(
    of('23T08:00', ['x'], [state('x', '23T06:01'), state('left', '01T06:01')]),
    'fresh',
    'a target that is no longer listed',
  )
  assert.equal(
    of('23T08:00', ['x'], [state('x', '20T06:01'), state('x', '23T06:01')]),
    'fresh',
    'another source knows it',
  )
  assert.equal(of('23T08:00', [], [state('x', '23T06:01')]), 'stale', 'its list of targets is empty')
  assert.equal(of('23T08:00', ['x'], [state('x', '20T06:01')], {everyDays: 4}), 'fresh', 'due tomorrow')
  assert.equal(
    of('23T08:00', ['x'], [state('x', '19T05:59')], {everyDays: 4}),
    'stale',
    'was due at the scheduled run',
  )
  assert.equal(
    of('23T08:00', ['x', 'y'], [state('x', '20T06:01')], {everyDays: 5, withinDays: 5}),
    'fresh',
    'the first round takes five days',
  )
  assert.equal(
    of('25T08:00', ['x', 'y'], [state('x', '20T05:59')], {everyDays: 9, withinDays: 5}),
    'stale',
    'the first round is over, and y was never requested',
  )
  assert.equal(
    of('23T08:00', ['x', 'y'], [state('x', '20T06:01'), state('y', null, {failures: 1})], {
      everyDays: 5,
      withinDays: 5,
    }),
    'stale',
    'y failed',
  )
  assert.equal(
    freshness(undefined, {last: at('01T00:00'), wasTried: true, isOnTime: true}, true),
    'unscheduled',
  )
  const byRuns = (started: string | null) =>
    freshness(
      schedule,
      statusByRuns(
        {unit: 'x', started_at: started && at(started).toISOString(), scheduled_at: null},
        expectedRun(schedule, at('23T08:00')),
      ),
      false,
    )
  assert.deepEqual(
    [
      byRuns('23T06:01'),
      byRuns('22T06:01'),
      byRuns(null),
      freshness(schedule, statusByRuns(undefined, at('23T06:00')), false),
    ],
    ['fresh', 'stale', 'stale', 'never'],
  )
})

const addState = (job: string, target: string, success: Date | null, more: Record<string, unknown> = {}) => {
  const row = {unit: job, target, last_attempt: success ?? ago(0), last_success: success, ...more}
  const names = Object.keys(row)
  return client.query(
    `insert into target_state (${names.join(', ')}) values (${names.map((_, at) => `$${at + 1}`).join(', ')})`,
    Object.values(row),
  )
}

test('status: rows, newest time, and whether the job is on time; --check exits 1 when a table is stale', async () => {
  await addState('cpi', 'CPIAUCNS', ago(9 * dayMs))
  await addState('inflation', 'FPCPITOTLZGUSA', ago(0))
  const statuses = await rowsOf(['status'])
  const of = (table: string) => statuses.find((status) => status['table'] === table)
  assert.deepEqual(
    [of('cpi')?.['rows'], of('cpi')?.['newest'], of('cpi')?.['state']],
    ['3', '2026-11-01', 'stale'],
  )
  assert.deepEqual([of('inflation')?.['state'], of('sp500_companies')?.['state']], ['fresh', 'never'])
  assert.equal(of('bithumb_ticker_latest')?.['unit'], 'bithumb-tickers', 'also the secondary tables of a job')
  await client.query('analyze treasury_yield')
  const [estimated] = await rowsOf(['status', '--unit', 'treasury-yield'])
  assert.equal(estimated?.['is_estimate'], true)
  assert.match(
    (await run(['status', '--unit', 'treasury-yield'])).stdout,
    /treasury_yield +treasury-yield +~\d{6} /,
  )
  const checked = await run(['status', '--check'])
  assert.equal(checked.code, 1)
  assert.match(checked.stderr, /^stale: .*cpi/)
  assert.equal((await run(['status', '--check', '--unit', 'inflation'])).code, 0)
  assert.equal((await run(['status', '--unit', 'nonsense'])).code, 2)
})

test('status: a run that ended well does not make a table fresh on its own', async () => {
  const stateOf = async (job: string) => (await rowsOf(['status', '--unit', job]))[0]?.['state']
  // two runs fail; nothing is due while the target waits for its next try
  for (const [outcome, minutes] of [
    ['failed', 20],
    ['failed', 15],
    ['nothing due', 5],
  ] as const)
    await addRun('coingecko-global', outcome, ago(minutes * minuteMs))
  await addState('coingecko-global', 'coingecko-global', null, {
    failures: 2,
    next_due: new Date(Date.now() + 10 * minuteMs),
  })
  assert.equal(await stateOf('coingecko-global'), 'stale')
  // a mapper that found nothing to map
  await addRun('bithumb-coingecko', 'nothing due', ago(minuteMs))
  assert.equal(await stateOf('bithumb-coingecko'), 'stale')
  await addRun('bithumb-coingecko', 'unchanged', ago(minuteMs))
  assert.equal(await stateOf('bithumb-coingecko'), 'empty')
  assert.equal((await run(['status', '--check', '--unit', 'bithumb-coingecko'])).code, 1)
  // a run of one target out of three
  await client.query(`insert into market_code_bithumb (market_code, quote, base, korean_name, english_name)
    select 'KRW-' || base, 'KRW', base, base, base from unnest(array['AAA', 'BBB', 'CCC']) base`)
  await client.query(
    `insert into bithumb_ticker (market, trade_price, timestamp_field, quoted_at) values ('KRW-AAA', 1, 1763900000000, to_timestamp(1763900000))`,
  )
  await addRun('bithumb-tickers', 'done', ago(minuteMs), {
    command: 'fin ingest bithumb-tickers --target KRW-AAA',
  })
  await addState('bithumb-tickers', 'KRW-AAA', ago(minuteMs))
  assert.match(
    (await run(['status', '--check', '--unit', 'bithumb-tickers'])).stderr,
    /^stale: bithumb-tickers \(2 of 3 targets\)\n/,
  )
  await addState('bithumb-tickers', 'KRW-BBB', ago(minuteMs))
  await addState('bithumb-tickers', 'KRW-CCC', ago(minuteMs))
  assert.equal(await stateOf('bithumb-tickers'), 'fresh')
  // an answer from a file says nothing about the provider's present data
  await addRun('federal-funds-rate', 'done', ago(minuteMs), {
    command: 'fin ingest federal-funds-rate --input saved.json',
  })
  assert.equal(await stateOf('federal-funds-rate'), 'stale')
})

test('doctor: each part of a working setup is reported as working', async () => {
  const {code, stdout, stderr} = await run(['doctor', '--json'], {
    env: {FRED_API_KEY: 'abcdef0123456789abcdef0123456789'},
  })
  assert.equal(code, 0, stdout + stderr)
  const checks = JSON.parse(stdout) as {
    check: string
    provider: string | null
    state: string
    found: string
  }[]
  const of = (name: string) => checks.find(({check}) => check === name)
  for (const name of ['node', 'data folder', 'database', 'schema', 'clock', 'FRED_API_KEY', 'bithumb'])
    assert.equal(of(name)?.state, 'ok', JSON.stringify(of(name)))
  for (const name of ['redis', 'kafka', 'ALPHA_VANTAGE_API_KEY_1'])
    assert.equal(of(name)?.state, 'not set', name)
  assert.match(of('database')!.found, /^PostgreSQL \d+.*real$/)
  assert.deepEqual(
    ['database', 'FRED_API_KEY', 'bithumb'].map((name) => of(name)?.provider),
    [null, 'fred', 'bithumb'],
  )
  const table = (await run(['doctor'])).stdout
  assert.match(table, /^check +state +found +next_step\n/)
  const names = ['check', 'state', 'found', 'next_step'] as const
  const [column] = fitColumns(
    names,
    checks.map((check) => names.map((name) => String((check as Record<string, unknown>)[name] ?? '–'))),
    new Set(),
    120,
  )
  assert.ok(
    column!.width >= 'ALPHA_VANTAGE_API_KEY_1'.length,
    'on a terminal of 120 columns no variable is cut',
  )
})

test('doctor: each problem comes with its fix, and no secret is printed', async () => {
  const env = {
    FRED_API_KEY: 'canary-refused-key',
    COINGECKO_API_KEY_1: 'canary with blank',
    COINGECKO_API_KEY_2: '"canary-quoted"',
    ALPHA_VANTAGE_API_KEY_1: 'your_api_key',
    ALPHA_VANTAGE_API_KEY_2: 'canary-twice',
    ALPHA_VANTAGE_API_KEY_3: 'canary-twice',
    COINGECKO_API_KEY: 'canary-unknown',
    FIN_DATADIR: 'canary',
    REDIS_URL: 'redis://:canary-redis@127.0.0.1:9',
    KAFKA_BROKERS: '127.0.0.1:9',
  }
  await client.query(
    'insert into credential_rests (provider, credential, kind, since, until, why, fingerprint) values ($1, $2, $3, now(), null, $4, $5)',
    [
      'fred',
      Object.keys((await import('../../src/lib/providers/fred.js')).fred.credentials ?? {})[0],
      'stop',
      'the key is not registered',
      fingerprint(env.FRED_API_KEY),
    ],
  )
  const {code, stdout, stderr} = await run(['doctor', '--json'], {env})
  assert.equal(code, 1)
  assert.doesNotMatch(stdout + stderr, /canary/)
  const checks = JSON.parse(stdout) as {
    check: string
    state: string
    found: string
    next_step: string | null
  }[]
  const of = (name: string) => checks.find(({check}) => check === name)
  assert.deepEqual(
    [of('redis')?.state, of('kafka')?.state, of('FRED_API_KEY')?.state],
    ['broken', 'broken', 'broken'],
  )
  assert.match(of('FRED_API_KEY')!.found, /^refused: the key is not registered$/)
  for (const name of [
    'COINGECKO_API_KEY_1',
    'COINGECKO_API_KEY_2',
    'ALPHA_VANTAGE_API_KEY_1',
    'ALPHA_VANTAGE_API_KEY_3',
    'setting COINGECKO_API_KEY',
    'setting FIN_DATADIR',
  ])
    assert.equal(of(name)?.state, 'attention', name)
  assert.match(of('setting FIN_DATADIR')!.next_step!, /Did you mean FIN_DATA_DIR\?/)
  for (const {check, state, next_step: nextStep} of checks)
    if (state === 'broken' || state === 'attention') assert.ok(nextStep, check)
  writeFileSync(join(folder, '.env'), 'A=b\n', {mode: 0o644})
  const loose = await run(['doctor', '--json'], {cwd: folder})
  rmSync(join(folder, '.env'))
  assert.match(
    loose.stdout,
    /"check":"\.env","provider":null,"state":"attention","found":"other users may open [^"]*\.env \(mode 644\)","next_step":"Run: chmod 600 \.env"/,
  )
  // another credential under the same label is tried at once, because the old refusal does not apply to it
  const changed = await run(['doctor', '--provider', 'fred', '--json'], {
    env: {FRED_API_KEY: 'abcdef0123456789abcdef0123456789'},
  })
  assert.deepEqual(
    [changed.code, (JSON.parse(changed.stdout) as {state: string}[]).map(({state}) => state)],
    [0, ['ok']],
  )
})

test('an invalid setting: doctor names a valid value, quota names its provider and shows the other providers', async () => {
  const env = {X_PLAN_1: 'foo', NEWSAPI_REQUESTS_PER_DAY: '-3'}
  const {code, stdout} = await run(['doctor', '--json'], {env})
  assert.equal(code, 1)
  const checks = JSON.parse(stdout) as {
    check: string
    provider: string | null
    state: string
    found: string
    next_step: string | null
  }[]
  const broken = checks.filter(({state}) => state === 'broken').map(({provider, found}) => [provider, found])
  assert.deepEqual(broken, [
    ['newsapi', 'NEWSAPI_REQUESTS_PER_DAY is "-3", which is not a limit'],
    ['x', 'X_PLAN_1 is "foo", which is not a plan'],
  ])
  assert.match(
    checks.find(({check}) => check === 'settings of x')!.next_step!,
    /^Set it to one of: legacy-free, /,
  )
  assert.equal((await run(['doctor', '--provider', 'x', '--json'], {env})).code, 1)
  assert.equal((await run(['doctor', '--provider', 'fred', '--json'], {env})).code, 0)
  const rows = await rowsOf(['quota'], {env})
  assert.deepEqual(
    rows.filter(({state}) => state === 'misconfigured').map(({provider, why}) => [provider, why]),
    broken,
  )
  assert.ok(rows.some(({provider, state}) => provider === 'bithumb' && state === 'ready'))
  const plan = await run(['quota', '--plan', '--json'], {env})
  assert.equal(plan.code, 1, plan.stderr)
  assert.match(
    plan.stderr,
    /^error: NEWSAPI_REQUESTS_PER_DAY is "-3", which is not a limit\. Set it to a whole number above zero/m,
  )
  assert.match(plan.stderr, /^error: X_PLAN_1 is "foo"/m)
  assert.ok((JSON.parse(plan.stdout) as {provider: string}[]).some(({provider}) => provider === 'coingecko'))
})

test('status: a job that a setting or a list blocks is shown with the reason, and the other jobs are shown', async () => {
  const {code, stdout, stderr} = await run(['status', '--json'], {
    env: {X_PLAN_1: 'foo', X_BEARER_TOKEN_1: 'abcdef0123456789'},
  })
  assert.equal(code, 0, stderr)
  assert.match(stderr, /x-posts: X_PLAN_1 is "foo", which is not a plan/)
  const of = (text: string, job: string) =>
    (JSON.parse(text) as {unit: string; why: string | null; state: string}[]).find((row) => row.unit === job)
  assert.match(of(stdout, 'x-posts')!.why!, /not a plan/)
  assert.equal(of(stdout, 'cpi')!.why, null)
  const lists = mkdtempSync(join(folder, 'lists-'))
  writeFileSync(join(lists, 'x-accounts.csv'), 'username\0')
  const broken = await run(['status', '--json'], {env: {FIN_CONFIG_DIR: lists}})
  assert.equal(broken.code, 0, broken.stderr)
  assert.match(of(broken.stdout, 'x-profiles')!.why!, /x-accounts\.csv has a NUL character in line 1/)
})

test('doctor: an unreachable database, and a database without the schema', async () => {
  const states = async (env: Record<string, string>) => {
    const {code, stdout} = await run(['doctor', '--json'], {env})
    const checks = JSON.parse(stdout) as {check: string; state: string; next_step: string | null}[]
    return [code, ...['database', 'schema'].map((name) => checks.find(({check}) => check === name)?.state)]
  }
  assert.deepEqual(await states({DATABASE_URL: 'postgres://127.0.0.1:9/fin'}), [1, 'broken', undefined])
  assert.deepEqual(await states({DATABASE_URL: await server.database('empty')}), [1, 'ok', 'broken'])
  const simulator = await run(['doctor', '--json'], {
    env: {FIN_SIMULATOR_URL: 'http://127.0.0.1:9', DATABASE_URL: await server.database('simulated')},
  })
  assert.equal(simulator.code, 1)
  assert.match(simulator.stdout, /Start it: fin simulate/)
})

const takingInstants = [
  [['runs', '--since']],
  [['runs', '--rejected', '--since']],
  [['export', 'cpi', '--since']],
  [['export', 'cpi', '--until']],
  [['schedule', 'due', '--since']],
  [['ingest', 'cpi', '--plan', '--at']],
  [['map', 'bithumb-coingecko', '--dry-run', '--at']],
  [
    ['simulate', '--at'],
    ['--', 'true'],
  ],
] as const
for (const [index, [args, after = []]] of takingInstants.entries())
  test(`fin ${args.join(' ')} accepts an instant, a date and a duration ago, and refuses anything else with a message`, async () => {
    for (const instant of inTurn(['7d', '2026-11-16', '2026-11-16T15:00Z'], index)) {
      const {code, stderr} = await run([...args, instant, ...after])
      assert.equal(code, 0, stderr)
    }
    const {code, stderr} = await run([...args, 'tomorrow', ...after])
    assert.equal(code, 2)
    assert.ok(stderr.includes(`fin: ${args.at(-1)} is "tomorrow", which is not an instant\n`), stderr)
    assert.match(stderr, /24h, 7d, 2w for that long ago/)
  })
