import * as Flags from '@oclif/core/flags'
import {ReadCommand} from '../lib/cli/read-command.js'
import {loadConfig} from '../lib/config.js'
import {unknownName} from '../lib/output/suggest.js'
import type {Provider} from '../lib/define.js'

/** The part of a command class that is read here. */
interface JobClass {
  collector?: {sources: Readonly<Record<string, {provider: Provider}>>}
}

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
    const providers = await this.providers()
    const only =
      flags.provider === undefined ? undefined : providers.filter(({name}) => name === flags.provider)
    if (only?.length === 0)
      throw unknownName(
        'provider',
        flags.provider ?? '',
        providers.map(({name}) => name),
        `Use one of: ${providers.map(({name}) => name).join(', ')}.`,
      )
    const config = loadConfig()
    const checks = await examine(config, providers, only)
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

  /** The providers of all collectors, sorted by name. */
  private async providers(): Promise<Provider[]> {
    const classes = (await this.ownCommands()) as JobClass[]
    const found = classes.flatMap(({collector}) =>
      Object.values(collector?.sources ?? {}).map(({provider}) => provider),
    )
    return [...new Map(found.map((provider) => [provider.name, provider])).values()].sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )
  }
}
