import {Command} from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import {collectorsByName} from '../lib/cli/jobs.js'
import {messageFlags, outputFlags} from '../lib/output/flags.js'

export default class Replay extends Command {
  static override summary = 'try again what was set aside'

  static override description = `Rows are offered to their table again, items and whole answers to their parse function: after an update of fin, or of the schema.
What a newer answer has overtaken is not stored. What is refused again stays where it is.`

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --unit coingecko-ids --dry-run',
    '<%= config.bin %> <%= command.id %> --id 17 --dismiss',
  ]

  static override flags = {
    unit: Flags.string({summary: 'only what this unit set aside', helpValue: 'NAME'}),
    id: Flags.string({
      summary: 'only these, by their number in fin runs --rejected',
      helpValue: 'ID',
      multiple: true,
      multipleNonGreedy: true,
    }),
    limit: Flags.integer({summary: 'at most N', helpValue: 'N', min: 1, default: 10_000}),
    'dry-run': Flags.boolean({summary: 'say what would become of them, change nothing'}),
    dismiss: Flags.boolean({summary: 'mark them as settled without storing anything'}),
    ...outputFlags,
    ...messageFlags,
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Replay)
    const {replayAndPrint} = await import('../lib/cli/replay.js')
    const exitCode = await replayAndPrint(
      await collectorsByName(this.config.commands),
      flags,
      this.config.version,
    )
    if (exitCode !== 0) process.exitCode = exitCode
  }
}
