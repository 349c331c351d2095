/** The one place where an error becomes a message and an exit code. */
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {isFinError} from '../errors.js'
import {bounded, safeText, withoutSecrets} from './safe.js'
import {Interrupted} from '../interrupt.js'
import {didYouMean, unknownCommand} from './suggest.js'

export interface ReportOptions {
  /** The stack as well. */
  verbose: boolean
  /** Folder of oclif.manifest.json, which knows the names of all commands. */
  root: string
  stderr?: Pick<NodeJS.WritableStream, 'write'>
}

/** What oclif adds to the errors it throws. */
interface OclifError extends Error {
  oclif?: {exit?: number | false}
  code?: string
  flags?: string[]
  parse?: {input?: {flags?: Record<string, unknown>; context?: {id?: string}}}
}

interface Told {
  message: string
  nextStep: string | undefined
  exitCode: number
}

/** A stream tells of a failed write to whoever wrote and to whoever listens: the same error comes twice. */
const told = new WeakSet<Error>()

/**
 * Writes what happened and then what to do, once, and returns the exit code of the process. No stack unless
 * `verbose`. Usage errors are 2; what nobody foresaw is 1.
 */
export function reportError(error: unknown, {verbose, root, stderr = process.stderr}: ReportOptions): number {
  const {message, nextStep, exitCode} = tell(error, root)
  if (error instanceof Error) {
    if (told.has(error)) return exitCode
    told.add(error)
  }
  const isWhole =
    verbose && error instanceof Error && error.stack !== undefined && !(error instanceof Interrupted)
  const lines = [
    ...(message === '' ? [] : [`fin: ${message}`]),
    ...(nextStep === undefined ? [] : nextStep.split('\n').map((line) => `  ${line}`)),
    ...(isWhole ? ['', ...stacksOf(error)] : []),
  ]
  if (lines.length > 0) stderr.write(`${safeText(withoutSecrets(bounded(lines.join('\n'), 40_000)))}\n`)
  return exitCode
}

function tell(error: unknown, root: string): Told {
  if (isFinError(error)) {
    const about = [error.provider, error.target].filter(
      (part) => part !== undefined && !error.message.includes(part),
    )
    return {
      message: about.length > 0 ? `${about.join(' ')}: ${error.message}` : error.message,
      nextStep: error.nextStep,
      exitCode: error.exitCode,
    }
  }
  if (error instanceof Interrupted)
    return {message: error.message, nextStep: undefined, exitCode: error.exitCode}
  if (isOclifError(error)) return tellOclif(error, root)
  if (isFullDisk(error))
    return {
      message: `cannot write: ${error.message}`,
      nextStep: 'Make room on that disk, then run it again.',
      exitCode: 1,
    }
  return {
    message: `unexpected: ${deepMessage(error)}`,
    nextStep: 'Run it again with --verbose to see where this happened.',
    exitCode: 1,
  }
}

function isFullDisk(error: unknown): error is Error {
  return (
    error instanceof Error &&
    ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException).code ?? '')
  )
}

function isOclifError(error: unknown): error is OclifError {
  return error instanceof Error && typeof (error as OclifError).oclif === 'object'
}

function tellOclif(error: OclifError, root: string): Told {
  const exit = error.oclif?.exit
  if (error.code === 'EEXIT')
    return {message: '', nextStep: undefined, exitCode: typeof exit === 'number' ? exit : 0}
  const missing = /^Command (.+) not found\.$/.exec(error.message)?.[1]
  if (missing !== undefined) return tell(unknownCommand(missing, knownCommands(root)), root)
  const message = error.message.replace(/\nSee more help with --help$/, '')
  const id = error.parse?.input?.context?.id
  const help =
    id === undefined ? 'See the command with --help.' : `See: fin ${id.replaceAll(':', ' ')} --help`
  if (error.flags !== undefined) {
    const known = Object.keys(error.parse?.input?.flags ?? {}).map((flag) => `--${flag}`)
    const near = error.flags.map((flag) => didYouMean(flag, known)).filter((name) => name !== undefined)
    return {
      message: `there is no flag ${error.flags.join(', ')}`,
      nextStep: near.length > 0 ? `Did you mean ${near.join(', ')}?\n${help}` : help,
      exitCode: 2,
    }
  }
  // A module that cannot be loaded is ours; everything else that oclif throws is how it was called.
  if (error.code === 'MODULE_NOT_FOUND')
    return {message, nextStep: 'Build it again: npm run build', exitCode: 1}
  return {message: oneLine(message), nextStep: help, exitCode: 2}
}

/** oclif spreads a message over lines, and tells of two flags that exclude each other twice. */
function oneLine(message: string): string {
  const [first = '', ...more] = message
    .split('\n')
    .map((line) => line.trim().replace(/^(--\w[\w-]*)=true /, '$1 '))
    .filter((line) => line !== '')
  if (/^The following errors? occurred:$/.test(first)) return more[0] ?? first
  return [lowerFirst(first), ...more.map(lowerFirst)].join(': ').replaceAll('::', ':')
}

function knownCommands(root: string): string[] {
  try {
    const {commands} = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8')) as {
      commands: Record<string, unknown>
    }
    return Object.keys(commands)
  } catch {
    return []
  }
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text
}

/** An AggregateError, as a refused connection gives, has an empty message of its own. */
function deepMessage(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(deepMessage).join('; ')
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : deepMessage(error.cause)
  return cause === '' || error.message.includes(cause)
    ? error.message || error.name
    : `${error.message} (${cause})`
}

function stacksOf(error: Error): string[] {
  const own = (error.stack ?? '').split('\n')
  return error.cause instanceof Error ? [...own, 'caused by:', ...stacksOf(error.cause)] : own
}
