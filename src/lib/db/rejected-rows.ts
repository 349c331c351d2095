/** Writes rejected items, rows and answers to `rejected_rows`, each with its reason and origin. */
import type {Transaction} from './database.js'
import type {Rejected} from '../define.js'

/** The origin of a rejected item. */
export interface Origin {
  job: string
  source: string
  target: string | undefined
  runId: string | null
  /** When the answer arrived. */
  receivedAt: Date
}

/** A row of `rejected_rows` before it has an id. */
export interface NewRejection {
  kind: 'row' | 'item' | 'body'
  table_name: string | null
  row_key: string | null
  reason: string
  item: string
  /** What it is about, if that is not the target of its origin. */
  target?: string
}

/** The most characters of a rejected item or answer that are stored. */
const maxItemCharacters = 1_000_000

/** Stores an answer that could not be parsed at all as rejected. */
export async function rejectBody(
  tx: Transaction,
  reason: string,
  body: string,
  origin: Origin,
): Promise<void> {
  await insertRejections(
    tx,
    [{kind: 'body', table_name: null, row_key: null, reason, item: body.slice(0, maxItemCharacters)}],
    origin,
  )
}

export function rejectionOf({rejected, item}: Rejected): NewRejection {
  const text = JSON.stringify(item) ?? 'null'
  // Truncated JSON is not JSON. So an item of that size is stored as plain text.
  return {
    kind: text.length > maxItemCharacters ? 'body' : 'item',
    table_name: null,
    row_key: null,
    reason: rejected,
    item: text.slice(0, maxItemCharacters),
  }
}

export async function insertRejections(
  tx: Transaction,
  rejections: readonly NewRejection[],
  origin: Origin,
): Promise<number> {
  if (rejections.length === 0) return 0
  const rows = rejections.map((entry) => ({
    ...entry,
    target: entry.target ?? origin.target ?? null,
    reason: clean(entry.reason),
    item: clean(entry.item),
    run_id: origin.runId,
    unit: origin.job,
    source: origin.source,
    received_at: origin.receivedAt.toISOString(),
    rejected_at: origin.receivedAt.toISOString(),
  }))
  await tx.query('insert_rejected_rows', [JSON.stringify(rows)])
  return rejections.length
}

/**
 * Replaces characters that PostgreSQL cannot store by their JSON escapes: NUL in text, lone surrogates in
 * jsonb.
 */
export function clean(text: string): string {
  return text
    .replaceAll('\0', '\\u0000')
    .replace(
      /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
      (half) => `\\u${half.charCodeAt(0).toString(16)}`,
    )
}
