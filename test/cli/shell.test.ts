/** The built `fin` as a process: start-up, help, usage errors, exit codes, pipes. No test needs a server. */
import assert from 'node:assert/strict'
import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {createServer, type AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {after, test} from 'node:test'
import {setTimeout as pause} from 'node:timers/promises'
import {openClock} from '../../src/lib/clock.js'
import {NeedsPerson} from '../../src/lib/errors.js'
import {root} from '../paths.js'
import {fin} from '../servers.js'
import {full} from '../size.js'

const folder = mkdtempSync(join(tmpdir(), 'fin-test-shell-'))
after(() => rmSync(folder, {recursive: true, force: true}))
const bin = join(root, 'bin', 'run.js')
const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {version: string}

test('--version prints the version as text, and with --json as data', async () => {
  const plain = await fin(['--version'])
  assert.deepEqual(
    [plain.stdout, plain.stderr, plain.code],
    [`fin/${version} ${process.platform}-${process.arch} node-v${process.versions.node}\n`, '', 0],
  )
  assert.equal((await fin(['-v'])).stdout, plain.stdout)
  const json = await fin(['--version', '--json'])
  assert.deepEqual(JSON.parse(json.stdout), {
    fin: version,
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
  })
})

test('help of all commands, of a topic and of a command: on stdout, exit 0', async () => {
  const all = await fin(['--help'])
  assert.equal(all.code, 0)
  for (const name of ['ingest', 'runs', 'query', 'export', 'status', 'doctor', 'autocomplete'])
    assert.match(all.stdout, new RegExp(`^ {2}${name} `, 'm'))
  const topic = await fin(['ingest'])
  assert.equal(topic.code, 0)
  assert.match(topic.stdout, /^ {2}ingest cpi /m)
  const command = await fin(['ingest', 'cpi', '--help'])
  assert.match(command.stdout, /--dry-run/)
  assert.equal(command.code, 0)
  assert.match(command.stdout, /--token=LABEL +choose the credential/)
  for (const words of [[], ['ingest'], ['ingest', 'cpi']]) {
    const {stdout} = await fin([...words, '--help'])
    assert.equal((await fin(['help', ...words])).stdout, stdout)
    assert.equal((await fin([...words, '-h'])).stdout, stdout)
  }
  assert.match(
    (await fin(['ingest', 'x-posts', '--help'])).stdout,
    /--token=GROUP +request only this group of targets: primary or secondary/,
  )
})

test("schedule list: a table that fits a terminal, with times in the user's zone; as data it has every column", async () => {
  const env = {FIN_TIME_ZONE: 'Asia/Seoul'}
  const shown = (await fin(['schedule', 'list'], {env})).stdout
  assert.match(shown, /^command +cron +zone +next +catch_up\n/)
  assert.match(
    shown,
    /^fin ingest x-posts --token secondary +\*\/15 6-8 \* \* \* +Asia\/Seoul +\d{4}-\d\d-\d\d 0[6-8]:(00|15|30|45):00 +latest$/m,
  )
  assert.match(shown, /\n\(times in Asia\/Seoul\)\n$/)
  const rows = JSON.parse((await fin(['schedule', 'list', '--json'], {env})).stdout) as Record<
    string,
    string
  >[]
  assert.deepEqual(Object.keys(rows[0]!), [
    'unit',
    'command',
    'cron',
    'zone',
    'next_utc',
    'next_in_zone',
    'next_here',
    'here',
    'catch_up',
  ])
  assert.equal(rows.length, shown.split('\n').length - 3)
  assert.match((await fin(['schedule', 'list'], {env: {TZ: ''}})).stdout, /\n\(times in UTC\)\n$/)
})

const mistakes: readonly {args: string[]; says: RegExp}[] = [
  {
    args: ['ingset', 'cpi'],
    says: /^fin: there is no command "ingset cpi"\n {2}Did you mean: fin ingest cpi\n/,
  },
  {
    args: ['ingest', 'cpj'],
    says: /^fin: there is no command "ingest cpj"\n {2}Did you mean: fin ingest cpi\n {2}See: fin ingest --help\n$/,
  },
  {args: ['staus'], says: /Did you mean: fin status\n/},
  {args: ['db', 'rest'], says: /^fin: there is no command "db rest"\n {2}See: fin db --help\n$/},
  {
    args: ['schedule', 'install'],
    says: /^fin: there is no command "schedule install"\n {2}See: fin schedule --help\n$/,
  },
  {
    args: ['--nope'],
    says: /^fin: there is no flag --nope\n {2}The flags of a command stand after its name\. See: fin --help\n$/,
  },
  {args: ['-x', 'status'], says: /^fin: there is no flag -x\n/},
  {args: ['--json=1', 'status'], says: /^fin: there is no flag --json\n/},
  {args: ['--hlep'], says: /^fin: there is no flag --hlep\n {2}Did you mean --help\?\n/},
  {args: ['autocomplet'], says: /Did you mean: fin autocomplete\n/},
  {args: ['help', 'staus'], says: /^fin: there is no command "staus"\n {2}Did you mean: fin status\n/},
  {args: ['staus', '--help'], says: /^fin: there is no command "staus"\n {2}Did you mean: fin status\n/},
  {
    args: ['ingest', 'cpi', '--dryrun'],
    says: /^fin: there is no flag --dryrun\n {2}Did you mean --dry-run\?\n {2}See: fin ingest cpi --help\n$/,
  },
  {args: ['runs', '--limit', 'many'], says: /^fin: --limit is "many", which is not an integer\n/},
  {args: ['runs', '--limit', '0'], says: /^fin: --limit is "0"; it must be at least 1\n/},
  {args: ['simulate', '--port', '65536'], says: /^fin: --port is "65536"; it can be at most 65535\n/},
  {args: ['quota', '--retry', '1'], says: /^fin: --retry needs --provider\n {2}See: fin quota --help\n$/},
  {
    args: ['runs', '--json', '--csv'],
    says: /^fin: --csv cannot also be provided when using --json\n {2}See: fin runs --help\n$/,
  },
  {args: ['runs', 'show'], says: /^fin: fin runs show needs the number of the run, from fin runs\n/},
  {
    args: ['export', 'cpi', 'inflation'],
    says: /^fin: unexpected argument: inflation\n {2}See: fin export --help\n$/,
  },
  {
    args: ['simulate', 'fin', 'ingest', 'cpi'],
    says: /^fin: unexpected arguments: fin ingest cpi\n {2}Did you mean: fin simulate -- fin ingest cpi\n/,
  },
  {args: ['query', 'top-coin'], says: /^fin: there is no query "top-coin"\n {2}Did you mean: top-coins\n/},
  {args: ['query', 'top-coins', '--limt', '3'], says: /Did you mean --limit\?/},
  {args: ['query', 'top-coins', '--limit', 'x'], says: /^fin: --limit is "x", which is not an integer\n/},
]
for (const {args, says} of mistakes) {
  test(`usage: fin ${args.join(' ')}: exit 2, reported once, nothing on stdout`, async () => {
    const run = await fin(args)
    assert.equal(run.code, 2, run.stderr)
    assert.match(run.stderr, says)
    assert.doesNotMatch(run.stderr, /\n\s+at |Error:/)
    assert.equal(run.stdout, '')
  })
}

test('a missing server is reported with a next step, and with a stack only with --verbose', async () => {
  const brief = await fin(['runs'])
  assert.deepEqual([brief.code, brief.stdout], [2, ''])
  assert.match(brief.stderr, /^fin: DATABASE_URL is not set.*\n {2}\S/)
  assert.doesNotMatch(brief.stderr, /\n\s+at /)
  assert.match((await fin(['runs', '--verbose'])).stderr, /\n\s+at /)
  const away = await fin(['runs'], {env: {DATABASE_URL: 'postgres://fin:canary-secret@127.0.0.1:9/fin'}})
  assert.equal(away.code, 2, 'exit 2: the command could not start')
  assert.match(away.stderr, /127\.0\.0\.1:9/)
  assert.doesNotMatch(away.stderr, /canary/)
})

test('an error in a saved answer names a next step for its giver, and a saved answer serves one target only', async () => {
  const garbage = await fin(['ingest', 'cpi', '--input', '-', '--dry-run'], {input: '<p>'})
  assert.equal(garbage.code, 1)
  assert.match(
    garbage.stderr,
    /Save the answer of the provider to GET \/fred\/series\/observations as it is sent/,
  )
  assert.doesNotMatch(garbage.stderr, /--record/)
  const recording = join(root, 'test', 'recordings', 'fred', 'cpi.json')
  const two = await fin([
    'ingest',
    'cpi',
    '--input',
    recording,
    '--dry-run',
    '--ndjson',
    '--target',
    'CPIAUCNS',
    '--target',
    'CPIAUCSL',
  ])
  assert.deepEqual([two.code, two.stdout], [2, ''])
  const other = await fin(['ingest', 'federal-funds-rate', '--input', recording, '--dry-run', '--ndjson'])
  assert.deepEqual([other.code, other.stdout], [1, ''])
  assert.match(other.stderr, /series_id=CPIAUCNS, not FEDFUNDS/)
})

test('settings that cannot be read are exit 2 with a next step: a folder named .env, a deleted working folder', async () => {
  const cwd = mkdtempSync(join(folder, 'settings-'))
  mkdirSync(join(cwd, '.env'))
  const unreadable = await fin(['runs'], {cwd})
  assert.equal(unreadable.code, 2, unreadable.stderr)
  assert.match(
    unreadable.stderr,
    /^fin: the settings in .*\.env cannot be read: EISDIR.*\n {2}Make it a file that you may read/,
  )
  const gone = spawnSync(
    'sh',
    [
      '-c',
      `cd "$1" && rmdir .env && rmdir "$1" && exec "$2" "$3" runs`,
      'sh',
      cwd,
      process.execPath,
      join(root, 'bin', 'run.js'),
    ],
    {encoding: 'utf8'},
  )
  assert.deepEqual(
    [gone.status, gone.stderr],
    [2, 'fin: the working folder is gone\n  Change to a folder that exists.\n'],
  )
})

test('the list of queries is printed in every format', async () => {
  const names = (JSON.parse((await fin(['query', '--json'])).stdout) as {query: string}[]).map(
    ({query}) => query,
  )
  for (const name of [
    'bithumb-coingecko-mapping',
    'bithumb-movers',
    'latest-macro',
    'missed-targets',
    'sp500-sectors',
    'top-coins',
  ])
    assert.ok(names.includes(name), name)
  assert.match((await fin(['query'])).stdout, /^query +parameters +for\n/)
  assert.match((await fin(['query', '--csv'])).stdout, /^query,parameters,for\n/)
})

test('query without a name does not read stdin: in a shell loop it would consume the lines of the loop', () => {
  const {stdout} = spawnSync(
    '/bin/sh',
    [
      '-c',
      'while read word; do "$0" "$1" query --json > /dev/null; echo "$word"; done',
      process.execPath,
      bin,
    ],
    {
      encoding: 'utf8',
      input: 'north\nsouth\n',
      env: {PATH: process.env['PATH'], HOME: folder, FIN_EMBEDDED: 'never'},
    },
  )
  assert.equal(stdout, 'north\nsouth\n')
})

test('settings of other tools change nothing: NODE_ENV, no home, no terminal', async () => {
  for (const env of [
    {NODE_ENV: 'test'},
    {NODE_ENV: 'development'},
    {HOME: '/nonexistent'},
    {TERM: 'dumb', COLUMNS: '20'},
  ]) {
    const run = await fin(['query', '--ndjson'], {env})
    assert.deepEqual([run.code, run.stderr], [0, ''], JSON.stringify(env))
  }
})

test('the sources run without a build and print the same', async () => {
  const dev = spawnSync(process.execPath, [join(root, 'bin', 'dev.js'), 'query', '--json'], {
    encoding: 'utf8',
    env: {PATH: process.env['PATH'], HOME: folder},
  })
  assert.equal(dev.stderr, '')
  assert.equal(dev.stdout, (await fin(['query', '--json'])).stdout)
})

test('the completion for bash is generated without network', async () => {
  const run = await fin(['autocomplete', 'bash'], {env: {XDG_CACHE_HOME: folder}})
  assert.equal(run.code, 0, run.stderr)
  assert.match(
    readFileSync(join(folder, 'fin', 'autocomplete', 'functions', 'bash', 'fin.bash'), 'utf8'),
    /ingest:cpi .*--dry-run[^]*\nquery:top-coins .*--limit/,
  )
})

/** An answer of FRED with that many monthly observations, one of them without a date. */
function observations(count: number): string {
  const all = Array.from({length: count}, (_, n) => ({
    realtime_start: '2026-11-01',
    realtime_end: '2026-11-01',
    date: new Date(Date.UTC(1776, 7 + n, 1)).toISOString().slice(0, 10),
    value: String(100 + n),
  }))
  return JSON.stringify({
    units: 'lin',
    count,
    observations: [...all, {realtime_start: '2026-11-01', value: '1'}],
  })
}

test('every command that needs the clock reports a missing simulator in the same way', async () => {
  for (const args of [['schedule', 'list'], ['schedule', 'check'], ['schedule', 'due'], ['runs']]) {
    const run = await fin(args, {
      env: {FIN_SIMULATOR_URL: 'http://127.0.0.1:9', DATABASE_URL: 'postgres://127.0.0.1:9/fin'},
    })
    assert.deepEqual([run.code, run.stdout], [2, ''], args.join(' '))
    assert.match(
      run.stderr,
      /^fin: the simulator at http:\/\/127\.0\.0\.1:9 does not answer: .*\n {2}Start it: fin simulate\. Or unset FIN_SIMULATOR_URL\.\n$/,
    )
  }
})

test(
  'a simulator that accepts and never answers is given up, and a signal ends the wait at once',
  {timeout: 60_000},
  async () => {
    const mute = createServer(() => {})
    mute.listen(0, '127.0.0.1')
    await once(mute, 'listening')
    const url = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`
    const [withinMs, seconds] = full ? [undefined, '10'] : [500, '0.5']
    await assert.rejects(
      openClock(url, undefined, withinMs),
      (error) =>
        error instanceof NeedsPerson && error.message.endsWith(`not answer: no answer within ${seconds} s`),
    )
    const stopped = await fin(['ingest', 'cpi'], {
      env: {FIN_SIMULATOR_URL: url},
      started: ({kill}) => void pause(2_000).then(() => kill('SIGTERM')),
    })
    mute.close()
    assert.equal(stopped.code, 143, stopped.stderr)
  },
)

test('10 MB of JSON passes whole through a slow pipe, also when the run ends with 1', async () => {
  const input = join(folder, 'observations.json')
  writeFileSync(input, observations(60_000))
  const child = spawn(process.execPath, [bin, 'ingest', 'cpi', '--input', input, '--dry-run', '--json'], {
    env: {PATH: process.env['PATH'], HOME: folder, FIN_EMBEDDED: 'never'},
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let shown = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    shown += text
  })
  const closed = once(child, 'close')
  const parts: Buffer[] = []
  for await (const part of child.stdout) {
    parts.push(part as Buffer)
    await pause(5)
  }
  const [code] = (await closed) as [number]
  const text = Buffer.concat(parts).toString('utf8')
  assert.ok(text.length > 10_000_000, `${text.length} characters`)
  assert.equal((JSON.parse(text) as unknown[]).length, 60_000)
  assert.equal(code, 1, shown)
  assert.match(shown, /1 rejected/)
})

test('a reader that closes its pipe ends the command quietly', () => {
  const input = join(folder, 'many.json')
  writeFileSync(input, observations(20_000))
  for (const form of ['--ndjson', '--csv', '--json']) {
    const {stdout, stderr} = spawnSync(
      '/bin/sh',
      [
        '-c',
        '"$0" "$1" ingest cpi --input "$2" --dry-run --quiet "$3" | head -n 2',
        process.execPath,
        bin,
        input,
        form,
      ],
      {encoding: 'utf8', env: {PATH: process.env['PATH'], HOME: folder, FIN_EMBEDDED: 'never'}},
    )
    assert.equal(stdout.split('\n').length, 3, form)
    assert.doesNotMatch(stderr, /EPIPE|\n\s+at /, form)
  }
  const noStderr = spawnSync(
    '/bin/sh',
    ['-c', '"$0" "$1" nonsense 2>&1 >/dev/null | true', process.execPath, bin],
    {encoding: 'utf8'},
  )
  assert.equal(noStderr.status, 0)
})
