/**
 * The door of every collector: flags in, one call, rows out. A collector's own command file only names the
 * collector.
 */
import {Command} from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import type {AnyCollector} from '../define.js'
import {firingLines, listLines} from './describe.js'
import {ingestFlags} from './flags.js'

export abstract class IngestCommand extends Command {
  static collector: AnyCollector
  static override baseFlags = ingestFlags

  async run(): Promise<void> {
    const {flags} = await this.parse(this.ctor as typeof IngestCommand)
    const {ingest} = await import('./ingest.js')
    const {collector} = this.ctor as typeof IngestCommand
    const exitCode = await ingest(collector, flags, this)
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
