/** The parts that all stream commands share: settings, signals, counts, health server and database. */
import {exitAfter, pause} from '../clock.js'
import {loadConfig, type Config} from '../config.js'
import type {AnyFeed} from '../define-feed.js'
import {NeedsPerson} from '../errors.js'
import {createStreamCounts, type StreamCounts} from '../health/counts.js'
import type {HealthServer, StreamState} from '../health/server.js'
import {Interrupted, stopOnSignal} from '../interrupt.js'
import type {JobClaim} from '../limits/claims.js'
import {createLog} from '../output/log.js'
import {openContext, type Context} from '../run/context.js'
import type {StreamFlags} from './flags.js'

export interface StreamSession {
  feed: AnyFeed
  config: Config
  /** Its `stop` ends everything that still runs some seconds after the signal. */
  context: Context
  counts: StreamCounts
  /** Aborted by SIGINT or SIGTERM: nothing more is received, and what was received is delivered. */
  stop: AbortSignal
  /** Adds a reason why the stream does not do all of its work; undefined: there is none. */
  watch(reason: () => {text: string; isReady: boolean} | undefined): void
  /** The exit code of a stream that ended without an error. SIGTERM is the normal end of a stream. */
  exitCode(): number
  close(): Promise<void>
}

/**
 * The time after a signal within which what was received is delivered, in real milliseconds. Statements of
 * PostgreSQL get three seconds more. The whole stop takes less than ten.
 */
const drainMs = 5_000
/** The time after a signal after which the process ends, whatever it waits for. */
const endMs = 9_000
/** The time after the end of the work in which the process ends by itself. */
const leaveMs = 1_000

export async function openStreamSession(
  feed: AnyFeed,
  flags: StreamFlags,
  version: string,
  claims: () => Promise<readonly JobClaim[]>,
): Promise<StreamSession> {
  const log = createLog({quiet: flags.quiet, verbose: flags.verbose})
  const config = loadConfig()
  const stop = stopOnSignal()
  const late = new AbortController()
  const closed = new AbortController()
  const onStop = () => {
    exitAfter(endMs, exitCode)
    pause(drainMs, closed.signal).then(
      () => late.abort(stop.reason),
      () => {},
    )
  }
  stop.addEventListener('abort', onStop, {once: true})
  if (stop.aborted) onStop()
  const context = await openContext({config, log, stop: late.signal, version, claims})
  const counts = createStreamCounts()
  const reasons: Parameters<StreamSession['watch']>[0][] = []
  const health = await openHealth()

  async function openHealth(): Promise<HealthServer | undefined> {
    const port = flags['health-port']
    if (port === undefined) return undefined
    const {serveHealth} = await import('../health/server.js')
    const server = await serveHealth({port, counts, feed: feed.name, version, clock: context.clock, state})
    log.notice(`${feed.name}: /healthz, /readyz and /metrics at port ${server.port}`)
    return server
  }

  function state(): StreamState {
    if (reasons.length === 0) return {ready: false, reasons: ['it is starting']}
    const found = reasons.flatMap((reason) => reason() ?? [])
    return {ready: found.every(({isReady}) => isReady), reasons: found.map(({text}) => text)}
  }

  function exitCode(): number {
    if (stop.reason instanceof Interrupted) return stop.reason.exitCode === 143 ? 0 : stop.reason.exitCode
    return counts.rejected > 0 ? 1 : 0
  }

  return {
    feed,
    config,
    context,
    counts,
    stop,
    watch: (reason) => reasons.push(reason),
    exitCode,
    async close() {
      closed.abort()
      late.abort(stop.reason) // a statement that waits for a lock would keep the process
      await health?.close()
      await context.close()
      // The library of Kafka waits for the answers of a broker that is frozen.
      exitAfter(leaveMs)
    },
  }
}

/** The length of an interval of which the newest quote is kept, in milliseconds. Throws NeedsPerson. */
export function intervalMsFrom({env}: Config): number {
  const text = env['FIN_STREAM_INTERVAL_SECONDS']?.trim() ?? '60'
  const seconds = Number(text)
  if (!/^\d{1,6}$/.test(text) || seconds < 1)
    throw new NeedsPerson(`FIN_STREAM_INTERVAL_SECONDS is "${text}", not a number of seconds`, {
      nextStep: 'Set it to a whole number from 1, such as 60.',
    })
  return seconds * 1000
}
