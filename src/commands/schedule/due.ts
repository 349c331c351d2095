import {Command} from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import {openClock} from '../../lib/clock.js'
import {loadConfig} from '../../lib/config.js'
import {counted} from '../../lib/text.js'
import {instantFrom} from '../../lib/instant.js'
import {messageFlags, outputFlags} from '../../lib/output/flags.js'
import {createLog} from '../../lib/output/log.js'
import {chooseFormat, printRows} from '../../lib/output/rows.js'
import {outcomeShown} from '../../lib/report/died.js'
import {defaultLookBackMs, missedLines, type ScheduledRun} from '../../lib/schedule/missed.js'
import {scheduledLines} from '../../lib/schedule/jobs.js'

export default class ScheduleDue extends Command {
  static override summary = 'list scheduled firings that were missed, with the command that makes up for each'
  static override description = `A firing counts as made when a run of its command line for it, or for a later one, neither failed nor was interrupted, nor ended at a spent quota with work left.
"Nothing due" counts once something has succeeded since.
Units say themselves whether all missed firings are made up for, only the latest, or none.`
  static override examples = [
    '<%= config.bin %> schedule due',
    '<%= config.bin %> schedule due --since 7d --json',
    '<%= config.bin %> schedule due --commands | sh',
  ]
  static override flags = {
    since: Flags.string({
      summary: 'look back to then: 2026-05-18, an instant, or 24h, 7d; default: 35d',
      helpValue: 'INSTANT',
    }),
    commands: Flags.boolean({
      summary: 'only the command lines, for a shell',
      exclusive: ['json', 'ndjson', 'csv'],
    }),
    ...outputFlags,
    ...messageFlags,
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(ScheduleDue)
    const {openDatabase} = await import('../../lib/db/pool.js')
    const config = loadConfig()
    const clock = await openClock(config.simulatorUrl)
    const now = clock.now()
    const since =
      flags.since === undefined
        ? new Date(now.getTime() - defaultLookBackMs)
        : instantFrom(flags.since, now, 'since')
    const lines = await scheduledLines(this.config.commands)
    const database = await openDatabase(config)
    try {
      const runs = await database.query<ScheduledRun>('select_scheduled_runs', [since.toISOString()])
      const missed = missedLines(lines, runs, since, now, (run) => outcomeShown(run) === 'died')
      if (flags.commands) for (const {command} of missed) this.log(command)
      else
        await printRows(missed, {
          format: chooseFormat(flags, process.stdout.isTTY, 'table'),
          zone: config.zone,
          empty: 'nothing was missed',
        })
      if (missed.length > 0)
        createLog(flags).notice(
          `${counted(missed.length, 'firing was', 'firings were')} missed; to make up: fin schedule due --commands | sh`,
        )
    } finally {
      await database.close()
    }
  }
}
