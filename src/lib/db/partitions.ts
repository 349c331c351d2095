/**
 * Makes the monthly partitions that rows will need, ahead of them. A missing partition is never a row's
 * fault.
 */
import {partitioned, type TableName} from '../rows.js'
import {dayMs} from '../time.js'
import {isServerFault} from '../postgres-errors.js'
import {createPartition, movePartition, partitionName} from './identifiers.js'
import type {Transaction} from './database.js'

export interface Partitions {
  /** Months whose partition was made: `2026-11`. */
  created: string[]
  /** Months whose rows stay in the DEFAULT partition, because they could not be moved now. */
  left: string[]
}

/**
 * Before it, and a year from now, an instant is a mistake: its row goes to DEFAULT, or is refused by the
 * table's checks.
 */
const firstMonth = '2009-01'
const yearMs = 366 * dayMs

/**
 * Making a partition needs the table for itself, and while it waits for a long reader, every other reader
 * waits behind it. So it does not wait longer than this, once per transaction.
 */
const patience = '2s'

/**
 * Makes sure of the months of `instants` (ISO 8601) and of the month after the newest one. Rows of such a
 * month that sit in DEFAULT are moved into the new partition; should that fail, or somebody read the table
 * for long, they stay there, are found all the same, and the month is tried again next time. Safe in several
 * processes at once; does nothing for a table that is not partitioned.
 */
export async function ensurePartitions(
  tx: Transaction,
  table: TableName,
  instants: Iterable<string>,
): Promise<Partitions> {
  const done: Partitions = {created: [], left: []}
  const column = partitioned[table]
  const all = column === undefined ? new Set<string>() : monthsOf(instants)
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
  await tx.query('select_partition_lock', [table])
  let isBusy = false
  for (const month of await missingOf(months)) {
    const end: Made = isBusy ? 'busy' : await makeMonth(tx, table, month, column)
    isBusy = end === 'busy'
    done[end === 'made' ? 'created' : 'left'].push(month)
  }
  return done
}

type Made = 'made' | 'in the way' | 'busy'

async function makeMonth(tx: Transaction, table: TableName, month: string, column: string): Promise<Made> {
  const end = await attempt(tx, [createPartition(table, month)])
  if (end !== 'in the way') return end
  const stored = (await tx.query<{name: string}>('select_stored_columns', [table])).map((row) => row.name)
  return attempt(tx, movePartition(table, month, column, stored))
}

/**
 * Says so when the table's content or shape is in the way, or others at work on it; a lost connection or a
 * missing right is thrown.
 */
async function attempt(tx: Transaction, steps: readonly string[]): Promise<Made> {
  try {
    await tx.savepoint(async () => {
      const [before] = await tx.query<{earlier: string}>('select_lock_patience', [patience])
      for (const step of steps) await tx.client.query(step)
      // going back to the savepoint brings the earlier patience back; releasing it does not
      await tx.query('select_lock_patience', [before?.earlier ?? '0'])
    })
    return 'made'
  } catch (error) {
    if (!isServerFault(error)) throw error
    const code = error.code ?? ''
    // a wait for a lock that took too long, or that could never have ended
    if (code === '55P03' || code === '40P01') return 'busy'
    // 23514: rows of the month sit in DEFAULT; 42: there is no DEFAULT partition of that name, or an identity
    // that cannot move
    if (code.startsWith('23') || (code.startsWith('42') && code !== '42501') || code === '55006')
      return 'in the way'
    throw error
  }
}

/** The months of instants: `2026-11`. */
function monthsOf(instants: Iterable<string>): Set<string> {
  const months = new Set<string>()
  for (const instant of instants) {
    const at = new Date(instant)
    // a year of five digits begins with a sign
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
