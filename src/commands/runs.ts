import * as Flags from '@oclif/core/flags'
import {ReadCommand} from '../lib/cli/read-command.js'
import {outcomeShown} from '../lib/report/died.js'
import {instantFrom} from '../lib/instant.js'

interface RunRow extends Readonly<Record<string, unknown>> {
  outcome: string
  host: string
  pid: number
}

export default class Runs extends ReadCommand {
  static override summary = 'what ran, how it ended'
  static override description = `Newest first. A run whose process is gone without a word is shown as "died".
With --rejected: what was set aside and is still open, with its reason; fin replay tries it again.`

  static override examples = [
    {
      description: 'What did not end well since yesterday',
      command: '<%= config.bin %> runs --failed --since 24h',
    },
    {
      description: 'What was set aside, whole, as one object per line',
      command: '<%= config.bin %> runs --rejected --ndjson',
    },
  ]

  static override flags = {
    unit: Flags.string({summary: 'only this unit, such as cpi'}),
    failed: Flags.boolean({
      summary: 'only runs that failed, were interrupted, died, or set something aside',
      exclusive: ['rejected'],
    }),
    rejected: Flags.boolean({summary: 'what was set aside, instead of runs'}),
    since: Flags.string({summary: 'only since then: 2026-05-18, an instant, or 24h, 7d'}),
    limit: Flags.integer({summary: 'at most that many rows', default: 20, min: 1}),
  }

  override async run(): Promise<void> {
    const {flags} = await this.parse(Runs)
    await this.within(flags, async ({clock, config, database}) => {
      const opened = await database()
      const since =
        flags.since === undefined ? null : instantFrom(flags.since, clock.now(), 'since').toISOString()
      const unit = flags.unit ?? null
      if (flags.rejected) {
        const isWhole = flags.json || flags.ndjson || flags.csv
        const rows = await opened.query('select_rejected_rows', [
          unit,
          since,
          flags.limit,
          isWhole ? 2_000_000 : 200,
        ])
        return this.print(rows, flags, config.zone, {empty: 'nothing is set aside'})
      }
      const rows = (await opened.query<RunRow>('select_runs', [unit, flags.failed, since, flags.limit]))
        .map((row) => ({...row, outcome: outcomeShown(row)}))
        .filter(({outcome}) => !flags.failed || outcome !== 'running')
      const isData = flags.json || flags.ndjson || flags.csv
      await this.print(isData ? rows : rows.map(shown), flags, config.zone, {empty: 'no runs'})
    })
  }
}

/** What a table shows, in the words of a run's summary; the other forms have every column. */
function shown(run: RunRow): object {
  const {id, unit, started_at, outcome, seconds, requests, message} = run
  const {rows_received: rows, rows_inserted: inserted, rows_updated: changed, rows_rejected: rejected} = run
  return {
    id,
    unit,
    started_at,
    outcome,
    seconds,
    rows,
    new: inserted,
    changed,
    set_aside: rejected,
    requests,
    message,
  }
}
