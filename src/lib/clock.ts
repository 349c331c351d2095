/**
 * The only file that reads the time or sets a timer. Everything else is handed a Clock, so quotas, schedules
 * and market hours can be tested on a clock that the test controls.
 */
import {messageOf, NeedsPerson} from './errors.js'

/** Tells the instant and waits. */
export interface Clock {
  now(): Date
  /** Resolves after `ms` of this clock, or rejects with the reason of `stop`. */
  sleep(ms: number, stop?: AbortSignal): Promise<void>
  /** Milliseconds that only grow, for deadlines of real sockets; not related to `now`. */
  elapsedMs(): number
  /** Learns the instant anew where another process drives it; nothing to do on a real clock. */
  refresh(): Promise<void>
  /** True where another process drives the time: waits are counted by the ledger alone. */
  readonly driven: boolean
}

/** Rejects with the reason of `stop` as soon as it is aborted. */
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

/** A simulator that does not tell the time within this has failed. */
const answerMs = 10_000

/** Answer of the simulator's `/clock`. */
interface ClockState {
  /** ISO 8601 instant of the simulated world. */
  instant: string
  /** Simulated seconds per real second; 0 when time moves only by steps. */
  rate: number
}

/**
 * A clock that the simulator at `url` drives, so that a month passes in minutes across many processes. With a
 * rate it is extrapolated locally; with rate 0 a sleep asks the simulator to go on to that instant. `stop`
 * ends the first question.
 */
export async function followedClock(url: string, stop?: AbortSignal, withinMs = answerMs): Promise<Clock> {
  let instantMs = 0
  let rate = 1
  let takenAtMs = 0
  const take = (state: ClockState) => {
    const ms = Date.parse(state.instant)
    if (Number.isNaN(ms)) throw new Error(`the clock of the simulator at ${url} answered no instant`)
    instantMs = ms
    rate = state.rate
    takenAtMs = performance.now()
  }
  const ask = async (path: string, body?: unknown, given?: AbortSignal) => {
    // A signal of its own: fetch lets go of one that it is given only when memory is cleaned up.
    const abort = new AbortController()
    const onStop = () => abort.abort(given?.reason)
    given?.throwIfAborted()
    given?.addEventListener('abort', onStop, {once: true})
    // Only a sleep may take its time.
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
      const answer = await fetch(`${url}${path}`, {...post, signal: abort.signal})
      if (!answer.ok) throw new Error(`the simulator at ${url} refused ${path} with ${answer.status}`)
      take((await answer.json()) as ClockState)
    } finally {
      done.abort()
      given?.removeEventListener('abort', onStop)
    }
  }
  const nowMs = () => instantMs + (performance.now() - takenAtMs) * rate
  await ask('/clock', undefined, stop)
  return {
    driven: true,
    now: () => new Date(Math.floor(nowMs())),
    elapsedMs: () => performance.now(),
    refresh: () => ask('/clock'),
    async sleep(ms, given) {
      const until = nowMs() + Math.max(0, ms)
      if (rate > 0) return realSleep((until - nowMs()) / rate, given)
      while (nowMs() < until) await ask('/clock/sleep', {until: new Date(until).toISOString()}, given)
    },
  }
}

/**
 * The simulator's clock where its address is set, else the machine's. Throws NeedsPerson when the simulator
 * does not answer within `withinMs`, and the reason of `stop`.
 */
export async function openClock(
  simulatorUrl: string | undefined,
  stop?: AbortSignal,
  withinMs = answerMs,
): Promise<Clock> {
  if (simulatorUrl === undefined) return realClock
  try {
    return await followedClock(simulatorUrl, stop, withinMs)
  } catch (error) {
    if (stop?.aborted) throw error
    const why = messageOf(error instanceof Error ? (error.cause ?? error) : error)
    throw new NeedsPerson(`the simulator at ${simulatorUrl} does not answer: ${why}`, {
      nextStep: 'Start it: fin simulate. Or unset FIN_SIMULATOR_URL.',
      cause: error,
    })
  }
}

/** Aborts after `ms` of real time: the deadline of a socket, whatever clock the run follows. */
export function deadline(ms: number): AbortSignal {
  return AbortSignal.timeout(ms)
}

/** Real milliseconds, for waiting on a server that starts or a lock that is held. */
export const pause = realSleep
