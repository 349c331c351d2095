import {Command} from '@oclif/core/command'
import {loadConfig} from '../../lib/config.js'
import {reportSlow} from '../../lib/waits.js'

export default class DbStop extends Command {
  static override summary = 'stop the embedded database'
  static override description =
    'Committed data stays. Running commands lose their connection. The next command that needs the server starts it again.'
  static override examples = ['<%= config.bin %> db stop']

  override async run(): Promise<void> {
    await this.parse(DbStop)
    const {stopEmbedded} = await import('../../lib/embedded/server.js')
    const log = {notice: (text: string) => this.logToStderr(text)}
    const text = () => 'waiting for the embedded database to stop'
    const wasRunning = await reportSlow(log, text, stopEmbedded(loadConfig()))
    this.logToStderr(wasRunning ? 'stopped' : 'the embedded database was not running')
  }
}
