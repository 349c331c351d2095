import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {ReadCommand} from '../lib/cli/read-command.js'

export default class Export extends ReadCommand {
  static override summary = 'stream the rows of a table or view'
  static override description = `Prints every row, in no particular order. Memory stays constant, however many rows there are.
The default is NDJSON in a pipe and a table on a terminal. In CSV a text that a spreadsheet would run as a formula gets an apostrophe in front, and a control character is made visible; --raw leaves both unchanged.`

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
    since: Flags.string({
      summary: 'print rows from INSTANT on: 2026-05-18, 2026-05-18T06:00:00Z, 24h or 7d',
      helpValue: 'INSTANT',
    }),
    until: Flags.string({summary: 'print rows before INSTANT', helpValue: 'INSTANT'}),
    on: Flags.string({
      summary: 'compare --since and --until with this column (default: the time of the event)',
      helpValue: 'COLUMN',
    }),
    raw: Flags.boolean({summary: 'print CSV without the protection against formulas and control characters'}),
  }

  override async run(): Promise<void> {
    const {args, flags} = await this.parse(Export)
    await this.within(flags, async (context) => {
      const {exportRows} = await import('../lib/report/export-rows.js')
      const {rows, columns, numeric} = await exportRows(context, args.table, flags)
      const printed = await this.printStored(
        rows,
        context,
        flags,
        {columns, numeric, raw: flags.raw, empty: 'no rows'},
        'ndjson',
      )
      if (printed > 0) return
      const {tablesBehind} = await import('../lib/report/empty-tables.js')
      const database = await context.database()
      await this.sayMissing(database, context.log, args.table, await tablesBehind(database, [args.table]))
    })
  }
}
