/** The entry point of every cache: parses the flags and runs the cache. */
import {Command} from '@oclif/core/command'
import type {AnyCache} from '../define-cache.js'
import {scheduleText} from './describe.js'
import {cacheFlags} from './flags.js'

export abstract class CacheCommand extends Command {
  static cache: AnyCache
  static override baseFlags = cacheFlags

  async run(): Promise<void> {
    const {flags} = await this.parse(this.ctor as typeof CacheCommand)
    const {runCache} = await import('./cache.js')
    const {cache} = this.ctor as typeof CacheCommand
    const exitCode = await runCache(cache, flags, this)
    if (exitCode !== 0) process.exitCode = exitCode
  }
}

/** The command of one cache. Its help is derived from the declaration. */
export function cacheCommand(cache: AnyCache): typeof CacheCommand {
  const {tables, hash, channel, schedule} = cache
  return class extends CacheCommand {
    static override cache = cache
    static override summary = cache.summary
    static override description = [
      `Writes the hash ${hash.key} of REDIS_URL, sends a message to ${channel}, and stores ${tables.join(', ')}.`,
      'Only what changed is written. It works in the session of New York, and on the hour outside it; otherwise it exits 0.',
      ...scheduleText(schedule),
    ].join('\n')

    static override examples = [
      '<%= config.bin %> <%= command.id %>',
      '<%= config.bin %> <%= command.id %> --force --dry-run --ndjson',
    ]
  }
}
