/**
 * Carries out `fin db init`: brings the schema up to date, on the embedded server or on that of
 * DATABASE_URL.
 */
import type {Config} from '../config.js'
import {databaseOf} from '../embedded/server.js'
import {describeDatabase} from './connection.js'
import {readable} from '../postgres-errors.js'
import type {WaitLog} from '../waits.js'
import {openDatabase, waitForSchema} from './pool.js'
import {applySchema, shippedSchema} from './schema.js'
import {checkEncoding, checkOrigin, readState} from './origin.js'

/**
 * Applies the pending files, and reports a wait for another process. Returns the names of the files applied
 * now and before. Throws the errors of `openDatabase`, and NeedsPerson if an applied file has changed.
 */
export async function initDatabase(
  config: Config,
  log?: WaitLog,
): Promise<{applied: string[]; present: string[]; where: string}> {
  const where =
    config.databaseUrl === undefined
      ? `"${databaseOf(config.origin)}" of the embedded server`
      : describeDatabase(config.databaseUrl)
  const database = await openDatabase(config, {application: 'db init', schema: 'skip', ...(log && {log})})
  try {
    const client = await database.pool.connect()
    try {
      checkEncoding(await readState(client), where)
      const done = await applySchema(
        client,
        config.origin,
        shippedSchema(),
        waitForSchema(database.pool, log),
      )
      checkOrigin(await readState(client), config.origin, where)
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
