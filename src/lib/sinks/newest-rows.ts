/** Holds the newest row of each target until all are taken: at most one row for each target. */
import type {StreamRow} from './delivery.js'

export interface TakenRows {
  rows: ReadonlyMap<string, StreamRow>
  /** Arrival of the oldest frame whose rows were added; undefined if none came from a frame. */
  at: Date | undefined
}

export interface NewestRows {
  readonly size: number
  /** Adds rows. Of two rows of a target with the same instant, the one added later stays. */
  add(rows: readonly StreamRow[], at: Date): void
  /** Adds rows that are not from frames. Of two with the same instant, the one added earlier stays. */
  addStored(rows: readonly StreamRow[]): void
  /** Takes all rows. */
  take(): TakenRows
  /** Adds taken rows that could not be written. Of two with the same instant, the other one stays. */
  putBack(taken: TakenRows): void
}

/** Holds no row yet. `about`: the column of the target. `instant`: a column with epoch milliseconds. */
export function createNewestRows({about, instant}: {about: string; instant: string}): NewestRows {
  let newest = new Map<string, StreamRow>()
  let oldestAt: Date | undefined

  function keep(rows: Iterable<StreamRow>, isLater: boolean) {
    for (const row of rows) {
      const target = String(row[about])
      const known = newest.get(target)
      const aheadMs = known === undefined ? Infinity : Number(row[instant]) - Number(known[instant])
      if (aheadMs > 0 || (aheadMs === 0 && isLater)) newest.set(target, row)
    }
  }
  function keepOldest(at: Date | undefined) {
    if (at !== undefined && (oldestAt === undefined || at < oldestAt)) oldestAt = at
  }

  return {
    get size() {
      return newest.size
    },
    add(rows, at) {
      keep(rows, true)
      if (rows.length > 0) keepOldest(at)
    },
    addStored: (rows) => keep(rows, false),
    take() {
      const taken = {rows: newest, at: oldestAt}
      newest = new Map()
      oldestAt = undefined
      return taken
    },
    putBack({rows, at}) {
      keep(rows.values(), false)
      keepOldest(at)
    },
  }
}
