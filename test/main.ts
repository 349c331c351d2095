/**
 * The part of bin/test after the compilation: lint, the servers, the test files. Prints failures readably and
 * ends with the line `N passed, N failed` (`, N skipped` if any), in which build, types, format and lint
 * count as one check each.
 */
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import {freemem, tmpdir} from 'node:os'
import {join, relative, resolve} from 'node:path'
import {text} from 'node:stream/consumers'
import {parseArgs} from 'node:util'
import {root} from './paths.js'
import {endProcessesOf} from './servers/left-behind.js'
import type {Servers} from './servers/shared.js'
import {runFiles, type Tally} from './tally.js'

/** The slowest files, the slowest first: they start first, so that all workers end at about the same time. */
const longest: readonly string[] = [
  'fault/kill',
  'stream/producer-faults',
  'stream/kafka-faults',
  'run/crypto',
  'run/collect',
  'stream/fleet',
  'db/embedded',
  'quickstart',
  'fault/secrets',
  'run/coingecko-month',
  'quota/month',
  'fault/signal',
  'cli/operations',
  'security/any-uid',
  'run/market-news',
  'stream/socket-faults',
  'stream/frozen-postgres',
]

/** For two cores: some files wait while others work. A full run has more tests that measure time. */
const filesAtOnce = {everyday: 4, full: 3, soak: 3}
const limitMinutes = {everyday: 30, full: 75, soak: 12 * 60}
const fileLimitSeconds = {everyday: 10 * 60, full: 25 * 60, soak: 6 * 60 * 60}

const say = (line: string) => process.stdout.write(`${line}\n`)
const startedAt = performance.now()
const tally: Tally = {passed: 0, failed: 0, skipped: 0, failures: [], skips: new Map(), seconds: new Map()}

// Every temporary folder of the run is in this one, so that its removal leaves nothing.
const folder = mkdtempSync(join(placeOfFolders(), 'fin-'))
chmodSync(folder, 0o1777)
process.env['TMPDIR'] = folder
// As root, fin makes an account for its server. A test must leave none behind, so that useradd always fails.
const programs = join(folder, 'programs')
mkdirSync(programs)
writeFileSync(
  join(programs, 'useradd'),
  '#!/bin/sh\necho "useradd: no account is made in a test" >&2; exit 1\n',
  {mode: 0o755},
)
process.env['PATH'] = `${programs}:${process.env['PATH']}`
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)))

let servers: Servers | undefined
try {
  const {values, positionals: words} = parseArgs({
    allowPositionals: true,
    options: {
      full: {type: 'boolean'},
      soak: {type: 'boolean'},
      name: {type: 'string', multiple: true},
      limit: {type: 'string'},
    },
  })
  const size = values.soak ? 'soak' : values.full ? 'full' : 'everyday'
  process.env['FIN_TEST_SIZE'] = size
  check('build', process.env['FIN_TEST_BUILD'] !== 'failed', 'see the messages of bin/build.mjs above')
  check('types', process.env['FIN_TEST_TYPES'] !== 'failed', 'see the messages of tsc above')
  if (words.length === 0 && values.name === undefined) await lint()
  const files = testFiles(words, size !== 'everyday')
  if (files.length === 0)
    check('test files', false, `no test file of this size matches ${words.join(' ')}; --full has more`)
  else {
    // a run within a run uses the servers of the outer one
    if (!process.env['FIN_TEST_DATABASE_URL']) {
      const {startServers} = await import('./servers/shared.js')
      const texts = files.map((file) => readFileSync(file, 'utf8').toLowerCase())
      servers = await startServers(
        say,
        (server) => words.length === 0 || texts.some((text) => text.includes(server)),
      )
    }
    const late = AbortSignal.timeout(limitMinutes[size] * 60_000 - Math.round(performance.now() - startedAt))
    const names = (values.name ?? []).map((name) => new RegExp(name))
    const fileLimitMs = Number(values.limit ?? fileLimitSeconds[size]) * 1000
    const before = tally.passed + tally.failed + tally.skipped
    await runFiles(
      {files, atOnce: filesAtOnce[size], names, fileLimitMs, stop: AbortSignal.any([stop.signal, late])},
      tally,
      say,
    )
    const count = tally.passed + tally.failed + tally.skipped
    if (count === before)
      check('tests', false, 'these files have no test of this name and size; --full has more tests')
    if (late.aborted) check('the whole run', false, `not done within ${limitMinutes[size]} minutes`)
  }
} catch (error) {
  check('the test run itself', false, error instanceof Error ? (error.stack ?? error.message) : String(error))
} finally {
  await servers?.stop()
  const left = await endProcessesOf(folder)
  if (left.length > 0)
    say(`\nprocesses that tests left running, ended now:\n${left.map((line) => `  ${line}`).join('\n')}`)
  rmSync(folder, {recursive: true, force: true, maxRetries: 5})
}
if (stop.signal.aborted) check('the whole run', false, String((stop.signal.reason as Error).message))

