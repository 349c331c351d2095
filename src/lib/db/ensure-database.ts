import pg from 'pg'
import {maintenance, type Address} from '../embedded/server.js'
import {codeOf} from '../postgres-errors.js'
import {createDatabase} from './identifiers.js'

/** Makes a database of the embedded server if it does not exist. Several processes may call it at once. */
export async function ensureDatabase(address: Address, name: 'fin' | 'fin_simulated'): Promise<void> {
  const client = new pg.Client({...address, database: maintenance})
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query(createDatabase(name))
  } catch (error) {
    // 42P04: it exists; 23505: another process has just made it
    if (!['42P04', '23505'].includes(codeOf(error) ?? '')) throw error
  } finally {
    await client.end()
  }
}
