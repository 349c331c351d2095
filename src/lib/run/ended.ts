/** Ends the stored rows that a whole list no longer names: a delisted market, a member that left. */
import type {Transaction} from '../db/database.js'
import type {AnyCollector} from '../define.js'

/** A stored row that ended, and how. */
export interface Ended {
  name: string
  fate: string
}

/** Runs the statement of `after`; returns the rows that it ended, if it returns any. */
export async function endRows(
  tx: Transaction,
  after: NonNullable<AnyCollector['after']>,
  rows: readonly object[],
  receivedAt: Date,
): Promise<Ended[]> {
  return tx.query<Ended>(after, [JSON.stringify(rows), receivedAt.toISOString()])
}
