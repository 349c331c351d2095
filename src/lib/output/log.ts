/** Messages for a person, on stderr: stdout carries data only. */
import {bounded, safeText, withoutSecrets} from './safe.js'

export interface Log {
  /** What went wrong; always shown. */
  error(text: string): void
  /** What needs attention although the run goes on; always shown. */
  warn(text: string): void
  /** What happened; not with --quiet. */
  notice(text: string): void
  /** Every step; with --verbose only. */
  detail(text: string): void
}

export interface LogOptions {
  quiet: boolean
  verbose: boolean
  stderr?: Pick<NodeJS.WritableStream, 'write'>
}

/** A log whose lines are safe for a terminal, whatever a provider put into the text. */
export function createLog({quiet, verbose, stderr = process.stderr}: LogOptions): Log {
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
  }
}
