/** Runs a range mapper: recomputes rows from stored ones, hour by hour, each hour in one transaction. */
import type {Database, Transaction} from '../db/database.js'
import {lockForReading, lockForRewriting} from '../db/identifiers.js'
import {waitForLock} from '../db/locks.js'
import {ensurePartitions} from '../db/partitions.js'
import type {RangeMapper} from '../define.js'
import type {WaitLog} from '../waits.js'
import {listed, pluralize} from '../text.js'
import {hourMs, minuteMs} from '../time.js'
import type {Collected} from './options.js'
import type {Context} from './context.js'
import type {Ended} from './ended.js'
import {recordRun, type RecordedOptions} from './recorded-run.js'

export interface MapRangeOptions extends RecordedOptions {
  /** The range; the minutes in which it begins and ends belong to it. */
  since: Date
  until: Date
  /** Absent: all. */
  targets?: readonly string[] | undefined
  /** Receives the rows that are written, or would be. */
  emit?: ((rows: readonly object[]) => void | Promise<void>) | undefined
  /** Called before each hour. */
  progress?: ((hour: string, done: number, total: number) => void) | undefined
}

/** A row of the statements `compare` and `recompute`. */
interface Changed {
  compared: string
  fate: 'inserted' | 'updated' | 'deleted' | null
  symbol: string
  minute: string
}

/** The longest wait for the locks of an hour. */
const lockTimeout = '1min'

/**
 * Runs `mapper` once for a range. Throws the errors of the database; the hours before stay done, so another
 * run of the same range finds them unchanged.
 */
export async function mapRange(
  mapper: RangeMapper,
  options: MapRangeOptions,
  context: Context,
): Promise<Collected> {
  return recordRun(mapper.name, options, context, async ({database, run, stop, counts}) => {
    const since = Math.floor(options.since.getTime() / minuteMs) * minuteMs
    const until = Math.ceil(options.until.getTime() / minuteMs) * minuteMs
    const hours = await database.query<{begins_at: string}>(mapper.hours, [isoOf(since), isoOf(until)])
    const ended: Ended[] = []
    let differing = 0
    for (const [done, {begins_at: hour}] of hours.entries()) {
      stop.throwIfAborted()
      options.progress?.(hour, done + 1, hours.length)
      const begin = Math.max(since, Date.parse(hour))
      const range = [isoOf(begin), isoOf(Math.min(until, Date.parse(hour) + hourMs)), options.targets ?? null]
      const found = run
        ? await recompute(database, mapper, range, context.log)
        : await database.query<Changed>(mapper.compare, range)
      const changed = found.filter(({fate}) => fate !== null)
      const ofFate = (...fates: Changed['fate'][]) => changed.filter(({fate}) => fates.includes(fate))
      counts.rows_received += Number(found[0]?.compared ?? 0)
      differing += changed.length
      if (run) {
        counts.rows_inserted += ofFate('inserted').length
        counts.rows_updated += ofFate('updated').length
        for (const {symbol, minute} of ofFate('deleted'))
          ended.push({name: `${symbol} ${minute}`, fate: 'deleted'})
      }
      await options.emit?.(ofFate('inserted', 'updated').map(({compared: _, fate: __, ...row}) => row))
    }
    return {ended, message: messageOf(counts.rows_received, differing, run === undefined, options.targets)}
  })
}

/**
 * Recomputes the rows of one hour. No row is written by others meanwhile: a transaction that has stored
 * trades but not yet their bars waits, and adds them to the new bars.
 */
async function recompute(
  database: Database,
  mapper: RangeMapper,
  range: readonly unknown[],
  log: WaitLog,
): Promise<Changed[]> {
  const [table] = mapper.tables
  return database.transaction(async (tx) => {
    const lock = {what: `the table ${table}`, subject: mapper.name, log}
    await waitForLock(database, lock, (waitsAs) => {
      waitsAs(tx.pid)
      return takeLocks(tx, mapper)
    })
    await ensurePartitions(tx, table, [String(range[0])])
    return tx.query<Changed>(mapper.recompute, range)
  })
}

/**
 * Locks the tables that are read, then the one that is written. A writer locks in this order too when it
 * makes a partition, so that neither waits for the other forever.
 */
async function takeLocks(tx: Transaction, {from, tables: [table]}: RangeMapper): Promise<void> {
  await tx.query('select_lock_patience', [lockTimeout])
  await tx.client.query(lockForReading(from))
  await tx.client.query(lockForRewriting(table))
}

function messageOf(
  compared: number,
  differing: number,
  isDryRun: boolean,
  targets: readonly string[] | undefined,
): string | null {
  if (compared + differing === 0)
    return `nothing ${targets ? `of ${listed(targets, 5)} ` : ''}is stored in this range to recompute from`
  return isDryRun ? `${pluralize(differing, 'bar')} would change` : null
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}
