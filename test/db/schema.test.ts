import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {after, before, test} from 'node:test'
import pg from 'pg'
import {loadConfig} from '../../src/lib/config.js'
import {openDatabase} from '../../src/lib/db/pool.js'
import {appliedFiles, applySchema, pendingFiles, shippedSchema} from '../../src/lib/db/schema.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {root} from '../paths.js'
import {fin, postgres, type Postgres, waitingForTable} from '../servers.js'

let server: Postgres
const folder = mkdtempSync(join(tmpdir(), 'fin-test-schema-'))

before(async () => {
  server = await postgres()
})
after(async () => {
  await server.stop()
  rmSync(folder, {recursive: true, force: true})
})

async function on<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const open = async (url: string) => (await openDatabase(loadConfig({DATABASE_URL: url}, folder))).close()
const init = (url: string, args: string[] = []) => fin(['db', 'init', ...args], {env: {DATABASE_URL: url}})
const files = shippedSchema().map((file) => file.name)

test('db init applies every file once, in order, and reports each', async () => {
  const url = await server.database()
  const first = await init(url)
  assert.equal(first.code, 0, first.stderr)
  assert.deepEqual(first.stdout.trim().split('\n'), files)
  const second = await init(url, ['--json'])
  assert.deepEqual(
    JSON.parse(second.stdout),
    files.map((file) => ({file, applied: 'before'})),
  )
  const recorded = await on(
    url,
    async (client) =>
      (
        await client.query<{name: string; version: string}>(
          'select name, version from schema_files order by applied_at',
        )
      ).rows,
  )
  assert.deepEqual(
    recorded.map((row) => row.name),
    files,
  )
  assert.equal(
    recorded[0]?.version,
    (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {version: string}).version,
  )
})

test('a command on a database of the user refers to db init instead of changing the database', async () => {
  const url = await server.database()
  const asksForInit = (error: unknown) =>
    error instanceof NeedsPerson && error.nextStep === 'Run `fin db init`.'
  await assert.rejects(open(url), asksForInit)
  assert.equal(
    await on(
      url,
      async (client) =>
        (await client.query('select from pg_class where relname = $1', ['schema_files'])).rowCount,
    ),
    0,
  )
  await on(url, (client) => applySchema(client, 'real', shippedSchema().slice(0, 5)))
  await assert.rejects(open(url), (error) => asksForInit(error) && /lacks/.test((error as Error).message))
  assert.equal((await init(url)).code, 0)
  await open(url)
})

test('two db init at once apply each file once', async () => {
  const url = await server.database()
  const runs = await Promise.all([init(url), init(url), init(url)])
  for (const run of runs) assert.equal(run.code, 0, run.stderr)
  const applied = runs.flatMap((run) => run.stdout.trim().split('\n').filter(Boolean))
  assert.deepEqual(applied.sort(), [...files].sort())
})

test('a kill -9 leaves whole files only, and the next run continues after them', async () => {
  const url = await server.database()
  await on(url, (client) => applySchema(client, 'real', shippedSchema().slice(0, 2)))
  await on(url, async (holder) => {
    for (const least of [2, 9, 30]) {
      let pid: number | undefined
      const run = fin(['db', 'init'], {
        env: {DATABASE_URL: url},
        started: (child) => {
          pid = child.pid
        },
      })
      while ((await appliedFiles(holder)).size < least) await pause(1)
      // the process is held between the statements of a file and its record, and killed there
      await holder.query('begin')
      await holder.query('lock table schema_files in share mode')
      while ((await holder.query(waitingForTable, ['schema_files'])).rowCount === 0) await pause(2)
      process.kill(pid ?? 0, 'SIGKILL')
      assert.equal((await run).signal, 'SIGKILL')
      const {size} = await appliedFiles(holder)
      assert.ok(size >= least && size < files.length)
      await holder.query('rollback')
    }
  })
  const last = await init(url)
  assert.equal(last.code, 0, last.stderr)
  assert.deepEqual([...(await on(url, appliedFiles))].map(([name]) => name).sort(), [...files].sort())
})

test('a changed file is refused by name, and so is a database of a newer version', async () => {
  const url = await server.withSchema()
  const copy = join(folder, 'initdb')
  cpSync(join(root, 'initdb'), copy, {recursive: true})
  writeFileSync(
    join(copy, 'create_job_runs.sql'),
    `${readFileSync(join(copy, 'create_job_runs.sql'), 'utf8')}\n-- changed\n`,
  )
  await assert.rejects(
    on(url, (client) => applySchema(client, 'real', shippedSchema(copy))),
    (error) => {
      assert.ok(error instanceof NeedsPerson)
      assert.match(error.message, /create_job_runs\.sql/)
      assert.match(error.nextStep ?? '', /alter_/)
      return true
    },
  )
  await on(url, (client) =>
    client.query(
      `insert into schema_files (name, sha256, version) values ('alter_20990101_more.sql', repeat('0', 64), '9.0.0')`,
    ),
  )
  const refused = await init(url)
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, /newer than this fin.*alter_20990101_more\.sql/)
  await assert.rejects(open(url), NeedsPerson)
})

