import {Command} from '@oclif/core/command'
import {loadConfig} from '../../lib/config.js'
import {pluralize} from '../../lib/text.js'
import {jsonFlag} from '../../lib/output/flags.js'

export default class DbInit extends Command {
  static override summary = 'create the tables, or bring them up to date'
  static override description =
    'Applies the files of initdb/ in order, each once. It can be run again, and by two processes at once. Without DATABASE_URL fin does this by itself when the embedded database is first used.'
  static override examples = ['<%= config.bin %> db init', '<%= config.bin %> db init --json']
  static override flags = {json: jsonFlag}

  override async run(): Promise<void> {
    const {flags} = await this.parse(DbInit)
    const {initDatabase} = await import('../../lib/db/init.js')
    const {applied, present, where} = await initDatabase(loadConfig(), {
      notice: (text) => this.logToStderr(text),
    })
    if (flags.json) {
      const rows = [
        ...applied.map((file) => ({file, applied: 'now'})),
        ...present.map((file) => ({file, applied: 'before'})),
      ]
      this.log(JSON.stringify(rows, null, 2))
      return
    }
    for (const file of applied) this.log(file)
    this.logToStderr(
      applied.length > 0
        ? `${where}: ${pluralize(applied.length, 'file')} applied, ${present.length} applied before`
        : `${where}: up to date, ${pluralize(present.length, 'file')} applied before`,
    )
  }
}
