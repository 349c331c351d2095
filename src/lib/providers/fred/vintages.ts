/** The rows of `macro_vintages`, which keep each value of a macro series before a revision replaces it. */
import type {Rejected, TaggedRow} from '../../define.js'
import {isRejected} from '../../parse.js'
import type {NewRow} from '../../rows.js'
import {dayIn} from '../../time.js'

/** The answer that a value comes from. */
export interface VintageOrigin {
  source: 'fred' | 'alpha-vantage'
  /** When the answer arrived. */
  at: Date
}

/** A row of a macro table, whatever its value is called. */
interface MacroRow {
  series_id: string
  date: string
  realtime_start: string | null
}

/** Each row, followed by its vintage. Rejected items stay as they are. */
export function* withVintages<Row extends MacroRow>(
  rows: Iterable<Row | Rejected>,
  valueOf: (row: Row) => string | null,
  origin: VintageOrigin,
): Generator<Row | Rejected | TaggedRow> {
  for (const row of rows) {
    yield row
    if (!isRejected(row)) yield {table: 'macro_vintages', row: vintage(row, valueOf(row), origin)}
  }
}

/** The vintage of a value. If the source does not state it, it is the day of the answer. */
export function vintage(
  {series_id, date, realtime_start}: MacroRow,
  value: string | null,
  {source, at}: VintageOrigin,
): NewRow['macro_vintages'] {
  return {
    series_id,
    date,
    realtime_start: realtime_start ?? dayIn('America/Chicago', at),
    value,
    source,
    collected_at: at.toISOString(),
  }
}
