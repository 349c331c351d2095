/** Classifies database errors: the data of one row, the connection, or a defect. */
import pg from 'pg'
import {FinError, NeedsPerson, TryLater, messageOf} from './errors.js'

/** An error that PostgreSQL reported; SQLSTATE in `code`. */
export type DatabaseError = pg.DatabaseError

export function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof pg.DatabaseError && error.code !== undefined
}

/** The SQLSTATE or the system's code (`ECONNREFUSED`); of several attempts to connect, that of the first. */
export function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  const code = (error as {code?: unknown} | null)?.code
  return typeof code === 'string' ? code : undefined
}

/**
 * True if the content of a row caused the error, so that the row can be rejected: a value out of range or
 * malformed (22), a constraint (23), too large for an index or for JSON (54), one key twice in a batch
 * (21000), an exception of a trigger (P0001).
 */
export function isDataError(error: unknown): error is DatabaseError {
  if (!isDatabaseError(error)) return false
  const code = error.code ?? ''
  return (
    code.startsWith('22') ||
    code.startsWith('23') ||
    code.startsWith('54') ||
    code === '21000' ||
    code === 'P0001'
  )
}

const unreachable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'EAI_AGAIN',
  'ENOTFOUND',
])

/** True if no server answers, or it is still starting: the embedded one can be started, others awaited. */
export function isUnreachable(error: unknown): boolean {
  const code = codeOf(error) ?? ''
  return (
    unreachable.has(code) ||
    code === '57P03' ||
    /timeout exceeded when trying to connect|connection timeout|Connection terminated/.test(messageOf(error))
  )
}

/** True for a file that cannot be opened. */
function isOfFile(error: unknown): boolean {
  return (error as {syscall?: unknown} | null)?.syscall === 'open'
}

/** What an error means for its reader. `text` is the message of the driver or the server. */
interface Meaning {
  isIt(code: string, text: string, error: unknown): boolean
  /** Only a person can help; otherwise the same command may work later. */
  needsPerson: boolean
  /** `where` names the server without its password. */
  message(where: string, text: string, code: string): string
  nextStep: string
}

const hasCode =
  (...codes: string[]) =>
  (code: string) =>
    codes.includes(code)
const ofDriver = (pattern: RegExp) => (_: string, text: string, error: unknown) =>
  !isDatabaseError(error) && pattern.test(text)

