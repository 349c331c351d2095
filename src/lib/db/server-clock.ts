/** Compares the clock of a run with that of the database server, which several machines share. */
import type {Clock} from '../clock.js'
import {NeedsPerson} from '../errors.js'
import {toleratedAheadMs} from '../time.js'
import type {Queries} from './database.js'

/**
 * The error of a run whose clock is ahead; undefined if it is not. `startedAt` was read before the server's
 * instant, so that a slow answer never looks like a clock that is ahead. A simulator's clock is not compared.
 */
export function aheadOfServer(clock: Clock, startedAt: Date, server: string): NeedsPerson | undefined {
  const aheadMs = startedAt.getTime() - Date.parse(server)
  if (clock.driven || aheadMs <= toleratedAheadMs) return undefined
  return wrongClock(startedAt, server, 'ahead of')
}

/** Throws NeedsPerson if the clock is behind by more than a minute. A simulator's clock is not compared. */
export async function requireNotBehind(queries: Queries, clock: Clock): Promise<void> {
  if (clock.driven) return
  const [found] = await queries.query<{instant: string}>('select_server_instant')
  if (!found) throw new Error('the server gave no instant')
  const now = clock.now() // after the answer, so that a slow one never looks like a clock that is behind
  if (Date.parse(found.instant) - now.getTime() > toleratedAheadMs)
    throw wrongClock(now, found.instant, 'behind')
}

function wrongClock(now: Date, server: string, where: 'ahead of' | 'behind'): NeedsPerson {
  const differenceMs = Math.abs(now.getTime() - Date.parse(server))
  return new NeedsPerson(
    `the clock of this machine is ${Math.round(differenceMs / 1000)} s ${where} the database server's: ${now.toISOString()} instead of ${new Date(server).toISOString()}`,
    {nextStep: 'Correct the clock of this machine or of the server (NTP), then run the command again.'},
  )
}
