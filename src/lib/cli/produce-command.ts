/**
 * The entry point of every feed: parses the flags and runs the feed. The command file of a feed only names
 * it.
 */
import {Command} from '@oclif/core/command'
import type {AnyFeed} from '../define-feed.js'
import {produceFlags} from './flags.js'

export abstract class ProduceCommand extends Command {
  static feed: AnyFeed
  static override baseFlags = produceFlags

  async run(): Promise<void> {
    const {flags} = await this.parse(this.ctor as typeof ProduceCommand)
    const {produce} = await import('./produce.js')
    process.exitCode = await produce((this.ctor as typeof ProduceCommand).feed, flags, this.config.version)
  }
}

/** The command of one feed. Its help is derived from the declaration. */
export function produceCommand(feed: AnyFeed): typeof ProduceCommand {
  return class extends ProduceCommand {
    static override feed = feed
    static override summary = feed.summary
    static override description = [
      `Keeps a connection to ${new URL(feed.socketUrl).host} open and reconnects when it ends. SIGTERM stops it with exit code 0.`,
      `Prints rows of ${feed.table}. Without --target it subscribes to all targets of the database. --input needs neither server nor network.`,
    ].join('\n')

    static override examples = [
      '<%= config.bin %> <%= command.id %> --to stdout',
      '<%= config.bin %> <%= command.id %> --to stdout --target KRW-BTC | head -5',
      '<%= config.bin %> <%= command.id %> --to stdout --input frames.ndjson',
    ]
  }
}
