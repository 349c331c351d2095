/**
 * Writes what one target brought: rows, what was set aside, and where the target stands, in one transaction.
 */
import type {Database, Transaction} from '../db/database.js'
import type {AnyCollector, AnyMapper, Rejected} from '../define.js'
import {UnexpectedBody} from '../errors.js'
import {keyOf, lastPerKey} from '../rowkeys.js'
import {keys, partitioned, type TableName} from '../rows.js'
import type {TargetState} from './due.js'
import type {Shaped} from './parsed.js'

/** Where a set-aside item came from. */
export interface Origin {
  unit: string
  source: string
  target: string | undefined
  runId: string | null
  /** When the answer arrived. */
  receivedAt: Date
}

/** What became of the rows of a further table. */
export interface Further {
  rows: number
  changed: number
}

/** Counts of the main table, and of everything that was set aside. */
export interface Stored {
  received: number
  inserted: number
  updated: number
  rejected: number
  /** By name of the table. */
  further: Map<string, Further>
  /** Rows of the main table that the table accepted. */
  good: readonly object[]
}

/** A row of `rejected_rows` before it has an id. */
interface SetAside {
  kind: 'row' | 'item' | 'body'
  table_name: string | null
  row_key: string | null
  reason: string
  item: string
}

/** A row of `target_state` as it is written. */
export type StateRow = TargetState & {unit: string; note: string | null}

/** Of a whole answer only this much is kept. */
const maxItemCharacters = 1_000_000

/** The rows of one target, and how to store them. */
export interface TargetRows {
  collector: AnyCollector
  shaped: Shaped
  origin: Origin
  /** Where its targets stand now, written with the rows. */
  states: readonly StateRow[]
  /** The collector has open rejections, which good rows of the same key settle. */
  settles: boolean
  /** The answer is all there is of the target, so that it settles what earlier answers left unread. */
  isWhole: boolean
  /** A person has looked at the answer and overrules the guard. */
  force: boolean
}

/**
 * Stores one target's rows. The collector's guard may refuse them all (throws UnexpectedBody, nothing is
 * written); bad rows stand alone in `rejected_rows`.
 */
export async function storeTarget(database: Database, given: TargetRows): Promise<Stored> {
  const {collector, shaped, origin, states, settles, isWhole, force} = given
  return database.transaction(async (tx) => {
    const main = shaped.rows.get(collector.tables[0]) ?? []
    if (collector.guard && !force) await obeyGuard(tx, collector, main, origin)
    if (settles && isWhole)
      await tx.query('update_rejected_rows_overtaken', [
        origin.unit,
        origin.source,
        origin.target ?? null,
        origin.receivedAt.toISOString(),
      ])
    const stored = await storeShaped(tx, collector, shaped, origin, settles)
    // An item that could not be read is not one that left: who is missing is only asked of a list that was
    // read whole.
    if (collector.after && stored.good.length > 0 && stored.rejected === 0)
      await tx.query(collector.after, [JSON.stringify(stored.good), origin.receivedAt.toISOString()])
    if (states.length > 0) await tx.query('upsert_target_state', [JSON.stringify(states)])
    return stored
  })
}

/**
 * Stores what a mapper yielded; rows whose key did not come again are deleted where the mapper replaces its
 * table.
 */
export async function storeMapped(
  database: Database,
  mapper: AnyMapper,
  shaped: Shaped,
  origin: Origin,
): Promise<Stored> {
  return database.transaction(async (tx) => {
    const stored = await storeShaped(tx, mapper, shaped, origin, true)
    // What could not be mapped has not gone away: nothing is deleted unless everything was read.
    if (mapper.replaces && stored.good.length > 0 && stored.rejected === 0)
      await tx.query(mapper.replaces, [JSON.stringify(stored.good)])
    return stored
  })
}

/** The result of a dry run, as far as it is known without a table: of rows with one key the last counts. */
export function notStored({tables, key}: AnyCollector | AnyMapper, {rows, rejected}: Shaped): Stored {
  const [mainTable, ...others] = tables
  const main = lastPerKey(rows.get(mainTable) ?? [], key)
  return {
    received: main.length + rejected.length,
    inserted: 0,
    updated: 0,
    rejected: rejected.length,
    further: new Map(others.map((table) => [table, {rows: rows.get(table)?.length ?? 0, changed: 0}])),
    good: main,
  }
}

