/** What commands that run a unit say and print: the rows while they come, and one line at the end. */
import type {Command} from '@oclif/core/command'
import {pluralize, formatNumber} from '../text.js'
import {createChannel} from '../output/channel.js'
import type {Log} from '../output/log.js'
import {chooseFormat, printRows} from '../output/rows.js'
import {ownColumns, numericColumns, type TableName} from '../rows.js'
import type {Collected} from '../run/options.js'

/** The command that began a run. Its arguments tell for which of several firings it stands. */
export type Begun = Pick<Command, 'config' | 'id' | 'argv'>

/** The whole command line, for the run ledger. */
export function lineOf({id, argv}: Begun): string {
  return ['fin', ...(id?.split(':') ?? []), ...argv].join(' ')
}

type Emit = ((rows: readonly object[]) => Promise<void>) | undefined

/**
 * Prints the rows of `table` while `work` emits them; `emit` is undefined where nobody wants rows: in a pipe
 * without a format.
 */
export async function printWhile<T>(
  table: TableName,
  flags: {json?: boolean; ndjson?: boolean; csv?: boolean},
  zone: string,
  work: (emit: Emit) => Promise<T>,
): Promise<T> {
  const format = chooseFormat(flags, process.stdout.isTTY, 'none')
  if (format === 'none') return work(undefined)
  const rows = createChannel<object>()
  const printing = printRows(rows, {
    format,
    columns: ownColumns[table],
    numeric: new Set(numericColumns[table]),
    zone,
    empty: 'no rows',
  })
  printing.catch(() => {}) // a full disk under stdout is told below, when the work is put away
  try {
    return await work((batch) => rows.push(batch))
  } finally {
    rows.end()
    await printing
  }
}

/**
 * How a run went, in one line on stderr, after what went wrong with single targets or items, and how far the
 * unit is with all of them.
 */
export function summarize(unit: string, done: Collected, how: {dryRun: boolean; log: Log}): void {
  summarizeRun(unit, done, how)
  if (done.cycle !== undefined) how.log.notice(done.cycle)
}

function summarizeRun(unit: string, done: Collected, {dryRun, log}: {dryRun: boolean; log: Log}): void {
  for (const complaint of done.complaints.slice(0, 20)) log.warn(`${unit}: ${complaint}`)
  if (done.complaints.length > 20)
    log.warn(`${unit}: and ${formatNumber(done.complaints.length - 20)} more of the kind`)
  if (done.message !== null) (done.exit_code === 0 ? log.notice : log.error)(`${unit}: ${done.message}`)
  if (done.outcome === 'nothing due' || done.outcome === 'already running') return
  if (done.outcome === 'failed' && done.rows_received === 0 && done.requests === 0) return
  const changed = done.rows_inserted + done.rows_updated
  const parts = [
    pluralize(done.rows_received, 'row'),
    dryRun
      ? 'nothing written (dry run)'
      : changed === 0
        ? 'nothing changed'
        : `${formatNumber(done.rows_inserted)} new, ${formatNumber(done.rows_updated)} changed`,
    ...[...done.secondary]
      .filter(([, {rows}]) => rows > 0)
      .map(([table, {rows}]) => `${formatNumber(rows)} for ${table}`),
    `${formatNumber(done.rows_rejected)} rejected`,
    ...(done.requests > 0 ? [pluralize(done.requests, 'request')] : []),
    ...(done.targets_left > 0 ? [`${pluralize(done.targets_left, 'target')} left`] : []),
    ...(done.next_at === null ? [] : [`next run at ${done.next_at}`]),
  ]
  log.notice(`${unit}: ${parts.join(', ')}`)
  if (done.rows_rejected > 0 && !dryRun) log.notice('  See them with: fin runs --rejected')
}
