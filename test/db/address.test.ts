/** A database that cannot be used as it is: each command ends at once with 2, and says what to change. */
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, before, test} from 'node:test'
import pg from 'pg'
import {fin, postgres, type Postgres} from '../servers.js'
import {onPath} from '../servers/guarded.js'
import {startPostgres} from '../servers/postgres.js'
import {full} from '../size.js'

let server: Postgres
let url: string
const folder = mkdtempSync(join(tmpdir(), 'fin-test-address-'))

before(async () => {
  server = await postgres()
  url = await server.withSchema('address')
})
after(async () => {
  await server.stop()
  rmSync(folder, {recursive: true, force: true})
})

async function sql(at: string, ...texts: string[]): Promise<Record<string, string>[]> {
  const client = new pg.Client(at)
  await client.connect()
  try {
    let rows: Record<string, string>[] = []
    for (const text of texts) ({rows} = await client.query<Record<string, string>>(text))
    return rows
  } finally {
    await client.end()
  }
}

/** Ends with 2, says `words`, gives a next step, and does not wait for the server to give up. */
async function refused(env: Record<string, string>, words: RegExp, args = ['status']): Promise<void> {
  const startedAt = performance.now()
  const run = await fin(args, {env})
  assert.equal(run.code, 2, `${JSON.stringify(env)}: ${run.stderr}`)
  assert.match(run.stderr, words)
  assert.match(run.stderr, /\n {2}\S/, 'the next step')
  assert.doesNotMatch(run.stderr, /unexpected|Warning/)
  assert.ok(performance.now() - startedAt < 30_000, 'it waited')
}

async function works(env: Record<string, string>): Promise<void> {
  const run = await fin(['status'], {env})
  assert.equal(run.code, 0, `${JSON.stringify(env)}: ${run.stderr}`)
  assert.doesNotMatch(run.stderr, /warning/i)
}

const withParams = (at: string, params: Record<string, string>) => `${at}?${new URLSearchParams(params)}`

test('blanks and quotes around DATABASE_URL do not count', async () => {
  for (const given of [`"${url}"`, `'${url}'`, ` ${url}`, `${url}\n`, `" ${url} "`, `\t'${url}'\r\n`])
    await works({DATABASE_URL: given})
  await refused({DATABASE_URL: `"${url}`}, /is not the address of a PostgreSQL database/)
})

test('a missing password is named, whatever the server asks for', async () => {
  const without = new URL(url)
  without.password = ''
  const scram = without.href
  await refused({DATABASE_URL: scram}, /the password is missing from DATABASE_URL/)
  await refused({DATABASE_URL: scram}, /the password is missing/, ['ingest', 'cpi'])
  await works({DATABASE_URL: scram, PGPASSWORD: new URL(url).password})
  const older = await startPostgres()
  try {
    await sql(
      older.url,
      `set password_encryption = 'md5'`,
      `create role older login password 'secret'`,
      `copy (select unnest(array['host all older 127.0.0.1/32 md5', 'host all all 127.0.0.1/32 password'])) to '${await hbaOf(older.url)}'`,
      'select pg_reload_conf()',
    )
    const at = new URL(older.url)
    at.password = ''
    await refused({DATABASE_URL: at.href}, /the password is missing/)
    at.username = 'older'
    await refused({DATABASE_URL: at.href}, /the password is missing|refused the sign-in/)
  } finally {
    await older.stop()
  }
})

async function hbaOf(at: string): Promise<string> {
  return (await sql(at, 'show hba_file'))[0]?.['hba_file'] ?? ''
}

test('an encoding that cannot hold every text is refused by db init and doctor', async () => {
  for (const encoding of ['LATIN1', 'SQL_ASCII', 'EUC_KR']) {
    const name = `fin_${encoding.toLowerCase()}_${Date.now()}`
    await sql(
      server.url,
      `create database ${name} encoding '${encoding}' template template0 lc_collate 'C' lc_ctype 'C'`,
    )
    const other = new URL(server.url)
    other.pathname = `/${name}`
    const words = new RegExp(`has the encoding ${encoding}, and fin needs UTF8`)
    await refused({DATABASE_URL: other.href}, words, ['db', 'init'])
    const doctor = await fin(['doctor', '--ndjson'], {env: {DATABASE_URL: other.href}})
    assert.match(doctor.stdout, words)
    assert.match(doctor.stdout, /createdb --encoding=UTF8/)
    assert.notEqual(doctor.code, 0)
  }
})

