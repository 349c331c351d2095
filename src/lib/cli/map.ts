/** What `fin map` does with its flags. */
import {loadConfig} from '../config.js'
import type {AnyMapper} from '../define.js'
import {instantFrom} from '../instant.js'
import {createLog} from '../output/log.js'
import {stopOnSignal} from '../interrupt.js'
import {openContext} from '../run/context.js'
import {map} from '../run/map.js'
import {isScheduledForMinute, scheduledRunsOf, latestScheduledRun} from '../schedule/scheduled-runs.js'
import type {MapFlags} from './flags.js'
import {type Begun, lineOf, printWhile, summarize} from './outcome.js'

/** Runs one `fin map` and returns the exit code. */
export async function runMapper(mapper: AnyMapper, flags: MapFlags, begun: Begun): Promise<number> {
  const log = createLog({quiet: flags.quiet, verbose: flags.verbose})
  const context = await openContext({
    config: loadConfig(),
    log,
    stop: stopOnSignal(),
    version: begun.config.version,
  })
  try {
    const now = context.clock.now()
    const schedule = scheduledRunsOf(mapper.schedule ?? [], begun.argv)
    if (flags['only-if-scheduled'] && !isScheduledForMinute(schedule, now)) {
      log.detail(`${mapper.name}: no run is scheduled for this minute`)
      return 0
    }
    const at = flags.at === undefined ? now : instantFrom(flags.at, now, 'at')
    const firing = latestScheduledRun(schedule, at)?.at
    const done = await printWhile(mapper.tables[0], flags, context.config.zone, (emit) =>
      map(mapper, {dryRun: flags['dry-run'], command: lineOf(begun), firing, emit}, context),
    )
    summarize(mapper.name, done, {dryRun: flags['dry-run'], log})
    return done.exit_code
  } finally {
    await context.close()
  }
}
