/**
 * Stores deliveries in PostgreSQL: their rows, their rejected items, and their positions, in one transaction.
 * A delivery that comes again is recognised by its position, and its rows by their keys.
 */
import {columnElements} from '../db/array-text.js'
import type {Database, Transaction} from '../db/database.js'
import {ensurePartitions} from '../db/partitions.js'
import {storeRows, textOfRow, type RejectedRow} from '../db/rejections.js'
import {reasonOf} from '../db/row-error.js'
import type {AnyFeed} from '../define-feed.js'
import {isDataError} from '../postgres-errors.js'
import {bigintAsText, keyOf} from '../rowkeys.js'
import {keys, partitioned} from '../rows.js'
import {insertRejections, rejectionOf, type NewRejection} from '../db/rejected-rows.js'
import type {Delivery, StreamRow} from './delivery.js'
import {passesOf} from './intervals.js'
import {catchUp, movePositions, type SkippedOffsets} from './positions.js'

export interface Stored {
  /** The deliveries that were new. */
  deliveries: readonly Delivery[]
  /** Their rows that the table accepted. */
  rows: readonly StreamRow[]
  rejected: number
  skipped: readonly SkippedOffsets[]
}

export interface PostgresSink {
  /** Makes the parameters of a delivery that will be stored soon, while PostgreSQL stores others. */
  prepare(delivery: Delivery): void
  /** Stores deliveries in order. Throws if nothing was stored. */
  store(deliveries: readonly Delivery[]): Promise<Stored>
}

export interface PostgresSinkOptions {
  feed: AnyFeed
  database: Database
  /** The topic of the positions; absent: the deliveries have none. */
  topic?: string | undefined
  /** The length of an interval of which the newest row is kept, in milliseconds. */
  intervalMs: number
  now(): Date
}

/** Thrown to undo a transaction: the positions are not the expected ones. */
class Moved extends Error {}

