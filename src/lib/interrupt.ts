/** Turns SIGINT and SIGTERM into an AbortSignal, so that a command stops cleanly. */

/** The reason of the abort; `exitCode` is the exit code after the clean stop. */
export class Interrupted extends Error {
  readonly exitCode: 130 | 143
  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(signal === 'SIGINT' ? 'interrupted' : 'terminated')
    this.name = 'Interrupted'
    this.exitCode = signal === 'SIGINT' ? 130 : 143
  }
}

let stop: AbortController | undefined

/**
 * A signal that the first SIGINT or SIGTERM aborts, with an `Interrupted` as reason; `process.exitCode` is
 * then 130 or 143. A second signal ends the process immediately. If a command never calls this, its first
 * signal ends it.
 */
export function stopOnSignal(): AbortSignal {
  if (stop) return stop.signal
  const controller = (stop = new AbortController())
  const onSignal = (signal: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
      process.kill(process.pid, signal)
      return
    }
    const reason = new Interrupted(signal as 'SIGINT' | 'SIGTERM')
    process.exitCode = reason.exitCode
    controller.abort(reason)
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  return controller.signal
}

/** Resolves when a signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), {once: true})
  })
}
