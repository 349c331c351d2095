import {Command} from '@oclif/core/command'
import {loadConfig} from '../../lib/config.js'
import {createLog} from '../../lib/output/log.js'
import {openClockOf} from '../../lib/waits.js'
import {outputFlags} from '../../lib/output/flags.js'
import {chooseFormat, printRows} from '../../lib/output/rows.js'
import {listSchedules} from '../../lib/schedule/listing.js'
import {manifestLines} from '../../lib/schedule/lines.js'

export default class ScheduleList extends Command {
  static override summary = 'list the scheduled commands: cron expression, time zone and next run'
  static override examples = [
    '<%= config.bin %> schedule list',
    '<%= config.bin %> schedule list --csv',
    'FIN_TIME_ZONE=Asia/Seoul <%= config.bin %> schedule list',
  ]
  static override flags = {...outputFlags}

  async run(): Promise<void> {
    const {flags} = await this.parse(ScheduleList)
    const config = loadConfig()
    const clock = await openClockOf(config, createLog({quiet: false, verbose: false}))
    const rows = listSchedules(manifestLines(this.config.commands), clock.now(), config.zone)
    const format = chooseFormat(flags, process.stdout.isTTY, 'table')
    // A table must fit a terminal, and prints the zone of its times once, below the rows.
    const shown =
      format === 'table'
        ? rows.map(({command, cron, zone, next_utc: next, catch_up}) => ({
            command,
            cron,
            zone,
            next,
            catch_up,
          }))
        : rows
    await printRows(shown, {format, zone: config.zone, empty: 'nothing is scheduled', keep: ['next']})
  }
}
