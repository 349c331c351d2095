/**
 * Makes the monthly partitions that rows will need, before the rows are stored. A row is never rejected
 * because its partition is missing.
 */
import {partitioned, type TableName} from '../rows.js'
import {dayMs} from '../time.js'
import {isDatabaseError} from '../postgres-errors.js'
import {createPartition, lockForPartitions, movePartition, partitionName} from './identifiers.js'
import type {Transaction} from './database.js'

export interface Partitions {
  /** Months whose partition was made, such as `2026-11`. */
  created: string[]
  /** Months whose rows stay in the DEFAULT partition, because they could not be moved now. */
  left: string[]
}

/**
 * The first month that gets a partition. An instant before it, or more than a year from now, is a mistake.
 * Its row goes to DEFAULT, or the checks of the table reject it.
 */
const firstMonth = '2009-01'
const yearMs = 366 * dayMs

/**
 * The longest wait for the lock of a table, once per transaction. Making a partition locks the table
 * exclusively, and every other reader waits behind that request.
 */
const lockTimeout = '2s'

/** Partitioned tables to which triggers of other tables write, at the instants of their rows. */
const alsoWritten: Partial<Record<TableName, TableName>> = {
  sp500_websocket_trades: 'trade_bars',
  finnhub_trades: 'trade_bars',
  etf_realtime_prices: 'trade_bars',
  bithumb_ticker: 'trade_bars',
}

/**
 * Makes the partitions of the months of `instants` (ISO 8601) and of the month after the newest one. It
 * moves rows of these months from DEFAULT into the new partition. It does the same for a table to which
 * triggers of this one write, whose months count among `left` only.
 *
 * If that fails, or another process keeps the table locked, the rows stay in DEFAULT, where queries find
 * them. The next call tries the month again. Several processes may call it at once. It does nothing for a
 * table without partitions.
 */
export async function ensurePartitions(
  tx: Transaction,
  table: TableName,
  instants: Iterable<string>,
): Promise<Partitions> {
  const months = monthsOf(instants)
  const done = await ensureMonths(tx, table, months)
  const other = alsoWritten[table]
  const {left} = other === undefined ? {left: []} : await ensureMonths(tx, other, months)
  return {created: done.created, left: [...new Set([...done.left, ...left])]}
}

async function ensureMonths(
  tx: Transaction,
  table: TableName,
  all: ReadonlySet<string>,
): Promise<Partitions> {
  const done: Partitions = {created: [], left: []}
  const column = partitioned[table]
  if (column === undefined || all.size === 0) return done
  const missingOf = async (months: readonly string[]) => {
    const present = new Set(
      (await tx.query<{name: string}>('select_partitions', [table])).map((row) => row.name),
    )
    return months.filter((month) => !present.has(partitionName(table, month)))
  }
  if ((await missingOf(withNext(all))).length === 0) return done
  const [server] = await tx.query<{instant: string}>('select_server_instant')
  const lastMonth = new Date(Date.parse(server?.instant ?? '') + yearMs).toISOString().slice(0, 7)
  const months = withNext([...all].filter((month) => month >= firstMonth && month <= lastMonth))
  if ((await missingOf(months)).length === 0) return done
  let isBusy = (await attempt(tx, [lockForPartitions(table)])) === 'busy'
  for (const month of await missingOf(months)) {
    const result: Result = isBusy ? 'busy' : await makeMonth(tx, table, month, column)
    isBusy = result === 'busy'
    done[result === 'made' ? 'created' : 'left'].push(month)
  }
  return done
}

type Result = 'made' | 'conflict' | 'busy'

async function makeMonth(tx: Transaction, table: TableName, month: string, column: string): Promise<Result> {
  const result = await attempt(tx, [createPartition(table, month)])
  if (result !== 'conflict') return result
  const stored = (await tx.query<{name: string}>('select_stored_columns', [table])).map((row) => row.name)
  return attempt(tx, movePartition(table, month, column, stored))
}

/**
 * Runs the statements. Returns `conflict` if the content or the form of the table prevents them, and `busy`
 * if another process locks the table. Throws for a lost connection or a missing privilege.
 */
async function attempt(tx: Transaction, steps: readonly string[]): Promise<Result> {
  try {
    await tx.savepoint(async () => {
      const [before] = await tx.query<{earlier: string}>('select_lock_patience', [lockTimeout])
      for (const step of steps) await tx.client.query(step)
      // a rollback to the savepoint restores the earlier timeout; a release does not
      await tx.query('select_lock_patience', [before?.earlier ?? '0'])
    })
    return 'made'
  } catch (error) {
    if (!isDatabaseError(error)) throw error
    const code = error.code ?? ''
    // 55P03: the wait for a lock took too long; 40P01: deadlock
    if (code === '55P03' || code === '40P01') return 'busy'
    // 23514: rows of the month are in DEFAULT; 42: DEFAULT has another name, or the table has an identity
    // column that cannot be moved
    if (code.startsWith('23') || (code.startsWith('42') && code !== '42501') || code === '55006')
      return 'conflict'
    throw error
  }
}

/** The months of instants: `2026-11`. */
function monthsOf(instants: Iterable<string>): Set<string> {
  const months = new Set<string>()
  for (const instant of instants) {
    const at = new Date(instant)
    // the year begins with a sign if it has more than four digits or is negative
    if (!Number.isNaN(at.getTime()) && /^\d/.test(at.toISOString())) months.add(at.toISOString().slice(0, 7))
  }
  return months
}

/** The months, oldest first, and the one after the newest. */
function withNext(months: Iterable<string>): string[] {
  const sorted = [...months].sort()
  const newest = sorted.at(-1)
  if (newest === undefined) return []
  const next = new Date(`${newest}-01T00:00:00Z`)
  next.setUTCMonth(next.getUTCMonth() + 1)
  return [...sorted, next.toISOString().slice(0, 7)]
}
