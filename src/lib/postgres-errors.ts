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

/**
 * True if no server answers, or it is still starting: the embedded server can be started, any other awaited.
 */
export function isUnreachable(error: unknown): boolean {
  const code = codeOf(error) ?? ''
  return (
    unreachable.has(code) ||
    code === '57P03' ||
    /timeout exceeded when trying to connect|connection timeout|Connection terminated/.test(messageOf(error))
  )
}

/**
 * The error to throw: one with a next step for a problem of the connection, the account or the disk, and
 * every other error unchanged. `where` names the server without its password.
 */
export function readable(error: unknown, where: string): unknown {
  if (error instanceof FinError) return error
  const code = codeOf(error) ?? ''
  const text = messageOf(error)
  const person = (message: string, nextStep: string) => new NeedsPerson(message, {nextStep, cause: error})
  const later = (message: string, nextStep: string) => new TryLater(message, {nextStep, cause: error})
  if (code === 'ENOTFOUND')
    return person(`the host of the database ${where} is not known`, 'Check the host name in DATABASE_URL.')
  if (code === '57P03')
    return later(`the database ${where} is starting up or shutting down`, 'Try again in a moment.')
  if (isLostConnection(error, code))
    return later(
      `the connection to the database ${where} was lost: ${text}`,
      'Run the command again; what was committed is kept.',
    )
  if (unreachable.has(code))
    return later(
      `the database ${where} does not answer (${code})`,
      'Check that the server runs and that DATABASE_URL names it; `fin doctor` shows more.',
    )
  if (code.startsWith('28'))
    return person(
      `the database ${where} refused the sign-in: ${text}`,
      'Check user and password in DATABASE_URL.',
    )
  if (code === '3D000')
    return person(`the database ${where} does not exist`, 'Create it (createdb), or correct DATABASE_URL.')
  if (code === '42501')
    return person(
      `the database ${where} denies this: ${text}`,
      'Grant the user of DATABASE_URL the right to use and create tables there.',
    )
  if (code === '53300')
    return later(
      `the database ${where} has no connection left`,
      'Wait for other programs to end, or raise max_connections.',
    )
  if (code === '53100')
    return person(`the disk of the database ${where} is full`, 'Free some space, then run the command again.')
  if (code === '57014')
    return later(
      `the database ${where} stopped a statement that took too long: ${text}`,
      'Try again when the server is less busy.',
    )
  if (code === '40P01' || code === '40001')
    return later(
      `the database ${where} undid a transaction that met another one: ${text}`,
      'Run the command again.',
    )
  if (code === '55P03')
    return later(
      `the database ${where} kept something locked for too long: ${text}`,
      'Run the command again when other programs have released it.',
    )
  if (code === '25006')
    return person(`the database ${where} is read-only`, 'Name the primary server in DATABASE_URL.')
  if (/does not support SSL|self.signed|certificate|SSL/i.test(text) && !isDatabaseError(error))
    return person(`no secure connection to the database ${where}: ${text}`, 'Check sslmode in DATABASE_URL.')
  if (
    /Connection terminated|timeout exceeded when trying to connect|connection timeout|Client has encountered a connection error/i.test(
      text,
    )
  )
    return later(
      `the database ${where} does not answer: ${text}`,
      'Check that the server runs and is not overloaded; `fin doctor` shows more.',
    )
  return error
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

/** Why PostgreSQL refused a row, in one line: names the constraint or column, never the whole row. */
export function reasonOf(error: DatabaseError): string {
  const column = error.column ?? columnIn(error.message)
  if (error.code === '23514')
    return `refused by check "${error.constraint ?? 'unknown'}"${error.table === undefined ? '' : ` of ${error.table}`}`
  if (error.code === '23502') return `column "${column ?? 'unknown'}" must not be null`
  if (error.code === '23505')
    return `another row has this key (unique constraint "${error.constraint ?? 'unknown'}")`
  if (error.code === '23503')
    return `refers to a row that does not exist (foreign key "${error.constraint ?? 'unknown'}")`
  if (error.code === '22P05' || error.code === '22021')
    return 'text holds a character that the database cannot store (NUL)'
  if (error.code === '22P02' && /surrogate/i.test(error.detail ?? ''))
    return 'text holds half of a character (a lone surrogate)'
  const where = column === undefined ? '' : `column "${column}": `
  return clip(
    `${where}${error.message}${error.code === '22P02' && error.detail !== undefined ? ` (${error.detail})` : ''}`,
  )
}

function columnIn(message: string): string | undefined {
  return /column "([^"]+)"/.exec(message)?.[1]
}

function clip(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 300 ? `${line.slice(0, 297)}...` : line
}
