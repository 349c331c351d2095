import {Command} from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import {reservedDemands} from '../../lib/cli/reserved.js'
import {loadConfig} from '../../lib/config.js'
import {pluralize} from '../../lib/text.js'
import {messageFlags, outputFlags} from '../../lib/output/flags.js'
import {openClockOf} from '../../lib/waits.js'
import {createLog} from '../../lib/output/log.js'
import {chooseFormat, printRows} from '../../lib/output/rows.js'
import {scheduleProblems} from '../../lib/schedule/problems.js'
import {checkQuota} from '../../lib/schedule/quota-check.js'
import {loadLines} from '../../lib/schedule/lines.js'

export default class ScheduleCheck extends Command {
  static override summary =
    'check that the generated files are current, no schedules clash, and scheduled requests fit each quota'
  static override description = `Exit code 1 if a generated file differs or a command is scheduled twice in one minute. Also if daylight saving skips or
repeats a scheduled time, or reserved jobs exceed a quota. The table shows their requests in the fullest window of the
coming year. Jobs with an allocation by the planner are not in it.`
  static override examples = ['<%= config.bin %> schedule check', '<%= config.bin %> schedule check --json']
  static override flags = {
    image: Flags.string({summary: 'compare with CronJobs of this container image'}),
    ...outputFlags,
    ...messageFlags,
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(ScheduleCheck)
    const {differences, foreignFiles, imageFrom, renderAgain, renderAll} =
      await import('../../lib/schedule/rendered.js')
    const log = createLog(flags)
    const {root, version} = this.config
    const image = imageFrom(flags.image, version)
    const config = loadConfig()
    const now = (await openClockOf(config, log)).now()
    const lines = await loadLines(this.config.commands)
    const problems = scheduleProblems(lines, now)
    for (const {unit, problem, kind} of problems)
      (kind === 'note' ? log.notice : log.error)(`${unit}: ${problem}`)
    if (problems.some(({kind}) => kind !== 'note')) process.exitCode = 1
    if (!problems.some(({kind}) => kind === 'unreadable')) {
      const rendered = renderAll(lines, image)
      for (const file of foreignFiles(rendered, root))
        log.notice(`${file} was not written by fin; it is left as it is`)
      const changes = differences(rendered, root)
      for (const {file, is} of changes) log.error(`${file} is ${is}`)
      if (changes.length > 0) log.error(renderAgain(flags.image, version))
      const reserved = checkQuota(reservedDemands(lines), now, config.env)
      for (const row of reserved)
        if (!row.fits)
          log.error(
            `${row.provider}: fixed jobs reserve ${pluralize(row.reserved, 'request')} of a ${row.per}, ${row.allowed} are allowed: ${row.units}`,
          )
      if (changes.length > 0 || reserved.some(({fits}) => !fits)) process.exitCode = 1
      const format = chooseFormat(flags, process.stdout.isTTY, 'table')
      if (format !== 'table' || !flags.quiet)
        await printRows(reserved, {
          format,
          empty: 'no fixed job uses a provider with a limit of a day or a month',
        })
    }
    if (process.exitCode !== 1)
      log.notice(
        `${pluralize(lines.length, 'command line is', 'command lines are')} scheduled; the generated files are current, no schedules clash, the requests fit each quota`,
      )
  }
}
