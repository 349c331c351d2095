/** A database of one test, marked as simulated, and plain SQL to read it. */
import pg from 'pg'
import {postgres} from '../servers.js'

export interface Stored {
  url: string
  rows<Row = Record<string, unknown>>(sql: string, params?: unknown[]): Promise<Row[]>
  /** A digest of every row of a table: equal before and after means untouched. */
  digest(table: string): Promise<string>
  close(): Promise<void>
}

export async function openStored(): Promise<Stored> {
  const server = await postgres()
  const url = await server.withSchema('fault', 'simulated')
  const pool = new pg.Pool({connectionString: url, max: 2})
  pool.on('error', () => {}) // the server goes away under idle connections at the end
  const rows = async <Row>(sql: string, params: unknown[] = []) =>
    (await pool.query(sql, params)).rows as Row[]
  return {
    url,
    rows,
    digest: async (table) =>
      (
        await rows<{digest: string}>(
          `select md5(coalesce(string_agg(t::text, e'\\n' order by t::text), '')) as digest from ${table} t`,
        )
      )[0]!.digest,
    async close() {
      await pool.end()
      await server.stop()
    },
  }
}
