import {Command} from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import {collectorsByName, feedsByName, requireJob} from '../lib/cli/jobs.js'
import {messageFlags, outputFlags} from '../lib/output/flags.js'

export default class Replay extends Command {
  static override summary = 'try to store rejected rows again'

  static override description = `Use it after an update of fin or of the schema. Rows go to their table again; items and whole answers go to their parse function.
A row that a newer answer has replaced is not stored. A row that is rejected again stays rejected.`

  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --unit coingecko-ids --dry-run',
    '<%= config.bin %> <%= command.id %> --id 17 --dismiss',
  ]

  static override flags = {
    unit: Flags.string({summary: 'replay only rows of this job', helpValue: 'NAME'}),
    id: Flags.string({
      summary: 'replay only this row, by its number in fin runs --rejected',
      helpValue: 'ID',
      multiple: true,
      multipleNonGreedy: true,
    }),
    limit: Flags.integer({summary: 'replay at most N rows', helpValue: 'N', min: 1, default: 10_000}),
    'dry-run': Flags.boolean({summary: 'show the result without changing anything'}),
    dismiss: Flags.boolean({summary: 'mark the rows as settled without storing them'}),
    ...outputFlags,
    ...messageFlags,
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(Replay)
    const {replayAndPrint} = await import('../lib/cli/replay.js')
    const exitCode = await replayAndPrint(
      {
        collectors: await collectorsByName(this.config.commands),
        feeds: await feedsByName(this.config.commands),
      },
      flags,
      this.config.version,
      (database, job) => requireJob(database, job, this.config.commands),
    )
    if (exitCode !== 0) process.exitCode = exitCode
  }
}
