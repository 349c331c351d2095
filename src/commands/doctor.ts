import * as Flags from '@oclif/core/flags'
import {jobProviders} from '../lib/cli/jobs.js'
import {ReadCommand} from '../lib/cli/read-command.js'
import {createLog} from '../lib/output/log.js'
import {loadConfig} from '../lib/config.js'

export default class Doctor extends ReadCommand {
  static override summary = 'check keys, servers, clock and schema, and show what to do about each'
  static override description = `Sends no request to a provider, so it costs no quota. The state of a key is known from earlier requests.
Exit code 1 if something that is set up does not work. Secrets are never shown.`

  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor --provider coingecko',
    '<%= config.bin %> doctor --json',
  ]
  static override flags = {
    provider: Flags.string({summary: 'check only the credentials of this provider', helpValue: 'NAME'}),
  }

  override async run(): Promise<void> {
    const {flags} = await this.parse(Doctor)
    const {examine} = await import('../lib/report/doctor/doctor.js')
    const {commands} = this.config
    const providers = await jobProviders(commands, undefined)
    const only = flags.provider === undefined ? undefined : await jobProviders(commands, flags.provider)
    const config = loadConfig()
    const checks = await examine(
      config,
      providers,
      only,
      createLog({quiet: flags.quiet, verbose: flags.verbose}),
    )
    // A table has no column for the provider, because the name of a variable contains it and lines are short.
    const isData = flags.json || flags.ndjson || flags.csv
    const shown =
      flags.quiet && !isData
        ? checks.filter(({state}) => state === 'broken' || state === 'attention')
        : checks
    if (shown.length > 0 || isData || !flags.quiet)
      await this.print(shown, flags, config.zone, {
        columns: ['check', ...(isData ? ['provider'] : []), 'state', 'found', 'next_step'],
        numeric: new Set(),
        keep: ['state', 'next_step'],
      })
    if (checks.some(({state}) => state === 'broken')) process.exitCode = 1
  }
}