for (const [reason, names] of tally.skips)
  say(`\nskipped: ${reason}\n${names.map((name) => `  ${name}`).join('\n')}`)
for (const failure of tally.failures) say(`\nFAILED  ${failure}`)
const slowest = [...tally.seconds].sort(([, a], [, b]) => b - a)
const total = slowest.reduce((sum, [, seconds]) => sum + seconds, 0)
say(`\n${Math.round(total)} s in ${slowest.length} files; those that took longest:`)
for (const [name, seconds] of slowest.slice(0, 10)) say(`${seconds.toFixed(1).padStart(7)} s  ${name}`)
say(`\n${Math.round((performance.now() - startedAt) / 1000)} s`)
say(`${tally.passed} passed, ${tally.failed} failed${tally.skipped > 0 ? `, ${tally.skipped} skipped` : ''}`)
process.exitCode = tally.failed > 0 ? 1 : 0

/**
 * The memory, if much of it is free and programs may run there: a database is some 700 files, and their copy
 * takes a fifth of the time. Otherwise the system's temporary folder.
 */
function placeOfFolders(): string {
  const memory = '/dev/shm'
  try {
    const mount = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((line) => line.split(' '))
      .find(([, place]) => place === memory)
    const {bavail, bsize} = statfsSync(memory)
    const freeBytes = Math.min(bavail * bsize, freemem())
    if (mount?.[2] === 'tmpfs' && !mount[3]?.split(',').includes('noexec') && freeBytes > 12e9) return memory
  } catch {
    // no such file system here
  }
  return tmpdir()
}

function check(name: string, passed: boolean, why: string): void {
  if (passed) tally.passed++
  else {
    tally.failed++
    tally.failures.push(`${name}\n${why}`)
  }
  say(`${passed ? 'ok     ' : 'FAILED '} ${name}`)
}

/** Runs both tools at once. */
async function lint(): Promise<void> {
  const tools = [
    {name: 'format', args: ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']},
    {name: 'lint', args: ['eslint/bin/eslint.js', '.']},
  ]
  await Promise.all(
    tools.map(async ({name, args: [program, ...args]}) => {
      const child = spawn(process.execPath, [join(root, 'node_modules', program!), ...args], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const ended = once(child, 'close')
      const printed = (await Promise.all([text(child.stdout), text(child.stderr)])).join('').trim()
      const [code] = (await ended) as [number | null]
      if (printed) say(printed)
      check(name, code === 0, `see the messages of ${program!.split('/')[0]} above`)
    }),
  )
}

/**
 * Compiled tests whose source still exists, in starting order. A word is the path of a compiled test file in
 * any folder, or a part of the path of a test of this repository. A run that is not full leaves out
 * *.full.test.ts.
 */
function testFiles(words: readonly string[], isFull: boolean): string[] {
  const named = words.filter((word) => /\.test\.m?js$/.test(word) && existsSync(word))
  const patterns = words.filter((word) => !named.includes(word))
  const ours = readdirSync(join(root, 'test'), {recursive: true, encoding: 'utf8'}).filter(
    (file) =>
      file.endsWith('.test.ts') &&
      (isFull || !file.endsWith('.full.test.ts')) &&
      (words.length === 0 || patterns.some((pattern) => file.includes(pattern))),
  )
  const compiled = join(root, 'dist', 'test')
  const position = (file: string) => {
    const at = longest.indexOf(relative(compiled, file).replace(/(\.full)?\.test\.js$/, ''))
    return at < 0 ? longest.length : at
  }
  const files = [
    ...ours.map((file) => join(compiled, file.replace(/\.ts$/, '.js'))).filter((file) => existsSync(file)),
    ...named.map((file) => resolve(file)),
  ]
  return [...new Set(files)].sort().sort((a, b) => position(a) - position(b))
}
