/**
 * What `fin stream produce` does with its flags: from where the frames come, where the rows go, what is said
 * about it.
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
import {openContext, type Context} from '../run/context.js'
import {listedTargets, receivedRows, socketAddress, type Tally} from '../run/produce.js'
import {recordedFrames, type ReceivedFrame} from '../transport/frames.js'
import {listen} from '../transport/socket.js'
import {isLive, readBytes} from './input.js'
import type {ProduceFlags} from './flags.js'

/** At most so many items that were rejected are told one by one. */
const mostTold = 20
/** Every target is told of at once when it is subscribed to; one that is not by then is unknown there. */
const firstWordMs = 15_000
/** How long after a signal whoever reads stdout may still take what waits for it. */
const graceMs = 2_000

/**
 * Runs one `fin stream produce` and returns the exit code. Throws what cannot start, and a refusal of the
 * server.
 */
export async function produce(feed: AnyFeed, flags: ProduceFlags, version: string): Promise<number> {
  const log = createLog({quiet: flags.quiet, verbose: flags.verbose})
  const stop = stopOnSignal()
  const context = await openContext({config: loadConfig(), log, stop, version})
  const tally: Tally = {frames: 0, rows: 0, rejected: 0, receivedTargets: new Set()}
  const done = new AbortController()
  let isWell = false
  const onRejected = (why: string) =>
    log[tally.rejected <= mostTold ? 'warn' : 'detail'](`${feed.name}: an item cannot become a row: ${why}`)
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
    const isTaken = await Promise.race([
      printing.then(() => true),
      afterStop(stop, done.signal).then(() => false),
    ])
    isWell = true
    if (!isTaken) giveUp(feed, log, exitCodeOf(stop, tally))
    return exitCodeOf(stop, tally)
  } finally {
    done.abort()
    const {frames, rows, rejected} = tally
    if (isWell || tally.frames > 0)
      log.notice(
        `${feed.name}: ${pluralize(frames, 'frame')}, ${pluralize(rows, 'row')}, ${rejected} rejected`,
      )
    await context.close()
  }
}

/** SIGTERM is how a stream ends well, whatever was rejected while it ran. */
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

function giveUp(feed: AnyFeed, log: Log, exitCode: number): void {
  log.warn(`${feed.name}: nobody reads stdout; the last rows are given up`)
  // eslint-disable-next-line no-restricted-syntax -- a full pipe would keep the process alive
  process.exit(exitCode)
}

async function live(
  feed: AnyFeed,
  named: readonly string[] | undefined,
  tally: Tally,
  done: AbortSignal,
  context: Context,
): Promise<AsyncIterable<ReceivedFrame>> {
  const {config, clock, stop, log} = context
  if (named?.some((name) => name.trim() === ''))
    throw new NeedsPerson('--target is empty', {nextStep: 'Name what to listen to.'})
  const targets =
    named?.map((name) => name.trim().toUpperCase()) ?? (await listedTargets(feed, await context.database()))
  const url = socketAddress(feed, config.simulatorUrl)
  log.notice(
    `${feed.name}: listening to ${targets.length === 1 ? targets[0] : `${targets.length} targets`} at ${new URL(url).host}`,
  )
  pause(firstWordMs, done).then(
    () => {
      const silent = targets.filter((target) => !tally.receivedTargets.has(target))
      if (silent.length > 0 && tally.frames > 0)
        log.warn(
          `${feed.name}: nothing came of ${silent.slice(0, 5).join(', ')}${silent.length > 5 ? ` and ${silent.length - 5} more` : ''}: gone, or spelled otherwise there`,
        )
    },
    () => {},
  )
  return listen(feed, {
    url,
    targets,
    clock,
    stop,
    onEnd: (why, waitMs) =>
      log.warn(`${feed.name}: no connection: ${why}; again in ${(waitMs / 1000).toFixed(1)} s`),
    onGap: (from, to) =>
      log.warn(
        `${feed.name}: nothing was heard from ${from.toISOString()} to ${to.toISOString()}; what happened between is not on this stream`,
      ),
  })
}

/** Frames of a file or of stdin, until the end or a signal. */
async function* recorded(file: string, stop: AbortSignal): AsyncGenerator<ReceivedFrame> {
  try {
    yield* recordedFrames(readBytes(file, stop))
  } catch (error) {
    if (!stop.aborted) throw error
  }
}