/** The first that fits applies. */
const meanings: readonly Meaning[] = [
  {
    isIt: hasCode('ENOTFOUND'),
    needsPerson: true,
    message: (where) => `the host of the database ${where} is not known`,
    nextStep: 'Check the host name in DATABASE_URL.',
  },
  {
    isIt: hasCode('57P03'),
    needsPerson: false,
    message: (where) => `the database ${where} is starting up or shutting down`,
    nextStep: 'Try again in a moment.',
  },
  {
    isIt: (code, _, error) => isLostConnection(error, code),
    needsPerson: false,
    message: (where, text) => `the connection to the database ${where} was lost: ${text}`,
    nextStep: 'Run the command again; what was committed is kept.',
  },
  {
    isIt: (code, _, error) => unreachable.has(code) && !isOfFile(error),
    needsPerson: false,
    message: (where, _, code) => `the database ${where} does not answer (${code})`,
    nextStep: 'Check that the server runs and that DATABASE_URL names it; `fin doctor` shows more.',
  },
  {
    isIt: (code, text, error) =>
      isDatabaseError(error)
        ? code === '28P01' && /empty password/.test(text)
        : /password must be a/.test(text),
    needsPerson: true,
    message: () => 'the password is missing from DATABASE_URL',
    nextStep: 'Write it there as postgresql://user:password@host/fin, or set PGPASSWORD.',
  },
  {
    isIt: ofDriver(/^SASL/),
    needsPerson: true,
    message: (where, text) => `the sign-in at the database ${where} failed: ${text}`,
    nextStep: 'Check user and password in DATABASE_URL.',
  },
  {
    isIt: (code, text) => code.startsWith('28') && /no encryption|SSL off/.test(text),
    needsPerson: true,
    message: (where) => `the database ${where} refused a connection without encryption`,
    nextStep: 'Add sslmode=require to DATABASE_URL, or check user and database there.',
  },
  {
    isIt: (code) => code.startsWith('28'),
    needsPerson: true,
    message: (where, text) => `the database ${where} refused the sign-in: ${text}`,
    nextStep: 'Check user and password in DATABASE_URL.',
  },
  {
    isIt: hasCode('3D000'),
    needsPerson: true,
    message: (where) => `the database ${where} does not exist`,
    nextStep: 'Create it (createdb), or correct DATABASE_URL.',
  },
  {
    isIt: hasCode('3F000'),
    needsPerson: true,
    message: (where) => `the search_path of the database ${where} names no schema that exists`,
    nextStep: 'Set it for the user of DATABASE_URL: alter role NAME set search_path = public',
  },
  {
    isIt: hasCode('42501'),
    needsPerson: true,
    message: (where, text) => `the database ${where} denies this: ${text}`,
    nextStep: 'Grant the user of DATABASE_URL the right to use and create tables there.',
  },
  {
    // Both are also the codes of a NUL, which concerns one row and not the database.
    isIt: (code, text) =>
      code === '22021' ? !text.endsWith(': 0x00') : code === '22P05' && /no equivalent in/.test(text),
    needsPerson: true,
    message: (where, text) => `the database ${where} cannot store a character: ${text}`,
    nextStep: 'Use a database with the encoding UTF8; `fin doctor` shows more.',
  },
  {
    isIt: hasCode('53300'),
    needsPerson: false,
    message: (where) => `the database ${where} has no connection left`,
    nextStep: 'Wait for other programs to end, or raise max_connections.',
  },
  {
    isIt: hasCode('53100'),
    needsPerson: true,
    message: (where) => `the disk of the database ${where} is full`,
    nextStep: 'Free some space, then run the command again.',
  },
  {
    isIt: hasCode('57014'),
    needsPerson: false,
    message: (where, text) => `the database ${where} stopped a statement that took too long: ${text}`,
    nextStep: 'Try again when the server is less busy.',
  },
  {
    isIt: hasCode('40P01', '40001'),
    needsPerson: false,
    message: (where, text) => `the database ${where} undid a transaction that met another one: ${text}`,
    nextStep: 'Run the command again.',
  },
  {
    isIt: hasCode('55P03'),
    needsPerson: false,
    message: (where, text) => `the database ${where} kept something locked for too long: ${text}`,
    nextStep: 'Run the command again when other programs have released it.',
  },
  {
    isIt: hasCode('25006'),
    needsPerson: true,
    message: (where) => `the database ${where} is read-only`,
    nextStep: 'Name the primary server in DATABASE_URL.',
  },
  {
    isIt: ofDriver(/does not support SSL/),
    needsPerson: true,
    message: (where) => `the server of the database ${where} does not offer SSL`,
    nextStep: 'Enable it there, or write sslmode=prefer or sslmode=disable in DATABASE_URL.',
  },
  {
    isIt: (code, text, error) =>
      !isDatabaseError(error) &&
      (/CERT|^ERR_(TLS|SSL|OSSL)|^UNABLE_TO_/.test(code) || /certificate|SSL/i.test(text)),
    needsPerson: true,
    message: (where, text) => `no secure connection to the database ${where}: ${text}`,
    nextStep:
      'Name the authority of its certificate by sslrootcert=FILE in DATABASE_URL. sslmode=require encrypts without checking the certificate.',
  },
  {
    isIt: (_, text) =>
      /Connection terminated|timeout exceeded when trying to connect|connection timeout|Client has encountered a connection error/i.test(
        text,
      ),
    needsPerson: false,
    message: (where, text) => `the database ${where} does not answer: ${text}`,
    nextStep: 'Check that the server runs and is not overloaded; `fin doctor` shows more.',
  },
]

/**
 * Like `readable`, after the database was opened. `isEmbedded`: it is that of the embedded server, which
 * answers no longer only if somebody stopped it.
 */
export function readableInRun(error: unknown, where: string, isEmbedded: boolean): unknown {
  if (error instanceof FinError || !isEmbedded || isOfFile(error) || !unreachable.has(codeOf(error) ?? ''))
    return readable(error, where)
  return new TryLater('the embedded server was stopped during the run', {
    nextStep: 'Run the command again; what was committed is kept.',
    cause: error,
  })
}

/**
 * The error to throw: one with a next step for a problem of the connection, the account or the disk, and
 * every other error unchanged. `where` names the server without its password.
 */
export function readable(error: unknown, where: string): unknown {
  if (error instanceof FinError) return error
  const [code, text] = [codeOf(error) ?? '', messageOf(error)]
  const found = meanings.find(({isIt}) => isIt(code, text, error))
  if (found === undefined) return error
  const options = {nextStep: found.nextStep, cause: error}
  const message = found.message(where, text, code)
  return found.needsPerson ? new NeedsPerson(message, options) : new TryLater(message, options)
}

/** Like `readable`, for a command that has done nothing yet and cannot start without its database. */
export function readableAtStart(error: unknown, where: string): unknown {
  const known = readable(error, where)
  return known instanceof TryLater
    ? new TryLater(known.message, {nextStep: known.nextStep, cause: error, atStart: true})
    : known
}

/**
 * True for a lost connection: 08 is the connection, 57P and 25P03/25P04 the server that ends it. 08P01 counts
 * only if it is fatal; otherwise a statement had the wrong parameters, which is a defect of fin.
 */
function isLostConnection(error: unknown, code: string): boolean {
  if (code === '08P01') return isDatabaseError(error) && error.severity === 'FATAL'
  return code.startsWith('57P') || code.startsWith('08') || code === '25P03' || code === '25P04'
}
