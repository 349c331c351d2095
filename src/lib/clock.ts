/**
 * The only file that reads the time or sets a timer. All other code gets a Clock, so that tests of quotas,
 * schedules and market hours control the time.
 */
import {messageOf, NeedsPerson} from './errors.js'
import {fetchThrough, proxyFor} from './proxy.js'

/** A source of the current instant, and a way to wait. */
export interface Clock {
  now(): Date
  /** Resolves after `ms` of this clock, or rejects with the reason of `stop`. */
  sleep(ms: number, stop?: AbortSignal): Promise<void>
  /** Milliseconds that only grow, for deadlines of real sockets; not related to `now`. */
  elapsedMs(): number
  /** Reads the instant again if another process drives the clock; does nothing on a real clock. */
  refresh(): Promise<void>
  /** True if another process drives the clock; only the ledger then spaces requests. */
  readonly driven: boolean
}

/** Resolves after `ms` of real time, or rejects with the reason of `stop`. */
function realSleep(ms: number, stop?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (stop?.aborted) return reject(stop.reason as Error)
    const onStop = () => {
      clearTimeout(timer)
      reject(stop?.reason as Error)
    }
    const timer = setTimeout(
      () => {
        stop?.removeEventListener('abort', onStop)
        resolve()
      },
      Math.max(0, ms),
    )
    stop?.addEventListener('abort', onStop, {once: true})
  })
}

/** The machine's clock. */
export const realClock: Clock = {
  driven: false,
  now: () => new Date(),
  sleep: realSleep,
  elapsedMs: () => performance.now(),
  refresh: async () => {},
}

/** Time allowed for the simulator to answer before it counts as unreachable. */
const answerMs = 10_000

type Environment = Readonly<Record<string, string | undefined>>

/** Statuses of a server that has no `/clock`. */
const noClockThere = new Set([400, 404, 405, 410, 426, 501])

/** The answer of the simulator's `/clock`. */
interface ClockState {
  /** Simulated instant, ISO 8601. */
  instant: string
  /** Simulated seconds per real second; 0 if time advances only in steps. */
  rate: number
}

/** A state with an instant; undefined if a server answered something else than a clock. */
function clockState(text: string): ClockState | undefined {
  let state: unknown
  try {
    state = JSON.parse(text)
  } catch {
    return undefined
  }
  return typeof state === 'object' && state !== null && 'instant' in state ? (state as ClockState) : undefined
}

/** The error of a simulator that answered, but whose `/clock` cannot be used. */
function unusableClock(url: string, why: string): NeedsPerson {
  return new NeedsPerson(`the simulator at ${url} has no usable clock: ${why}`, {
    nextStep: 'Restart it, or correct FIN_SIMULATOR_URL. A server without a clock answers /clock with 404.',
  })
}

/**
 * A clock that the simulator at `url` drives, so that a month passes in minutes across many processes. With a
 * rate it is extrapolated locally; with rate 0 a sleep requests the simulator to advance to that instant. A
 * server that answers but serves no `/clock` gets the machine's clock. `stop` aborts the first request; `env`
 * may name a proxy.
 */
export async function followedClock(
  url: string,
  stop?: AbortSignal,
  withinMs = answerMs,
  env: Environment = {},
): Promise<Clock> {
  const fetch = await fetchThrough(proxyFor(new URL(url), env))
  let instantMs = 0
  let rate = 1
  let readAtMs = 0
  const apply = (state: ClockState) => {
    const ms = Date.parse(state.instant)
    if (Number.isNaN(ms) || !(state.rate >= 0))
      throw unusableClock(url, 'it answers /clock without a valid instant and rate')
    instantMs = ms
    rate = state.rate
    readAtMs = performance.now()
  }
  const request = async (path: string, body?: unknown, given?: AbortSignal) => {
    // A separate signal, because fetch releases a given signal only at the next garbage collection.
    const abort = new AbortController()
    const onStop = () => abort.abort(given?.reason)
    given?.throwIfAborted()
    given?.addEventListener('abort', onStop, {once: true})
    // Only a sleep has no deadline.
    const done = new AbortController()
    if (body === undefined)
      realSleep(withinMs, done.signal).then(
        () => abort.abort(new Error(`no answer within ${withinMs / 1000} s`)),
        () => {},
      )
    try {
      const post =
        body === undefined
          ? {}
          : {method: 'POST', body: JSON.stringify(body), headers: {'content-type': 'application/json'}}
      const answer = await fetch(`${url}${path}`, {...post, redirect: 'manual', signal: abort.signal})
      const text = await answer.text()
      if (noClockThere.has(answer.status)) return false
      if (!answer.ok) throw unusableClock(url, `it answers ${path} with HTTP ${answer.status}`)
      const state = clockState(text)
      if (state) apply(state)
      return state !== undefined
    } finally {
      done.abort()
      given?.removeEventListener('abort', onStop)
    }
  }
  const nowMs = () => instantMs + (performance.now() - readAtMs) * rate
  if (!(await request('/clock', undefined, stop))) return realClock
  const followed = async (path: string, body?: unknown, given?: AbortSignal) => {
    if (!(await request(path, body, given))) throw unusableClock(url, `it no longer serves ${path}`)
  }
  return {
    driven: true,
    now: () => new Date(Math.floor(nowMs())),
    elapsedMs: () => performance.now(),
    refresh: () => followed('/clock'),
    async sleep(ms, given) {
      const until = nowMs() + Math.max(0, ms)
      if (rate > 0) return realSleep((until - nowMs()) / rate, given)
      while (nowMs() < until) await followed('/clock/sleep', {until: new Date(until).toISOString()}, given)
    },
  }
}

/**
 * The clock of the simulator if its address is set and it serves `/clock`, else that of the machine. Throws
 * NeedsPerson if the simulator does not answer within `withinMs`, or the reason of `stop`.
 */
export async function openClock(
  simulatorUrl: string | undefined,
  stop?: AbortSignal,
  withinMs = answerMs,
  env: Environment = {},
): Promise<Clock> {
  if (simulatorUrl === undefined) return realClock
  try {
    return await followedClock(simulatorUrl, stop, withinMs, env)
  } catch (error) {
    if (stop?.aborted || error instanceof NeedsPerson) throw error
    const proxy = proxyFor(new URL(simulatorUrl), env)
    const via = proxy === undefined ? '' : ` through the proxy (${proxy.shown})`
    const why = messageOf(error instanceof Error ? (error.cause ?? error) : error)
    throw new NeedsPerson(`the simulator at ${simulatorUrl} does not answer${via}: ${why}`, {
      nextStep: 'Start it: fin simulate. Or unset FIN_SIMULATOR_URL.',
      cause: error,
    })
  }
}

/** A signal that aborts after `ms` of real time: the deadline of a socket, on every clock. */
export function deadline(ms: number): AbortSignal {
  return AbortSignal.timeout(ms)
}

/**
 * Ends the process after `ms` of real time if something still keeps it. The timer itself does not. `code`
 * gives the exit code; by default it is the one that is set already.
 */
export function exitAfter(ms: number, code = () => process.exitCode): void {
  // eslint-disable-next-line no-restricted-syntax -- a server that does not answer would keep the process
  setTimeout(() => process.exit(code()), ms).unref()
}

/** Resolves when the events that wait have been handled, so that a long loop does not hold them up. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

/** Sleeps real milliseconds, to wait for a server that starts or a lock that is taken. */
export const pause = realSleep
