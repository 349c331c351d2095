import * as Args from '@oclif/core/args'
import {ReadCommand} from '../../lib/cli/read-command.js'
import {repairFlags} from '../../lib/cli/flags.js'
import type {Schedule} from '../../lib/define.js'
import {gapColumns} from '../../lib/run/gap-result.js'
import {hourly} from '../../lib/define-schedule.js'

export default class StreamRepair extends ReadCommand {
  static override summary = 'fill gaps of streams from REST where the provider has the data'
  static override description = `Requests the one-minute candles of every minute that a gap of bithumb touches, and writes them to trade_bars.
A gap that cannot be repaired stays in stream_gaps with the reason: fin query gaps. A run that is stopped resumes at the next target.`

  static override examples = [
    '<%= config.bin %> stream repair',
    {
      description: 'The gaps that it would repair, and the requests; nothing is sent or written',
      command: '<%= config.bin %> stream repair bithumb --since 24h --dry-run',
    },
  ]

  static schedule: readonly Schedule[] = [hourly(25)]
  static override strict = false
  static override usage = 'stream repair [FEED...]'
  static override args = {
    feed: Args.string({ignoreStdin: true, description: 'feeds, such as bithumb (default: all)'}),
  }
  static override flags = repairFlags

  override async run(): Promise<void> {
    const {flags, argv} = await this.parse(StreamRepair)
    const {runRepair} = await import('../../lib/cli/repair.js')
    const {schedule} = StreamRepair
    process.exitCode = await runRepair(
      argv as string[],
      flags,
      {config: this.config, id: this.id, argv: this.argv, schedule},
      (gaps, zone) =>
        this.print(gaps, flags, zone, {
          columns: gapColumns,
          keep: ['result', 'reason'],
          numeric: new Set(['id', 'targets', 'repaired_targets', 'bars', 'requests']),
          empty: 'no gap can be repaired now; fin query gaps lists the open ones',
        }),
    )
  }
}
