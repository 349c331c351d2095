/** Computes the natural key of a row, which identifies it. Pure. */

/** The key as JSON text, for comparisons; a missing cell is null. */
export function keyOf(row: object, key: readonly string[]): string {
  return JSON.stringify(cellsOf(row, key), bigintAsText)
}

/**
 * The last row of each key, in order, because PostgreSQL refuses a statement with a key twice. A null or
 * missing cell equals no other, as in a unique index. All rows with such a cell are returned, so that each is
 * rejected separately.
 */
export function lastPerKey<Row extends object>(rows: readonly Row[], key: readonly string[]): Row[] {
  if (key.length === 0) return [...rows]
  const byKey = new Map<string | symbol, Row>()
  for (const row of rows) {
    const name = cellsOf(row, key).includes(null) ? Symbol('incomplete key') : keyOf(row, key)
    byKey.delete(name)
    byKey.set(name, row)
  }
  return [...byKey.values()]
}

/** A replacer for JSON.stringify: a bigint becomes text. */
export function bigintAsText(_column: string, cell: unknown): unknown {
  return typeof cell === 'bigint' ? String(cell) : cell
}

function cellsOf(row: object, key: readonly string[]): unknown[] {
  return key.map((column) => (row as Record<string, unknown>)[column] ?? null)
}
