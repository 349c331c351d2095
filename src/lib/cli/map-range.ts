/** Carries out `fin map` for a mapper of ranges. */
import {plainCode} from '../codes.js'
import type {RangeMapper} from '../define.js'
import {NeedsPerson} from '../errors.js'
import {instantFrom} from '../instant.js'
import {createProgress, type Progress} from '../output/progress.js'
import {mapRange} from '../run/map-range.js'
import {dayMs} from '../time.js'
import type {MapRangeFlags} from './flags.js'
import {type Invocation, lineOf, printWhile, summarize} from './run-output.js'
import {withContext} from './with-context.js'

/**
 * Runs one `fin map` and returns the exit code. Throws NeedsPerson for a range that ends before it begins.
 */
export async function runRangeMapper(
  mapper: RangeMapper,
  flags: MapRangeFlags,
  invocation: Invocation,
): Promise<number> {
  const screen: {progress?: Progress} = {}
  const showWait = (text: string) => screen.progress?.wait(text) ?? false
  return withContext({...flags, showWait}, invocation, async (context) => {
    const range = rangeOf(flags, context.clock.now())
    const progress = (screen.progress = createProgress({enabled: !flags.quiet, title: mapper.name}))
    const result = await printWhile(mapper.tables[0], flags, context.config.zone, (emit) =>
      mapRange(
        mapper,
        {
          ...range,
          targets: targetsOf(flags.target),
          dryRun: flags['dry-run'],
          command: lineOf(invocation),
          emit,
          progress: (hour, done, total) => progress.step(hour, done, total),
        },
        context,
      ).finally(() => progress.end()),
    )
    summarize(mapper.name, result, {dryRun: flags['dry-run'], log: context.log})
    return result.exit_code
  })
}

/** The range of the flags; by default it is the last day. */
function rangeOf({since: first, until: last}: MapRangeFlags, now: Date): {since: Date; until: Date} {
  const until = last === undefined ? now : instantFrom(last, now, 'until')
  const since = first === undefined ? new Date(until.getTime() - dayMs) : instantFrom(first, now, 'since')
  if (until < new Date('1970-01-01'))
    throw new NeedsPerson(`--until is "${last}", and no trade is older than 1970`, {
      nextStep: 'Give a later instant.',
    })
  if (since >= until)
    throw new NeedsPerson(
      `--since ${since.toISOString()} is not before ${last === undefined ? 'now,' : '--until'} ${until.toISOString()}`,
      {nextStep: 'Give a range that begins before it ends.'},
    )
  return {since, until}
}

/** The targets in the spelling of the tables. Throws NeedsPerson for an empty one. */
function targetsOf(names: readonly string[] | undefined): readonly string[] | undefined {
  const found = names?.map((name) => plainCode(name).toUpperCase())
  if (found?.includes(''))
    throw new NeedsPerson('--target is empty', {
      nextStep: 'Name a symbol or a market, such as SPY or KRW-BTC.',
    })
  return found
}
