/**
 * The door of every collector: flags in, one call, rows out. A collector's own command file only names the
 * collector.
 */
import {Command} from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import type {AnyCollector} from '../define.js'
import {firingLines, listLines} from './describe.js'
import {messageFlags, outputFlags} from '../output/flags.js'

const collectFlags = {
  'dry-run': Flags.boolean({summary: 'ask and parse, print the rows, write nothing to the table'}),
  plan: Flags.boolean({summary: 'print the requests it would make and what they cost; ask nothing'}),
  input: Flags.string({
    summary: 'parse a saved answer instead of asking; - reads stdin',
    helpValue: 'FILE|-',
    exclusive: ['plan', 'record', 'wait'],
  }),
  target: Flags.string({
    summary: 'only these, due or not; - reads names from stdin',
    helpValue: 'ID',
    multiple: true,
    multipleNonGreedy: true,
  }),
  limit: Flags.integer({summary: 'at most N targets', helpValue: 'N', min: 1}),
  provider: Flags.string({summary: 'which source, where there are several', helpValue: 'NAME'}),
  token: Flags.string({summary: 'which credential, where a provider has several', helpValue: 'LABEL'}),
  at: Flags.string({
    summary: 'for which scheduled firing this run is; default: the latest',
    helpValue: 'INSTANT',
  }),
  'only-if-scheduled': Flags.boolean({summary: 'end at once with 0 unless a firing falls on this minute'}),
  wait: Flags.boolean({summary: 'wait as long as the provider asks, instead of going on at the next firing'}),
  force: Flags.boolean({summary: 'ask also what is not due, and overrule the guard against shrunken lists'}),
  record: Flags.string({summary: 'keep the raw answers there, secrets removed', helpValue: 'DIR'}),
}

export type CollectFlags = Awaited<ReturnType<IngestCommand['flagsGiven']>>

export abstract class IngestCommand extends Command {
  static collector: AnyCollector
  static override baseFlags = {...collectFlags, ...outputFlags, ...messageFlags}

  /** The flags as parsed. Throws a usage error for flags that do not exist. */
  async flagsGiven() {
    return (await this.parse(this.ctor as typeof IngestCommand)).flags
  }

  async run(): Promise<void> {
    const flags = await this.flagsGiven()
    const {ingest} = await import('./ingest.js')
    const {collector} = this.ctor as typeof IngestCommand
    const exitCode = await ingest(collector, flags, {
      version: this.config.version,
      command: ['fin', ...(this.id?.split(':') ?? []), ...this.argv].join(' '),
      argv: this.argv,
      claims: async () => (await import('./units.js')).jobClaims(this.config.commands),
    })
    if (exitCode !== 0) process.exitCode = exitCode
  }
}

/**
 * The command of one collector: its help is derived, no fact is repeated. (oclif caches own properties only,
 * so getters would be lost.)
 */
export function ingestCommand(collector: AnyCollector): typeof IngestCommand {
  const {tables, sources, lists, schedule, groups} = collector
  const [first, ...others] = Object.keys(sources)
  return class extends IngestCommand {
    static override collector = collector
    static override baseFlags = groups
      ? {
          ...IngestCommand.baseFlags,
          token: Flags.string({
            summary: `only this group of targets: ${groups.names.join(' or ')}`,
            helpValue: 'GROUP',
          }),
        }
      : IngestCommand.baseFlags
    static override summary = collector.summary
    static override description = [
      `Asks ${first}${others.length > 0 ? `, or by --provider ${others.join(', ')}` : ''}. Writes ${tables.join(', ')}.`,
      ...(groups
        ? [`--token chooses one group of targets: ${groups.names.join(' or ')}; each target has its own key.`]
        : []),
      ...listLines(lists),
      ...firingLines(schedule),
    ].join('\n')

    static override examples = [
      '<%= config.bin %> <%= command.id %>',
      '<%= config.bin %> <%= command.id %> --dry-run --ndjson',
      '<%= config.bin %> <%= command.id %> --plan',
    ]
  }
}
