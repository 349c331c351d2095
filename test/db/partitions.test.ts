import assert from 'node:assert/strict'
import {mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {after, before, test} from 'node:test'
import {loadConfig} from '../../src/lib/config.js'
import type {Database} from '../../src/lib/db/database.js'
import {ensurePartitions} from '../../src/lib/db/partitions.js'
import {openDatabase} from '../../src/lib/db/pool.js'
import {partitioned} from '../../src/lib/rows.js'
import {postgres, type Postgres} from '../servers.js'

let server: Postgres
let database: Database

before(async () => {
  server = await postgres()
  const url = await server.withSchema('partitions')
  database = await openDatabase(
    loadConfig({DATABASE_URL: url}, mkdtempSync(`${tmpdir()}/fin-test-partitions-`)),
  )
})
after(async () => {
  await database.close()
  await server.stop()
})

const ensure = (...instants: string[]) =>
  database.transaction((tx) => ensurePartitions(tx, 'bithumb_ticker', instants))
const partitions = async () =>
  (await database.query<{name: string}>('select_partitions', ['bithumb_ticker'])).map((row) => row.name)
const quote = (market: string, at: string) =>
  database.pool.query(
    `insert into bithumb_ticker (market, trade_price, timestamp_field, quoted_at) values ($1, 1, extract(epoch from $2::timestamptz) * 1000, $2)`,
    [market, at],
  )
const placed = async (market: string) =>
  (
    await database.pool.query<{at: string; place: string}>(
      `select quoted_at at, tableoid::regclass::text place from bithumb_ticker where market = $1 order by quoted_at`,
      [market],
    )
  ).rows

test('the partitions of the given months and of the next month are created once', async () => {
  const strange = [
    'no instant',
    '20260-01-01T00:00:00Z',
    '1970-01-01T00:00:00Z',
    '2008-12-31T23:59:59Z',
    '2199-12-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ]
  assert.deepEqual(
    await ensure(...strange),
    {created: [], left: []},
    'instants that must be mistakes create no partition',
  )
  assert.deepEqual(await ensure('2024-11-30T23:59:59.999Z', '2024-10-01T00:00:00Z', ...strange), {
    created: ['2024-10', '2024-11', '2024-12'],
    left: [],
  })
  assert.deepEqual(await ensure('2024-11-05T00:00:00Z'), {created: [], left: []})
  assert.deepEqual(await ensure(), {created: [], left: []})
  assert.deepEqual(
    (await partitions()).filter((name) => name !== 'bithumb_ticker_default'),
    ['bithumb_ticker_y2024m10', 'bithumb_ticker_y2024m11', 'bithumb_ticker_y2024m12'],
  )
  await quote('KRW-EDGE', '2024-10-31T23:59:59.999Z')
  await quote('KRW-EDGE', '2024-11-01T00:00:00.000Z')
  assert.deepEqual(
    (await placed('KRW-EDGE')).map((row) => row.place),
    ['bithumb_ticker_y2024m10', 'bithumb_ticker_y2024m11'],
  )
})

test('an instant with an offset belongs to its month in UTC', async () => {
  assert.deepEqual((await ensure('2023-06-01T08:00:00+09:00')).created, ['2023-05', '2023-06'])
})

test('rows that are in DEFAULT already move into the new partition', async () => {
  await quote('KRW-OLD', '2024-02-10T00:00:00Z')
  await quote('KRW-OLD', '2024-07-10T00:00:00Z')
  assert.deepEqual(
    (await placed('KRW-OLD')).map((row) => row.place),
    ['bithumb_ticker_default', 'bithumb_ticker_default'],
  )
  const ids = (
    await database.pool.query(`select * from bithumb_ticker where market = 'KRW-OLD' order by quoted_at`)
  ).rows as object[]
  assert.deepEqual(await ensure('2024-02-11T00:00:00Z'), {created: ['2024-02', '2024-03'], left: []})
  assert.deepEqual(
    (await placed('KRW-OLD')).map((row) => row.place),
    ['bithumb_ticker_y2024m02', 'bithumb_ticker_default'],
  )
  assert.deepEqual(
    (await database.pool.query(`select * from bithumb_ticker where market = 'KRW-OLD' order by quoted_at`))
      .rows,
    ids,
    'moved unchanged',
  )
  await quote('KRW-OLD', '2024-09-10T00:00:00Z')
  assert.equal(
    (await placed('KRW-OLD')).at(-1)?.place,
    'bithumb_ticker_default',
    'DEFAULT still holds the rest',
  )
})

test('rows that cannot be moved stay in DEFAULT without an error', async () => {
  await quote('KRW-STAY', '2023-02-10T00:00:00Z')
  await database.pool.query(
    `create function stay() returns trigger language plpgsql as $$ begin raise exception 'no' using errcode = '23000'; end $$`,
  )
  await database.pool.query(
    'create trigger stay before delete on bithumb_ticker_default for each row execute function stay()',
  )
  try {
    assert.deepEqual(await ensure('2023-02-11T00:00:00Z'), {created: ['2023-03'], left: ['2023-02']})
    await quote('KRW-STAY', '2023-02-12T00:00:00Z')
    assert.equal((await placed('KRW-STAY')).length, 2)
  } finally {
    await database.pool.query('drop function stay() cascade')
  }
})

test('partitioning does not wait for a long reader, blocks nobody else, and creates the month the next time', async () => {
  const reader = await database.pool.connect()
  try {
    await reader.query('begin')
    await reader.query('select count(*) from bithumb_ticker')
    const making = ensure('2018-05-10T00:00:00Z')
    const others = await database.pool.connect()
    try {
      await others.query(`set statement_timeout = '30s'`)
      // while the creation waits, a later reader waits behind it: for the lock timeout, not for the long
      // reader
      await others.query('select pg_sleep(0.3)')
      assert.equal((await others.query('select 1 from bithumb_ticker limit 1')).rows.length, 1)
    } finally {
      others.release(true)
    }
    assert.deepEqual(await making, {created: [], left: ['2018-05', '2018-06']})
    await database.transaction(async (tx) => {
      assert.deepEqual(await ensurePartitions(tx, 'bithumb_ticker', ['2018-05-10T00:00:00Z']), {
        created: [],
        left: ['2018-05', '2018-06'],
      })
      assert.equal(
        (await tx.client.query<{lock_timeout: string}>('show lock_timeout')).rows[0]?.lock_timeout,
        '0',
        'the next statements wait as before',
      )
      await tx.client.query(
        `insert into bithumb_ticker (market, trade_price, timestamp_field, quoted_at) values ('KRW-BUSY', 1, 1525910400000, '2018-05-10T00:00:00Z')`,
      )
    })
    assert.deepEqual(
      (await placed('KRW-BUSY')).map((row) => row.place),
      ['bithumb_ticker_default'],
    )
  } finally {
    await reader.query('rollback')
    reader.release()
  }
  await database.transaction(async (tx) => {
    assert.deepEqual(await ensurePartitions(tx, 'bithumb_ticker', ['2018-05-10T00:00:00Z']), {
      created: ['2018-05', '2018-06'],
      left: [],
    })
    assert.equal(
      (await tx.client.query<{lock_timeout: string}>('show lock_timeout')).rows[0]?.lock_timeout,
      '0',
      'the next statements wait as before',
    )
  })
  assert.deepEqual(
    (await placed('KRW-BUSY')).map((row) => row.place),
    ['bithumb_ticker_y2018m05'],
  )
})

test('eight processes at once create each partition once', async () => {
  const results = await Promise.all(
    Array.from({length: 8}, () => ensure('2019-01-01T00:00:00Z', '2019-03-01T00:00:00Z')),
  )
  assert.deepEqual(results.flatMap((result) => result.created).sort(), ['2019-01', '2019-03', '2019-04'])
  assert.deepEqual(
    results.flatMap((result) => result.left),
    [],
  )
})

test('every partitioned table can get partitions, and rows move into them', async () => {
  const tables = Object.keys(partitioned) as (keyof typeof partitioned)[]
  for (const [index, table] of tables.entries()) {
    const year = 2009 + index
    const made = await database.transaction((tx) => ensurePartitions(tx, table, [`${year}-06-15T12:00:00Z`]))
    assert.deepEqual(made, {created: [`${year}-06`, `${year}-07`], left: []}, table)
  }
  assert.deepEqual(
    await database.transaction((tx) => ensurePartitions(tx, 'cpi', ['2025-06-15T12:00:00Z'])),
    {created: [], left: []},
  )
})
