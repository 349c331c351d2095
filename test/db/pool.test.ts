// The zone of the host must not matter: a zone with daylight-saving time shows it best. Set before any module
// reads it.
process.env['TZ'] = 'America/New_York'
import assert from 'node:assert/strict'
import {mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {after, before, test} from 'node:test'
import pg from 'pg'
import {realClock} from '../../src/lib/clock.js'
import {loadConfig} from '../../src/lib/config.js'
import {describeDatabase} from '../../src/lib/db/connection.js'
import type {Database} from '../../src/lib/db/database.js'
import {readable, readableInRun} from '../../src/lib/postgres-errors.js'
import {openDatabase} from '../../src/lib/db/pool.js'
import {databaseOn} from '../../src/lib/db/queries.js'
import {readTable, readableTable} from '../../src/lib/db/read-table.js'
import {FinError, inOneLine, NeedsPerson, TryLater} from '../../src/lib/errors.js'
import {postgres, type Postgres} from '../servers.js'

let server: Postgres
let url: string
let database: Database
const folder = mkdtempSync(`${tmpdir()}/fin-test-pool-`)
const configOf = (databaseUrl: string, more: Record<string, string> = {}) =>
  loadConfig({DATABASE_URL: databaseUrl, ...more}, folder)
const open = (databaseUrl: string, more: Record<string, string> = {}) =>
  openDatabase(configOf(databaseUrl, more))
const simulated = {FIN_SIMULATOR_URL: 'http://127.0.0.1:4010'}

before(async () => {
  server = await postgres()
  url = await server.withSchema('pool')
  database = await open(url)
})
after(async () => {
  await database.close()
  await server.stop()
})

const valueOf = async (expression: string) =>
  (await database.pool.query<{v: unknown}>(`select ${expression} as v`)).rows[0]?.v

test('values keep every digit, in any zone of the host', async () => {
  assert.equal(new Date('2026-07-01T12:00:00Z').getHours(), 8, 'the test runs in New York')
  for (const [expression, expected] of [
    [`'2026-03-08 02:30:00.123456+00'::timestamptz`, '2026-03-08T02:30:00.123456Z'],
    [`'2026-03-08 02:30:00.120000+00'::timestamptz`, '2026-03-08T02:30:00.120Z'],
    [`'2026-03-08 02:30:00.000100+00'::timestamptz`, '2026-03-08T02:30:00.000100Z'],
    [`'2026-03-08T02:30:00-05:00'::timestamptz`, '2026-03-08T07:30:00.000Z'],
    [`'infinity'::timestamptz`, 'infinity'],
    [`'2026-03-08'::date`, '2026-03-08'],
    [`'2026-03-08 02:30:00'::timestamp`, '2026-03-08T02:30:00.000'],
    [`1234567890123456789.0123456789::numeric`, '1234567890123456789.0123456789'],
    [`'1.10'::numeric`, '1.10'],
    [`9007199254740993::bigint`, '9007199254740993'],
    [`7::int`, 7],
    [`true`, true],
    [`array[1.10, null]::numeric[]`, ['1.10', null]],
    [`array[9007199254740993]::bigint[]`, ['9007199254740993']],
    [`array['2026-03-08']::date[]`, ['2026-03-08']],
    [`array['2026-03-08 02:30:00.123456+00']::timestamptz[]`, ['2026-03-08T02:30:00.123456Z']],
    [`array['a "b"', 'c,d', '\\', '', null]::text[]`, ['a "b"', 'c,d', '\\', '', null]],
    [
      `array[array[1.5, 2], array[3, 4]]::numeric[]`,
      [
        ['1.5', '2'],
        ['3', '4'],
      ],
    ],
    [
      `'{"a": 12345678901234567890, "b": 1.10, "c": 7, "d": [0.1, "1.10", null]}'::jsonb`,
      {a: '12345678901234567890', b: '1.10', c: 7, d: [0.1, '1.10', null]},
    ],
    [`'{"a": 1e400}'::json`, {a: '1e400'}],
  ] as const)
    assert.deepEqual(await valueOf(expression), expected, expression)
})

test('every statement has the settings that fin depends on', async () => {
  assert.equal(await valueOf(`current_setting('TimeZone')`), 'UTC')
  assert.equal(await valueOf(`current_setting('statement_timeout')`), '5min')
  assert.equal(await valueOf(`current_setting('idle_in_transaction_session_timeout')`), '10min')
  assert.equal(await valueOf(`current_setting('application_name')`), 'fin')
})

test('a transaction stores all or nothing, and a savepoint undoes its own part only', async () => {
  const count = async () => Number(await valueOf(`(select count(*) from target_state where unit = 'tx')`))
  const put = (on: {client: pg.PoolClient}, target: string) =>
    on.client.query(`insert into target_state (unit, target) values ('tx', $1)`, [target])
  await assert.rejects(
    database.transaction(async (tx) => {
      await put(tx, 'a')
      throw new Error('changed my mind')
    }),
    /changed my mind/,
  )
  assert.equal(await count(), 0)
  await database.transaction(async (tx) => {
    await put(tx, 'a')
    await assert.rejects(
      tx.savepoint(async () => {
        await put(tx, 'b')
        await tx.savepoint(() => put(tx, 'c'))
        await put(tx, 'a')
      }),
      /duplicate key/,
    )
    await put(tx, 'd')
  })
  assert.equal(await count(), 2)
  await assert.rejects(
    database.transaction(async (tx) => {
      await put(tx, 'e')
      await put(tx, 'a').catch(() => {})
    }),
    /nothing was stored/,
  )
  assert.equal(await count(), 2)
})

test('a stream reads in batches, releases its connection when its reader stops, and keeps types', async () => {
  await database.pool.query(
    `insert into target_state (unit, target) select 'stream', 'x' || n from generate_series(1, 2500) n`,
  )
  const sizes: number[] = []
  for await (const rows of database.stream<{target: string}>('select_schema_files', [], 7))
    sizes.push(rows.length)
  assert.ok(sizes.length > 2 && sizes.slice(0, -1).every((size) => size === 7))
  for (let round = 0; round < 20; round++) {
    for await (const [first] of database.stream<{applied_at: string}>('select_schema_files', [], 1)) {
      assert.match(first?.applied_at ?? '', /^\d{4}-\d\d-\d\dT.*Z$/)
      break
    }
  }
  assert.equal(database.pool.totalCount - database.pool.idleCount, 0)
})

test('a reader may be slower than the statement timeout, and the timeout applies again afterwards', async () => {
  const pool = new pg.Pool({connectionString: url, max: 1, options: '-c statement_timeout=1000'})
  const impatient = databaseOn(
    pool,
    {settings: {connectionString: url}, where: 'the test server', embedded: undefined},
    'real',
  )
  const limit = async () =>
    (await pool.query<{statement_timeout: string}>('show statement_timeout')).rows[0]?.statement_timeout
  const slowly = async (batches: AsyncIterable<object[]>) => {
    let count = 0
    for await (const rows of batches) {
      if (count === 0) await realClock.sleep(1500)
      count += rows.length
    }
    return count
  }
  try {
    await pool.query(
      `insert into target_state (unit, target) select 'slow', 'x' || n from generate_series(1, 2500) n`,
    )
    const table = await readableTable(impatient, 'target_state')
    const all = Number((await pool.query<{n: string}>('select count(*) n from target_state')).rows[0]?.n)
    assert.equal(
      await slowly(readTable(impatient, table, {on: undefined, since: null, until: null}, 100)),
      all,
    )
    assert.equal(await limit(), '1s')
    assert.ok((await slowly(impatient.stream('select_target_states', ['slow'], 100))) === 2500)
    for await (const rows of impatient.stream('select_target_states', ['slow'], 100))
      if (rows.length > 0) break
    assert.equal(await limit(), '1s', 'also when the reader stopped early')
    await assert.rejects(async () => {
      for await (const rows of impatient.stream('select_target_states', []))
        assert.fail(`${rows.length} rows`)
    }, /bind message supplies 0 parameters/)
    assert.equal(await limit(), '1s', 'and after an error')
    await assert.rejects(pool.query('select pg_sleep(5)'), /statement timeout/)
  } finally {
    await impatient.close()
  }
})

test('each error of the server becomes the right error of fin', async () => {
  const read = async (...texts: string[]) => {
    const client = new pg.Client(url)
    client.on('error', () => {})
    await client.connect()
    try {
      for (const text of texts) await client.query(text)
      return assert.fail('no error')
    } catch (error) {
      return [readable(error, 'here'), error] as const
    } finally {
      await client.end().catch(() => {})
    }
  }
  const holder = await database.pool.connect()
  try {
    await holder.query('begin')
    await holder.query('lock table cpi')
    for (const [texts, says] of [
      [
        [`set lock_timeout = '50ms'`, 'select 1 from cpi'],
        /^the database here kept something locked for too long: /,
      ],
      [
        [`set statement_timeout = '50ms'`, 'select pg_sleep(10)'],
        /^the database here stopped a statement that took too long: /,
      ],
      [
        [`do $$ begin raise exception 'x' using errcode = '40001'; end $$`],
        /^the database here undid a transaction that met another one: x/,
      ],
      [
        [`do $$ begin raise exception 'x' using errcode = '40P01'; end $$`],
        /^the database here undid a transaction that met another one: x/,
      ],
      [['select pg_terminate_backend(pg_backend_pid())'], /^the connection to the database here was lost: /],
    ] as const) {
      const [error] = await read(...texts)
      assert.ok(error instanceof TryLater, String(error))
      assert.equal(error.exitCode, 1, 'the rows from before stay')
      assert.match(error.message, says)
      assert.ok(error.nextStep)
      assert.equal(error.provider, undefined, 'the error names no provider')
    }
  } finally {
    await holder.query('rollback')
    holder.release()
  }
  const [error, original] = await database.pool.query('select $1::int + $2::int', [1]).then(
    () => assert.fail('no error'),
    (caught: unknown) => [readable(caught, 'here'), caught],
  )
  assert.equal((original as {code?: string}).code, '08P01')
  assert.equal(error, original, 'a defect of the program is not a lost connection')
})

test('a lock has one holder, until it is released or its holder is gone', async () => {
  const other = await open(url)
  try {
    const held = await database.lock('unit cpi')
    assert.ok(held)
    assert.equal(await other.lock('unit cpi'), undefined)
    assert.equal(await database.lock('unit cpi'), undefined)
    const another = await other.lock('unit inflation')
    assert.ok(another)
    await held.release()
    await held.release()
    const taken = await other.lock('unit cpi')
    assert.ok(taken)
    await other.close()
    assert.ok(await database.lock('unit cpi'))
  } finally {
    await other.close().catch(() => {})
  }
})

test('connections that the server ends, idle or at work, do not end the process', async () => {
  const doomed = await open(url)
  const killer = new pg.Client(url)
  await killer.connect()
  const killAll = () =>
    killer.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    )
  try {
    await doomed.query('select_fin_world')
    await killAll()
    assert.deepEqual(await doomed.query('select_fin_world').catch(() => doomed.query('select_fin_world')), [
      {world: 'real'},
    ])
    await assert.rejects(
      doomed.transaction(async (tx) => {
        await tx.query('select_fin_world')
        await killAll()
        await tx.query('select_fin_world')
      }),
      (error) =>
        error instanceof TryLater && /connection/.test(error.message) && error.nextStep !== undefined,
    )
    assert.deepEqual(await doomed.query('select_fin_world'), [{world: 'real'}])
  } finally {
    await killer.end()
    await doomed.close()
  }
  await database.query('select_fin_world').catch(() => {})
})

