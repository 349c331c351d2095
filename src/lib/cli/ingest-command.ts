/**
 * The entry point of every collector: parses the flags and runs the collector. The command file of a
 * collector only names the collector.
 */
import {Command} from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import type {AnyCollector} from '../define.js'
import {scheduleText, listLines} from './describe.js'
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
 * The command of one collector. Its help is derived from the declaration. It uses static properties, because
 * oclif caches own properties only and would lose getters.
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
            summary: `request only this group of targets: ${groups.names.join(' or ')}`,
            helpValue: 'GROUP',
          }),
        }
      : IngestCommand.baseFlags
    static override summary = collector.summary
    static override description = [
      `Requests data from ${first}${others.length > 0 ? `, or with --provider from ${others.join(', ')}` : ''}. Writes ${tables.join(', ')}.`,
      ...(groups
        ? [
            `--token chooses one group of targets: ${groups.names.join(' or ')}; each target has its own credential.`,
          ]
        : []),
      ...listLines(lists),
      ...scheduleText(schedule),
    ].join('\n')

    static override examples = [
      '<%= config.bin %> <%= command.id %>',
      '<%= config.bin %> <%= command.id %> --dry-run --ndjson',
      '<%= config.bin %> <%= command.id %> --plan',
    ]
  }
}
