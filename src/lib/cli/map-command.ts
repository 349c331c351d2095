/** The door of every mapper: flags in, one call, rows out. */
import {Command} from '@oclif/core/command'
import type {AnyMapper} from '../define.js'
import {firingLines, listLines} from './describe.js'
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

/** The command of one mapper, as `ingestCommand` makes those of collectors. */
export function mapCommand(mapper: AnyMapper): typeof MapCommand {
  const {tables, lists, schedule} = mapper
  return class extends MapCommand {
    static override mapper = mapper
    static override summary = mapper.summary
    static override description = [
      `Writes ${tables.join(', ')}.`,
      ...listLines(lists),
      ...firingLines(schedule),
    ].join('\n')

    static override examples = [
      '<%= config.bin %> <%= command.id %>',
      '<%= config.bin %> <%= command.id %> --dry-run --ndjson',
    ]
  }
}