test('a search_path that hides the tables is named', async () => {
  for (const [path, words, steps] of [
    [`''`, /search_path of the database \S+ names no schema/, []],
    ['nowhere', /search_path of the database \S+ names no schema/, []],
    [
      'other, public',
      /a table of another schema hides that of fin in the database \S+: other\.cpi/,
      ['create schema other', 'create table other.cpi (id int)'],
    ],
    [
      'other, public',
      /hides that of fin in the database \S+: other\.job_runs/,
      ['create schema other', 'create view other.job_runs as select 1 as id'],
    ],
    ['other', /does not name the schema of fin's tables: public/, ['create schema other']],
  ] as const) {
    const at = await server.withSchema('path')
    await sql(at, ...steps, `alter database ${new URL(at).pathname.slice(1)} set search_path = ${path}`)
    await refused({DATABASE_URL: at}, words)
    if (path !== 'other') await refused({DATABASE_URL: at}, words, ['db', 'init'])
  }
  const own = await server.database('own')
  await sql(
    own,
    'create schema mine',
    `alter database ${new URL(own).pathname.slice(1)} set search_path = mine`,
  )
  assert.equal((await fin(['db', 'init'], {env: {DATABASE_URL: own}})).code, 0)
  await works({DATABASE_URL: own})
})

test('sslmode means what it means to psql, on a server without SSL', async () => {
  for (const mode of full ? ['disable', 'allow', 'prefer'] : ['prefer'])
    await works({DATABASE_URL: withParams(url, {sslmode: mode})})
  await works({DATABASE_URL: url, PGSSLMODE: 'prefer'})
  for (const mode of full ? ['require', 'verify-full'] : ['require'])
    await refused({DATABASE_URL: withParams(url, {sslmode: mode})}, /does not offer SSL/)
  await refused({DATABASE_URL: url, PGSSLMODE: 'require'}, /does not offer SSL/)
  await refused({DATABASE_URL: withParams(url, {sslmode: 'requre'})}, /sslmode is "requre".*\n.*verify-full/)
  await refused(
    {DATABASE_URL: withParams(url, {sslmode: 'verify-ca', sslrootcert: '/none/ca.pem'})},
    /sslrootcert in DATABASE_URL names a file that cannot be read: \/none\/ca\.pem/,
  )
})

const openssl = onPath('openssl')
const skip = openssl ? false : 'no certificate: openssl is not installed'

test('sslmode means what it means to psql, on a server with a certificate of its own', {skip}, async () => {
  const secure = await startPostgres()
  try {
    const [certificate, key] = [join(folder, 'server.crt'), join(folder, 'server.key')]
    const make =
      'req -x509 -nodes -newkey rsa:2048 -days 30 -subj /CN=here -addext subjectAltName=IP:127.0.0.1'
    execFileSync(openssl!, [...make.split(' '), '-keyout', key, '-out', certificate], {stdio: 'pipe'})
    const [{data_directory: data}] = (await sql(secure.url, 'show data_directory')) as [
      {data_directory: string},
    ]
    const {uid, gid} = statSync(data)
    for (const file of ['server.crt', 'server.key']) {
      copyFileSync(join(folder, file), join(data, file))
      chownSync(join(data, file), uid, gid)
      chmodSync(join(data, file), 0o600)
    }
    const at = await secure.withSchema('ssl')
    await sql(secure.url, 'alter system set ssl = on', 'select pg_reload_conf()')
    while (!(await sql(secure.url, 'show ssl')).some(({ssl}) => ssl === 'on'));
    for (const mode of full
      ? ['allow', 'prefer', 'require', 'no-verify', 'disable']
      : ['require', 'no-verify'])
      await works({DATABASE_URL: withParams(at, {sslmode: mode})})
    await works({DATABASE_URL: at, PGSSLMODE: 'require'})
    for (const mode of full ? ['require', 'verify-ca', 'verify-full'] : ['verify-full'])
      await works({DATABASE_URL: withParams(at, {sslmode: mode, sslrootcert: certificate})})
    for (const mode of full ? ['verify-ca', 'verify-full'] : ['verify-full'])
      await refused(
        {DATABASE_URL: withParams(at, {sslmode: mode})},
        /no secure connection .*certificate.*\n.*sslrootcert=FILE.*sslmode=require/,
      )
    await refused(
      {DATABASE_URL: withParams(at, {sslmode: 'verify-full', sslrootcert: 'system'})},
      /no secure connection/,
    )
  } finally {
    await secure.stop()
  }
})
