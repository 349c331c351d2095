/**
 * Finds and drops reservations, cooldowns and successes in the future, which a fast clock wrote. Until then
 * the provider would not be contacted.
 */
import type {Database, Queries} from '../db/database.js'
import {formatNumber, pluralize} from '../text.js'
import {hourMs, toleratedAheadMs} from '../time.js'

/**
 * A reservation or cooldown that begins later than this from now is an error, because no reservation waits
 * longer than about a minute. A smaller error passes by itself.
 */
export const futureMs = hourMs

export const forgetCommand = 'fin quota --forget-future'

export interface Future {
  reservations: number
  cooldowns: number
  successes: number
}

const instants = (now: Date) => [
  new Date(now.getTime() + futureMs).toISOString(),
  new Date(now.getTime() + toleratedAheadMs).toISOString(),
]

/** Counts the rows with an instant in the future. */
export async function readFuture(queries: Queries, now: Date): Promise<Future> {
  const [found] = await queries.query<Future>('select_future', instants(now))
  if (!found) throw new Error('a count gave no row')
  return found
}

/** The tables with rows collected in the future. An answer of today does not replace such a row. */
export function readFutureTables(
  queries: Queries,
  now: Date,
): Promise<{table_name: string; newest: string}[]> {
  return queries.query('select_future_tables', [new Date(now.getTime() + toleratedAheadMs).toISOString()])
}

/** Drops or resets the rows with an instant in the future, in one transaction, and counts them. */
export async function forgetFuture(database: Database, now: Date): Promise<Future> {
  const [ledger, success] = instants(now)
  return database.transaction(async (tx) => ({
    reservations: (await tx.query('delete_future_requests', [ledger])).length,
    cooldowns: (await tx.query('delete_future_cooldowns', [ledger])).length,
    successes: (await tx.query('update_target_state_future', [success])).length,
  }))
}

/** `2 reservations, 1 cooldown and 30 successes`. */
export function futureText({reservations, cooldowns, successes}: Future): string {
  return `${pluralize(reservations, 'reservation')}, ${pluralize(cooldowns, 'cooldown')} and ${formatNumber(successes)} ${successes === 1 ? 'success' : 'successes'}`
}
