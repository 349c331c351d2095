/** Each transaction has the settings that fin depends on, whatever the server, database or role set. */
import assert from 'node:assert/strict'
import {after, before, test} from 'node:test'
import pg from 'pg'
import {loadConfig} from '../../src/lib/config.js'
import {initDatabase} from '../../src/lib/db/init.js'
import {openDatabase} from '../../src/lib/db/pool.js'
import {fin, postgres, type Postgres} from '../servers.js'

let server: Postgres

before(async () => {
  server = await postgres()
})
after(() => server.stop())

/** Settings that change how text is read or values are written, and what the server does with a statement. */
const odd = {
  TimeZone: 'Asia/Kathmandu',
  DateStyle: 'German',
  IntervalStyle: 'sql_standard',
  extra_float_digits: '-10',
  standard_conforming_strings: 'off',
  backslash_quote: 'on',
  array_nulls: 'off',
  bytea_output: 'escape',
  lock_timeout: '1ms',
  default_transaction_isolation: 'serializable',
  client_encoding: 'LATIN1',
}

async function oddDatabase(): Promise<string> {
  const url = await server.database('odd')
  const client = new pg.Client(url)
  await client.connect()
  for (const [name, value] of Object.entries(odd))
    await client.query(`alter database ${new URL(url).pathname.slice(1)} set ${name} = '${value}'`)
  await client.end()
  return url
}

test('the schema is made, and values come and go unchanged', async () => {
  const url = await oddDatabase()
  const config = loadConfig({DATABASE_URL: url}, '/')
  await initDatabase(config)
  const database = await openDatabase(config)
  const expressions = [
    [`'2026-03-08 02:30:00'::timestamptz`, '2026-03-08T02:30:00.000Z'],
    [`'2026-03-08'::date`, '2026-03-08'],
    [`interval '1 day 2 hours'`, '1 day 02:00:00'],
    [`0.1::float8 + 0.2::float8`, 0.30000000000000004],
    [`'a\\b'`, 'a\\b'],
    [`'{NULL}'::text[]`, [null]],
    [`'비트코인 🪙'`, '비트코인 🪙'],
    [`current_setting('lock_timeout')`, '0'],
    [`current_setting('statement_timeout')`, '5min'],
  ] as const
  try {
    for (const [expression, expected] of expressions) {
      const text = `select ${expression} as v`
      assert.deepEqual((await database.pool.query(text)).rows, [{v: expected}], expression)
      assert.deepEqual((await database.pool.query(`${text} where $1`, [true])).rows, [{v: expected}])
      await database.transaction(async (tx) => {
        assert.deepEqual((await tx.client.query(text)).rows, [{v: expected}], expression)
      })
    }
    await database.transaction(async (tx) => {
      const {rows} = await tx.client.query(`select current_setting('transaction_isolation') as v`)
      assert.deepEqual(rows, [{v: 'read committed'}])
    })
    const session = new pg.Client(url)
    await session.connect()
    const {rows} = await session.query('show TimeZone')
    await session.end()
    assert.deepEqual(rows, [{TimeZone: 'Asia/Kathmandu'}])
  } finally {
    await database.close()
  }
})

test('the error of a single statement leaves the connection usable, and its result is its own', async () => {
  const database = await openDatabase(loadConfig({DATABASE_URL: await server.withSchema('single')}, '/'))
  try {
    const client = await database.pool.connect()
    try {
      for (const bad of ['select 1/0', 'selekt', `select 'x'::int`, 'select $1::int + $2::int'])
        await assert.rejects(client.query(bad, [1]))
      assert.deepEqual((await client.query('select 7 as v')).rows, [{v: 7}])
      assert.equal(client.getTransactionStatus(), 'I')
      const {rows, rowCount, command} = await client.query(
        `insert into target_state (unit, target) values ('a', 'b') returning unit`,
      )
      assert.deepEqual([rows, rowCount, command], [[{unit: 'a'}], 1, 'INSERT'])
    } finally {
      client.release()
    }
  } finally {
    await database.close()
  }
})

test('commands work on a database with odd settings', async () => {
  const env = {DATABASE_URL: await oddDatabase()}
  const body = {
    observations: [
      {realtime_start: '2026-03-01', realtime_end: '9999-12-31', date: '2026-02-01', value: '1.5'},
    ],
  }
  for (const [args, input] of [
    [['db', 'init'], ''],
    [['ingest', 'cpi', '--input', '-', '--target', 'CPIAUCSL'], JSON.stringify(body)],
    [['export', 'cpi', '--ndjson'], ''],
  ] as const) {
    const done = await fin(args, {env, input})
    assert.equal(done.code, 0, `${args.join(' ')}: ${done.stderr}`)
    if (args[0] === 'export') assert.match(done.stdout, /"date":"2026-02-01"/)
  }
})