test('real and simulated data never mix in one database', async () => {
  const refused = (more: Record<string, string>, pattern: RegExp, at: string) =>
    assert.rejects(open(at, more), (error) => {
      assert.ok(error instanceof NeedsPerson)
      assert.match(error.message, pattern)
      assert.match(error.nextStep ?? '', /DATABASE_URL/)
      return true
    })
  await refused(simulated, /holds real data.*simulated data/, url)
  const empty = await server.database('sim')
  const first = await open(empty, simulated)
  assert.equal(first.origin, 'simulated')
  assert.deepEqual(await first.query('select_fin_world'), [{world: 'simulated'}])
  await first.close()
  await refused({}, /holds simulated data.*real data/, empty)
  const foreign = await server.database('foreign')
  const client = new pg.Client(foreign)
  await client.connect()
  await client.query('create table customers (id int)')
  await client.end()
  await refused(simulated, /not empty/, foreign)
})

test('a real and a simulated command race for an empty database: one wins, the other gets an error', async () => {
  const at = await server.database('race')
  const {initDatabase} = await import('../../src/lib/db/init.js')
  const ends = await Promise.allSettled([initDatabase(configOf(at)), initDatabase(configOf(at, simulated))])
  assert.deepEqual(ends.map((end) => end.status).sort(), ['fulfilled', 'rejected'])
  const lost = ends.find((end) => end.status === 'rejected')
  assert.ok(lost?.reason instanceof NeedsPerson)
})

