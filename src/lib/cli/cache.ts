/** Carries out `fin cache`. */
import type {AnyCache} from '../define-cache.js'
import {NeedsPerson} from '../errors.js'
import {instantFrom} from '../instant.js'
import {firstDay} from '../market/holidays.js'
import {isRefreshMinute, marketAt, nextOpening} from '../market/sessions.js'
import {ageText} from '../text.js'
import {wallFormat} from '../time.js'
import type {CacheFlags} from './flags.js'
import {type Invocation, lineOf, printWhile, summarize} from './run-output.js'
import {withContext} from './with-context.js'

/** Runs one `fin cache` and returns the exit code. Outside its minutes it opens no connection. */
export async function runCache(cache: AnyCache, flags: CacheFlags, invocation: Invocation): Promise<number> {
  return withContext(flags, invocation, async (context) => {
    const {clock, config, log} = context
    const now = clock.now()
    const at = flags.at === undefined ? now : instantFrom(flags.at, now, 'at')
    if (at < new Date(firstDay))
      throw new NeedsPerson(
        `--at is "${flags.at}", and the calendar of the exchanges begins at ${firstDay}`,
        {nextStep: `Give an instant from ${firstDay} on.`},
      )
    const market = marketAt(at)
    const {isScheduledForMinute, latestScheduledRun, scheduledRunsOf} =
      await import('../schedule/scheduled-runs.js')
    const schedule = scheduledRunsOf(cache.schedule, invocation.argv)
    if (flags['only-if-scheduled'] && !isScheduledForMinute(schedule, now)) {
      log.detail(`${cache.name}: no run is scheduled for this minute`)
      return 0
    }
    if (!flags.force && !flags['dry-run'] && !isRefreshMinute(market)) {
      // With a format, no rows are an empty list.
      await printWhile(cache.tables[0], flags, config.zone, () => Promise.resolve())
      log.notice(`${cache.name}: ${closedText(at, config.zone)}`)
      return 0
    }
    const {refresh} = await import('../run/refresh.js')
    const scheduledAt = latestScheduledRun(schedule, at)?.at
    const result = await printWhile(cache.tables[0], flags, config.zone, (emit) =>
      refresh(
        cache,
        {market, dryRun: flags['dry-run'], command: lineOf(invocation), scheduledAt, emit},
        context,
      ),
    )
    summarize(cache.name, result, {dryRun: flags['dry-run'], log})
    return result.exit_code
  })
}

/** `market closed, opens Mon 2026-11-30 23:30 (in 9 h)`: the next opening on the wall clock of a zone. */
export function closedText(at: Date, zone: string): string {
  const opens = nextOpening(at)
  const weekday = new Intl.DateTimeFormat('en-US', {weekday: 'short', timeZone: zone}).format(opens)
  const wall = wallFormat(zone).format(opens).slice(0, 16)
  return `market closed, opens ${weekday} ${wall} (in ${ageText(opens.getTime() - at.getTime())})`
}
