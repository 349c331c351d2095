/**
 * Keeps real and simulated data apart: every database has one data origin, and a command refuses the other
 * one.
 */
import type pg from 'pg'
import type {Config} from '../config.js'
import {NeedsPerson} from '../errors.js'
import {codeOf} from '../postgres-errors.js'
import type {AppliedFiles} from './schema.js'
import {statement} from './statement.js'

export type DataOrigin = Config['origin']

export interface DatabaseState {
  /** 180004 for 18.4. */
  version: number
  /** Undefined if the database is not marked. */
  origin: DataOrigin | undefined
  files: AppliedFiles
  /** The number of tables and views in a database that is not marked. */
  others: number
}

/** The oldest supported version of PostgreSQL. */
const minVersion = 140_000

/** Reads the state of a database, in one query if fin is set up, else in up to three. */
export async function readState(pool: pg.Pool | pg.ClientBase): Promise<DatabaseState> {
  const select = async <R extends pg.QueryResultRow>(name: Parameters<typeof statement>[0]) =>
    (await pool.query<R>(statement(name).text)).rows
  try {
    const [found] = await select<{version: number; world: DataOrigin | null; files: Record<string, string>}>(
      'select_database_state',
    )
    if (found?.world)
      return {
        version: found.version,
        origin: found.world,
        files: new Map(Object.entries(found.files)),
        others: 0,
      }
  } catch (error) {
    if (codeOf(error) !== '42P01') throw error
  }
  const [tables] = await select<{version: number; has_world: boolean; has_files: boolean; others: number}>(
    'select_database_tables',
  )
  if (!tables) throw new Error('a select without from gave no row')
  const [mark] = tables.has_world ? await select<{world: DataOrigin}>('select_fin_world') : []
  const files = tables.has_files ? await select<{name: string; sha256: string}>('select_schema_files') : []
  return {
    version: tables.version,
    origin: mark?.world,
    files: new Map(files.map((file) => [file.name, file.sha256])),
    others: tables.others,
  }
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
