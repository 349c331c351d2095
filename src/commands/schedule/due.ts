import {Command} from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import {loadConfig} from '../../lib/config.js'
import {pluralize} from '../../lib/text.js'
import {instantFrom} from '../../lib/instant.js'
import {messageFlags, outputFlags} from '../../lib/output/flags.js'
import {openClockOf} from '../../lib/waits.js'
import {createLog} from '../../lib/output/log.js'
import {chooseFormat, printRows} from '../../lib/output/rows.js'
import {outcomeShown} from '../../lib/report/died.js'
import {defaultLookBackMs, missedLines, neededSince, type ScheduledRun} from '../../lib/schedule/missed.js'
import {manifestLines} from '../../lib/schedule/lines.js'

export default class ScheduleDue extends Command {
  static override summary = 'list scheduled runs that were missed, with the command that catches up on each'
  static override description = `A scheduled run is done if its command, for that instant or a later one, finished. A run that failed, was interrupted, or left targets at a spent quota does not count.
"Nothing due" counts if a run has succeeded since.
Each job declares whether to catch up on all missed runs, only the latest, or none.`
  static override examples = [
    '<%= config.bin %> schedule due',
    '<%= config.bin %> schedule due --since 7d --json',
    '<%= config.bin %> schedule due --commands | sh',
  ]
  static override flags = {
    since: Flags.string({
      summary: 'look back to INSTANT: 2026-05-18, 2026-05-18T06:00:00Z, 24h or 7d (default: 35d)',
      helpValue: 'INSTANT',
    }),
    commands: Flags.boolean({
      summary: 'print only the command lines, for a shell',
      exclusive: ['json', 'ndjson', 'csv'],
    }),
    ...outputFlags,
    ...messageFlags,
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(ScheduleDue)
    const {openDatabase} = await import('../../lib/db/pool.js')
    const config = loadConfig()
    const clock = await openClockOf(config, createLog(flags))
    const now = clock.now()
    const since =
      flags.since === undefined
        ? new Date(now.getTime() - defaultLookBackMs)
        : instantFrom(flags.since, now, 'since')
    const lines = manifestLines(this.config.commands)
    const database = await openDatabase(config, {log: createLog(flags)})
    try {
      const needed = neededSince(lines, since, now)
      const runs = await database.query<ScheduledRun>('select_scheduled_runs', [
        [...needed.keys()],
        [...needed.values()].map((from) => from.toISOString()),
      ])
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
          `${pluralize(missed.length, 'scheduled run was', 'scheduled runs were')} missed; to catch up: fin schedule due --commands | sh`,
        )
    } finally {
      await database.close()
    }
  }
}
