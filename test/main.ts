/**
 * What bin/test runs once everything is compiled: lint, the servers, every test file. Prints failures
 * readably and ends with the line `N passed, N failed` (`, N skipped` where true), in which lint and types
 * count as one check each.
 */
import {spawnSync} from 'node:child_process'
import {chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {root} from './paths.js'
import {endProcessesOf} from './servers/left-behind.js'
import {type Servers, startServers} from './servers/shared.js'
import {runFiles, type Tally} from './tally.js'

const words = process.argv.slice(2).filter((word) => word !== '--soak')
/**
 * Compiled test files named by their path, wherever they lie; the other words are parts of the names of ours.
 */
const named = words
  .filter((word) => /\.test\.m?js$/.test(word) && existsSync(word))
  .map((word) => resolve(word))
const patterns = words.filter((word) => !named.includes(resolve(word)))
if (process.argv.includes('--soak')) process.env['FIN_SOAK'] = '1'
const soak = process.env['FIN_SOAK'] === '1'
const limitMs = (soak ? 12 * 60 : 35) * 60_000

const say = (line: string) => process.stdout.write(`${line}\n`)
const startedAt = performance.now()

// Every temporary folder of the run lies in this one, so that nothing is left when it is removed.
const folder = mkdtempSync(join(tmpdir(), 'fin-'))
chmodSync(folder, 0o1777)
process.env['TMPDIR'] = folder
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => stop.abort(new Error(`stopped by ${signal}`)))

const tally: Tally = {passed: 0, failed: 0, skipped: 0, failures: [], skips: new Map()}
let servers: Servers | undefined
try {
  check('build', process.env['FIN_TEST_BUILD'] !== 'failed', 'see the messages of bin/build.mjs above')
  check('types', process.env['FIN_TEST_TYPES'] !== 'failed', 'see the messages of tsc above')
  if (words.length === 0) lint()
  const files = testFiles()
  if (files.length === 0) check('test files', false, `no test file matches ${words.join(' ')}`)
  else {
    servers = await startServers(
      say,
      (server) =>
        words.length === 0 || files.some((file) => readFileSync(file, 'utf8').toLowerCase().includes(server)),
    )
    const late = AbortSignal.timeout(limitMs - Math.round(performance.now() - startedAt))
    await runFiles(files, tally, AbortSignal.any([stop.signal, late]), say)
    if (late.aborted) check('the whole run', false, `not done within ${limitMs / 60_000} minutes`)
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
say(`\n${Math.round((performance.now() - startedAt) / 1000)} s`)
say(`${tally.passed} passed, ${tally.failed} failed${tally.skipped > 0 ? `, ${tally.skipped} skipped` : ''}`)
process.exitCode = tally.failed > 0 ? 1 : 0

function check(name: string, passed: boolean, why: string): void {
  if (passed) tally.passed++
  else {
    tally.failed++
    tally.failures.push(`${name}\n${why}`)
  }
  say(`${passed ? 'ok     ' : 'FAILED '} ${name}`)
}

function lint(): void {
  const run = spawnSync(process.execPath, [join(root, 'node_modules', 'eslint', 'bin', 'eslint.js'), '.'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (run.stdout.trim()) say(run.stdout.trim())
  check('lint', run.status === 0, run.stderr.trim() || 'see the messages of eslint above')
}

/** Compiled tests whose source still exists, and those named by their path. */
function testFiles(): string[] {
  if (words.length > 0 && patterns.length === 0) return named
  const ours = readdirSync(join(root, 'test'), {recursive: true, encoding: 'utf8'})
    .filter(
      (file) =>
        file.endsWith('.test.ts') &&
        (patterns.length === 0 || patterns.some((pattern) => file.includes(pattern))),
    )
    .map((file) => join(root, 'dist', 'test', file.replace(/\.ts$/, '.js')))
    .filter((file) => existsSync(file))
  return [...new Set([...ours, ...named])].sort()
}