test('an unusable database is named without its password, with a next step', async () => {
  const secret = 'canary-password'
  const of = (change: (changed: URL) => void) => {
    const changed = new URL(url)
    changed.password = secret
    change(changed)
    return changed.href
  }
  const right = new URL(url).password
  for (const [bad, kind, pattern] of [
    [of(() => {}), NeedsPerson, /refused the sign-in/],
    [
      of((changed) => {
        changed.password = right
        changed.pathname = '/not_there'
      }),
      NeedsPerson,
      /does not exist/,
    ],
    [
      of((changed) => {
        changed.port = '1'
      }),
      TryLater,
      /does not answer/,
    ],
    [
      of((changed) => {
        changed.hostname = 'no-such-host.invalid'
      }),
      Error,
      /host of the database|does not answer/,
    ],
    [`mysql://u:${secret}@h/d`, NeedsPerson, /not the address/],
    [`postgresql://u:${secret}#?@h:x/d`, NeedsPerson, /not the address/],
    [secret, NeedsPerson, /not the address/],
  ] as const) {
    await assert.rejects(open(bad), (error) => {
      assert.ok(error instanceof kind, String(error))
      assert.match(error.message, pattern)
      assert.ok('nextStep' in error && typeof error.nextStep === 'string')
      assert.equal('exitCode' in error && error.exitCode, 2, 'exit 2: the command could not start')
      for (const text of [error.message, String(error.nextStep), error.stack ?? '', JSON.stringify(error)])
        assert.ok(!text.includes(secret))
      return true
    })
  }
})

