/**
 * SIGINT and SIGTERM as an AbortSignal, so that a command ends after a clean stop and not in the middle of
 * something.
 */

/** The reason of the signal: what the process ends with once everything is put away. */
export class Interrupted extends Error {
  readonly exitCode: 130 | 143
  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(signal === 'SIGINT' ? 'interrupted' : 'asked to end')
    this.name = 'Interrupted'
    this.exitCode = signal === 'SIGINT' ? 130 : 143
  }
}

let stop: AbortController | undefined

/**
 * Aborted by the first SIGINT or SIGTERM, with an `Interrupted` as reason; `process.exitCode` is then 130 or
 * 143. A second signal ends the process at once. A command that never calls this is ended by its first
 * signal.
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
