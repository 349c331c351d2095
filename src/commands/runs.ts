import * as Flags from '@oclif/core/flags'
import {requireJob} from '../lib/cli/jobs.js'
import {ReadCommand} from '../lib/cli/read-command.js'
import {outcomeShown} from '../lib/report/died.js'
import {instantFrom} from '../lib/instant.js'
import {shownTarget} from '../lib/text.js'

interface RunRow extends Readonly<Record<string, unknown>> {
  outcome: string
  host: string
  pid: number
}

export default class Runs extends ReadCommand {
  static override summary = 'list the runs and how they ended'
  static override description = `Prints the newest run first. A run whose process disappeared without recording a result is shown as "died".
With --rejected it lists rejected rows that are still open, with their reasons; fin replay tries them again.`

  static override examples = [
    {
      description: 'Runs of the last day that did not end well',
      command: '<%= config.bin %> runs --failed --since 24h',
    },
    {
      description: 'Rejected rows in full, one JSON object per line',
      command: '<%= config.bin %> runs --rejected --ndjson',
    },
  ]

  static override flags = {
    unit: Flags.string({summary: 'list only runs of this job, such as cpi'}),
    failed: Flags.boolean({
      summary: 'list only runs that failed, were interrupted, died, or rejected a row',
      exclusive: ['rejected'],
    }),
    rejected: Flags.boolean({summary: 'list rejected rows instead of runs'}),
    since: Flags.string({
      summary: 'list only what began since then: 2026-05-18, 2026-05-18T06:00:00Z, 24h or 7d',
    }),
    limit: Flags.integer({summary: 'print at most this many rows', default: 20, min: 1}),
  }

  override async run(): Promise<void> {
    const {flags} = await this.parse(Runs)
    await this.within(flags, async ({clock, config, database}) => {
      const opened = await database()
      const since =
        flags.since === undefined ? null : instantFrom(flags.since, clock.now(), 'since').toISOString()
      const job = flags.unit ?? null
      if (job !== null) await requireJob(opened, job, this.config.commands)
      if (flags.rejected) {
        const isWhole = flags.json || flags.ndjson || flags.csv
        const rows = await opened.query<{target: string | null}>('select_rejected_rows', [
          job,
          since,
          flags.limit,
          isWhole ? 2_000_000 : 200,
        ])
        const shownRows = isWhole
          ? rows
          : rows.map((row) => ({...row, target: row.target === null ? null : shownTarget(row.target)}))
        return this.print(shownRows, flags, config.zone, {empty: 'no rejected row is open'})
      }
      const rows = (await opened.query<RunRow>('select_runs', [job, flags.failed, since, flags.limit]))
        .map((row) => ({...row, outcome: outcomeShown(row)}))
        .filter(({outcome}) => !flags.failed || outcome !== 'running')
      const isData = flags.json || flags.ndjson || flags.csv
      await this.print(isData ? rows : rows.map(shown), flags, config.zone, {
        empty: 'no runs',
        keep: ['outcome', 'message'],
      })
    })
  }
}

/** The columns of a table, named as in the summary of a run. The other formats print every column. */
function shown(run: RunRow): object {
  const {id, unit, started_at, outcome, seconds, requests, message} = run
  const {rows_received: rows, rows_inserted: inserted, rows_updated: changed, rows_rejected: rejected} = run
  return {id, unit, started_at, outcome, seconds, rows, new: inserted, changed, rejected, requests, message}
}
