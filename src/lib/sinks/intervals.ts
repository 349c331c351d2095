/** Groups rows by interval, so that the newest row of each target and interval is kept. */
import type {StreamRow} from './delivery.js'

/**
 * The newest row of each target and interval, as passes in the order of time: a pass has at most one row of a
 * target. `instant` is a column with epoch milliseconds.
 */
export function passesOf(
  rows: readonly StreamRow[],
  {about, instant, intervalMs}: {about: string; instant: string; intervalMs: number},
): StreamRow[][] {
  const byTarget = new Map<string, Map<number, StreamRow>>()
  for (const row of rows) {
    const target = String(row[about])
    const intervals = byTarget.get(target) ?? new Map<number, StreamRow>()
    byTarget.set(target, intervals)
    const interval = Math.floor(Number(row[instant]) / intervalMs)
    const known = intervals.get(interval)
    if (!known || Number(known[instant]) <= Number(row[instant])) intervals.set(interval, row)
  }
  const passes: StreamRow[][] = []
  for (const intervals of byTarget.values())
    [...intervals.entries()]
      .sort(([a], [b]) => a - b)
      .forEach(([, row], index) => (passes[index] ??= []).push(row))
  return passes
}
