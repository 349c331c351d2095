import {Command} from '@oclif/core/command'
import {loadConfig} from '../../lib/config.js'

export default class DbStop extends Command {
  static override summary = 'stop the embedded database'
  static override description =
    'Committed data stays. Running commands lose their connection. The next command that needs the server starts it again.'
  static override examples = ['<%= config.bin %> db stop']

  override async run(): Promise<void> {
    await this.parse(DbStop)
    const {stopEmbedded} = await import('../../lib/embedded/server.js')
    const wasRunning = await stopEmbedded(loadConfig(), {notice: (text) => this.logToStderr(text)})
    this.logToStderr(wasRunning ? 'stopped' : 'the embedded database was not running')
  }
}