test('a database is named by user, host, port and database', () => {
  assert.equal(
    describeDatabase('postgresql://me:secret@db.example:6432/fin?sslmode=require'),
    'me@db.example:6432/fin',
  )
  assert.equal(describeDatabase('postgresql:///fin?host=/run/pg'), '/run/pg/fin')
  assert.doesNotMatch(describeDatabase('postgresql://me:12/cret@host/db'), /cret/)
  assert.equal(
    describeDatabase('postgresql://me:secret@/fin?host=/run/pg'),
    'me@/run/pg/fin',
    'a sign-in at a socket has no host',
  )
  assert.equal(
    describeDatabase('postgresql://me%zz:se%cret@host/a%zz'),
    '...@host/...',
    'pg accepts a stray percent sign unchanged',
  )
})

test('an embedded server that answers no longer was stopped, and DATABASE_URL is not blamed', () => {
  const said = (code: string, isEmbedded: boolean, syscall = 'connect') => {
    const error = readableInRun(Object.assign(new Error('x'), {code, syscall}), 'here', isEmbedded)
    return error instanceof FinError ? inOneLine(error) : 'unchanged'
  }
  for (const code of ['ENOENT', 'ECONNREFUSED', 'ECONNRESET']) {
    assert.match(said(code, true), /^the embedded server was stopped during the run\. Run the command again/)
    assert.match(said(code, false), /DATABASE_URL/)
  }
  assert.equal(said('ENOENT', true, 'open'), 'unchanged')
})
