/** Applies the guards of a collector, which reject a list that lacks too much. */
import type {Transaction} from '../db/database.js'
import type {AnyCollector} from '../define.js'
import {UnexpectedBody} from '../errors.js'
import type {Shaped} from './parsed.js'
import {clean, type Origin} from '../db/rejected-rows.js'

/** Throws UnexpectedBody if the guard rejects the whole answer. `rows`: those of the primary table. */
export async function applyGuard(
  tx: Transaction,
  guard: NonNullable<AnyCollector['guard']>,
  rows: readonly object[],
  origin: Origin,
): Promise<void> {
  const refusal = await refusalOf(tx, guard, rows)
  if (refusal !== undefined)
    throw new UnexpectedBody(`${origin.source}: ${refusal}`, {
      provider: origin.source,
      target: origin.target,
      nextStep:
        'Nothing was changed. Look at the answer with --dry-run; if it is right, run again with --force.',
    })
}

/** The answer; with one rejection in place of the rows of a secondary table, if its guard rejects them. */
export async function applySecondaryGuard(
  tx: Transaction,
  guard: AnyCollector['secondaryGuard'],
  shaped: Shaped,
): Promise<Shaped> {
  if (guard === undefined) return shaped
  const {table, statement} = guard
  const rows = shaped.rows.get(table) ?? []
  const refusal = rows.length === 0 ? undefined : await refusalOf(tx, statement, rows)
  if (refusal === undefined) return shaped
  const rejected = `${refusal}; if the answer is right, run again with --force`
  return {
    ...shaped,
    rows: new Map([...shaped.rows].filter(([name]) => name !== table)),
    rejected: [...shaped.rejected, {rejected, item: {table, rows: rows.length}, table}],
  }
}

/** The reason of a guard not to store the rows; undefined: none. */
async function refusalOf(
  tx: Transaction,
  guard: `select_${string}`,
  rows: readonly object[],
): Promise<string | undefined> {
  // Bad rows are still among them. A character that jsonb cannot store must not fail the whole list.
  const [refused] = await tx.query<{refusal: string}>(guard, [
    JSON.stringify(rows, (_key, cell: unknown) => (typeof cell === 'string' ? clean(cell) : cell)),
  ])
  return refused?.refusal
}
