/** `fin db init`: brings the schema of the config's database up to date, whoever's server it is on. */
import type {Config} from '../config.js'
import {databaseOf} from '../embedded/server.js'
import {placeOf} from './connection.js'
import {readable} from '../postgres-errors.js'
import {openDatabase} from './pool.js'
import {applySchema} from './schema.js'
import {checkWorld, readState} from './origin.js'

/**
 * Names of the files applied now, and of those that were there. Throws as `openDatabase`, and when an applied
 * file has changed.
 */
export async function initDatabase(
  config: Config,
): Promise<{applied: string[]; present: string[]; where: string}> {
  const where =
    config.databaseUrl === undefined
      ? `"${databaseOf(config.world)}" of the embedded server`
      : placeOf(config.databaseUrl)
  const database = await openDatabase(config, {application: 'db init', schema: 'skip'})
  try {
    const client = await database.pool.connect()
    try {
      const done = await applySchema(client, config.world)
      checkWorld(await readState(client), config.world, where)
      return {...done, where}
    } finally {
      client.release()
    }
  } catch (error) {
    throw readable(error, where)
  } finally {
    await database.close()
  }
}
