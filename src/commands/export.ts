import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {ReadCommand} from '../lib/cli/read-command.js'

export default class Export extends ReadCommand {
  static override summary = 'stream any table or view'
  static override description = `Every row, in no particular order, however many there are: memory stays constant.
NDJSON in a pipe unless a flag says otherwise, a table on a terminal. A text cell that a spreadsheet would run as a formula gets an apostrophe in front in CSV; --raw leaves it as it is.`

  static override examples = [
    '<%= config.bin %> export cpi --csv > cpi.csv',
    {
      description: 'Quotes of the last day, filtered on the event time',
      command: '<%= config.bin %> export bithumb_ticker --since 24h | gzip > quotes.ndjson.gz',
    },
    {
      description: 'Filtered on another column',
      command:
        '<%= config.bin %> export bithumb_ticker --since 2026-05-01 --until 2026-06-01 --on created_at',
    },
  ]

  static override args = {table: Args.string({description: 'table or view', required: true})}
  static override flags = {
    since: Flags.string({summary: 'from then on: 2026-05-18, an instant, or 24h, 7d', helpValue: 'INSTANT'}),
    until: Flags.string({summary: 'before then', helpValue: 'INSTANT'}),
    on: Flags.string({
      summary: 'column that --since and --until are about; default: the time of the event',
      helpValue: 'COLUMN',
    }),
    raw: Flags.boolean({summary: 'CSV without the guard against formulas'}),
  }

  override async run(): Promise<void> {
    const {args, flags} = await this.parse(Export)
    await this.within(flags, async (context) => {
      const {exportRows} = await import('../lib/report/export-rows.js')
      const {rows, columns, numeric} = await exportRows(context, args.table, flags)
      await this.print(
        rows,
        flags,
        context.config.zone,
        {columns, numeric, raw: flags.raw, empty: 'no rows'},
        'ndjson',
      )
    })
  }
}
