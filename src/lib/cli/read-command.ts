/** The base class of the commands that only read: common flags, an opened context, and printing of rows. */
import {Command} from '@oclif/core/command'
import {loadConfig} from '../config.js'
import {DeepJson} from '../json.js'
import {messageFlags, outputFlags} from '../output/flags.js'
import type {Database} from '../db/database.js'
import {createLog, type Log} from '../output/log.js'
import type {Format, RowsOptions} from '../output/format.js'
import {chooseFormat, printRows} from '../output/rows.js'
import {stopOnSignal} from '../interrupt.js'
import type {Context} from '../run/context.js'
import {formatNumber} from '../text.js'
import {tableWriters} from './jobs.js'

export interface ReadFlags {
  json?: boolean
  ndjson?: boolean
  csv?: boolean
  quiet?: boolean
  verbose?: boolean
}

export abstract class ReadCommand extends Command {
  static override baseFlags = {...outputFlags, ...messageFlags}

  /** Opens a context, passes it to `work`, and closes it whether or not `work` throws. */
  protected async within<T>(flags: ReadFlags, work: (context: Context) => Promise<T>): Promise<T> {
    const {openContext} = await import('../run/context.js')
    const context = await openContext({
      config: loadConfig(),
      log: createLog({quiet: flags.quiet === true, verbose: flags.verbose === true}),
      stop: stopOnSignal(),
      version: this.config.version,
    })
    try {
      return await work(context)
    } finally {
      await context.close()
    }
  }

  /** Names the commands that fill the tables, if one of them is empty. */
  protected async sayMissing(
    database: Database,
    log: Log,
    subject: string,
    tables: readonly string[],
  ): Promise<void> {
    const {missingData} = await import('../report/empty-tables.js')
    const message = await missingData(database, tables, () => tableWriters(this.config.commands))
    if (message !== undefined) log.notice(`${subject}: ${message}`)
  }

  /**
   * Prints rows on stdout in the format that a flag names. The default is a table on a terminal, and `piped`
   * otherwise.
   */
  protected async print(
    rows: AsyncIterable<object> | Iterable<object>,
    flags: ReadFlags,
    zone: string,
    options: Partial<RowsOptions> = {},
    piped: Format = 'table',
  ): Promise<void> {
    await printRows(rows, {format: chooseFormat(flags, process.stdout.isTTY, piped), zone, ...options})
  }

  /**
   * Prints stored rows and returns their number. For a column with JSON that is printed as text, it names the
   * first row, and at the end the number of such cells.
   */
  protected async printStored(
    rows: AsyncIterable<object>,
    {log, config}: Pick<Context, 'log' | 'config'>,
    flags: ReadFlags,
    options?: Partial<RowsOptions>,
    piped?: Format,
  ): Promise<number> {
    let printed = 0
    const deepCells = new Map<string, number>()
    const counted = async function* () {
      for await (const row of rows) {
        printed += 1
        for (const [column, cell] of Object.entries(row)) {
          if (!(cell instanceof DeepJson)) continue
          const cells = (deepCells.get(column) ?? 0) + 1
          deepCells.set(column, cells)
          if (cells > 1) continue
          log.warn(`row ${printed}: the JSON in column "${column}" nests too deep, so it is printed as text`)
        }
        yield row
      }
    }
    await this.print(counted(), flags, config.zone, options, piped)
    for (const [column, cells] of deepCells)
      if (cells > 1)
        log.warn(`the JSON in column "${column}" was printed as text in ${formatNumber(cells)} rows`)
    return printed
  }
}
