import {writeFileSync} from 'node:fs'
import {Command} from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import {loadConfig} from '../../lib/config.js'

export default class DbTypes extends Command {
  static override summary = 'write src/lib/rows.ts from initdb'
  static override description =
    'Applies initdb/ in a transaction that is rolled back, and reads the catalog. For contributors who change tables.'
  static override examples = ['<%= config.bin %> db types', '<%= config.bin %> db types --check']
  static override flags = {
    check: Flags.boolean({summary: 'write nothing; exit 1 if the file is not current'}),
  }

  override async run(): Promise<void> {
    const {flags} = await this.parse(DbTypes)
    const {freshRows} = await import('../../lib/codegen/row-types.js')
    const {file, current, text} = await freshRows(loadConfig())
    if (current === text) {
      this.logToStderr(`${file} is current`)
    } else if (flags.check) {
      this.logToStderr(`${file} does not match initdb/; write it with: fin db types`)
      process.exitCode = 1
    } else {
      writeFileSync(file, text)
      this.logToStderr(`${file} written; build again: npm run build`)
    }
  }
}
