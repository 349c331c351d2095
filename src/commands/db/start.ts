import {Command} from '@oclif/core/command'
import {loadConfig} from '../../lib/config.js'
import {NeedsPerson} from '../../lib/errors.js'
import {reportSlow} from '../../lib/waits.js'

export default class DbStart extends Command {
  static override summary = 'start the embedded database'
  static override description =
    'Every command that needs the embedded database starts it. It runs until `fin db stop`.'
  static override examples = ['<%= config.bin %> db start']

  override async run(): Promise<void> {
    await this.parse(DbStart)
    const {embeddedState, startEmbedded} = await import('../../lib/embedded/server.js')
    const config = loadConfig()
    if (config.databaseUrl !== undefined)
      throw new NeedsPerson('DATABASE_URL is set, so the embedded database is not used', {
        nextStep: 'Unset DATABASE_URL to use it.',
      })
    if (config.embedded === 'never')
      throw new NeedsPerson('FIN_EMBEDDED=never forbids the embedded database', {
        nextStep: 'Set DATABASE_URL, or unset FIN_EMBEDDED.',
      })
    const before = embeddedState(config)
    const log = {notice: (text: string) => this.logToStderr(text)}
    const text = () => 'waiting for the embedded database to start'
    await reportSlow(log, text, startEmbedded(config, log))
    const {folder} = embeddedState(config)
    this.logToStderr(before.running ? `already running in ${folder}` : `started in ${folder}`)
  }
}
