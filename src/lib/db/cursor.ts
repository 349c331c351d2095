/** Reads the rows of a statement in batches, with the cursor of the driver, which ships without types. */
import {createRequire} from 'node:module'
import type pg from 'pg'
import {statement} from './statement.js'
import {types} from './values.js'

interface Cursor<R> extends pg.Submittable {
  read(count: number): Promise<R[]>
  close(): Promise<void>
}

type CursorClass = new <R>(
  text: string,
  values: unknown[],
  config: {types: pg.CustomTypesConfig},
) => Cursor<R>

const DriverCursor = createRequire(import.meta.url)('pg-cursor') as CursorClass

/**
 * Reads batches on demand. The client returns to its pool when the rows end or the reader stops. The time
 * limit of statements is lifted for this transaction, because the server also counts the time in which the
 * reader pauses.
 */
export async function* rowsInBatches<R>(
  connect: () => Promise<pg.PoolClient>,
  text: string,
  params: readonly unknown[],
  batch: number,
): AsyncGenerator<R[]> {
  const client = await connect()
  let cursor: Cursor<R> | undefined
  let broken: Error | undefined
  try {
    await client.query('begin')
    await client.query(statement('select_no_time_limit').text)
    cursor = client.query(new DriverCursor<R>(text, [...params], {types}))
    for (;;) {
      const rows = await cursor.read(batch)
      if (rows.length > 0) yield rows
      if (rows.length < batch) return
    }
  } finally {
    try {
      await cursor?.close()
      // after an error this is a rollback, which has nothing to undo
      await client.query('commit')
    } catch (lost) {
      broken = lost as Error
    }
    client.release(broken)
  }
}
