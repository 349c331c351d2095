/** Stores rows with the upsert statement of their table, and finds the rows that the table rejects. */
import {inspect} from 'node:util'
import {bigintAsText, lastPerKey, versionColumns, withoutLacking} from '../rowkeys.js'
import {keys, type TableName} from '../rows.js'
import {NeedsPerson} from '../errors.js'
import {isDataError, isDatabaseError, type DatabaseError} from '../postgres-errors.js'
import {reasonOf} from './row-error.js'
import type {Transaction} from './database.js'
import type {StatementName} from './statement.js'

export interface StoredRows {
  inserted: number
  updated: number
  /** The number of rows that were stored before with the same content. */
  unchanged: number
  rejected: RejectedRow[]
  /** The rows that are now in the table, one for each key. */
  good: object[]
  /** The number of upsert statements: one per batch, and at most 2 log2(n) more for one bad row among n. */
  statements: number
}

export interface RejectedRow {
  row: object
  reason: string
  /**
   * The JSON of the row, from which it can be replayed. If JSON would lose a cell, it is JavaScript's
   * notation, because a replay must not store null instead.
   */
  text: string
}

/** A row, and the JSON of the columns that it has. The JSON is made once for all halves of its batch. */
interface Item {
  row: object
  json: string
}

const batchRows = 5_000
/** The size of a batch. PostgreSQL's jsonb holds 256 MB, but statements become slow far below that. */
const batchCharacters = 16_000_000

/**
 * Runs `sql/upsert_<table>.sql` with the rows as one JSON parameter, in batches. Only the newest of several
 * rows with the same key is stored. A batch that fails is halved until each bad row is alone, and each bad
 * row is rejected. A row with an incomplete key is bad. Throws errors that no row causes: a lost
 * connection, a missing table.
 */
export async function storeRows(
  tx: Transaction,
  table: TableName,
  rows: readonly object[],
): Promise<StoredRows> {
  const stored: StoredRows = {inserted: 0, updated: 0, unchanged: 0, rejected: [], good: [], statements: 0}
  const items: Item[] = []
  for (const row of lastPerKey(rows, keys[table], versionColumns[table])) {
    const {reason, text} = textOfRow(row)
    if (reason === undefined) items.push({row, json: text})
    else stored.rejected.push({row, reason, text})
  }
  const name: StatementName = `upsert_${table}`
  const attempt = async (batch: readonly Item[]): Promise<DatabaseError | undefined> => {
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
      if (isDataError(error)) return error
      throw changedTable(error, table) ?? error
    }
  }
  /**
   * Stores the halves of a batch that failed with `error`. If the left half is good, the right half holds
   * the bad row and is halved without another attempt. A bad row costs two statements per level on the
   * left, one on the right.
   */
  const halve = async (batch: readonly Item[], error: DatabaseError): Promise<void> => {
    const [single] = batch
    if (batch.length === 1 && single) {
      stored.rejected.push({row: single.row, reason: reasonOf(error), text: single.json})
      return
    }
    const middle = Math.floor(batch.length / 2)
    const [left, right] = [batch.slice(0, middle), batch.slice(middle)]
    const leftError = await attempt(left)
    if (leftError) await halve(left, leftError)
    // 21000: one key written in two ways; separately, both halves may be good
    const rightError =
      leftError || (error.code === '21000' && right.length === 1) ? await attempt(right) : error
    if (rightError) await halve(right, rightError)
  }
  for (const batch of batches(items)) {
    const error = await attempt(batch)
    if (error) await halve(batch, error)
  }
  return stored
}

/** A missing column (a view has no xmax), a missing key, a wrong kind of object, and what that cannot do. */
const otherTable = ['42703', '42P10', '42809', '0A000']

/** The error for a view, a foreign table or a changed table in place of the table; otherwise undefined. */
function changedTable(error: unknown, table: TableName): NeedsPerson | undefined {
  if (!isDatabaseError(error) || !otherTable.includes(error.code ?? '')) return undefined
  return new NeedsPerson(
    `"${table}" in this database is not the table that fin made, so no row can be stored in it: ${error.message}`,
    {
      nextStep: `If it is a view, rename it, then restore the table: initdb/create_${table}.sql shows its columns and its key.`,
      cause: error,
    },
  )
}

/** `text` of a `RejectedRow`, and the reason why it is not JSON; undefined for JSON. */
export function textOfRow(row: object): {text: string; reason: string | undefined} {
  const reason = unwritable(row)
  if (reason === undefined) return {text: JSON.stringify(withoutLacking(row), bigintAsText), reason}
  return {text: inspect(row, {depth: Infinity, breakLength: Infinity}), reason}
}

/** The reason why JSON would silently change a cell of the row; undefined if it would not. */
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
