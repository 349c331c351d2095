/**
 * The lock of a job: a row of `job_locks`, held as a lease. It needs no session and no open transaction, so
 * it works behind a connection pooler of any size, and it does not hold back vacuum.
 */
import {randomUUID} from 'node:crypto'
import {readlinkSync} from 'node:fs'
import {hostname} from 'node:os'
import {realClock} from '../clock.js'
import {processMark} from '../embedded/process-lock.js'
import {TryLater} from '../errors.js'
import type {Lock, LockOptions, Queries} from './database.js'
import {aheadOfServer} from './server-clock.js'

/** Real milliseconds. */
export interface LeaseTimes {
  /** A lease ends this long after it was renewed for the last time: its host or its connection is gone. */
  leaseMs: number
  renewMs: number
  /** The pause after a renewal that failed. */
  retryMs: number
  /** The signal `expiring` comes this long before the lease ends. */
  warnMs: number
  /** The longest wait for a database that does not answer when a lock is released. */
  releaseMs: number
}

const leaseTimes: LeaseTimes = {
  leaseMs: 30_000,
  renewMs: 5_000,
  retryMs: 1_000,
  warnMs: 3_000,
  releaseMs: 5_000,
}
/** How often a lock of another host is looked at, to see whether its holder renews it. */
const watchMs = 500

/** What tells a process from all others, as stored in `job_locks`. */
interface LockProcess {
  host: string
  pid: number
  /** Start of the process and boot of its host. */
  mark: string
  /** The pid namespace. A pid means the same process only within it. */
  namespace: string
}

interface Held {
  holder: string
  process: LockProcess
  until: string
}

/** The locks of one `Database`. Each is renewed until it is released; `close` releases all. */
export function lockerOn(queries: Queries, times = leaseTimes) {
  const open = new Set<Lock>()
  return {
    async lock(name: string, options?: LockOptions): Promise<Lock | undefined> {
      const holder = randomUUID()
      const startedAt = options?.clock?.now()
      const taken = await take(queries, name, holder, times.leaseMs, options)
      if (taken === undefined) return undefined
      const {instant, sentMs} = taken
      const lock = hold(queries, {name, holder, sentMs, times}, () => open.delete(lock))
      open.add(lock)
      const ahead = options?.clock && startedAt && aheadOfServer(options.clock, startedAt, instant)
      if (ahead) {
        await lock.release()
        throw ahead
      }
      return lock
    },
    close: () => Promise.all([...open].map((lock) => lock.release())),
  }
}

/**
 * Takes the lock. Returns the instant of the server's clock, and when the statement was sent; undefined if a
 * run holds it that lives: its process is on this host and exists, or it renews the lease while this process
 * watches it.
 */
async function take(
  queries: Queries,
  name: string,
  holder: string,
  leaseMs: number,
  options?: LockOptions,
): Promise<{instant: string; sentMs: number} | undefined> {
  const own = ownProcess()
  let ended: string | undefined
  let seen: Held | undefined
  for (;;) {
    const params = [name, holder, JSON.stringify(own), leaseMs / 1000, ended ?? null]
    const sentMs = realClock.elapsedMs()
    const [taken] = await queries.query<{instant: string}>('insert_job_lock', params)
    if (taken) return {instant: taken.instant, sentMs}
    const [found] = await queries.query<Held>('select_job_lock', [name])
    if (found === undefined || found.holder === ended) continue
    const isHere = found.process.host === own.host && found.process.namespace === own.namespace
    if (isHere && processMark(found.process.pid) === found.process.mark) return undefined
    if (isHere) ended = found.holder
    else if (seen && (seen.holder !== found.holder || seen.until !== found.until)) return undefined
    else {
      if (!seen) options?.onWait?.(found.process.host)
      seen = found
      await realClock.sleep(watchMs, options?.stop)
    }
  }
}

function ownProcess(): LockProcess {
  return {host: hostname(), pid: process.pid, mark: processMark(process.pid) ?? '', namespace: namespace()}
}

/** The pid namespace of this process; empty where the system has none. */
function namespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return ''
  }
}

interface Taken {
  name: string
  holder: string
  /** When the statement that took it was sent. By the clock of the server the lease began later. */
  sentMs: number
  times: LeaseTimes
}

function hold(queries: Queries, {name, holder, sentMs, times}: Taken, onRelease: () => void): Lock {
  const {leaseMs, renewMs, retryMs, warnMs, releaseMs} = times
  const released = new AbortController()
  const lost = new AbortController()
  const expiring = new AbortController()
  let renewedMs = sentMs
  const renew = async () => {
    for (let waitMs = renewMs; ;) {
      await realClock.sleep(waitMs, released.signal)
      const beganMs = realClock.elapsedMs()
      // A database that does not answer fails the run by itself. The lease is renewed when it answers again.
      const renewed = await queries.query('update_job_lock', [name, holder, leaseMs / 1000]).catch(() => null)
      waitMs = renewed ? renewMs : retryMs
      if (renewed) renewedMs = beganMs
      if (released.signal.aborted || renewed?.length !== 0) continue
      const message = 'another run took the lock of this job, because this process stood still for too long'
      return lost.abort(new TryLater(message, {nextStep: 'Run the command again when that run has ended.'}))
    }
  }
  const watch = async () => {
    for (;;) {
      const leftMs = renewedMs + leaseMs - warnMs - realClock.elapsedMs()
      if (leftMs <= 0) return expiring.abort(new TryLater('the database does not answer'))
      await realClock.sleep(leftMs, released.signal)
    }
  }
  const renewing = renew().catch(() => {})
  watch().catch(() => {})
  return {
    lost: lost.signal,
    expiring: expiring.signal,
    async release() {
      if (released.signal.aborted) return
      released.abort()
      onRelease()
      const done = new AbortController()
      const deletion = renewing
        .then(() => queries.query('delete_job_lock', [name, holder]))
        .catch(() => {})
        .finally(() => done.abort())
      // A lock that cannot be released ends with its lease.
      await Promise.race([deletion, realClock.sleep(releaseMs, done.signal).catch(() => {})])
    },
  }
}
