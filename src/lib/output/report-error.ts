/** Turns an error into a message and an exit code. No other file does this. */
import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {isFinError} from '../errors.js'
import {bounded, safeText, withoutSecrets} from './safe.js'
import {Interrupted} from '../interrupt.js'
import {didYouMean, unknownCommand} from './suggest.js'

export interface ReportOptions {
  /** Prints the stack as well. */
  verbose: boolean
  /** Folder of oclif.manifest.json, which holds the names of all commands. */
  root: string
  stderr?: Pick<NodeJS.WritableStream, 'write'>
}

/** The properties that oclif adds to its errors. */
interface OclifError extends Error {
  oclif?: {exit?: number | false}
  code?: string
  flags?: string[]
  args?: {name: string; required?: boolean; description?: string}[]
  parse?: {input?: {flags?: Record<string, unknown>; context?: {id?: string}}}
}

interface Report {
  message: string
  nextStep: string | undefined
  exitCode: number
}

/**
 * Errors that were reported already. A failed write arrives twice: through the callback of the write, and
 * as an 'error' event of the stream.
 */
const reported = new WeakSet<Error>()

/**
 * Writes the message of an error and its next step, once, and returns the exit code of the process. Prints no
 * stack unless `verbose`. A usage error gives 2, an unexpected error 1.
 */
export function reportError(error: unknown, {verbose, root, stderr = process.stderr}: ReportOptions): number {
  const {message, nextStep, exitCode} = reportOf(error, root)
  if (error instanceof Error) {
    if (reported.has(error)) return exitCode
    reported.add(error)
  }
  const hasStack =
    verbose && error instanceof Error && error.stack !== undefined && !(error instanceof Interrupted)
  const lines = [
    ...(message === '' ? [] : [`fin: ${message}`]),
    ...(nextStep === undefined ? [] : nextStep.split('\n').map((line) => `  ${line}`)),
    ...(hasStack ? ['', ...stacksOf(error)] : []),
  ]
  if (lines.length > 0) stderr.write(`${safeText(withoutSecrets(bounded(lines.join('\n'), 40_000)))}\n`)
  return exitCode
}

function reportOf(error: unknown, root: string): Report {
  if (isFinError(error)) {
    const subjects = [error.provider, error.target].filter(
      (part) => part !== undefined && !error.message.includes(part),
    )
    return {
      message: subjects.length > 0 ? `${subjects.join(' ')}: ${error.message}` : error.message,
      nextStep: error.nextStep,
      exitCode: error.exitCode,
    }
  }
  if (error instanceof Interrupted)
    return {message: error.message, nextStep: undefined, exitCode: error.exitCode}
  if (isOclifError(error)) return reportOfOclif(error, root)
  if (isFullDisk(error))
    return {
      message: `cannot write: ${error.message}`,
      nextStep: 'Free space on that disk, then run the command again.',
      exitCode: 1,
    }
  const denied = deniedAccess(error)
  if (denied) return denied
  return {
    message: `unexpected: ${deepMessage(error)}`,
    nextStep: 'Run the command again with --verbose to see where this happened.',
    exitCode: 1,
  }
}

/** Reasons for which the system does not let an account use a file or folder. */
const denials: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'it is not permitted',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is not a folder',
}

/** The report of a file or folder that this account may not use, such as a read-only HOME. */
function deniedAccess(error: unknown): Report | undefined {
  if (!(error instanceof Error)) return undefined
  const {code, path, syscall} = error as NodeJS.ErrnoException
  const why = denials[code ?? '']
  if (why === undefined || path === undefined || syscall === 'connect' || syscall === 'listen')
    return undefined
  return {
    message: `cannot ${syscall === 'mkdir' ? 'make the folder' : 'use'} ${path}: ${why}`,
    nextStep:
      'Correct its permissions, or choose another folder: XDG_CACHE_HOME for caches, FIN_DATA_DIR for data.',
    exitCode: 2,
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

function reportOfOclif(error: OclifError, root: string): Report {
  const exit = error.oclif?.exit
  if (error.code === 'EEXIT')
    return {message: '', nextStep: undefined, exitCode: typeof exit === 'number' ? exit : 0}
  const missing = /^Command (.+) not found\.$/.exec(error.message)?.[1]
  if (missing !== undefined) return reportOf(unknownCommand(missing, knownCommands(root)), root)
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
  // A missing module is a fault of the build; every other error of oclif is a usage error.
  if (error.code === 'MODULE_NOT_FOUND')
    return {message, nextStep: 'Build it again: npm run build', exitCode: 1}
  const name = `fin ${id?.replaceAll(':', ' ') ?? ''}`.trim()
  return {message: missingArgument(error, name) ?? oneLine(message), nextStep: help, exitCode: 2}
}

/** The message for a command without an argument that it needs; undefined for any other error. */
function missingArgument({message, args}: OclifError, command: string): string | undefined {
  if (!/^Missing \d+ required arg/.test(message)) return undefined
  return `${command} needs the ${args?.map(({name, description}) => description ?? name).join(' and the ') ?? ''}`
}

/** Messages of oclif about the value of a number, and about a flag that needs another one, in plain words. */
const plainer: readonly [RegExp, string][] = [
  [/^Parsing (--\S+)\s+Expected an integer but received: (.*)$/s, '$1 is "$2", which is not an integer'],
  [
    /^Parsing (--\S+)\s+Expected an integer greater than or equal to (\S+) but received: (.*)$/s,
    '$1 is "$3"; it must be at least $2',
  ],
  [
    /^Parsing (--\S+)\s+Expected an integer less than or equal to (\S+) but received: (.*)$/s,
    '$1 is "$3"; it can be at most $2',
  ],
  [/^.*All of the following must be provided when using (--\S+): (--.+?)$.*/ms, '$1 needs $2'],
]

/** A message of oclif on one line. oclif uses several lines, and reports two exclusive flags twice. */
function oneLine(message: string): string {
  const found = plainer.find(([pattern]) => pattern.test(message))
  if (found) return message.replace(...found)
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

/**
 * The message of an error with its causes. The AggregateError of a refused connection has an empty message.
 */
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
