/** The door of every mapper: flags in, one call, rows out. */
import {Command} from '@oclif/core/command'
import * as Flags from '@oclif/core/flags'
import type {AnyMapper} from '../define.js'
import {messageFlags, outputFlags} from '../output/flags.js'

const mapFlags = {
  'dry-run': Flags.boolean({summary: 'print the rows, write nothing'}),
  'at': Flags.string({summary: 'for which scheduled firing this run is; default: the latest', helpValue: 'INSTANT'}),
  'only-if-scheduled': Flags.boolean({summary: 'end at once with 0 unless a firing falls on this minute'}),
}

export type MapFlags = Awaited<ReturnType<MapCommand['flagsGiven']>>

export abstract class MapCommand extends Command {
  static mapper: AnyMapper
  static override baseFlags = {...mapFlags, ...outputFlags, ...messageFlags}

  static override get summary(): string {
    return this.mapper.summary
  }

  static override get description(): string {
    const {tables, lists = {}, schedule = []} = this.mapper
    const own = Object.values(lists).flatMap((list) => 'ownFile' in list ? [`Reads ${list.ownFile} (${list.columns.join(', ')}) from the folder of settings, if it is there.`] : [])
    return [`Writes ${tables.join(', ')}.`, ...own, ...schedule.map(({cron, zone}) => `Scheduled: ${cron} (${zone}).`)].join('\n')
  }

  static override get examples(): string[] {
    return ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --dry-run --ndjson']
  }

  /** The flags as parsed. Throws a usage error for flags that do not exist. */
  async flagsGiven() {
    return (await this.parse(this.ctor as typeof MapCommand)).flags
  }

  async run(): Promise<void> {
    const flags = await this.flagsGiven()
    const {runMapper} = await import('./map.js')
    const {mapper} = this.ctor as typeof MapCommand
    const exitCode = await runMapper(mapper, flags, {version: this.config.version, command: ['fin', ...this.id?.split(':') ?? [], ...this.argv].join(' ')})
    if (exitCode !== 0) process.exitCode = exitCode
  }
}
