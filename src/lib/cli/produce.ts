/**
 * Carries out `fin stream produce`: reads frames from the socket or from a file, prints the rows, and reports
 * the state of the connection.
 */
import {pause} from '../clock.js'
import {loadConfig} from '../config.js'
import {pluralize} from '../text.js'
import type {AnyFeed} from '../define-feed.js'
import {NeedsPerson} from '../errors.js'
import {createLog, type Log} from '../output/log.js'
import {printRows} from '../output/rows.js'
import {Interrupted, stopOnSignal} from '../interrupt.js'
import {ownColumns} from '../rows.js'
import {proxyFor} from '../proxy.js'
import {openContext, type Context} from '../run/context.js'
import {listedTargets, receivedRows, socketAddress, type Tally} from '../run/produce.js'
import {recordedFrames, type ReceivedFrame} from '../transport/frames.js'
import {listen} from '../transport/socket.js'
import {isLive, readBytes} from './input.js'
import type {ProduceFlags} from './flags.js'

/** The number of rejected items that are warned about one by one. */
const warnedRejections = 20
/**
 * The time after which a target without data is unknown to the provider. A provider sends the current state
 * of a target immediately after the subscription.
 */
const firstDataMs = 15_000
/** The time after a signal in which the reader of stdout may still take the last rows. */
const graceMs = 2_000

/**
 * Runs one `fin stream produce` and returns the exit code. Throws NeedsPerson if it cannot start, and
 * UnexpectedBody if the server refuses the subscription.
 */
export async function produce(feed: AnyFeed, flags: ProduceFlags, version: string): Promise<number> {
  const log = createLog({quiet: flags.quiet, verbose: flags.verbose})
  const stop = stopOnSignal()
  const context = await openContext({config: loadConfig(), log, stop, version})
  const tally: Tally = {frames: 0, rows: 0, rejected: 0, receivedTargets: new Set()}
  const done = new AbortController()
  let hasSucceeded = false
  const onRejected = (why: string) =>
    log[tally.rejected <= warnedRejections ? 'warn' : 'detail'](
      `${feed.name}: an item cannot become a row: ${why}`,
    )
  try {
    const heard =
      flags.input === undefined
        ? await live(feed, flags.target, tally, done.signal, context)
        : recorded(flags.input, stop)
    const printing = printRows(receivedRows(feed, heard, tally, onRejected), {
      format: 'ndjson',
      columns: ownColumns[feed.table],
      live: flags.input === undefined || isLive(flags.input),
    })
    const isPrinted = await Promise.race([
      printing.then(() => true),
      afterStop(stop, done.signal).then(() => false),
    ])
    hasSucceeded = true
    if (!isPrinted) abandonOutput(feed, log, exitCodeOf(stop, tally))
    return exitCodeOf(stop, tally)
  } finally {
    done.abort()
    const {frames, rows, rejected} = tally
    if (hasSucceeded || tally.frames > 0)
      log.notice(
        `${feed.name}: ${pluralize(frames, 'frame')}, ${pluralize(rows, 'row')}, ${rejected} rejected`,
      )
    await context.close()
  }
}

/** The exit code. SIGTERM is the normal end of a stream, so it gives 0 even if items were rejected. */
function exitCodeOf({reason}: AbortSignal, {rejected}: Tally): number {
  if (reason instanceof Interrupted) return reason.exitCode === 143 ? 0 : reason.exitCode
  return rejected > 0 ? 1 : 0
}

async function afterStop(stop: AbortSignal, done: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve()
    stop.addEventListener('abort', () => resolve(), {once: true})
  })
  await pause(graceMs, done).catch(() => {})
}

/** Ends the process although rows are still unread. */
function abandonOutput(feed: AnyFeed, log: Log, exitCode: number): void {
  log.warn(`${feed.name}: nobody reads stdout; the last rows are lost`)
  // eslint-disable-next-line no-restricted-syntax -- a full pipe would keep the process alive
  process.exit(exitCode)
}

async function live(
  feed: AnyFeed,
  names: readonly string[] | undefined,
  tally: Tally,
  done: AbortSignal,
  context: Context,
): Promise<AsyncIterable<ReceivedFrame>> {
  const {config, clock, stop, log} = context
  if (names?.some((name) => name.trim() === ''))
    throw new NeedsPerson('--target is empty', {nextStep: 'Name at least one target.'})
  const targets =
    names?.map((name) => name.trim().toUpperCase()) ?? (await listedTargets(feed, await context.database()))
  const url = socketAddress(feed, config.simulatorUrl)
  log.notice(
    `${feed.name}: listening to ${targets.length === 1 ? targets[0] : `${targets.length} targets`} at ${new URL(url).host}`,
  )
  pause(firstDataMs, done).then(
    () => {
      const silent = targets.filter((target) => !tally.receivedTargets.has(target))
      if (silent.length > 0 && tally.frames > 0)
        log.warn(
          `${feed.name}: no data for ${silent.slice(0, 5).join(', ')}${silent.length > 5 ? ` and ${silent.length - 5} more` : ''}: not known to the provider, or spelled differently there`,
        )
    },
    () => {},
  )
  return listen(feed, {
    url,
    proxy: proxyFor(new URL(url), config.env),
    targets,
    clock,
    stop,
    onQuiet: (quietMs) =>
      log.warn(
        `${feed.name}: no data for ${Math.round(quietMs / 1000)} s, although the server answers; subscribing again`,
      ),
    onEnd: (why, waitMs) =>
      log.warn(`${feed.name}: no connection: ${why}; connecting again in ${(waitMs / 1000).toFixed(1)} s`),
    onGap: (from, to) =>
      log.warn(
        `${feed.name}: no data was received from ${from.toISOString()} to ${to.toISOString()}; the stream has a gap`,
      ),
  })
}

/** The frames of a file or of stdin, until the end or a signal. */
async function* recorded(file: string, stop: AbortSignal): AsyncGenerator<ReceivedFrame> {
  try {
    yield* recordedFrames(readBytes(file, stop))
  } catch (error) {
    if (!stop.aborted) throw error
  }
}
