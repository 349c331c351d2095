/**
 * Computes the natural key of a row, which identifies it, finds the newest of its versions, and remembers the
 * columns that it lacks.
 */

/**
 * The column by which a provider marks the newer of several versions of one item, by table. A table without
 * one has no such mark, and there the last row of an answer counts. Marks are days, instants or numbers.
 */
export const versionColumns: Readonly<Record<string, string | undefined>> = {
  cpi: 'realtime_start',
  inflation: 'realtime_start',
  federal_funds_rate: 'realtime_start',
  treasury_yield: 'realtime_start',
  bithumb_ticker_latest: 'timestamp_field',
  coingecko_id_mapping: 'last_updated',
  coingecko_coin_details: 'coingecko_last_updated',
  coingecko_tickers_bithumb_matched: 'last_fetch_at',
  market_news: 'published_at',
  market_news_sentiment: 'time_published',
}

/** The key as JSON text, for comparisons; a missing cell is null. */
export function keyOf(row: object, key: readonly string[]): string {
  return JSON.stringify(cellsOf(row, key), bigintAsText)
}

/**
 * One row of each key, in order, because PostgreSQL refuses a statement with a key twice: that with the
 * greatest cell in the column `version`, if both have one, otherwise the last. A null or missing cell of a
 * key equals no other, as in a unique index. All rows with such a cell are returned, so that each is rejected
 * separately.
 */
export function lastPerKey<Row extends object>(
  rows: readonly Row[],
  key: readonly string[],
  version?: string,
): Row[] {
  if (key.length === 0) return [...rows]
  const byKey = new Map<string | symbol, Row>()
  for (const row of rows) {
    const name = cellsOf(row, key).includes(null) ? Symbol('incomplete key') : keyOf(row, key)
    const known = byKey.get(name)
    if (known !== undefined && version !== undefined && isNewer(known, row, version)) continue
    byKey.delete(name)
    byKey.set(name, row)
  }
  return [...byKey.values()]
}

/** True if the provider marks `known` as newer than `row`. */
function isNewer(known: object, row: object, version: string): boolean {
  const [a, b] = [known, row].map((one) => (one as Record<string, unknown>)[version] ?? null)
  if (a === null || b === null) return false
  const [first, second] = [String(a), String(b)]
  if (/^\d+$/.test(first) && /^\d+$/.test(second)) return BigInt(first) > BigInt(second)
  return first > second
}

/** A replacer for JSON.stringify: a bigint becomes text. */
export function bigintAsText(_column: string, cell: unknown): unknown {
  return typeof cell === 'bigint' ? String(cell) : cell
}

function cellsOf(row: object, key: readonly string[]): unknown[] {
  return key.map((column) => (row as Record<string, unknown>)[column] ?? null)
}

/**
 * The columns that a row lacks, because its item lacks the field. In the row they are null, for every reader.
 * The upsert gets the row without them, so that the stored values stay.
 */
const lackingColumns = new WeakMap<object, ReadonlySet<string>>()

/** Remembers the undefined columns of a row as lacking, and sets them to null. */
export function markLacking(row: object): void {
  const lacking = Object.keys(row).filter((column) => row[column as keyof object] === undefined)
  if (lacking.length === 0) return
  Object.assign(row, Object.fromEntries(lacking.map((column) => [column, null])))
  lackingColumns.set(row, new Set(lacking))
}

/** The row without the columns that it lacks. */
export function withoutLacking(row: object): object {
  const lacking = lackingColumns.get(row)
  if (lacking === undefined) return row
  return Object.fromEntries(Object.entries(row).filter(([column]) => !lacking.has(column)))
}
