/** Locks on fin's own tables: who may take them, how long they are waited for, and who holds them. */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import pg from 'pg'
import {loadConfig} from '../../src/lib/config.js'
import type {Database} from '../../src/lib/db/database.js'
import {waitForLock} from '../../src/lib/db/locks.js'
import {ensurePartitions} from '../../src/lib/db/partitions.js'
import {openDatabase} from '../../src/lib/db/pool.js'
import {applySchema, shippedSchema} from '../../src/lib/db/schema.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {root} from '../paths.js'
import {postgres, type Postgres} from '../servers.js'
import {filesBelow} from '../sources.js'

let server: Postgres
let url: string
let database: Database

before(async () => {
  server = await postgres()
  url = await server.withSchema('locks')
  database = await openDatabase(loadConfig({DATABASE_URL: url}, '/'))
})
after(async () => {
  await database.close()
  await server.stop()
})

/** A session of another program. */
async function session<T>(
  work: (client: pg.Client) => Promise<T>,
  settings: pg.ClientConfig = {connectionString: url, application_name: 'another program'},
): Promise<T> {
  const client = new pg.Client(settings)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const reserve = (provider: string) =>
  database.transaction((tx) => tx.query('insert_provider_lock', [provider]))

test('no advisory lock is left, because every role can take one', () => {
  const files = filesBelow('sql', 'src', 'initdb')
  const advisory = files.filter((file) => /pg_\w*advisory/i.test(readFileSync(join(root, file), 'utf8')))
  assert.deepEqual(advisory, [])
})

test(
  'a role without rights can take no lock of fin, and advisory locks delay nothing',
  {timeout: 60_000},
  () =>
    session(async (client) => {
      const role = `locks_${process.pid}`
      await client.query(`create role ${role}`)
      try {
        await client.query(`set role ${role}`)
        for (const text of [
          `insert into provider_locks values ('north') on conflict (provider) do update set provider = excluded.provider`,
          'select * from provider_locks for update',
          'lock table provider_locks in share mode',
          'select * from schema_files for update',
          'lock table schema_files in share mode',
          'lock table only bithumb_ticker in share update exclusive mode',
          'lock table bithumb_ticker in access share mode',
        ])
          await assert
            .rejects(client.query(`begin; ${text}`), /permission denied/, text)
            .finally(() => client.query('rollback'))
        for (const key of ['fin quota north', 'fin schema', 'fin partitions bithumb_ticker'])
          await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [key])
        await reserve('north')
        const instants = ['2022-05-10T00:00:00Z']
        await database.transaction((tx) => ensurePartitions(tx, 'bithumb_ticker', instants))
        await session((other) => applySchema(other, 'real'))
      } finally {
        await client.query('reset role')
        await client.query(`drop role ${role}`)
      }
    }),
)

test('the lock of a provider bounds its wait, survives a crash, and leaves others alone', async () => {
  await database
    .transaction(async (tx) => {
      await tx.client.query('set local synchronous_commit = off')
      await tx.query('insert_provider_lock', ['south'])
      const show = async (name: string) =>
        (await tx.client.query<Record<string, string>>(`show ${name}`)).rows[0]![name]
      assert.equal(await show('lock_timeout'), '1min')
      assert.equal(await show('synchronous_commit'), 'on')
      await reserve('west')
      let isFree = false
      const waiting = reserve('south').then(() => (isFree = true))
      await tx.client.query('select pg_sleep(0.3)')
      assert.equal(isFree, false)
      return {waiting}
    })
    .then(({waiting}) => waiting)
  const {rows} = await database.pool.query('select provider from provider_locks order by provider')
  assert.deepEqual(
    rows.filter((row: {provider: string}) => row.provider !== 'north'),
    [{provider: 'south'}, {provider: 'west'}],
  )
})

