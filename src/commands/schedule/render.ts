import {Command} from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import {pluralize} from '../../lib/text.js'
import {messageFlags} from '../../lib/output/flags.js'
import {createLog} from '../../lib/output/log.js'
import {loadLines} from '../../lib/schedule/lines.js'

export default class ScheduleRender extends Command {
  static override summary =
    'write crontab/fin.crontab, k8s/cronjobs/*.yaml and k8s/network-policy.yaml from the schedules of all jobs'
  static override description =
    'Deletes the files that it wrote for jobs that have lost their schedule. The crontab does not depend on the time zone of the host.'
  static override examples = [
    '<%= config.bin %> schedule render',
    '<%= config.bin %> schedule render --check',
    '<%= config.bin %> schedule render --image registry.example.com/fin:0.1.0',
  ]
  static override flags = {
    check: Flags.boolean({summary: 'write nothing; exit 1 if a file is not current'}),
    image: Flags.string({
      summary: 'set the container image of the CronJobs (default: fin with this version as its tag)',
    }),
    ...messageFlags,
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(ScheduleRender)
    const {differences, foreignFiles, imageFrom, renderAgain, renderAll, writeRendered} =
      await import('../../lib/schedule/rendered.js')
    const log = createLog(flags)
    const {root, version} = this.config
    const image = imageFrom(flags.image, version)
    const rendered = renderAll(await loadLines(this.config.commands), image)
    for (const file of foreignFiles(rendered, root))
      log.notice(`${file} was not written by fin; it is left as it is`)
    const changes = flags.check ? differences(rendered, root) : writeRendered(rendered, root)
    for (const {file, is} of changes)
      (flags.check ? log.error : log.notice)(
        flags.check ? `${file} is ${is}` : `${is === 'stale' ? 'removed' : 'wrote'} ${file}`,
      )
    if (flags.check && changes.length > 0) {
      log.error(renderAgain(flags.image, version))
      process.exitCode = 1
    } else log.notice(`${pluralize(rendered.size, 'file is', 'files are')} current`)
  }
}
