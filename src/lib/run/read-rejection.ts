/** Parses a stored rejection again. Returns its rows, or throws the reason why this version rejects it. */
import {statement} from '../db/statement.js'
import type {AnyFeed} from '../define-feed.js'
import type {AnyCollector, AnyTarget, From} from '../define.js'
import {messageOf} from '../errors.js'
import {readSaved} from '../http/saved.js'
import {parseJson} from '../json.js'
import {sourceOf} from './collect.js'
import {rowsOfFrames} from './frame-rows.js'
import {parsePage, type AnySource, type Shaped} from './parsed.js'

/** An open row of `rejected_rows`. */
export interface Rejection {
  id: string
  unit: string
  source: string | null
  target: string | null
  kind: 'row' | 'item' | 'body'
  table_name: string | null
  reason: string
  item: string
  received_at: string
}

/**
 * Rows by table; undefined if the job no longer exists. Throws an error of any kind if the rejection still
 * cannot be parsed: its target, its source or its JSON may be those of another version.
 */
export function shapedFrom(
  collector: AnyCollector | undefined,
  rejection: Rejection,
  lists: NonNullable<From<AnyTarget>['lists']>,
): Shaped | undefined {
  if (rejection.kind === 'row') return rejection.table_name === null ? undefined : rowOf(rejection, collector)
  if (collector === undefined) return undefined
  const {source} = sourceOf(collector, rejection.source ?? undefined)
  const targets = targetsOf(rejection)
  const from = {target: targets[0] ?? null, targets, at: new Date(rejection.received_at), lists}
  const body = rejection.kind === 'item' ? jsonOf(rejection) : bodyOf(source, rejection)
  const shaped = parsePage(collector, source, {body, text: rejection.item}, from)
  const [first] = shaped.rejected
  if (first) throw new StillRejected(first.rejected)
  return shaped
}

/** The rows of an item of a feed. Throws StillRejected if it has none, or its rows need the whole frame. */
export function shapedByFeed(feed: AnyFeed, rejection: Rejection): Shaped {
  if (feed.insert)
    throw new StillRejected(
      'a trade is identified by its place in a frame, which is not kept: it cannot be stored exactly once',
    )
  const bytes = Buffer.from(rejection.item)
  const received = {bytes, id: '', at: new Date(rejection.received_at)}
  const {rows, rejected} = rowsOfFrames(feed, [received], {shard: null, labels: {}})
  const [first] = rejected
  if (first || rows.length === 0) throw new StillRejected(first?.rejected ?? 'it holds no row')
  return {rows: new Map([[feed.table, [...rows]]]), rejected: []}
}

/** The rejected row. Throws StillRejected for a table that the collector or this version does not write. */
function rowOf(rejection: Rejection, collector: AnyCollector | undefined): Shaped {
  const table = rejection.table_name ?? ''
  const isOfJob = collector === undefined || (collector.tables as readonly string[]).includes(table)
  if (!isOfJob || !hasUpsert(table))
    throw new StillRejected(`this version of fin stores no rows in a table ${table}`)
  const row = jsonOf(rejection)
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw new StillRejected('the stored part of it is not a row')
  return {rows: new Map([[table, [row]]]), rejected: []}
}

function hasUpsert(table: string): boolean {
  try {
    return statement(`upsert_${table}`).text !== ''
  } catch {
    return false
  }
}

function jsonOf(rejection: Rejection): unknown {
  try {
    return parseJson(rejection.item, {isExact: () => true})
  } catch (error) {
    throw new StillRejected(`the stored part of it cannot be read: ${messageOf(error)}`)
  }
}

/** The targets of the rejected request. Those of a batch are stored with a line feed between them. */
export function targetsOf(rejection: Rejection): AnyTarget[] {
  return (rejection.target ?? '')
    .split('\n')
    .filter(Boolean)
    .map((target) => ({target}))
}

function bodyOf(source: AnySource, rejection: Rejection): unknown {
  const target = targetsOf(rejection)[0] ?? {target: ''}
  const at = new Date(rejection.received_at)
  const {as} = source.request(target, null, {targets: [target], at, scheduledAt: at})
  return readSaved(source.provider, rejection.item, {as, at}).body
}

/** Thrown for an item that the parse function of this version rejects too. */
class StillRejected extends Error {}
