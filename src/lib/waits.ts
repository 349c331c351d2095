/** Reports every wait of three seconds or more: for whom, why, and until when. */
import {type Clock, openClock, pause} from './clock.js'
import type {Config} from './config.js'

/** A wait that takes this long is reported. */
export const reportedMs = 3_000

export interface WaitLog {
  notice(text: string): void
  /** Shows a wait, as progress on a terminal and as one line elsewhere; default: `notice`. */
  waiting?(text: string): void
}

/** Reports a wait whose end is known, if it is long enough: `fred (DGS10): waits until ...: why`. */
export function reportWait(
  log: WaitLog | undefined,
  wait: {subject: string; why: string; nowMs: number; untilMs: number},
): void {
  if (wait.untilMs - wait.nowMs < reportedMs) return
  show(log, `${wait.subject}: waits until ${new Date(wait.untilMs).toISOString()}: ${wait.why}`)
}

/**
 * Awaits `work`, and reports it once if it is not done after three real seconds. `text` is read at that
 * moment; nothing is reported if the work ends before the text is known.
 */
export async function reportSlow<T>(
  log: WaitLog | undefined,
  text: () => string | Promise<string>,
  work: Promise<T>,
): Promise<T> {
  const done = new AbortController()
  const report = async () => {
    await pause(reportedMs, done.signal)
    const known = await text()
    if (!done.signal.aborted) show(log, known)
  }
  report().catch(() => {}) // it was done before
  try {
    return await work
  } finally {
    done.abort()
  }
}

/** `openClock` with the settings of `config`; reports a simulator that is slow to answer. */
export function openClockOf(
  {simulatorUrl, env}: Pick<Config, 'simulatorUrl' | 'env'>,
  log: WaitLog | undefined,
  {stop, withinMs}: {stop?: AbortSignal; withinMs?: number} = {},
): Promise<Clock> {
  const text = () => `waiting for the simulator at ${simulatorUrl}`
  return reportSlow(log, text, openClock(simulatorUrl, stop, withinMs, env))
}

function show(log: WaitLog | undefined, text: string): void {
  if (log?.waiting) log.waiting(text)
  else log?.notice(text)
}
