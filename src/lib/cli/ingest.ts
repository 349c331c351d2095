/**
 * Carries out `fin ingest`: chooses between plan, saved answer and run, and prints the rows and the summary.
 */
import {isUtf8} from 'node:buffer'
import {pluralize} from '../text.js'
import {defaultMaxBytes, type AnyCollector, type Provider} from '../define.js'
import {NeedsPerson, UnexpectedBody} from '../errors.js'
import {instantFrom} from '../instant.js'
import {createProgress, type Progress} from '../output/progress.js'
import {chooseFormat, printRows} from '../output/rows.js'
import {collect, sourceOf} from '../run/collect.js'
import type {Context} from '../run/context.js'
import type {CollectOptions} from '../run/options.js'
import {planRun} from '../run/plan.js'
import {collectSaved} from '../run/saved.js'
import {isScheduledForMinute, scheduledRunsOf} from '../schedule/scheduled-runs.js'
import type {IngestFlags} from './flags.js'
import {readBytes} from './input.js'
import {type Invocation, lineOf, printWhile, summarize} from './run-output.js'
import {withContext} from './with-context.js'
import {jobClaims} from './jobs.js'

/**
 * Runs one `fin ingest` and returns the exit code. Throws NeedsPerson and usage errors if the run cannot
 * start.
 */
export async function ingest(
  collector: AnyCollector,
  flags: IngestFlags,
  invocation: Invocation,
): Promise<number> {
  const screen: Screen = {}
  const showWait = (text: string) => screen.progress?.wait(text) ?? false
  const claims = () => jobClaims(invocation.config.commands)
  return withContext({...flags, showWait, claims}, invocation, async (context) => {
    const {log, stop} = context
    const schedule = scheduledRunsOf(collector.schedule ?? [], invocation.argv)
    if (flags['only-if-scheduled'] && !isScheduledForMinute(schedule, context.clock.now())) {
      log.detail(`${collector.name}: no run is scheduled for this minute`)
      return 0
    }
    const names = await targetNames(flags.target, flags.input === '-', stop)
    const options: CollectOptions = {
      command: lineOf(invocation),
      schedule,
      provider: flags.provider,
      names,
      limit: flags.limit,
      token: flags.token,
      at: flags.at === undefined ? undefined : instantFrom(flags.at, context.clock.now(), 'at'),
      dryRun: flags['dry-run'],
      force: flags.force,
      wait: flags.wait,
      record: flags.record,
    }
    if (flags.plan) return await printPlan(collector, options, flags, context)
    return await printRun(collector, options, flags, context, screen)
  })
}

/** The progress on the terminal, once it is drawn. */
interface Screen {
  progress?: Progress
}

async function printPlan(
  collector: AnyCollector,
  options: CollectOptions,
  flags: IngestFlags,
  context: Context,
): Promise<number> {
  const plan = await planRun(collector, options, context)
  await printRows(plan.requests, {format: chooseFormat(flags, process.stdout.isTTY), empty: 'nothing is due'})
  for (const cost of plan.costs) context.log.notice(cost)
  context.log.notice(
    `writes ${plan.tables.join(', ')}${plan.left > 0 ? `; ${pluralize(plan.left, 'due target')} beyond --limit` : ''}`,
  )
  return 0
}

async function printRun(
  collector: AnyCollector,
  options: CollectOptions,
  flags: IngestFlags,
  context: Context,
  screen: Screen,
): Promise<number> {
  const progress = createProgress({enabled: !flags.quiet, title: collector.name})
  screen.progress = progress
  const result = await printWhile(collector.tables[0], flags, context.config.zone, async (emit) => {
    const withOutput: CollectOptions = {
      ...options,
      emit,
      progress: (target, count, total) => progress.step(target, count, total),
    }
    try {
      return flags.input === undefined
        ? await collect(collector, withOutput, context)
        : await collectSaved(
            collector,
            await readInput(flags.input, context.stop, sourceOf(collector, flags.provider).source.provider),
            withOutput,
            context,
          )
    } finally {
      delete screen.progress
      await progress.end()
    }
  })
  summarize(collector.name, result, {dryRun: flags['dry-run'], log: context.log})
  return context.stop.aborted && typeof process.exitCode === 'number' ? process.exitCode : result.exit_code
}

async function targetNames(
  given: readonly string[] | undefined,
  inputTakesStdin: boolean,
  stop: AbortSignal,
): Promise<string[] | undefined> {
  if (given === undefined) return undefined
  const names: string[] = []
  for (const name of given) {
    if (name !== '-') names.push(name)
    else if (inputTakesStdin)
      throw new NeedsPerson('--input - and --target - cannot both read stdin', {
        nextStep: 'Give a file to --input, or a name to --target.',
      })
    else names.push(...(await readInput('-', stop)).split(/[\s,]+/).filter(Boolean))
  }
  if (names.length === 0)
    throw new NeedsPerson('--target -: stdin is empty', {nextStep: 'Pipe one name per line into it.'})
  return names
}

/**
 * The text of a file or of stdin. Throws UnexpectedBody if it is larger than an answer of `provider` or is
 * not UTF-8, and the reason of `stop` after a signal.
 */
async function readInput(file: string, stop: AbortSignal, provider?: Provider): Promise<string> {
  const parts: Buffer[] = []
  // A saved answer may be twice as large, because a recording quotes a page as JSON.
  const maxBytes = 2 * (provider?.maxBytes ?? defaultMaxBytes)
  const refuse = (what: string, nextStep: string) => {
    throw new UnexpectedBody(
      `${provider ? `${provider.name}: ` : ''}${file === '-' ? 'stdin' : file} ${what}`,
      {provider: provider?.name, nextStep},
    )
  }
  let size = 0
  for await (const part of readBytes(file, stop)) {
    size += part.length
    if (size > maxBytes)
      refuse(`is larger than ${maxBytes / 1e6} MB`, 'Give one answer of the provider, not a whole archive.')
    parts.push(part)
  }
  const bytes = Buffer.concat(parts, size)
  if (!isUtf8(bytes)) refuse('is not valid UTF-8', 'Give the answer as it came, or converted to UTF-8.')
  return bytes.toString('utf8')
}