async function storeShaped(
  tx: Transaction,
  unit: AnyCollector | AnyMapper,
  shaped: Shaped,
  origin: Origin,
  settles: boolean,
): Promise<Stored> {
  const stored: Stored = {received: 0, inserted: 0, updated: 0, rejected: 0, further: new Map(), good: []}
  const aside: SetAside[] = shaped.rejected.map((item) => setAsideItem(item))
  stored.received += shaped.rejected.length
  for (const [table, rows] of shaped.rows) {
    if (rows.length === 0) continue
    const result = await storeInTable(tx, table as TableName, rows)
    const isMain = table === unit.tables[0]
    const key = isMain ? unit.key : keys[table as TableName]
    for (const {row, reason, text} of result.rejected)
      aside.push({kind: 'row', table_name: table, row_key: keyOf(row, key), reason, item: text})
    if (settles)
      await tx.query('update_rejected_rows_superseded', [
        origin.unit,
        table,
        result.good.map((row) => keyOf(row, key)),
        origin.receivedAt.toISOString(),
      ])
    if (!isMain) {
      stored.further.set(table, {rows: rows.length, changed: result.inserted + result.updated})
      continue
    }
    stored.received += result.good.length + result.rejected.length
    stored.inserted += result.inserted
    stored.updated += result.updated
    stored.good = result.good
  }
  stored.rejected = await setAside(tx, aside, origin)
  return stored
}

/**
 * Makes sure of the partitions of the rows' months first, because a missing partition is never a row's fault.
 */
export async function storeInTable(tx: Transaction, table: TableName, rows: readonly object[]) {
  // Loaded here, because a dry run needs neither a server nor its client.
  const [{ensurePartitions}, {storeRows}] = await Promise.all([
    import('../db/partitions.js'),
    import('../db/rejections.js'),
  ])
  const column = partitioned[table]
  if (column !== undefined)
    await ensurePartitions(
      tx,
      table,
      rows.map((row) => (row as Record<string, unknown>)[column]).filter((at) => typeof at === 'string'),
    )
  return storeRows(tx, table, rows)
}

/** Keeps an answer that could not be parsed at all. */
export async function keepBody(tx: Transaction, reason: string, body: string, origin: Origin): Promise<void> {
  await setAside(
    tx,
    [{kind: 'body', table_name: null, row_key: null, reason, item: body.slice(0, maxItemCharacters)}],
    origin,
  )
}

function setAsideItem({rejected, item}: Rejected): SetAside {
  const text = JSON.stringify(item) ?? 'null'
  // Cut JSON is no JSON: an item of that size is kept as the text that it is.
  return {
    kind: text.length > maxItemCharacters ? 'body' : 'item',
    table_name: null,
    row_key: null,
    reason: rejected,
    item: text.slice(0, maxItemCharacters),
  }
}

async function setAside(tx: Transaction, aside: readonly SetAside[], origin: Origin): Promise<number> {
  if (aside.length === 0) return 0
  const rows = aside.map((entry) => ({
    ...entry,
    reason: clean(entry.reason),
    item: clean(entry.item),
    run_id: origin.runId,
    unit: origin.unit,
    source: origin.source,
    target: origin.target ?? null,
    received_at: origin.receivedAt.toISOString(),
    rejected_at: origin.receivedAt.toISOString(),
  }))
  await tx.query('insert_rejected_rows', [JSON.stringify(rows)])
  return aside.length
}

/**
 * PostgreSQL text holds no NUL, and its jsonb no lone surrogate: both are written as the escapes they are in
 * JSON.
 */
function clean(text: string): string {
  return text
    .replaceAll('\0', '\\u0000')
    .replace(
      /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      (half) => `\\u${half.charCodeAt(0).toString(16)}`,
    )
}

/** Refuses the whole answer when the guard says so. */
async function obeyGuard(
  tx: Transaction,
  collector: AnyCollector,
  rows: readonly object[],
  origin: Origin,
): Promise<void> {
  // The bad rows are still among them: what jsonb cannot hold must not speak for the whole list.
  const [no] = await tx.query<{refusal: string}>(collector.guard!, [
    JSON.stringify(rows, (_key, cell: unknown) => (typeof cell === 'string' ? clean(cell) : cell)),
  ])
  if (no)
    throw new UnexpectedBody(`${origin.source}: ${no.refusal}`, {
      provider: origin.source,
      target: origin.target,
      nextStep:
        'Nothing was changed. Look at the answer with --dry-run; if it is right, run again with --force.',
    })
}
