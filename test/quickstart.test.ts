/**
 * The first minutes of a new user: the tracked files in a separate folder, an empty home, no provider within
 * reach. The installed packages come from this folder, so that nothing is downloaded. As root from a folder
 * that only root may enter; in a full run, and if root does not run the tests, as an ordinary user.
 */
import assert from 'node:assert/strict'
import {execFileSync, spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {after, describe, test} from 'node:test'
import pg from 'pg'
import {root} from './paths.js'
import {ordinaryAccount, type Account} from './servers/account.js'
import {full, fullTest} from './size.js'
import {trackedFiles} from './tracked.js'

/**
 * Loaded before every Node of a tour: the machine may have a network, the new user of these tests has none.
 */
const offline = `
const dns = require('node:dns')
const {lookup} = dns
dns.lookup = (host, ...rest) => /^(localhost$|127\\.|::1$)/.test(host) ? lookup(host, ...rest)
  : process.nextTick(rest.at(-1), Object.assign(new Error('getaddrinfo ENOTFOUND ' + host), {code: 'ENOTFOUND', hostname: host}))`

const promisedMs = 180_000
const kept = mkdtempSync(join(tmpdir(), 'fin-test-quickstart-'))
after(() => rmSync(kept, {recursive: true, force: true}))
let built: string | undefined
const isRoot = process.getuid?.() === 0
const tracked = trackedFiles()
const skip =
  tracked === undefined &&
  'this is no clone, or git is missing: which files a new user would get is not known'

/**
 * A full run also visits as an ordinary user, with every version of Node that fin promises. Other runs visit
 * as root with the version that runs the tests.
 */
const otherVersions = full
  ? ['22', '24'].filter((version) => !process.version.startsWith(`v${version}.`))
  : []
for (const version of [undefined, ...otherVersions]) {
  const node: NodeProgram = version === undefined ? {version: process.version} : nodeOf(version)
  const on = version === undefined ? '' : `, on Node ${version}`
  const noRoot = !isRoot && 'these tests do not run as root'
  if (version === undefined)
    describe('as root, in a folder that only root may enter', {skip: skip || noRoot}, () =>
      visit(undefined, node),
    )
  if (full || !isRoot)
    describe(`as an ordinary user${on}`, {skip: skip || node.skip}, () =>
      visit(isRoot ? ordinaryAccount() : undefined, node),
    )
}

interface NodeProgram {
  version: string
  /** Holds the program `node`, for every account; absent: the one on PATH. */
  folder?: string
  /** Why there is none. */
  skip?: string
}

function nodeOf(version: string): NodeProgram {
  const found = spawnSync(join(root, 'bin', 'node-path'), [version], {encoding: 'utf8'})
  if (found.status !== 0)
    return {version, skip: `Node ${version} could not be fetched: ${found.stderr.trim()}`}
  const folder = join(kept, `node-${version}`)
  mkdirSync(folder)
  cpSync(join(found.stdout.trim(), 'node'), join(folder, 'node'))
  chmodSync(kept, 0o755)
  return {version: `v${version}.`, folder}
}

function visit(account: Account | undefined, node: NodeProgram): void {
  // A name as the folder of a person may have, and short: it becomes part of the address of a socket.
  const folder = mkdtempSync(join(tmpdir(), 'fin-qs-'))
  const [clone, home, temporary] = [join(folder, 'a clone'), join(folder, 'home'), join(folder, 'tmp')]
  const program = join(clone, 'bin', 'run.js')
  let isStopped = false
  let coins = 0
  let nextSteps: string[] = []
  let printedStop: {command: string; cwd?: string; env?: Record<string, string>} = {command: ''}

  after(async () => {
    if (!isStopped) await ran(program, ['db', 'stop'])
    const outside = outsideFolder()
    if (outside !== undefined) {
      rmSync(outside, {recursive: true, force: true})
      if (readdirSync(dirname(outside)).length === 0) rmdirSync(dirname(outside))
    }
    rmSync(folder, {recursive: true, force: true})
  })

  /** The folder of root's server if its own account cannot enter the data folder. */
  function outsideFolder(): string | undefined {
    const link = join(home, '.local', 'share', 'fin', 'postgres')
    return lstatSync(link, {throwIfNoEntry: false})?.isSymbolicLink() ? readlinkSync(link) : undefined
  }

  async function ran(
    command: string,
    args: readonly string[] = [],
    {cwd = clone, env = {}}: {cwd?: string; env?: Record<string, string>} = {},
  ) {
    const startedAt = performance.now()
    const child = spawn(command, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...account,
      env: {
        PATH: [...(node.folder === undefined ? [] : [node.folder]), process.env['PATH']].join(':'),
        HOME: home,
        TMPDIR: temporary,
        LANG: 'C.UTF-8',
        NODE_OPTIONS: `--require ${join(folder, 'offline.cjs')}`,
        ...env,
      },
    })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    const late = AbortSignal.timeout(2 * promisedMs)
    late.addEventListener('abort', () => child.kill('SIGKILL'))
    const [code] = (await once(child, 'close')) as [number | null]
    return {stdout, stderr, code, ms: performance.now() - startedAt}
  }

  /** Runs one tour; returns the commands that it prints as next steps. */
  async function tour(setting: {cwd?: string; env?: Record<string, string>} = {}) {
    const {stdout, stderr, code, ms} = await ran(join(clone, 'bin', 'quickstart'), [], setting)
    assert.equal(code, 0, `${stdout}\n${stderr}`)
    assert.ok(ms < promisedMs, `took ${Math.round(ms / 1000)} s`)
    assert.equal(stderr, '')
    const printed = stdout.split('\n').filter((line) => /simulated instead/.test(line))
    assert.equal(printed.length, 1, stdout)
    for (const provider of ['wikipedia', 'bithumb', 'coingecko'])
      assert.match(printed[0]!, new RegExp(`\\b${provider}\\b.*out of reach`))
    assert.match(printed[0]!, /fred \(FRED_API_KEY is not set\)/)
    const tries = stdout
      .slice(stdout.indexOf('\nTry next\n'))
      .split('\n')
      .slice(2, 5)
      .map((line) => /^ {2}(\S.*?) {3}/.exec(line)?.[1])
    assert.ok(
      tries.every((command) => command !== undefined),
      stdout,
    )
    printedStop = {
      command: /keeps running for the next command; (.+) ends it\.\n/.exec(stdout)?.[1] ?? '',
      ...setting,
    }
    return {stdout, tries: tries as string[]}
  }

  async function shell(command: string, setting: {cwd?: string; env?: Record<string, string>}) {
    const {stdout, stderr, code} = await ran('/bin/sh', ['-c', command], setting)
    assert.equal(code, 0, `${command}\n${stdout}\n${stderr}`)
    return stdout
  }

  test('the first tour fills the tables and shows them', async (t) => {
    chmodSync(folder, account ? 0o755 : 0o700)
    writeFileSync(join(folder, 'offline.cjs'), offline, {mode: 0o644})
    for (const path of [clone, home, temporary]) mkdirSync(path)
    for (const file of tracked ?? []) cpSync(join(root, file), join(clone, file), {recursive: true})
    // Built once: the second user gets the build of the first one, which is the same for both.
    if (built !== undefined)
      for (const file of ['dist', 'oclif.manifest.json'])
        cpSync(join(built, file), join(clone, file), {recursive: true})
    if (account) chownTo(account, clone, home, temporary)
    linkPackages(join(clone, 'node_modules'))

    assert.ok((await ran('node', ['--version'])).stdout.startsWith(node.version))
    const {stdout, tries} = await tour()
    nextSteps = tries
    if (built === undefined) {
      built = join(kept, 'built')
      for (const file of ['dist', 'oclif.manifest.json'])
        cpSync(join(clone, file), join(built, file), {recursive: true})
    }
    t.diagnostic(/Done in \d+ s/.exec(stdout)?.[0] ?? '')
    for (const title of [
      'The S&P 500 by sector',
      'The largest coins',
      'What moves most on Bithumb today',
      'Which coin each Bithumb market trades',
      'The US economy',
      'The newest quotes, from ten live seconds of Bithumb',
    ])
      assert.match(stdout, new RegExp(`\\n${title}.* \\(simulated\\)\\n *\\w+ .*\\n *\\S+ `), title)
    assert.equal(stdout.match(/ \(real\)\n/g), null)
    assert.match(stdout, /✓ stream bithumb, 10 s +[\d,]+ rows stored, 0 rejected\n/)
    assert.match(stdout, /\nfin stream status\nfeed +role .*\nbithumb +producer .*\nbithumb +consumer .*\n/)
    const [invented, real] = [await contents('fin_simulated'), await contents('fin')]
    const counts = Object.fromEntries(invented.map(({name, rows}) => [name, rows]))
    // A coin that changes its rank between two pages may be on neither. The table holds what was reported.
    coins = Number(/✓ coingecko-ids +[\d,]+ rows, ([\d,]+) new,/.exec(stdout)?.[1]?.replace(',', ''))
    assert.ok(coins > 4990 && coins <= 5000, `${coins} coins`)
    assert.equal(counts['coingecko_id_mapping'], coins)
    assert.ok(
      Number(counts['sp500_companies']) >= 480 &&
        Number(counts['market_code_bithumb']) > 100 &&
        Number(counts['cpi']) > 100,
      JSON.stringify(counts),
    )
    // The database of real data has its tables, with the rows of the schema itself and without an invented
    // row.
    const filled = invented.filter(({name, rows}) => real.find((table) => table.name === name)?.rows !== rows)
    assert.ok(filled.length >= 10, JSON.stringify(filled))
    assert.deepEqual(
      real.filter(({name, rows}) => rows > 0 && filled.some((table) => table.name === name)),
      [],
    )
  })

  test('the three commands that it prints at the end work as printed', async () => {
    assert.equal(nextSteps.length, 3)
    const [query, status, doctor] = await Promise.all(nextSteps.map((command) => shell(command, {})))
    assert.match(query!, /top-coins/)
    assert.match(status!, new RegExp(`\\ncoingecko_id_mapping .*\\b${coins}\\b`))
    assert.match(doctor!, /\ndatabase +ok/)
  })

  fullTest(
    'a second tour changes no row but live quotes and their bars, with any other settings and in any working folder',
    {timeout: 600_000},
    async () => {
      const setting = {
        cwd: home,
        env: {
          DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
          FIN_EMBEDDED: 'never',
          FIN_SIMULATOR_URL: 'http://127.0.0.1:1',
        },
      }
      // A job may have become due since the tour before; its next scheduled run is minutes away then.
      const isQuiet = (stdout: string) => stdout.match(/up to date, nothing is due/g)?.length === 9
      let [before, again] = [await contents('fin_simulated'), await tour(setting)]
      if (!isQuiet(again.stdout)) [before, again] = [await contents('fin_simulated'), await tour(setting)]
      assert.ok(isQuiet(again.stdout), again.stdout)
      assert.match(again.stdout, /bithumb-coingecko +\d+ rows, .*, 0 rejected/)
      assert.deepEqual(await contents('fin_simulated'), before)
      const [query, status] = await Promise.all(again.tries.map((command) => shell(command, setting)))
      assert.match(query!, /top-coins/)
      assert.match(status!, new RegExp(`\\ncoingecko_id_mapping .*\\b${coins}\\b`))
    },
  )

  test('the printed command stops the server, and no process of it stays', async () => {
    assert.match(printedStop.command, /run\.js'? db stop$/)
    await shell(printedStop.command, printedStop)
    isStopped = true
    const working = (existsSync('/proc') ? readdirSync('/proc') : [])
      .filter((pid) => /^\d+$/.test(pid) && pid !== String(process.pid))
      .filter((pid) => {
        try {
          const [cwd, words] = [
            readlinkSync(`/proc/${pid}/cwd`),
            readFileSync(`/proc/${pid}/cmdline`, 'utf8'),
          ]
          return [folder, outsideFolder()].some(
            (path) => path !== undefined && (cwd.startsWith(path) || words.includes(`${path}/`)),
          )
        } catch {
          return false // It ended meanwhile.
        }
      })
    assert.deepEqual(working, [])
  })

  /**
   * Rows and digest of every table of a database, without the tables of the runs themselves, and without live
   * quotes and the prices that the mapping compares with them.
   */
  async function contents(database: string): Promise<{name: string; rows: number; digest: string}[]> {
    assert.match(
      (await ran(program, ['db', 'status'])).stdout,
      /^running: +yes$/m,
      'the tour left no server running',
    )
    const {stdout: url} = await ran(program, ['db', 'url', '--with-password'])
    const client = new pg.Client(url.trim().replace('/fin?', `/${database}?`))
    await client.connect()
    try {
      const {rows: tables} = await client.query<{name: string}>(`select relname as name from pg_class
        where relkind = 'r' and relnamespace = 'public'::regnamespace and relname !~ '^(job_runs|target_state|stream_|bithumb_|trade_bars)' order by relname`)
      const found = []
      for (const {name} of tables) {
        const {rows} = await client.query<{rows: number; digest: string}>(
          `select count(*)::int as rows, coalesce(md5(string_agg(t::text, ';' order by t::text)), '') as digest from ${client.escapeIdentifier(name)} t`,
        )
        found.push({name, ...rows[0]!})
      }
      return found
    } finally {
      await client.end()
    }
  }
}

/**
 * The packages as a folder of the clone, as npm would make it; links to the present files if both are on one
 * disk.
 */
function linkPackages(target: string): void {
  try {
    execFileSync('cp', ['-al', join(root, 'node_modules'), target], {stdio: 'pipe'})
  } catch {
    rmSync(target, {recursive: true, force: true})
    cpSync(join(root, 'node_modules'), target, {recursive: true, verbatimSymlinks: true})
  }
}

function chownTo({uid, gid}: Account, ...folders: string[]): void {
  for (const folder of folders)
    for (const file of ['', ...readdirSync(folder, {recursive: true, encoding: 'utf8'})])
      lchownSync(join(folder, file), uid, gid)
}
