/**
 * Listens to a channel of PostgreSQL on a connection of its own. A connection that dies is opened again, and
 * the listener is told, because notifications may have been lost. A connection pooler may swallow them all,
 * so a listener must also read at an interval.
 */
import {pause} from '../clock.js'
import {retryMs} from '../persistently.js'
import type {Database} from './database.js'
import {DatabaseClient} from './client.js'
import {listenTo} from './identifiers.js'
import {statement} from './statement.js'

/** Real milliseconds between two checks that the connection lives, and until it counts as dead. */
const checkMs = 2_000

/** Calls `onNotice` after each notification and after each new connection, until `stop`. */
export async function listenOn(
  database: Database,
  channel: string,
  onNotice: () => void,
  stop: AbortSignal,
): Promise<void> {
  for (let tries = 0; !stop.aborted; tries++) {
    const client = new DatabaseClient({...database.pool.options, keepAlive: true})
    const ended = new AbortController()
    const end = () => ended.abort()
    client.on('error', end).on('end', end)
    stop.addEventListener('abort', end, {once: true})
    try {
      await client.connect()
      client.on('notification', onNotice)
      await client.query(listenTo(channel))
      onNotice()
      tries = 0
      while (!ended.signal.aborted) {
        await pause(checkMs, ended.signal)
        await answered(client, ended.signal)
      }
    } catch {
      // The next connection is opened below.
    } finally {
      stop.removeEventListener('abort', end)
      client.end().catch(() => {})
    }
    await pause(retryMs(tries), stop).catch(() => {})
  }
}

/** Throws if the server does not answer in time. */
async function answered(client: DatabaseClient, ended: AbortSignal): Promise<void> {
  const done = new AbortController()
  const late = async () => {
    await pause(checkMs, AbortSignal.any([done.signal, ended]))
    throw new Error('the server does not answer')
  }
  try {
    await Promise.race([client.query(statement('select_backend_pid').text), late()])
  } finally {
    done.abort()
  }
}
