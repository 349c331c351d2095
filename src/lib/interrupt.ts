/** Turns SIGINT, SIGTERM and SIGHUP into an AbortSignal, so that a command stops cleanly. */

type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/**
 * The reason of the abort; `exitCode` is the exit code after the clean stop. The end of a terminal (SIGHUP)
 * counts as SIGTERM.
 */
export class Interrupted extends Error {
  readonly exitCode: 130 | 143
  constructor(signal: StopSignal) {
    super(signal === 'SIGINT' ? 'interrupted' : 'terminated')
    this.name = 'Interrupted'
    this.exitCode = signal === 'SIGINT' ? 130 : 143
  }
}

const signals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

let stop: AbortController | undefined

/**
 * A signal that the first of these signals aborts, with an `Interrupted` as reason; `process.exitCode` is
 * then 130 or 143. A second signal ends the process immediately. If a command never calls this, its first
 * signal ends it.
 */
export function stopOnSignal(): AbortSignal {
  if (stop) return stop.signal
  const controller = (stop = new AbortController())
  const onSignal = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      for (const name of signals) process.off(name, onSignal)
      process.kill(process.pid, signal)
      return
    }
    const reason = new Interrupted(signal as StopSignal)
    process.exitCode = reason.exitCode
    controller.abort(reason)
  }
  for (const name of signals) process.on(name, onSignal)
  return controller.signal
}

/** Resolves when a signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), {once: true})
  })
}
