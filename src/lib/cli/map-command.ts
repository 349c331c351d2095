/** The entry point of every mapper: parses the flags and runs the mapper. */
import {Command} from '@oclif/core/command'
import type {AnyMapper, RangeMapper} from '../define.js'
import {scheduleText, listLines} from './describe.js'
import {mapFlags, mapRangeFlags} from './flags.js'

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

export abstract class MapRangeCommand extends Command {
  static mapper: RangeMapper
  static override baseFlags = mapRangeFlags

  async run(): Promise<void> {
    const {flags} = await this.parse(this.ctor as typeof MapRangeCommand)
    const {runRangeMapper} = await import('./map-range.js')
    const {mapper} = this.ctor as typeof MapRangeCommand
    const exitCode = await runRangeMapper(mapper, flags, this)
    if (exitCode !== 0) process.exitCode = exitCode
  }
}

/** The command of one range mapper. */
export function mapRangeCommand(mapper: RangeMapper): typeof MapRangeCommand {
  const {tables, from, unscheduled} = mapper
  return class extends MapRangeCommand {
    static override mapper = mapper
    static override summary = mapper.summary
    static override description = [
      `Writes ${tables.join(', ')} from ${from.join(', ')}.`,
      'Each hour of the range is one transaction. A run that was interrupted can be repeated.',
      unscheduled,
    ].join('\n')

    static override examples = [
      '<%= config.bin %> <%= command.id %>',
      '<%= config.bin %> <%= command.id %> --since 2026-11-23 --until 2026-11-24 --target AAPL',
      '<%= config.bin %> <%= command.id %> --since 7d --dry-run --ndjson',
    ]
  }
}