test('a long wait names the holder, and too long a wait ends with what to do', {timeout: 60_000}, () =>
  session(async (client) => {
    await client.query('begin')
    await client.query(`insert into provider_locks values ('east')`)
    const {rows} = await client.query<{pid: number; role: string}>(
      'select pg_backend_pid() pid, current_user role',
    )
    const {pid, role} = rows[0]!
    const waits: string[] = []
    const about = {
      what: 'the quota of east',
      subject: 'east (T1)',
      log: {notice: (text: string) => void waits.push(text)},
    }
    // The second one waits for the first, which is not named, because it waits itself.
    const others = [reserve('east'), reserve('east')]
    const late = waitForLock(database, about, (waitsAs) =>
      database.transaction(async (tx) => {
        waitsAs(tx.pid)
        await tx.query('select_lock_patience', ['5s'])
        await tx.client.query(`insert into provider_locks values ('east') on conflict do nothing`)
      }),
    )
    const holder = `process ${pid} of the database server (role ${role}, application "another program")`
    await assert.rejects(
      late,
      (error) =>
        error instanceof NeedsPerson &&
        error.message === `east (T1): the quota of east was locked for too long by ${holder}` &&
        error.nextStep!.includes(`select pg_terminate_backend(${pid})`),
    )
    assert.deepEqual(waits, [`east (T1): waits for the quota of east, which is locked by ${holder}`])
    await client.query('rollback')
    await Promise.all(others)
  }),
)

test('a wait names the holder of its own lock, not that of another row', {timeout: 60_000}, () =>
  session((own) =>
    session(async (other) => {
      const pids: number[] = []
      for (const [client, name] of [
        [own, 'fred'],
        [other, 'alpha-vantage'],
      ] as const) {
        const {rows} = await client.query<{pid: number}>('select pg_backend_pid() pid')
        pids.push(rows[0]!.pid)
        await client.query('begin')
        await client.query('insert into provider_locks values ($1)', [name])
      }
      const elsewhere = reserve('alpha-vantage')
      const waits: string[] = []
      const log = {notice: (text: string) => void waits.push(text)}
      const waiting = waitForLock(database, {what: 'the quota', subject: 'fred', log}, (waitsAs) =>
        database.transaction(async (tx) => {
          waitsAs(tx.pid)
          await tx.query('insert_provider_lock', ['fred'])
        }),
      )
      while (waits.length === 0) await own.query('select pg_sleep(0.1)')
      await own.query('rollback')
      await other.query('rollback')
      await Promise.all([waiting, elsewhere])
      assert.match(waits[0]!, new RegExp(`locked by process ${pids[0]} `))
      assert.ok(!waits[0]!.includes(`process ${pids[1]} `), waits[0])
    }),
  ),
)

test('an error of the work itself stays as it is', async () => {
  const about = {what: 'x', subject: 'x', log: undefined}
  const failure = new Error('another one')
  await assert.rejects(
    waitForLock(database, about, () => Promise.reject(failure)),
    failure,
  )
})

test('several processes that make the first table at the same instant each apply other files', async () => {
  for (let round = 0; round < 3; round++) {
    const fresh = await server.database('first_table')
    const shipped = shippedSchema().slice(0, 6)
    const applied = await Promise.all(
      Array.from({length: 6}, () =>
        session((client) => applySchema(client, 'real', shipped), {connectionString: fresh}),
      ),
    )
    assert.deepEqual(applied.flatMap((one) => one.applied).sort(), shipped.map(({name}) => name).sort())
  }
})

test('a wait for the schema names the holder', {timeout: 60_000}, () =>
  session(async (client) => {
    const waits: string[] = []
    await client.query('begin')
    await client.query('select from schema_files for update')
    const {initDatabase} = await import('../../src/lib/db/init.js')
    const log = {notice: (text: string) => void waits.push(text)}
    const initialised = initDatabase(loadConfig({DATABASE_URL: url}, '/'), log)
    while (waits.length === 0) await client.query('select pg_sleep(0.1)')
    await client.query('rollback')
    await initialised
    assert.match(
      waits.join(),
      /^database: waits for the schema, which is locked by process \d+ .*another program/,
    )
  }),
)
