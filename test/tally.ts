import {relative} from 'node:path'
import {run} from 'node:test'
import {inspect} from 'node:util'
import {root} from './paths.js'

export interface Tally {
  passed: number
  failed: number
  skipped: number
  /** The place and the reason, as text. */
  failures: string[]
  /** Reason -> names of the tests. */
  skips: Map<string, string[]>
  /** Wall seconds of each file. */
  seconds: Map<string, number>
}

type Failure = Error & {
  failureType?: string
  /** For a file whose process did not end well. */
  exitCode?: number | null
  signal?: string | null
}

/** The report of node:test about one test. */
interface Report {
  name: string
  nesting: number
  file?: string
  line?: number
  skip?: string | boolean
  todo?: string | boolean
  details: {duration_ms: number; type?: string; error?: Failure}
}

/** The reason that Node 20 gives for a test that --name excludes; later versions do not report it. */
const otherName = 'test name does not match pattern'

export interface FilesRun {
  /** The number of files that run at the same time. */
  atOnce: number
  /** In starting order. */
  files: readonly string[]
  /** If given: only the tests whose name matches one of them. */
  names: readonly RegExp[]
  /** A file that takes longer fails. */
  fileLimitMs: number
  stop: AbortSignal
}

/** Runs test files, several at a time, each in a separate process, and counts every test, but no group. */
export async function runFiles(options: FilesRun, tally: Tally, say: (line: string) => void): Promise<void> {
  const waiting = [...options.files]
  const worker = async () => {
    for (let file = waiting.shift(); file !== undefined && !options.stop.aborted; file = waiting.shift()) {
      const startedAt = performance.now()
      await runFile(file, options, tally, say)
      tally.seconds.set(shortName(file), (performance.now() - startedAt) / 1000)
    }
  }
  await Promise.all(Array.from({length: options.atOnce}, worker))
}

async function runFile(
  file: string,
  {names, fileLimitMs, stop}: FilesRun,
  tally: Tally,
  say: (line: string) => void,
): Promise<void> {
  const events = run({
    files: [file],
    timeout: fileLimitMs,
    signal: stop,
    ...(names.length > 0 ? {testNamePatterns: [...names]} : {}),
  })
  const running = new Set<string>()
  events.on('test:dequeue', ({name}) => running.add(name))
  events.on('test:pass', (event) => {
    const report = event as Report
    running.delete(report.name)
    const name = nameOf(report)
    // A skipped group is reported instead of its tests.
    if (report.skip !== undefined || report.todo !== undefined) {
      const reason =
        typeof report.skip === 'string'
          ? report.skip
          : typeof report.todo === 'string'
            ? report.todo
            : 'no reason given'
      if (reason === otherName) return
      tally.skipped++
      tally.skips.set(reason, [...(tally.skips.get(reason) ?? []), name])
      say(`skipped ${name}: ${reason}`)
      return
    }
    if (isGroup(report)) return
    tally.passed++
    say(`ok      ${name} (${Math.round(report.details.duration_ms)} ms)`)
  })
  events.on('test:fail', (event) => {
    const report = event as Report
    running.delete(report.name)
    if (report.details.error?.failureType === 'subtestsFailed') return
    const name = nameOf(report)
    tally.failed++
    // If a file was killed, the reports of its running tests are missing.
    const cut = report.name === file && running.size > 0 ? `\n  running: ${[...running].join(', ')}` : ''
    tally.failures.push(`${name}\n${why(report.details.error)}${cut}`)
    say(`FAILED  ${name}`)
  })
  events.on('test:stderr', ({message}) => process.stderr.write(message))
  events.on('test:diagnostic', ({message}) => {
    if (!/^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /.test(message))
      say(`        ${shortName(file)}: ${message}`)
  })
  // The end of the events means that the file is done.
  for await (const _ of events);
}

function isGroup(report: Report): boolean {
  return report.details.type === 'suite' || (report.nesting === 0 && report.name === report.file)
}

function nameOf(report: Report): string {
  const file = report.file === undefined ? '' : shortName(report.file)
  return report.name === report.file || report.name.endsWith('.test.js') ? file : `${file} › ${report.name}`
}

function shortName(file: string): string {
  return relative(root, file)
    .replace(/^dist\//, '')
    .replace(/\.js$/, '')
}

function why(error: Failure | undefined): string {
  const cause = error?.cause ?? error
  const ending = error?.signal
    ? `\nits process was ended by ${error.signal}`
    : error?.exitCode
      ? `\nits process ended with ${error.exitCode}`
      : ''
  const text = (cause instanceof Error ? inspect(cause, {depth: 5}) : String(cause)) + ending
  return text
    .split('\n')
    .filter((line) => !/\bnode:internal\b/.test(line))
    .map((line) => `  ${line}`)
    .join('\n')
}
