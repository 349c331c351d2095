/** Output of the commands that run a job: the rows while they arrive, and one summary line at the end. */
import type {Command} from '@oclif/core/command'
import {pluralize, formatNumber} from '../text.js'
import {createChannel} from '../output/channel.js'
import type {Log} from '../output/log.js'
import {chooseFormat, printRows} from '../output/rows.js'
import {ownColumns, numericColumns, type TableName} from '../rows.js'
import type {Collected} from '../run/options.js'
import type {Ended} from '../run/ended.js'

/** The command that started a run. Its arguments identify the schedule, if the job has several. */
export type Invocation = Pick<Command, 'config' | 'id' | 'argv'>

/** The whole command line, for the record of the run. */
export function lineOf({id, argv}: Invocation): string {
  return ['fin', ...(id?.split(':') ?? []), ...argv].join(' ')
}

type Emit = ((rows: readonly object[]) => Promise<void>) | undefined

/** The flags that decide whether a command that does work prints its rows as well. */
interface RowFlags {
  json?: boolean
  ndjson?: boolean
  csv?: boolean
  'dry-run': boolean
}

/**
 * Prints the rows of `table` while `work` emits them. `emit` is undefined without a format, because the
 * summary is then the whole output. Only a dry run prints a table on a terminal.
 */
export async function printWhile<T>(
  table: TableName,
  flags: RowFlags,
  zone: string,
  work: (emit: Emit) => Promise<T>,
): Promise<T> {
  const format = chooseFormat(flags, flags['dry-run'] && process.stdout.isTTY, 'none')
  if (format === 'none') return work(undefined)
  const rows = createChannel<object>()
  const printing = printRows(rows, {
    format,
    columns: ownColumns[table],
    numeric: new Set(numericColumns[table]),
    zone,
    empty: 'no rows',
  })
  printing.catch(() => {}) // the await below reports a failed write, after the work has ended
  try {
    return await work((batch) => rows.push(batch))
  } finally {
    rows.end()
    await printing
  }
}

/**
 * Writes the result of a run to stderr: problems of single targets and items, one summary line, and the
 * progress of the cycle.
 */
export function summarize(job: string, result: Collected, options: {dryRun: boolean; log: Log}): void {
  summarizeRun(job, result, options)
  if (result.cycle !== undefined) options.log.notice(result.cycle)
}

/** `2 delisted (KRW-A, KRW-B)`, with five names at most. */
function endedTexts(ended: readonly Ended[]): string[] {
  return [...new Set(ended.map(({fate}) => fate))].map((fate) => {
    const names = ended.filter((one) => one.fate === fate).map(({name}) => name)
    const more = names.length > 5 ? ` and ${formatNumber(names.length - 5)} more` : ''
    return `${formatNumber(names.length)} ${fate} (${names.slice(0, 5).join(', ')}${more})`
  })
}

function summarizeRun(job: string, result: Collected, {dryRun, log}: {dryRun: boolean; log: Log}): void {
  for (const complaint of result.complaints.slice(0, 20)) log.warn(`${job}: ${complaint}`)
  if (result.complaints.length > 20)
    log.warn(`${job}: and ${formatNumber(result.complaints.length - 20)} more of this kind`)
  if (result.message !== null) (result.exit_code === 0 ? log.notice : log.error)(`${job}: ${result.message}`)
  if (result.outcome === 'nothing due' || result.outcome === 'already running') return
  if (result.outcome === 'failed' && result.rows_received === 0 && result.requests === 0) return
  const ended = result.ended ?? []
  const changed = result.rows_inserted + result.rows_updated + ended.length
  const parts = [
    pluralize(result.rows_received, 'row'),
    dryRun
      ? 'nothing written (dry run)'
      : changed === 0
        ? 'nothing changed'
        : `${formatNumber(result.rows_inserted)} new, ${formatNumber(result.rows_updated)} changed`,
    ...endedTexts(ended),
    ...[...result.secondary]
      .filter(([, {rows}]) => rows > 0)
      .map(([table, {rows}]) => `${formatNumber(rows)} for ${table}`),
    `${formatNumber(result.rows_rejected)} rejected`,
    ...(result.requests > 0 ? [pluralize(result.requests, 'request')] : []),
    ...(result.targets_left > 0 ? [`${pluralize(result.targets_left, 'target')} left`] : []),
    ...(result.next_at === null ? [] : [`can resume at ${result.next_at}`]),
  ]
  log.notice(`${job}: ${parts.join(', ')}`)
  if (result.rows_rejected > 0 && !dryRun) log.notice('  See them with: fin runs --rejected')
}
