/** The door of every mapper: flags in, one call, rows out. */
import {Command} from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import type {AnyMapper} from '../define.js'
import {firingLines, listLines} from './describe.js'
import {messageFlags, outputFlags} from '../output/flags.js'

const mapFlags = {
  'dry-run': Flags.boolean({summary: 'print the rows, write nothing'}),
  at: Flags.string({
    summary: 'for which scheduled firing this run is; default: the latest',
    helpValue: 'INSTANT',
  }),
  'only-if-scheduled': Flags.boolean({summary: 'end at once with 0 unless a firing falls on this minute'}),
}

export type MapFlags = Awaited<ReturnType<MapCommand['flagsGiven']>>

export abstract class MapCommand extends Command {
  static mapper: AnyMapper
  static override baseFlags = {...mapFlags, ...outputFlags, ...messageFlags}

  /** The flags as parsed. Throws a usage error for flags that do not exist. */
  async flagsGiven() {
    return (await this.parse(this.ctor as typeof MapCommand)).flags
  }

  async run(): Promise<void> {
    const flags = await this.flagsGiven()
    const {runMapper} = await import('./map.js')
    const {mapper} = this.ctor as typeof MapCommand
    const exitCode = await runMapper(mapper, flags, {
      version: this.config.version,
      command: ['fin', ...(this.id?.split(':') ?? []), ...this.argv].join(' '),
      argv: this.argv,
    })
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
