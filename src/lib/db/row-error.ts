/** The reason of PostgreSQL for refusing a row, in one line. */
import type {DatabaseError} from '../postgres-errors.js'

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