test('a checksum does not depend on line endings', () => {
  const copy = join(folder, 'windows')
  cpSync(join(root, 'initdb'), copy, {recursive: true})
  for (const name of ['order.txt', 'create_job_runs.sql'])
    writeFileSync(join(copy, name), readFileSync(join(copy, name), 'utf8').replaceAll('\n', '\r\n'))
  const recorded = new Map(shippedSchema().map((file) => [file.name, file.sha256]))
  assert.deepEqual(pendingFiles(recorded, shippedSchema(copy)), [])
})

test('a file that fails leaves no changes', async () => {
  const url = await server.database()
  const broken = [
    ...shippedSchema().slice(0, 3),
    {name: 'alter_x.sql', sha256: '1'.repeat(64), text: 'create table half (a int); select 1/0'},
  ]
  await assert.rejects(
    on(url, (client) => applySchema(client, 'real', broken)),
    /division by zero/,
  )
  assert.deepEqual([...(await on(url, appliedFiles)).keys()].length, 3)
  assert.equal(
    await on(
      url,
      async (client) => (await client.query('select from pg_class where relname = $1', ['half'])).rowCount,
    ),
    0,
  )
})

test('rows.ts matches initdb, and --check reports a difference', async () => {
  const url = await server.withSchema()
  const env = {DATABASE_URL: url}
  const current = await fin(['db', 'types', '--check'], {env})
  assert.equal(current.code, 0, current.stderr)
  const {freshRows, renderRows} = await import('../../src/lib/codegen/row-types.js')
  const {text, current: file} = await freshRows(loadConfig(env, folder))
  assert.equal(text, file)
  const column = (name: string, more: object) => ({
    relation: 't',
    is_view: false,
    name,
    type: 'text',
    not_null: false,
    is_identity: false,
    is_generated: false,
    has_default: false,
    is_filled_later: false,
    ...more,
  })
  const rendered = renderRows({
    columns: [
      column('id', {type: 'bigint', not_null: true, is_identity: true}),
      column('price', {type: 'numeric'}),
      column('kind', {not_null: true, has_default: true}),
      column('tags', {type: 'text[]', not_null: true}),
      column('extra', {type: 'jsonb'}),
      column('double', {type: 'numeric', is_generated: true}),
      column('updated_at', {type: 'timestamp with time zone', not_null: true, has_default: true}),
      {...column('price', {type: 'numeric'}), relation: 'shown', is_view: true},
    ],
    keys: [
      {relation: 't', columns: ['id'], is_surrogate: true},
      {relation: 't', columns: ['kind'], is_surrogate: false},
    ],
    partitioned: [],
  })
  assert.match(
    rendered,
    /interface NewRow \{\n  t: \{\n    price: string \| null\n    kind\?: string\n    tags: string\[\]\n    extra: unknown\n  \}\n\}/,
  )
  assert.match(rendered, /type ViewName =\n  \| 'shown'\n\n/)
  assert.match(rendered, /keys[^=]*= \{\n  t: \['kind'\],\n\}/)
  assert.match(
    rendered,
    /numericColumns[^=]*= \{\n  t: \['id', 'price', 'double'\],\n  shown: \['price'\],\n\}/,
  )
})

test('db types --check exits 1 when the file is not current, and does not change it', async () => {
  const clone = join(folder, 'clone')
  for (const part of ['bin', 'dist', 'sql', 'initdb', 'package.json', 'src/lib/rows.ts'])
    cpSync(join(root, part), join(clone, part), {recursive: true})
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'))
  const url = await server.withSchema()
  const file = join(clone, 'src', 'lib', 'rows.ts')
  const run = (...args: string[]) =>
    new Promise<{code: number; stderr: string}>((resolve) => {
      const env = {PATH: process.env['PATH'], DATABASE_URL: url}
      execFile(
        process.execPath,
        [join(clone, 'bin', 'run.js'), 'db', 'types', ...args],
        {cwd: clone, env},
        (error, _stdout, stderr) => resolve({code: typeof error?.code === 'number' ? error.code : 0, stderr}),
      )
    })
  assert.equal((await run()).code, 0)
  const good = readFileSync(file, 'utf8')
  writeFileSync(file, good.replace('export interface NewRow {', 'export interface NewRow { '))
  const stale = await run('--check')
  assert.equal(stale.code, 1, stale.stderr)
  assert.notEqual(readFileSync(file, 'utf8'), good)
  assert.equal((await run()).code, 0)
  assert.equal(readFileSync(file, 'utf8'), good)
})
