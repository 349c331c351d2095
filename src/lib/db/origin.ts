/**
 * Keeps real and simulated data apart: every database has one data origin, and a command refuses the other
 * one.
 */
import type pg from 'pg'
import type {Config} from '../config.js'
import {NeedsPerson} from '../errors.js'
import {codeOf} from '../postgres-errors.js'
import type {AppliedFiles} from './schema.js'
import {columns, viewColumns} from '../rows.js'
import {statement, type StatementName} from './statement.js'

export type DataOrigin = Config['origin']

export interface DatabaseState {
  /** 180004 for 18.4. */
  version: number
  /** Undefined if the database is not marked. */
  origin: DataOrigin | undefined
  files: AppliedFiles
  /** The number of tables and views in a database that is not marked. */
  others: number
  /** The encoding of its text, such as `UTF8`. */
  encoding: string
  /** False if search_path names no schema that exists. */
  hasSchema: boolean
  /** A schema with fin's tables that search_path does not name. */
  elsewhere: string | undefined
  /** Tables of another schema that hide those of fin. */
  hidden: readonly string[]
}

/** The oldest supported version of PostgreSQL. */
const minVersion = 140_000

/** Reads the state of a database, in one query if fin is set up, else in up to four. */
export async function readState(pool: pg.Pool | pg.ClientBase): Promise<DatabaseState> {
  const select = async <R extends pg.QueryResultRow>(name: StatementName, params: unknown[] = []) =>
    (await pool.query<R>(statement(name).text, params)).rows
  try {
    const [found] = await select<MarkedState>('select_database_state', [
      [...Object.keys(columns), ...Object.keys(viewColumns)],
    ])
    if (found?.world)
      return {
        ...found,
        origin: found.world,
        files: new Map(Object.entries(found.files)),
        others: 0,
        hasSchema: true,
        elsewhere: undefined,
      }
  } catch (error) {
    if (codeOf(error) !== '42P01') throw error
  }
  const [tables] = await select<UnmarkedState>('select_database_tables')
  if (!tables) throw new Error('a select without from gave no row')
  const [mark] = tables.has_world ? await select<{world: DataOrigin}>('select_fin_world') : []
  const files = tables.has_files ? await select<{name: string; sha256: string}>('select_schema_files') : []
  return {
    version: tables.version,
    origin: mark?.world,
    files: new Map(files.map((file) => [file.name, file.sha256])),
    others: tables.others,
    encoding: tables.encoding,
    hasSchema: tables.schema !== null,
    elsewhere: tables.elsewhere ?? undefined,
    hidden: [],
  }
}

interface MarkedState {
  version: number
  encoding: string
  world: DataOrigin | null
  files: Record<string, string>
  hidden: string[]
}

interface UnmarkedState {
  version: number
  encoding: string
  has_world: boolean
  has_files: boolean
  schema: string | null
  elsewhere: string | null
  others: number
}

/** Throws `NeedsPerson` if search_path keeps fin from its tables. */
export function checkSearchPath({hasSchema, hidden}: DatabaseState, where: string): void {
  const [first] = hidden
  if (!hasSchema)
    throw new NeedsPerson(`the search_path of the database ${where} names no schema that exists`, {
      nextStep: `${setSearchPath} = public`,
    })
  if (first !== undefined)
    throw new NeedsPerson(`a table of another schema hides that of fin in the database ${where}: ${first}`, {
      nextStep: `${setSearchPath} to the schema of fin's tables alone, or rename the other table.`,
    })
}

export const setSearchPath =
  'Set it for the user of DATABASE_URL: alter role NAME in database NAME set search_path'

/**
 * Throws `NeedsPerson` if the database cannot hold every text. In SQL_ASCII it could, but there the server
 * counts bytes instead of characters and stores what is not text.
 */
export function checkEncoding({encoding}: DatabaseState, where: string): void {
  if (encoding !== 'UTF8')
    throw new NeedsPerson(`the database ${where} has the encoding ${encoding}, and fin needs UTF8`, {
      nextStep:
        'Make another database: createdb --encoding=UTF8 --template=template0 NAME, and name it in DATABASE_URL. pg_dump and psql move what is stored.',
    })
}

/**
 * Throws `NeedsPerson` if the server is too old or the database has the other data origin. It also throws
 * if a simulation would use a database with tables of another program.
 */
export function checkOrigin(state: DatabaseState, origin: DataOrigin, where: string): void {
  if (state.version < minVersion)
    throw new NeedsPerson(`the database ${where} is PostgreSQL ${Math.floor(state.version / 10_000)}`, {
      nextStep: 'fin needs PostgreSQL 14 or later.',
    })
  if (state.origin !== undefined && state.origin !== origin)
    throw new NeedsPerson(
      `the database ${where} holds ${state.origin} data, and this command works with ${origin} data`,
      {
        nextStep:
          origin === 'simulated'
            ? 'Unset FIN_SIMULATOR_URL to work with real data. Or set DATABASE_URL to an empty database for the simulation, or unset it: fin makes one.'
            : 'Set FIN_SIMULATOR_URL to continue the simulation. Or set DATABASE_URL to a database of real data, or unset it: fin makes one.',
      },
    )
  if (state.origin === undefined && origin === 'simulated' && state.others > 0)
    throw new NeedsPerson(`the database ${where} is not empty and not marked as simulated`, {
      nextStep: 'Set DATABASE_URL to an empty database for the simulation, or unset it: fin makes one.',
    })
}
