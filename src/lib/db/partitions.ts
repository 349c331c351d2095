/** Makes the monthly partitions that rows will need, ahead of them. A missing partition is never a row's fault. */
import {partitioned, type TableName} from '../rows.js'
import {isServerFault} from './faults.js'
import {createPartition, movePartition, partitionName} from './identifiers.js'
import type {Transaction} from './pool.js'

export interface Partitions {
  /** Months whose partition was made: `2026-11`. */
  created: string[]
  /** Months whose rows stay in the DEFAULT partition, because they could not be moved now. */
  left: string[]
}

/** Outside these years an instant is a mistake: its row goes to DEFAULT, or is refused by the table's checks. */
const firstYear = 1990
const lastYear = 2100

/**
 * Makes sure of the months of `instants` (ISO 8601) and of the month after the newest one. Rows of such a month that sit
 * in DEFAULT are moved into the new partition; should that fail, they stay there and are found all the same. Safe in
 * several processes at once; does nothing for a table that is not partitioned.
 */
export async function ensurePartitions(tx: Transaction, table: TableName, instants: Iterable<string>): Promise<Partitions> {
  const done: Partitions = {created: [], left: []}
  const column = partitioned[table]
  const months = column === undefined ? [] : monthsOf(instants)
  if (column === undefined || months.length === 0) return done
  const missing = async () => {
    const present = new Set((await tx.query<{name: string}>('select_partitions', [table])).map((row) => row.name))
    return months.filter((month) => !present.has(partitionName(table, month)))
  }
  if ((await missing()).length === 0) return done
  await tx.query('select_partition_lock', [table])
  for (const month of await missing()) {
    if (await made(tx, [createPartition(table, month)])) {
      done.created.push(month)
      continue
    }
    const stored = (await tx.query<{name: string}>('select_stored_columns', [table])).map((row) => row.name)
    const moved = await made(tx, movePartition(table, month, column, stored))
    done[moved ? 'created' : 'left'].push(month)
  }
  return done
}

/** False when the table's content or shape is in the way; a lost connection or a missing right is thrown. */
async function made(tx: Transaction, steps: readonly string[]): Promise<boolean> {
  try {
    await tx.savepoint(async () => {
      for (const step of steps) await tx.client.query(step)
    })
    return true
  } catch (error) {
    // 23514: rows of the month sit in DEFAULT; 42: there is no DEFAULT partition of that name, or an identity that cannot move
    if (isServerFault(error) && (error.code?.startsWith('23') || (error.code?.startsWith('42') && error.code !== '42501') || error.code === '55006')) return false
    throw error
  }
}

/** The months, oldest first, and the one after the newest. */
function monthsOf(instants: Iterable<string>): string[] {
  const months = new Set<string>()
  for (const instant of instants) {
    const ms = Date.parse(instant)
    if (Number.isNaN(ms)) continue
    const at = new Date(ms)
    if (at.getUTCFullYear() >= firstYear && at.getUTCFullYear() <= lastYear) months.add(monthOf(at))
  }
  const newest = [...months].sort().at(-1)
  if (newest === undefined) return []
  const next = new Date(`${newest}-01T00:00:00Z`)
  next.setUTCMonth(next.getUTCMonth() + 1)
  return [...months.add(monthOf(next))].sort()
}

function monthOf(at: Date): string {
  return at.toISOString().slice(0, 7)
}