export function createPostgresSink(options: PostgresSinkOptions): PostgresSink {
  const {feed, database, topic, intervalMs, now} = options
  const consumer = {group: feed.group, topic: topic ?? ''}
  const readyMonths = new Set<string>()
  /** One text for each column of `insert`: the elements of its array. */
  const prepared = new WeakMap<Delivery, readonly string[]>()

  /** Makes the partitions of months that no row had before. */
  async function preparePartitions(tx: Transaction, rows: readonly StreamRow[]) {
    const column = partitioned[feed.table]
    if (column === undefined) return
    const months = new Map<string, string>()
    for (const row of rows) {
      const instant = String(row[column])
      const month = instant.slice(0, 7)
      if (!readyMonths.has(month)) months.set(month, instant)
    }
    if (months.size === 0) return
    const {left} = await ensurePartitions(tx, feed.table, months.values())
    for (const month of months.keys()) if (!left.includes(month)) readyMonths.add(month)
  }

  /** Stores all, if the positions are the expected ones and the table accepts every row. */
  async function storeFast(tx: Transaction, deliveries: readonly Delivery[]): Promise<Stored> {
    if (topic !== undefined && !(await movePositions(tx, consumer, deliveries))) throw new Moved()
    const rows = deliveries.flatMap((delivery) => delivery.rows)
    await preparePartitions(tx, rows)
    const refused = await (feed.insert ? append(tx, deliveries, feed.insert) : storeAll(tx, rows))
    return finish(tx, deliveries, {rows, refused, skipped: []})
  }

  /**
   * Leaves out what is stored already, records missing offsets, and finds the rows that the table rejects.
   */
  async function storeCarefully(tx: Transaction, deliveries: readonly Delivery[]): Promise<Stored> {
    const {added, skipped} =
      topic === undefined ? {added: deliveries, skipped: []} : await catchUp(tx, consumer, deliveries)
    const rows = added.flatMap((delivery) => delivery.rows)
    await preparePartitions(tx, rows)
    const refused = await (feed.newest ? storeOneByOne(tx, rows) : storeAll(tx, rows))
    return finish(tx, added, {rows, refused, skipped})
  }

  async function append(
    tx: Transaction,
    deliveries: readonly Delivery[],
    insert: NonNullable<AnyFeed['insert']>,
  ): Promise<RejectedRow[]> {
    const parts = deliveries
      .filter(({rows}) => rows.length > 0)
      .map((delivery) => prepared.get(delivery) ?? elementsOf(delivery, insert))
    const texts = insert.columns.map((_, at) => `{${parts.map((part) => part[at]).join(',')}}`)
    if (parts.length > 0) await tx.prepared(insert.statement, texts)
    return []
  }

  /** The driver would make these texts itself, in twice the time and while PostgreSQL waits. */
  function elementsOf({rows}: Delivery, {columns}: NonNullable<AnyFeed['insert']>): readonly string[] {
    return columns.map((column) => columnElements(rows, column))
  }

  /**
   * Stores rows by upsert statements. Throws a data error if a row cannot be compared with the stored one.
   */
  async function storeAll(tx: Transaction, rows: readonly StreamRow[]): Promise<RejectedRow[]> {
    if (!feed.newest) return (await storeRows(tx, feed.table, rows)).rejected
    const refused: RejectedRow[] = []
    for (const pass of passesOf(rows, {about: feed.about, instant: feed.live.instant, intervalMs})) {
      await tx.query(feed.newest.copy, [JSON.stringify(pass, bigintAsText), intervalMs])
      refused.push(...(await storeRows(tx, feed.newest.table, pass)).rejected)
    }
    return refused
  }

  async function storeOneByOne(tx: Transaction, rows: readonly StreamRow[]): Promise<RejectedRow[]> {
    const refused: RejectedRow[] = []
    for (const row of rows)
      try {
        refused.push(...(await tx.savepoint(() => storeAll(tx, [row]))))
      } catch (error) {
        if (!isDataError(error)) throw error
        refused.push({row, reason: reasonOf(error), text: textOfRow(row).text})
      }
    return refused
  }

  async function finish(
    tx: Transaction,
    deliveries: readonly Delivery[],
    found: {rows: readonly StreamRow[]; refused: readonly RejectedRow[]; skipped: readonly SkippedOffsets[]},
  ): Promise<Stored> {
    const {rows, refused, skipped} = found
    const gaps = skipped.map(({partition, first, last}) => ({
      ...{feed: feed.name, kind: 'offset', topic, partition, first_offset: first, last_offset: last},
      why: last === null ? 'the topic was made again' : 'the messages were deleted before they were read',
    }))
    if (gaps.length > 0) await tx.query('insert_stream_gaps', [JSON.stringify(gaps)])
    const rejections = [...itemRejections(deliveries), ...refused.map(rowRejection)]
    await insertRejections(tx, rejections, {
      job: feed.name,
      source: topic ?? feed.provider.name,
      target: undefined,
      runId: null,
      receivedAt: now(),
    })
    const isRefused = new Set<object>(refused.map(({row}) => row))
    const accepted = refused.length === 0 ? rows : rows.filter((row) => !isRefused.has(row))
    return {deliveries, rows: accepted, rejected: rejections.length, skipped}
  }

  function rowRejection({row, reason, text}: RejectedRow): NewRejection {
    const table_name = feed.newest?.table ?? feed.table
    return {kind: 'row', table_name, row_key: keyOf(row, keys[table_name]), reason, item: text}
  }

  return {
    prepare(delivery) {
      if (feed.insert) prepared.set(delivery, elementsOf(delivery, feed.insert))
    },
    async store(deliveries) {
      try {
        return await database.transaction((tx) => storeFast(tx, deliveries))
      } catch (error) {
        readyMonths.clear() // their partitions are undone with the transaction
        if (!(error instanceof Moved) && !isDataError(error)) throw error
        try {
          return await database.transaction((tx) => storeCarefully(tx, deliveries))
        } catch (other) {
          readyMonths.clear()
          throw other
        }
      }
    },
  }
}

/** The rejected items of deliveries, each with its place: `partition 0, offset 12, frame 1, item 3`. */
function itemRejections(deliveries: readonly Delivery[]): NewRejection[] {
  return deliveries.flatMap(({rejected, position}) =>
    rejected.map((one) => {
      const places = [
        position && `partition ${position.partition}, offset ${position.offset}`,
        one.place,
      ].filter((place) => place !== undefined)
      return {...rejectionOf(one), ...(places.length > 0 ? {target: places.join(', ')} : {})}
    }),
  )
}
