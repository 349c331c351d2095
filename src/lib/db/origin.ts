/** Two worlds never mix: every database is marked real or simulated, and a command refuses to cross. */
import type pg from 'pg'
import type {Config} from '../config.js'
import {NeedsPerson} from '../errors.js'
import {codeOf} from '../postgres-errors.js'
import type {AppliedFiles} from './schema.js'
import {statement} from './statement.js'

export type World = Config['world']

export interface DatabaseState {
  /** 180004 for 18.4. */
  version: number
  /** Undefined: not marked. */
  world: World | undefined
  files: AppliedFiles
  /** Tables and views that are there although the database is not marked. */
  others: number
}

const oldest = 140_000

/** One query where fin is set up; three on any other database. */
export async function readState(pool: pg.Pool | pg.ClientBase): Promise<DatabaseState> {
  const ask = async <R extends pg.QueryResultRow>(name: Parameters<typeof statement>[0]) =>
    (await pool.query<R>(statement(name).text)).rows
  try {
    const [found] = await ask<{version: number; world: World | null; files: Record<string, string>}>(
      'select_database_state',
    )
    if (found?.world)
      return {
        version: found.version,
        world: found.world,
        files: new Map(Object.entries(found.files)),
        others: 0,
      }
  } catch (error) {
    if (codeOf(error) !== '42P01') throw error
  }
  const [tables] = await ask<{version: number; has_world: boolean; has_files: boolean; others: number}>(
    'select_database_tables',
  )
  if (!tables) throw new Error('a select without from gave no row')
  const [mark] = tables.has_world ? await ask<{world: World}>('select_fin_world') : []
  const files = tables.has_files ? await ask<{name: string; sha256: string}>('select_schema_files') : []
  return {
    version: tables.version,
    world: mark?.world,
    files: new Map(files.map((file) => [file.name, file.sha256])),
    others: tables.others,
  }
}

/**
 * Throws `NeedsPerson` for a server that is too old, for the other world, and for a simulation in somebody's
 * database.
 */
export function checkWorld(state: DatabaseState, world: World, where: string): void {
  if (state.version < oldest)
    throw new NeedsPerson(`the database ${where} is PostgreSQL ${Math.floor(state.version / 10_000)}`, {
      nextStep: 'fin needs PostgreSQL 14 or later.',
    })
  if (state.world !== undefined && state.world !== world)
    throw new NeedsPerson(
      `the database ${where} holds ${state.world} data, and this command works with ${world} data`,
      {
        nextStep:
          world === 'simulated'
            ? 'Unset FIN_SIMULATOR_URL to work with real data, or let DATABASE_URL name an empty database for the simulation (unset: one is made).'
            : 'Set FIN_SIMULATOR_URL to go on with the simulation, or let DATABASE_URL name a database of real data (unset: one is made).',
      },
    )
  if (state.world === undefined && world === 'simulated' && state.others > 0)
    throw new NeedsPerson(`the database ${where} is not empty and not marked as simulated`, {
      nextStep: 'Let DATABASE_URL name an empty database for the simulation, or unset it: one is made.',
    })
}
