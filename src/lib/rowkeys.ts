/** The natural key of a row, by which rows are told apart. Pure. */

/** The key as JSON text, so that two rows compare by it; a missing cell reads as null. */
export function keyOf(row: object, key: readonly string[]): string {
  return JSON.stringify(cellsOf(row, key), bigintAsText)
}

/**
 * One row per key, at the place of its last one, which wins: a statement that meets a key twice is refused by
 * PostgreSQL. A null or missing cell equals no other, as in a unique index: such rows are all kept, so that
 * each is refused on its own.
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

/** A cell for JSON that has none: PostgreSQL writes a bigint as it is. */
export function bigintAsText(_column: string, cell: unknown): unknown {
  return typeof cell === 'bigint' ? String(cell) : cell
}

function cellsOf(row: object, key: readonly string[]): unknown[] {
  return key.map((column) => (row as Record<string, unknown>)[column] ?? null)
}
