import * as Flags from '@oclif/core/flags'
import {Command} from '@oclif/core/command'

export default class DbTypes extends Command {
  static override summary = 'write src/lib/rows.ts from initdb'
  static override description =
    'Applies initdb to a schema that is undone at once, and reads its catalog. For those who change tables.'
  static override examples = ['<%= config.bin %> db types', '<%= config.bin %> db types --check']
  static override flags = {
    check: Flags.boolean({summary: 'write nothing; exit 1 when the file is not current'}),
  }

  override async run(): Promise<void> {
    const {flags} = await this.parse(DbTypes)
    const [{freshRows}, {loadConfig}] = await Promise.all([
      import('../../lib/db/rowtypes.js'),
      import('../../lib/config.js'),
    ])
    const {file, current, text} = await freshRows(loadConfig())
    if (current === text) {
      this.logToStderr(`${file} is current`)
    } else if (flags.check) {
      this.logToStderr(`${file} is not what initdb says; write it with: fin db types`)
      process.exitCode = 1
    } else {
      const {writeFileSync} = await import('node:fs')
      writeFileSync(file, text)
      this.logToStderr(`${file} written; build again: npm run build`)
    }
  }
}
