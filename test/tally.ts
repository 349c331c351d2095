import {relative} from 'node:path'
import {run} from 'node:test'
import {inspect} from 'node:util'
import {root} from './paths.js'

export interface Tally {
  passed: number
  failed: number
  skipped: number
  /** Where, and what was wrong, as text. */
  failures: string[]
  /** Reason -> names of the tests. */
  skips: Map<string, string[]>
}

type Failure = Error & {
  failureType?: string
  /** Of a file whose process did not end well. */
  exitCode?: number | null
  signal?: string | null
}

/** What node:test reports about one test. */
interface Report {
  name: string
  nesting: number
  file?: string
  line?: number
  skip?: string | boolean
  todo?: string | boolean
  details: {duration_ms: number; type?: string; error?: Failure}
}

const filesAtOnce = 2
const fileLimitMs = 25 * 60_000

/**
 * Runs test files, two at a time, each in a process of its own, and counts every test that is no mere group.
 */
export async function runFiles(
  files: readonly string[],
  tally: Tally,
  stop: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const timeout = process.env['FIN_SOAK'] === '1' ? 6 * 60 * 60_000 : fileLimitMs
  // A failed test may leave a connection open: its process ends with its last test all the same.
  const events = run({files: [...files], concurrency: filesAtOnce, timeout, signal: stop, forceExit: true})
  events.on('test:pass', (event) => {
    const report = event as Report
    const name = nameOf(report)
    // A group that is left out is reported in the place of its tests.
    if (report.skip !== undefined || report.todo !== undefined) {
      const reason =
        typeof report.skip === 'string'
          ? report.skip
          : typeof report.todo === 'string'
            ? report.todo
            : 'no reason given'
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
    if (report.details.error?.failureType === 'subtestsFailed') return
    const name = nameOf(report)
    tally.failed++
    tally.failures.push(`${name}\n${why(report.details.error)}`)
    say(`FAILED  ${name}`)
  })
  events.on('test:stderr', ({message}) => process.stderr.write(message))
  events.on('test:diagnostic', ({message}) => {
    if (!/^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) /.test(message))
      say(`        ${message}`)
  })
  // Whoever reads to the end knows that every file is done.
  for await (const _ of events);
}

function isGroup(report: Report): boolean {
  return report.details.type === 'suite' || (report.nesting === 0 && report.name === report.file)
}

function nameOf(report: Report): string {
  const file =
    report.file === undefined
      ? ''
      : relative(root, report.file)
          .replace(/^dist\//, '')
          .replace(/\.js$/, '')
  return report.name === report.file || report.name.endsWith('.test.js') ? file : `${file} › ${report.name}`
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
