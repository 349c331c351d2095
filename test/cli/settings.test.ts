/** Settings as other programs write them: `.env` in UTF-16, with broken lines, or absent; forms of TZ. */
import assert from 'node:assert/strict'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, test} from 'node:test'
import {loadConfig} from '../../src/lib/config.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {parse} from 'dotenv'
import {fin} from '../servers.js'

const folder = mkdtempSync(join(tmpdir(), 'fin-test-settings-'))
after(() => rmSync(folder, {recursive: true, force: true}))
const envFile = join(folder, '.env')

const write = (bytes: string | Buffer) => writeFileSync(envFile, bytes, {mode: 0o600})

/** What is read from the `.env` file, and the warnings. */
function read(bytes: string | Buffer) {
  write(bytes)
  const warnings: string[] = []
  const {env, envFile: file} = loadConfig({}, folder, (text) => void warnings.push(text))
  return {env, file, warnings}
}

const text = '# 설정\r\nDATABASE_URL=postgresql://fin@db.example/fin\r\nFRED_API_KEY="카🚀"\r\n'
const little = Buffer.from(text, 'utf16le')
const big = Buffer.from(little).swap16()
const mark = '\uFEFF'

for (const [what, bytes, encoding] of [
  ['UTF-8', Buffer.from(text), 'UTF-8'],
  ['UTF-8 with a mark', Buffer.from(mark + text), 'UTF-8'],
  ['UTF-16LE', little, 'UTF-16LE'],
  ['UTF-16BE', big, 'UTF-16BE'],
  ['UTF-16LE with a mark', Buffer.from(mark + text, 'utf16le'), 'UTF-16LE'],
  ['UTF-16BE with a mark', Buffer.from(mark + text, 'utf16le').swap16(), 'UTF-16BE'],
] as const)
  test(`.env in ${what} is read`, () => {
    const {env, file, warnings} = read(bytes)
    assert.equal(env['DATABASE_URL'], 'postgresql://fin@db.example/fin')
    assert.equal(env['FRED_API_KEY'], '카🚀')
    assert.deepEqual([file?.encoding, warnings], [encoding, []])
  })

for (const [what, bytes] of [
  [
    'CP949',
    Buffer.concat([Buffer.from('# '), Buffer.from([0xbc, 0xb3, 0xc1, 0xa4]), Buffer.from('\nA=1\n')]),
  ],
  ['UTF-32', Buffer.from([...'A=1\n'].flatMap((one) => [one.charCodeAt(0), 0, 0, 0]))],
  ['UTF-16 that was cut', Buffer.from(mark + text, 'utf16le').subarray(0, -1)],
  ['gzip', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0x4b, 0xcc])],
] as const)
  test(`.env in ${what} is never taken for no .env`, async () => {
    write(bytes)
    assert.throws(
      () => loadConfig({}, folder),
      (error: unknown) =>
        error instanceof NeedsPerson &&
        /\.env cannot be read: it is neither UTF-8 nor UTF-16$/.test(error.message),
    )
    for (const args of [['status'], ['doctor']]) {
      const run = await fin(args, {cwd: folder, env: {FIN_EMBEDDED: undefined}})
      assert.equal(run.code, 2, run.stderr)
      assert.match(run.stderr, /neither UTF-8 nor UTF-16\n {2}Save the file as UTF-8\.\n$/)
    }
  })

test('lines that are not settings are numbered, and the rest is read', () => {
  const {env, warnings} = read(
    [
      '# a comment = 1',
      'A=1 # one',
      'hunter22 secret',
      "export B='two",
      "lines'",
      'C: 3',
      'export A B',
      '',
      '=4',
      'D="quoted # 5" # five',
      'E=',
      '  F = 6',
      'postgresql://fin:hunter22@db/fin',
    ].join('\n'),
  )
  assert.deepEqual(env, {A: '1', B: 'two\nlines', C: '3', D: 'quoted # 5', E: undefined, F: '6'})
  assert.deepEqual(warnings, [`${envFile}: lines 3, 9, 13 are not settings (NAME=value) and have no effect`])
})

test('every line that dotenv reads counts as a setting', () => {
  for (const line of [
    'a.b-c=1',
    'A=`x\ny`',
    "A='it\\'s'",
    'A="x',
    'A=#',
    'A:\t1',
    '\tA=1',
    'A=1\r',
    'A = "x" # y',
  ]) {
    const {warnings} = read(`${line}\nZ=1\n`)
    assert.equal(Object.keys(parse(`${line}\nZ=1\n`)).length, 2, line)
    assert.deepEqual(warnings, [], line)
  }
})

