/**
 * Waits for locks on fin's own tables. Such a lock needs rights on the table, so another account of the
 * database can neither take nor guess it. Every wait is bounded by a `lock_timeout`, and reported with the
 * holder.
 */
import {NeedsPerson} from '../errors.js'
import {codeOf} from '../postgres-errors.js'
import {reportSlow, type WaitLog} from '../waits.js'
import type {Queries} from './database.js'

interface Holder {
  pid: number
  role: string | null
  application: string
}

export interface LockSubject {
  /** What is locked, as text for the user: `the quota of fred`. */
  what: string
  /** Begin of the message: `fred (DGS10)`. */
  subject: string
  log: WaitLog | undefined
}

/**
 * Runs `work`, which waits for a lock, and first passes the server's process of its transaction to `waitsAs`.
 * A wait of three seconds is reported, with the process that holds the lock. Throws NeedsPerson that names
 * it if the wait took too long.
 */
export async function waitForLock<T>(
  queries: Queries,
  {what, subject, log}: LockSubject,
  work: (waitsAs: (pid: number) => void) => Promise<T>,
): Promise<T> {
  let waiting: number | undefined
  let holders: Holder[] = []
  const text = async () => {
    holders = await queries.query<Holder>('select_lock_holders', [waiting ?? null]).catch(() => [])
    return holders.length === 0
      ? `${subject}: waits for another process, or for the database`
      : `${subject}: waits for ${what}, which is locked by ${textOf(holders)}`
  }
  try {
    return await reportSlow(
      log,
      text,
      work((pid) => (waiting = pid)),
    )
  } catch (error) {
    const isLate = codeOf(error) === '55P03' || codeOf((error as Error).cause) === '55P03'
    if (!isLate) throw error
    const [first] = holders
    const end = first === undefined ? 'that process' : `it with: select pg_terminate_backend(${first.pid})`
    throw new NeedsPerson(`${subject}: ${what} was locked for too long by ${textOf(holders)}`, {
      nextStep: `Wait until it is done, or end ${end}. Then run the command again.`,
      cause: error,
    })
  }
}

/** `process 4711 of the database server (role fin, application "fin ingest")`; at most three. */
function textOf(holders: readonly Holder[]): string {
  if (holders.length === 0) return 'another process'
  return holders
    .slice(0, 3)
    .map(
      ({pid, role, application}) =>
        `process ${pid} of the database server (role ${role ?? 'unknown'}, application "${application}")`,
    )
    .join(' and ')
}
