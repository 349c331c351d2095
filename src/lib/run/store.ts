/** Stores the rows of one target, its rejected items and its new state, in one transaction. */
import type {Database, Transaction} from '../db/database.js'
import type {AnyCollector, AnyMapper} from '../define.js'
import {NothingStored} from '../errors.js'
import {keyOf, lastPerKey, versionColumns} from '../rowkeys.js'
import {keys, partitioned, type TableName} from '../rows.js'
import {shownTarget} from '../text.js'
import type {TargetState} from './due.js'
import {endRows, type Ended} from './ended.js'
import {applyGuard, applySecondaryGuard} from './guard.js'
import type {Shaped} from './parsed.js'
import {insertRejections, rejectionOf, type NewRejection, type Origin} from '../db/rejected-rows.js'

/** Counts of the rows of a secondary table. */
export interface SecondaryRows {
  rows: number
  changed: number
}

/** Counts of the primary table, and of everything that was rejected. */
export interface StoreResult {
  received: number
  inserted: number
  updated: number
  rejected: number
  /** Those of them that were for the primary table. */
  rejectedOfPrimary: number
  /** Why an item was rejected; the first such reason. */
  reason?: string | undefined
  /** By name of the table. */
  secondary: Map<string, SecondaryRows>
  /** Rows that the primary table accepted. */
  good: readonly object[]
  /** Rows of the primary table that are no longer in the answer; no other count includes them. */
  ended?: readonly Ended[]
}

/** A row of `target_state` as it is written. */
export type StateRow = TargetState & {unit: string; note: string | null}

/** The rows of one target, and how to store them. */
export interface TargetRows {
  collector: AnyCollector
  shaped: Shaped
  origin: Origin
  /** The new states of its targets, written with the rows; not written if each item was rejected. */
  states: readonly StateRow[]
  /** The collector has open rejections, which good rows of the same key settle. */
  settles: boolean
  /** The answer contains all data of the target, so that it settles rejections from earlier answers. */
  isWhole: boolean
  /** A person has looked at the answer and overrules the guard. */
  force: boolean
  /** An answer of which each item is rejected is not stored as rejected: `NothingStored` is thrown. */
  isReplay?: boolean
}

/**
 * Stores the rows of one target. Throws UnexpectedBody, and writes nothing, if the guard of the collector
 * rejects the answer. A bad row goes to `rejected_rows` and does not affect the others.
 */
export async function storeTarget(database: Database, given: TargetRows): Promise<StoreResult> {
  const {collector, origin, states, settles, isWhole, force} = given
  return database.transaction(async (tx) => {
    const primary = given.shaped.rows.get(collector.tables[0]) ?? []
    // Without a row there is nothing to guard against: the reason of the items tells more than the guard.
    const guard = force ? undefined : collector.guard
    if (guard && (primary.length > 0 || given.shaped.rejected.length === 0))
      await applyGuard(tx, guard, primary, origin)
    const shaped = force
      ? given.shaped
      : await applySecondaryGuard(tx, collector.secondaryGuard, given.shaped)
    if (settles && isWhole)
      await tx.query('update_rejected_rows_overtaken', [
        origin.job,
        origin.source,
        origin.target ?? null,
        origin.receivedAt.toISOString(),
      ])
    const stored = await storeShaped(tx, collector, shaped, origin, settles)
    const nothing = nothingStored(stored, origin)
    if (nothing && given.isReplay) throw nothing
    if (nothing) return stored
    // An item that could not be read has not left the list. So the list must have been read completely.
    if (collector.after && stored.good.length > 0 && stored.rejectedOfPrimary === 0) {
      stored.ended = await endRows(tx, collector.after, stored.good, origin.receivedAt)
    }
    if (states.length > 0) await tx.query('upsert_target_state', [JSON.stringify(states)])
    return stored
  })
}

/** The part of a mapper or a cache that decides how its rows are stored. */
type Storing = Pick<AnyMapper, 'tables' | 'key' | 'replaces'>

/**
 * Stores the rows of a mapper or a cache. If the mapper replaces its table, it deletes rows whose key is not
 * among the new ones.
 */
export async function storeMapped(
  database: Database,
  mapper: Storing,
  shaped: Shaped,
  origin: Origin,
): Promise<StoreResult> {
  return database.transaction(async (tx) => {
    const stored = await storeShaped(tx, mapper, shaped, origin, true)
    // A candidate that could not be mapped still exists. So nothing is deleted unless all could be mapped.
    if (mapper.replaces && stored.good.length > 0 && stored.rejected === 0)
      await tx.query(mapper.replaces, [JSON.stringify(stored.good)])
    return stored
  })
}

