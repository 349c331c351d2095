/** Tells whether a connection pooler, such as PgBouncer, stands before the server. */
import type pg from 'pg'
import {statement} from './statement.js'

/** True if another process of the server answers than the one that the sign-in named. */
export async function isPooled(pool: pg.Pool): Promise<boolean> {
  const client = await pool.connect()
  try {
    const {rows} = await client.query<{pid: number}>(statement('select_backend_pid').text)
    return rows[0]?.pid !== (client as pg.PoolClient & {processID: number}).processID
  } finally {
    client.release()
  }
}