test('a database that a broken line names is not replaced by a private one', async () => {
  for (const line of [
    'DATABASE_URL postgresql://fin:hunter22@db/fin',
    'set DATABASE_URL',
    'FIN_EMBEDDED never',
  ]) {
    write(`A=1\n${line}\n`)
    const run = await fin(['status'], {cwd: folder, env: {FIN_EMBEDDED: undefined}})
    assert.equal(run.code, 2, run.stderr)
    assert.match(run.stderr, /^warning: .*\.env: line 2 is not a setting/)
    assert.match(
      run.stderr,
      /\.env names the database in a line that is not a setting\n {2}Write it like DATABASE_URL=/,
    )
    assert.doesNotMatch(run.stderr, /hunter22/)
  }
})

/** The row of doctor with this name. */
async function row(check: string, env: Record<string, string> = {}) {
  const {stdout} = await fin(['doctor', '--json'], {cwd: folder, env})
  const rows = JSON.parse(stdout) as {check: string; state: string; found: string}[]
  const {state, found} = rows.find((one) => one.check === check)!
  return `${state}: ${found}`
}

test('doctor names the file it read, what is wrong with it, and that there is none', async () => {
  write('A=1\nB=2\n')
  assert.equal(await row('.env'), `ok: ${envFile}: 2 settings`)
  write(Buffer.from(`${mark}A=1\n`, 'utf16le'))
  assert.equal(await row('.env'), `ok: ${envFile}: 1 setting, in UTF-16LE`)
  write('A=1\nbroken\n')
  assert.equal(
    await row('.env'),
    `attention: ${envFile}: line 2 is not a setting (NAME=value) and has no effect`,
  )
  rmSync(envFile)
  assert.equal(await row('.env'), `not set: there is none in ${folder}`)
})

const zoneOf = (env: Record<string, string>) => {
  const warnings: string[] = []
  const {zone} = loadConfig(env, '/nowhere', (warning) => void warnings.push(warning))
  return [zone, ...warnings]
}

test('every form of TZ that names a zone or a whole number of hours is understood', () => {
  for (const [value, zone] of [
    [':Asia/Seoul', 'Asia/Seoul'],
    ['posix/Asia/Seoul', 'Asia/Seoul'],
    ['right/America/New_York', 'America/New_York'],
    ['/usr/share/zoneinfo/Asia/Seoul', 'Asia/Seoul'],
    [':/usr/share/zoneinfo/posix/Europe/Berlin', 'Europe/Berlin'],
    ['Asia/Seoul\n', 'Asia/Seoul'],
    ['KST-9', 'Etc/GMT-9'],
    ['JST-09:00', 'Etc/GMT-9'],
    ['<-03>3', 'Etc/GMT+3'],
    ['UTC0', 'UTC'],
    ['EST5EDT', 'EST5EDT'],
    ['EST5EDT,M3.2.0,M11.1.0', 'EST5EDT'],
  ] as const)
    for (const variable of ['TZ', 'FIN_TIME_ZONE'])
      assert.deepEqual(zoneOf({[variable]: value}), [zone], value)
})

test('a value that names no zone is reported with its variable, once, and the next zone is used', () => {
  const said = (variable: string, value: string, used: string) =>
    `${variable} is "${value}", which is not the name of a time zone; times are shown in ${used}`
  for (const value of ['Mars', 'IST-5:30', 'CET-1CEST', 'Asia', '/etc/passwd', '+09:00', ':', 'KST-99']) {
    assert.deepEqual(zoneOf({TZ: value}), ['UTC', said('TZ', value, 'UTC')], value)
    assert.deepEqual(zoneOf({FIN_TIME_ZONE: value, TZ: ':Asia/Seoul'}), [
      'Asia/Seoul',
      said('FIN_TIME_ZONE', value, 'Asia/Seoul'),
    ])
  }
  const config = loadConfig({TZ: 'Mars'}, '/nowhere', (warning) => assert.match(warning, /^TZ is "Mars"/))
  assert.equal(config.zone, 'UTC')
})

test('commands start with any TZ, and doctor asks for attention', async () => {
  for (const TZ of [':/etc/localtime', 'KST-9', 'Mars/Base']) {
    const run = await fin(['schedule', 'list', '--json'], {env: {TZ}})
    assert.equal(run.code, 0, run.stderr)
    assert.ok((JSON.parse(run.stdout) as unknown[]).length > 10)
  }
  const shown = await fin(['schedule', 'list'], {env: {FIN_TIME_ZONE: 'Mars', TZ: 'KST-9'}})
  assert.deepEqual(
    [shown.code, shown.stderr],
    [
      0,
      'warning: FIN_TIME_ZONE is "Mars", which is not the name of a time zone; times are shown in Etc/GMT-9\n',
    ],
  )
  assert.match(await row('time zone', {TZ: 'Mars'}), /^attention: TZ is "Mars", /)
  assert.equal(await row('time zone', {TZ: ':Asia/Seoul'}), 'ok: Asia/Seoul')
})
