/** Messages for a person, on stderr: stdout carries data only. */
import {bounded, safeText, withoutSecrets} from './safe.js'

export interface Log {
  /** A failure; always shown. */
  error(text: string): void
  /** A problem that needs attention although the run continues; always shown. */
  warn(text: string): void
  /** A result or an event; not shown with --quiet. */
  notice(text: string): void
  /** A single step; shown with --verbose only. */
  detail(text: string): void
  /** A wait: a step of the progress on a terminal, else a notice. Absent: it is a notice. */
  waiting?(text: string): void
}

export interface LogOptions {
  quiet: boolean
  verbose: boolean
  stderr?: Pick<NodeJS.WritableStream, 'write'>
  /** Shows a wait on the terminal; false if no progress is drawn. */
  showWait?: (text: string) => boolean
}

/**
 * Makes a log whose lines are safe for a terminal, even if a provider put control characters into the text.
 */
export function createLog({quiet, verbose, stderr = process.stderr, showWait}: LogOptions): Log {
  const line = (prefix: string, text: string) => {
    stderr.write(`${prefix}${safeText(withoutSecrets(bounded(text)))}\n`)
  }
  return {
    error: (text) => line('error: ', text),
    warn: (text) => line('warning: ', text),
    notice: (text) => {
      if (!quiet) line('', text)
    },
    detail: (text) => {
      if (verbose) line('  ', text)
    },
    waiting: (text) => {
      if (!quiet && showWait?.(withoutSecrets(bounded(text))) !== true) line('', text)
    },
  }
}
