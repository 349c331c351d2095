/** The entry point of every mapper: parses the flags and runs the mapper. */
import {Command} from '@oclif/core/command'
import type {AnyMapper} from '../define.js'
import {scheduleText, listLines} from './describe.js'
import {mapFlags} from './flags.js'

export abstract class MapCommand extends Command {
  static mapper: AnyMapper
  static override baseFlags = mapFlags

  async run(): Promise<void> {
    const {flags} = await this.parse(this.ctor as typeof MapCommand)
    const {runMapper} = await import('./map.js')
    const {mapper} = this.ctor as typeof MapCommand
    const exitCode = await runMapper(mapper, flags, this)
    if (exitCode !== 0) process.exitCode = exitCode
  }
}

/** The command of one mapper. Its help is derived from the declaration. */
export function mapCommand(mapper: AnyMapper): typeof MapCommand {
  const {tables, lists, schedule} = mapper
  return class extends MapCommand {
    static override mapper = mapper
    static override summary = mapper.summary
    static override description = [
      `Writes ${tables.join(', ')}.`,
      ...listLines(lists),
      ...scheduleText(schedule),
    ].join('\n')

    static override examples = [
      '<%= config.bin %> <%= command.id %>',
      '<%= config.bin %> <%= command.id %> --dry-run --ndjson',
    ]
  }
}