/** The counts of a dry run, as far as they are known without a table. The newest row of each key counts. */
export function notStored({tables, key}: AnyCollector | AnyMapper, {rows, rejected}: Shaped): StoreResult {
  const [primaryTable, ...others] = tables
  const primary = lastPerKey(rows.get(primaryTable) ?? [], key, versionColumns[primaryTable])
  return {
    received: primary.length + rejected.length,
    inserted: 0,
    updated: 0,
    rejected: rejected.length,
    rejectedOfPrimary: rejected.filter(({table}) => table === undefined).length,
    reason: rejected[0]?.rejected,
    secondary: new Map(others.map((table) => [table, {rows: rows.get(table)?.length ?? 0, changed: 0}])),
    good: primary,
  }
}

/**
 * The failure of an answer of which no row of the primary table could be stored and at least one item was
 * rejected; undefined for any other answer. An answer without items is none.
 */
export function nothingStored(
  {good, rejected, reason = 'it cannot be read'}: StoreResult,
  {source, target}: Pick<Origin, 'source' | 'target'>,
): NothingStored | undefined {
  if (good.length > 0 || rejected === 0) return undefined
  const about =
    target === undefined || target === '' ? source : `${source} (${shownTarget(target).slice(0, 80)})`
  const count = rejected === 1 ? 'its only item was' : `all ${rejected} items were`
  return new NothingStored(`${about}: no row of the answer could be stored, ${count} rejected: ${reason}`, {
    provider: source,
    target,
    nextStep:
      'The items are in rejected_rows; the target stays due. If the provider has changed its answers, update fin and run "fin replay".',
  })
}

async function storeShaped(
  tx: Transaction,
  job: AnyCollector | Storing,
  shaped: Shaped,
  origin: Origin,
  settles: boolean,
): Promise<StoreResult> {
  const stored: StoreResult = {
    received: 0,
    inserted: 0,
    updated: 0,
    rejected: 0,
    rejectedOfPrimary: shaped.rejected.filter((item) => item.table === undefined).length,
    secondary: new Map(),
    good: [],
  }
  const rejections: NewRejection[] = shaped.rejected.map((item) => rejectionOf(item))
  stored.received += shaped.rejected.length
  const ownKey = job.key as readonly string[]
  const history = 'history' in job ? job.history : undefined
  /** By key of the primary rows that are rejected. */
  const reasons = new Map<string, string>()
  const versions: NewRejection[] = []
  for (const [table, all] of shaped.rows) {
    let rows = all
    if (table === history) {
      versions.push(...(await versionRejections(table, all, ownKey, reasons)))
      rows = all.filter((row) => !reasons.has(keyOf(row, ownKey)))
    }
    if (rows.length === 0) continue
    const result = await storeInTable(tx, table as TableName, rows)
    const isPrimary = table === job.tables[0]
    const key = isPrimary ? job.key : keys[table as TableName]
    for (const {row, reason, text} of result.rejected)
      rejections.push({kind: 'row', table_name: table, row_key: keyOf(row, key), reason, item: text})
    if (settles)
      for (const name of isPrimary && history !== undefined ? [table, history] : [table])
        await tx.query('update_rejected_rows_superseded', [
          origin.job,
          name,
          result.good.map((row) => keyOf(row, key)),
          origin.receivedAt.toISOString(),
        ])
    if (!isPrimary) {
      stored.secondary.set(table, {rows: rows.length, changed: result.inserted + result.updated})
      continue
    }
    stored.received += result.good.length + result.rejected.length
    stored.inserted += result.inserted
    stored.updated += result.updated
    stored.rejectedOfPrimary += result.rejected.length
    for (const {row, reason} of result.rejected) reasons.set(keyOf(row, ownKey), reason)
    stored.good = result.good
  }
  stored.rejected = await insertRejections(tx, rejections, origin)
  await insertRejections(tx, versions, origin)
  stored.reason = rejections[0]?.reason
  return stored
}

/**
 * Rejections of the versions whose row the primary table rejects, so that a replay stores both. They have the
 * key of that row, because a good row of this key settles both. No count includes them.
 */
async function versionRejections(
  table: string,
  versions: readonly object[],
  key: readonly string[],
  reasons: ReadonlyMap<string, string>,
): Promise<NewRejection[]> {
  const {textOfRow} = await import('../db/rejections.js')
  return versions.flatMap((version) => {
    const row_key = keyOf(version, key)
    const reason = reasons.get(row_key)
    if (reason === undefined) return []
    return {kind: 'row', table_name: table, row_key, reason, item: textOfRow(version).text} as const
  })
}

/**
 * Stores rows in one table. It creates the partitions of their months first, because a missing partition is
 * not an error of a row.
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
