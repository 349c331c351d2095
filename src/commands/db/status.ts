import {Command} from '@oclif/core/command'
import {loadConfig} from '../../lib/config.js'
import {jsonFlag} from '../../lib/output/flags.js'
import {printRows} from '../../lib/output/rows.js'

export default class DbStatus extends Command {
  static override summary = 'show the database server: whether it runs, its version, folder and databases'
  static override description =
    'Starts no server. The printed address holds no password; fin db url --with-password prints one that does.'
  static override examples = ['<%= config.bin %> db status', '<%= config.bin %> db status --json']
  static override flags = {json: jsonFlag}

  override async run(): Promise<void> {
    const {flags} = await this.parse(DbStatus)
    const {serverStatus} = await import('../../lib/db/status.js')
    const config = loadConfig()
    const {databases, ...server} = await serverStatus(config)
    if (flags.json) {
      this.log(JSON.stringify({...server, databases}, null, 2))
      return
    }
    const lines = Object.entries(server)
      .filter(([, value]) => value !== null)
      .map(
        ([name, value]) =>
          `${`${name}:`.padEnd(9)} ${typeof value === 'boolean' ? (value ? 'yes' : 'no') : value}`,
      )
    this.log(lines.join('\n'))
    const rows = databases.map(({name, bytes, world, schema}) => ({
      database: name,
      world,
      megabytes: (Number(bytes) / 1e6).toFixed(1),
      schema,
    }))
    if (rows.length > 0) await printRows(rows, {format: 'table', zone: config.zone})
  }
}
