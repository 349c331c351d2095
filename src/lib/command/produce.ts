/** What `fin stream produce` does with its flags: from where the frames come, where the rows go, what is said about it. */
import {createReadStream} from 'node:fs'
import {loadConfig} from '../config.js'
import type {AnyFeed} from '../define.js'
import {NeedsPerson} from '../errors.js'
import {createLog, type Log} from '../output/log.js'
import {printRows} from '../output/rows.js'
import {Interrupted, stopOnSignal} from '../output/stop.js'
import {broughtColumns} from '../rows.js'
import {openContext, type Context} from '../run/context.js'
import {listedTargets, rowsHeard, socketAddress, type Tally} from '../run/produce.js'
import {recordedFrames, type Heard} from '../transport/frames.js'
import {listen} from '../transport/socket.js'
import type {ProduceFlags} from './produce-command.js'

/** At most so many items that were set aside are told one by one. */
const mostTold = 20

/** Runs one `fin stream produce` and returns the exit code. Throws what cannot start, and a refusal of the server. */
export async function produce(feed: AnyFeed, flags: ProduceFlags, version: string): Promise<number> {
  const log = createLog({quiet: flags.quiet, verbose: flags.verbose})
  const stop = stopOnSignal()
  const context = await openContext({config: loadConfig(), log, stop, version})
  const tally: Tally = {frames: 0, rows: 0, rejected: 0}
  try {
    const heard = flags.input === undefined ? await live(feed, flags.target, context) : recordedFrames(recording(flags.input, stop), context.clock.now())
    const rows = rowsHeard(feed, heard, tally, (why) => {
      if (tally.rejected <= mostTold) log.warn(`${feed.name}: an item cannot become a row: ${why}`)
      else log.detail(`${feed.name}: an item cannot become a row: ${why}`)
    })
    await printRows(rows, {format: 'ndjson', columns: broughtColumns[feed.table as keyof typeof broughtColumns], live: flags.input === undefined})
  } finally {
    await context.close()
  }
  sum(feed, tally, log)
  const reason: unknown = stop.reason
  if (reason instanceof Interrupted && reason.exitCode === 130) return 130
  return tally.rejected > 0 ? 1 : 0
}

function sum(feed: AnyFeed, {frames, rows, rejected}: Tally, log: Log): void {
  const n = (count: number, one: string) => `${count < 1000 ? count : count.toLocaleString('en-US')} ${one}${count === 1 ? '' : 's'}`
  log.notice(`${feed.name}: ${n(frames, 'frame')}, ${n(rows, 'row')}, ${rejected} set aside`)
}

async function live(feed: AnyFeed, named: readonly string[] | undefined, {config, clock, stop, log, database}: Context): Promise<AsyncIterable<Heard>> {
  if (named?.some((name) => name.trim() === '')) throw new NeedsPerson('--target is empty', {nextStep: 'Name what to listen to.'})
  const targets = named?.map((name) => name.trim().toUpperCase()) ?? await listedTargets(feed, await database())
  const url = socketAddress(feed, config.simulatorUrl)
  log.notice(`${feed.name}: listening to ${targets.length === 1 ? targets[0] : `${targets.length} targets`} at ${new URL(url).host}`)
  return listen(feed, {
    url, targets, clock, stop,
    onEnd: (why, waitMs) => log.warn(`${feed.name}: the connection ended: ${why}; again in ${(waitMs / 1000).toFixed(1)} s`),
    onGap: (from, to) => log.warn(`${feed.name}: nothing was heard from ${from.toISOString()} to ${to.toISOString()}; what happened between is not on this stream`),
  })
}

/** The bytes of a file or of stdin, until the end or a signal. Throws NeedsPerson for a file that cannot be read. */
async function* recording(file: string, stop: AbortSignal): AsyncGenerator<Uint8Array> {
  const stream = file === '-' ? process.stdin : createReadStream(file)
  const onStop = () => stream.destroy()
  stop.addEventListener('abort', onStop, {once: true})
  try {
    for await (const part of stream) yield part as Uint8Array
  } catch (error) {
    if (stop.aborted) return
    if (error instanceof Error && 'syscall' in error) throw new NeedsPerson(`cannot read ${file}: ${error.message}`, {nextStep: 'Check the path.', cause: error})
    throw error
  } finally {
    stop.removeEventListener('abort', onStop)
  }
}
