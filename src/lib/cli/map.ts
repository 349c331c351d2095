/** Carries out `fin map`. */
import type {AnyMapper} from '../define.js'
import {instantFrom} from '../instant.js'
import {map} from '../run/map.js'
import {isScheduledForMinute, scheduledRunsOf, latestScheduledRun} from '../schedule/scheduled-runs.js'
import type {MapFlags} from './flags.js'
import {type Invocation, lineOf, printWhile, summarize} from './run-output.js'
import {withContext} from './with-context.js'

/** Runs one `fin map` and returns the exit code. */
export async function runMapper(mapper: AnyMapper, flags: MapFlags, invocation: Invocation): Promise<number> {
  return withContext(flags, invocation, async (context) => {
    const {log} = context
    const now = context.clock.now()
    const schedule = scheduledRunsOf(mapper.schedule ?? [], invocation.argv)
    if (flags['only-if-scheduled'] && !isScheduledForMinute(schedule, now)) {
      log.detail(`${mapper.name}: no run is scheduled for this minute`)
      return 0
    }
    const at = flags.at === undefined ? now : instantFrom(flags.at, now, 'at')
    const scheduledAt = latestScheduledRun(schedule, at)?.at
    const result = await printWhile(mapper.tables[0], flags, context.config.zone, (emit) =>
      map(mapper, {dryRun: flags['dry-run'], command: lineOf(invocation), scheduledAt, emit}, context),
    )
    summarize(mapper.name, result, {dryRun: flags['dry-run'], log})
    return result.exit_code
  })
}
