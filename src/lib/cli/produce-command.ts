/** The door of every feed: flags in, one call. A feed's own command file only names the feed. */
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

/** The command of one feed: its help is derived, no fact is repeated. */
export function produceCommand(feed: AnyFeed): typeof ProduceCommand {
  return class extends ProduceCommand {
    static override feed = feed
    static override summary = feed.summary
    static override description = [
      `Keeps a connection to ${new URL(feed.socketUrl).host} and opens it again when it ends, until it is told to stop: SIGTERM ends it with 0.`,
      `The rows are those of ${feed.table}. Without --target it listens to what the database lists; --input needs no server and no network.`,
    ].join('\n')

    static override examples = [
      '<%= config.bin %> <%= command.id %> --to stdout',
      '<%= config.bin %> <%= command.id %> --to stdout --target KRW-BTC | head -5',
      '<%= config.bin %> <%= command.id %> --to stdout --input frames.ndjson',
    ]
  }
}
