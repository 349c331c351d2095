/**
 * Stores rows by their upsert statement, and finds the ones that the table refuses: a bad row loses nothing
 * but itself.
 */
import {inspect} from 'node:util'
import {bigintAsText, lastPerKey} from '../rowkeys.js'
import {keys, type TableName} from '../rows.js'
import {isDataFault, reasonOf, type ServerFault} from '../postgres-errors.js'
import type {Transaction} from './database.js'
import type {StatementName} from './statement.js'

export interface StoredRows {
  inserted: number
  updated: number
  /** Were there already, just so. */
  unchanged: number
  rejected: RejectedRow[]
  /** The rows that the table has now, one for each key. */
  good: object[]
  /** Upsert statements sent: one per batch, and at most 2 log2(n) more for one bad row among n. */
  statements: number
}

export interface RejectedRow {
  row: object
  reason: string
  /**
   * Its JSON, from which it can be replayed; where JSON would lose a cell, JavaScript's notation, because a
   * replay must not store null in its place.
   */
  text: string
}

/** A row and its JSON, made once however often its batch is halved. */
interface Item {
  row: object
  json: string
}

const batchRows = 5_000
/** PostgreSQL's jsonb holds 256 MB; far below that a statement is slow already. */
const batchCharacters = 16_000_000

/**
 * Runs `sql/upsert_<table>.sql` with the rows as one JSON parameter, in batches. Of rows with the same key
 * the last wins; rows whose key is not whole are each refused. A refused batch is halved until the bad rows
 * stand alone; what is not the fault of a row (a lost connection, a missing table) is thrown.
 */
export async function storeRows(
  tx: Transaction,
  table: TableName,
  rows: readonly object[],
): Promise<StoredRows> {
  const stored: StoredRows = {inserted: 0, updated: 0, unchanged: 0, rejected: [], good: [], statements: 0}
  const items: Item[] = []
  for (const row of lastPerKey(rows, keys[table])) {
    const reason = unwritable(row)
    if (reason === undefined) items.push({row, json: JSON.stringify(row, bigintAsText)})
    else stored.rejected.push({row, reason, text: inspect(row, {depth: Infinity, breakLength: Infinity})})
  }
  const name: StatementName = `upsert_${table}`
  const attempt = async (batch: readonly Item[]): Promise<ServerFault | undefined> => {
    stored.statements++
    try {
      const answer = await tx.savepoint(() =>
        tx.query<{inserted: boolean}>(name, [`[${batch.map((item) => item.json).join(',')}]`]),
      )
      const inserted = answer.filter((row) => row.inserted).length
      stored.inserted += inserted
      stored.updated += answer.length - inserted
      stored.unchanged += batch.length - answer.length
      stored.good.push(...batch.map(({row}) => row))
      return undefined
    } catch (error) {
      if (isDataFault(error)) return error
      throw error
    }
  }
  /**
   * `fault` is what the whole batch was refused with. When the left half is good the right one must hold the
   * bad row, and is not tried whole again: a bad row costs two statements per level on the left, one on the
   * right.
   */
  const halve = async (batch: readonly Item[], fault: ServerFault): Promise<void> => {
    const [only] = batch
    if (batch.length === 1 && only) {
      stored.rejected.push({row: only.row, reason: reasonOf(fault), text: only.json})
      return
    }
    const middle = Math.floor(batch.length / 2)
    const [left, right] = [batch.slice(0, middle), batch.slice(middle)]
    const leftFault = await attempt(left)
    if (leftFault) await halve(left, leftFault)
    // 21000: one key written in two ways; apart, both halves may be good
    const rightFault =
      leftFault || (fault.code === '21000' && right.length === 1) ? await attempt(right) : fault
    if (rightFault) await halve(right, rightFault)
  }
  for (const batch of batches(items)) {
    const fault = await attempt(batch)
    if (fault) await halve(batch, fault)
  }
  return stored
}

/** What JSON would turn into something else without a word. */
function unwritable(row: object): string | undefined {
  for (const [column, cell] of Object.entries(row)) {
    if (cell === undefined) return `column "${column}" is undefined`
    if (typeof cell === 'number' && !Number.isFinite(cell))
      return `column "${column}" is ${cell}, not a number that can be stored`
  }
  return undefined
}

function* batches(items: readonly Item[]): Generator<Item[]> {
  let batch: Item[] = []
  let characters = 0
  for (const item of items) {
    if (batch.length > 0 && (batch.length === batchRows || characters + item.json.length > batchCharacters)) {
      yield batch
      batch = []
      characters = 0
    }
    batch.push(item)
    characters += item.json.length
  }
  if (batch.length > 0) yield batch
}
