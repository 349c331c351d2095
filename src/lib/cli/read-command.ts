/**
 * What the commands that only look have in common: the same flags, one opened context, rows printed in one
 * way.
 */
import {Command} from '@oclif/core/command'
import {loadConfig} from '../config.js'
import {messageFlags, outputFlags} from '../output/flags.js'
import {createLog} from '../output/log.js'
import type {Format, RowsOptions} from '../output/format.js'
import {chooseFormat, printRows} from '../output/rows.js'
import {stopOnSignal} from '../interrupt.js'
import type {Context} from '../run/context.js'

export interface ReadFlags {
  json?: boolean
  ndjson?: boolean
  csv?: boolean
  quiet?: boolean
  verbose?: boolean
}

export abstract class ReadCommand extends Command {
  static override baseFlags = {...outputFlags, ...messageFlags}

  /** Opens what a run needs, hands it over, and closes it however the work ended. */
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

  /** The classes of all commands of fin: each brings its unit, so there is no registry. */
  protected async ownCommands(): Promise<unknown[]> {
    return Promise.all(this.config.commands.map((command) => command.load()))
  }

  /**
   * Rows on stdout in the form that a flag names; without one a table on a terminal, and `piped` otherwise.
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
}
