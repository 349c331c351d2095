import {Command} from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import {loadConfig} from '../../lib/config.js'

export default class DbUrl extends Command {
  static override summary = 'print the address of the database, for psql and other programs'
  static override description =
    'Starts the embedded database when there is no DATABASE_URL. The address holds the password only with --with-password, because its reader can read and change every table.'
  static override examples = [
    '<%= config.bin %> db url',
    'psql "$(<%= config.bin %> db url --with-password)"',
    'pg_dump "$(<%= config.bin %> db url --with-password)" > fin.sql',
  ]
  static override flags = {'with-password': Flags.boolean({summary: 'include the password'})}

  override async run(): Promise<void> {
    const {flags} = await this.parse(DbUrl)
    const {databaseUrl} = await import('../../lib/db/url.js')
    this.log(await databaseUrl(loadConfig(), flags['with-password']))
  }
}
