import assert from 'node:assert/strict'
import {mkdtempSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {after, before, test} from 'node:test'
import {loadConfig} from '../../src/lib/config.js'
import type {Database} from '../../src/lib/db/database.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {openDatabase} from '../../src/lib/db/pool.js'
import {storeRows} from '../../src/lib/db/rejections.js'
import type {NewRow} from '../../src/lib/rows.js'
import {postgres, type Postgres} from '../servers.js'

let server: Postgres
let database: Database

before(async () => {
  server = await postgres()
  const url = await server.withSchema('quarantine')
  database = await openDatabase(
    loadConfig({DATABASE_URL: url}, mkdtempSync(`${tmpdir()}/fin-test-quarantine-`)),
  )
})
after(async () => {
  await database.close()
  await server.stop()
})

const store = (rows: readonly object[], table: 'cpi' | 'target_state' = 'cpi') =>
  database.transaction((tx) => storeRows(tx, table, rows))
const stored = async (series: string) =>
  Number(
    (await database.pool.query<{n: string}>('select count(*) n from cpi where series_id = $1', [series]))
      .rows[0]?.n,
  )

/** The given number of observations: 600 months of a series, then of the next. */
function rows(series: string, count: number): NewRow['cpi'][] {
  return Array.from({length: count}, (_, n) => ({
    series_id: `${series}-${Math.floor(n / 600)}`,
    date: `${1950 + Math.floor((n % 600) / 12)}-${String((n % 12) + 1).padStart(2, '0')}-01`,
    cpi_value: `${100 + n}.5`,
    interval_type: 'monthly',
    unit: 'index',
    name: null,
    realtime_start: null,
  }))
}

for (const n of [2, 3, 7, 100, 4096, 5000]) {
  test(`one bad row at any position among ${n}: the others are stored, with at most 2 log2(n) additional statements`, async () => {
    const places =
      n <= 7
        ? Array.from({length: n}, (_, at) => at)
        : [0, 1, Math.floor(n / 2) - 1, Math.floor(n / 2), Math.floor(n * 0.77), n - 1]
    for (const at of places) {
      const all = rows(`N${n}P${at}S`, n)
      const bad = {...all[at], cpi_value: 'not a number'}
      const {inserted, rejected, good, statements} = await store(all.with(at, bad as NewRow['cpi']))
      assert.equal(inserted, n - 1)
      assert.deepEqual(good, all.toSpliced(at, 1))
      assert.deepEqual(
        rejected.map(({row}) => row),
        [bad],
      )
      assert.match(rejected[0]?.reason ?? '', /invalid input syntax for type numeric: "not a number"/)
      assert.deepEqual(JSON.parse(rejected[0]?.text ?? ''), bad, 'it can be replayed')
      assert.ok(
        statements - 1 <= 2 * Math.log2(n),
        `${statements - 1} additional statements for row ${at} of ${n}`,
      )
    }
  })
}

test('several bad rows are each rejected alone, with their own reason', async () => {
  const all = rows('SEVERAL', 500)
  const change = (at: number, more: object) => {
    all[at] = {...all[at], ...more} as NewRow['cpi']
  }
  change(3, {interval_type: null})
  change(4, {cpi_value: '-5'})
  change(5, {cpi_value: '1e999999'})
  change(250, {date: '2026-02-30'})
  change(251, {unit: 'nul \u0000 byte'})
  change(252, {unit: 'half \ud800 of it'})
  change(499, {series_id: ''})
  const {inserted, rejected} = await store(all)
  assert.equal(inserted + rejected.length, 500)
  const reasons = rejected.map(({row, reason}) => `${all.indexOf(row as NewRow['cpi'])}: ${reason}`)
  const has = (pattern: RegExp) =>
    assert.ok(
      reasons.some((reason) => pattern.test(reason)),
      `${pattern} in\n${reasons.join('\n')}`,
    )
  has(/^3: column "interval_type" must not be null/)
  has(/^5: .*(overflow|out of range)|^5: refused by check/)
  has(/^250: .*out of range/)
  has(/^251: .*NUL/)
  has(/^252: .*lone surrogate/)
  for (const reason of reasons) assert.ok(reason.length < 320)
})

test('numbers that JSON would turn into null, and holes in lists, are rejected before they are sent', async () => {
  const [one, two, three, good] = rows('NUMBERS', 4)
  const mixed = [
    {...one, cpi_value: Number.NaN},
    {...two, cpi_value: Infinity},
    {...three, unit: undefined},
    {...good},
  ]
  const {inserted, rejected, statements} = await store(mixed)
  assert.equal(inserted, 1)
  assert.equal(statements, 1)
  assert.deepEqual(
    rejected.map(({reason}) => reason),
    [
      'column "cpi_value" is NaN, not a number that can be stored',
      'column "cpi_value" is Infinity, not a number that can be stored',
      'column "unit" is undefined',
    ],
  )
  for (const {text} of rejected)
    assert.throws(() => JSON.parse(text), SyntaxError, 'a replay would store null in its place')
})

test('the last of several rows with one key wins, also when the key is written in two ways', async () => {
  const [row] = rows('TWICE', 1) as [NewRow['cpi']]
  const result = await store([row, {...row, cpi_value: '7'}, {...row, cpi_value: '8.10'}])
  assert.deepEqual(
    {...result, rejected: result.rejected.length},
    {inserted: 1, updated: 0, unchanged: 0, rejected: 0, good: [{...row, cpi_value: '8.10'}], statements: 1},
  )
  assert.deepEqual(
    (await database.pool.query('select cpi_value from cpi where series_id = $1', ['TWICE-0'])).rows,
    [{cpi_value: '8.10'}],
  )
  const spelled = await store([
    {...row, cpi_value: '9'},
    {...row, date: row.date.replaceAll('-', ''), cpi_value: '10.20'},
  ])
  assert.equal(spelled.rejected.length, 0)
  assert.deepEqual(
    (await database.pool.query('select cpi_value from cpi where series_id = $1', ['TWICE-0'])).rows,
    [{cpi_value: '10.20'}],
  )
})

test('a second upsert changes nothing, and a changed row is counted as changed', async () => {
  const all = rows('AGAIN', 50)
  assert.equal((await store(all)).inserted, 50)
  assert.deepEqual(await store(all), {
    inserted: 0,
    updated: 0,
    unchanged: 50,
    rejected: [],
    good: all,
    statements: 1,
  })
  const changed = all.with(7, {...(all[7] as NewRow['cpi']), cpi_value: '0.75'})
  assert.deepEqual(await store(changed), {
    inserted: 0,
    updated: 1,
    unchanged: 49,
    rejected: [],
    good: changed,
    statements: 1,
  })
})

test('more than 5,000 rows are sent in several statements', async () => {
  const result = await store(rows('MANY', 12_001))
  assert.equal(result.inserted, 12_001)
  assert.equal(result.statements, 3)
})

test('an error that no row causes is thrown, and nothing is stored', async () => {
  await assert.rejects(
    database.transaction(async (tx) => {
      await storeRows(tx, 'cpi', rows('FAULT', 3))
      await tx.client.query('alter table cpi rename to cpi_gone')
      await storeRows(tx, 'cpi', rows('FAULTY', 3))
    }),
    /relation "cpi" does not exist/,
  )
  assert.equal(await stored('FAULT-0'), 0)
})

test('a view or a changed table in place of a table is named', async () => {
  for (const made of [
    'create view cpi as select * from cpi_gone',
    `create view cpi as select *, 1 as one from cpi_gone union all select *, 2 from cpi_gone`,
    'create materialized view cpi as select * from cpi_gone',
    'create table cpi (like cpi_gone including defaults)',
  ])
    await assert.rejects(
      database.transaction(async (tx) => {
        await tx.client.query('alter table cpi rename to cpi_gone')
        await tx.client.query(made)
        await storeRows(tx, 'cpi', rows('VIEW', 1))
      }),
      (error: NeedsPerson) =>
        error instanceof NeedsPerson &&
        /^"cpi" in this database is not the table/.test(error.message) &&
        /create_cpi\.sql/.test(error.nextStep ?? ''),
      made,
    )
})

test('rows with an incomplete key are not duplicates of each other: each is rejected alone', async () => {
  const [first, second, third] = rows('INCOMPLETE', 3)
  const {date: _, ...without} = second!
  const bad = [{...first!, date: null}, {...first!, date: null, cpi_value: '7'}, without]
  const {inserted, rejected} = await store([bad[0]!, third!, bad[1]!, bad[2]!])
  assert.equal(inserted, 1)
  assert.deepEqual(
    rejected.map(({row}) => row),
    bad,
  )
  for (const {reason} of rejected) assert.match(reason, /must not be null/)
})
