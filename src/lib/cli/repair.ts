/** Carries out `fin stream repair`. */
import type {AnyFeed} from '../define-feed.js'
import type {Schedule} from '../define.js'
import {instantFrom} from '../instant.js'
import type {Log} from '../output/log.js'
import {createProgress} from '../output/progress.js'
import {unknownName} from '../output/suggest.js'
import type {GapResult} from '../run/gap-result.js'
import {repairGaps, type Repaired} from '../run/repair.js'
import {repairJob} from '../run/repair-target.js'
import {isScheduledForMinute, latestScheduledRun, scheduledRunsOf} from '../schedule/scheduled-runs.js'
import {formatNumber, pluralize} from '../text.js'
import type {RepairFlags} from './flags.js'
import {feedsByName, jobClaims} from './jobs.js'
import {lineOf, summarize, type Invocation} from './run-output.js'
import {withContext} from './with-context.js'

/** The feeds of these names; all without a name. Throws NeedsPerson for an unknown one. */
function chosenFeeds(byName: ReadonlyMap<string, AnyFeed>, names: readonly string[]): AnyFeed[] {
  const known = [...byName.keys()].sort()
  return (names.length > 0 ? [...new Set(names)] : known).map((name) => {
    const feed = byName.get(name)
    if (feed === undefined) throw unknownName('feed', name, known, `Use one of: ${known.join(', ')}.`)
    return feed
  })
}

/**
 * Runs one `fin stream repair`, passes the gaps to `print`, and returns the exit code. `names`: the feeds;
 * none: all.
 */
export async function runRepair(
  names: readonly string[],
  flags: RepairFlags,
  {schedule, ...invocation}: Invocation & {schedule: readonly Schedule[]},
  print: (gaps: readonly GapResult[], zone: string) => Promise<void>,
): Promise<number> {
  const progress = createProgress({enabled: !flags.quiet, title: repairJob})
  const showWait = (text: string) => progress.wait(text)
  const {commands} = invocation.config
  const feeds = chosenFeeds(await feedsByName(commands), names)
  const claims = () => jobClaims(commands)
  return withContext({...flags, showWait, claims}, invocation, async (context) => {
    const {clock, config, log, stop} = context
    const now = clock.now()
    const since = flags.since === undefined ? undefined : instantFrom(flags.since, now, 'since')
    const scheduled = scheduledRunsOf(schedule, invocation.argv)
    if (flags['only-if-scheduled'] && !isScheduledForMinute(scheduled, now)) {
      log.detail(`${repairJob}: no run is scheduled for this minute`)
      return 0
    }
    const scheduledAt = latestScheduledRun(scheduled, now)?.at
    const result = await repairGaps(
      {
        ...{feeds, since, limit: flags.limit, dryRun: flags['dry-run'], command: lineOf(invocation)},
        ...{scheduledAt, progress: (target, done, total) => progress.step(target, done, total)},
      },
      context,
    ).finally(() => progress.end())
    await print(result.gaps, config.zone)
    if (flags['dry-run']) log.notice(`${repairJob}: ${planText(result.gaps)}`)
    else report(result, log)
    return stop.aborted && typeof process.exitCode === 'number' ? process.exitCode : result.exit_code
  })
}

function report(result: Repaired, log: Log): void {
  summarize(repairJob, result, {dryRun: false, log})
  if (result.gaps.length > 0) log.notice(`${repairJob}: ${gapsText(result.gaps)}`)
}

/** `2 gaps repaired, 1 not repairable`. */
function gapsText(gaps: readonly GapResult[]): string {
  const counts = new Map<string, number>()
  for (const {result} of gaps) counts.set(result, (counts.get(result) ?? 0) + 1)
  const [[first, n], ...others] = [...counts] as [[string, number], ...[string, number][]]
  return [
    `${pluralize(n, 'gap')} ${first}`,
    ...others.map(([result, count]) => `${formatNumber(count)} ${result}`),
  ].join(', ')
}

function planText(gaps: readonly GapResult[]): string {
  const requests = gaps.reduce((sum, gap) => sum + (gap.requests ?? 0), 0)
  if (gaps.length === 0) return 'nothing to do (dry run)'
  return `${gapsText(gaps)}; at most ${pluralize(requests, 'request')}; nothing written (dry run)`
}
