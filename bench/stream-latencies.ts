/** Latencies counted in buckets, as `fin_stream_latency_seconds` counts them. */

/** Upper bounds in milliseconds; what took longer is in the last bucket. */
export const boundsMs = [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 75, 100, 200, 500, 1000, 2000, 5000, Infinity]

export class Latencies {
  #counts = boundsMs.map(() => 0)

  add(ms: number): void {
    this.#counts[boundsMs.findIndex((bound) => ms <= bound)]!++
  }

  /** The counts since the last call. */
  take(): number[] {
    const counts = this.#counts
    this.#counts = boundsMs.map(() => 0)
    return counts
  }
}

/** The upper bound of the bucket that holds the quantile, so every pipeline is rounded in the same way. */
export function quantileMs(counts: readonly number[], quantile: number): number {
  const rank = counts.reduce((sum, one) => sum + one, 0) * quantile
  let below = 0
  return boundsMs[counts.findIndex((one) => (below += one) >= rank && one > 0)] ?? NaN
}

/**
 * The counts of a histogram in Prometheus' text, all label sets together. A bound between two of ours counts
 * as the higher one.
 */
export function countsOf(metrics: string, name: string): number[] {
  const upTo = new Map<number, number>()
  for (const [, labels, value] of metrics.matchAll(new RegExp(`^${name}_bucket\\{(.*)\\} (\\S+)`, 'gm'))) {
    const seconds = Number(/le="([^"]+)"/.exec(labels!)?.[1]?.replace('+Inf', 'Infinity'))
    const boundMs = Math.round(seconds * 1_000_000) / 1000
    upTo.set(boundMs, (upTo.get(boundMs) ?? 0) + Number(value))
  }
  const counts = boundsMs.map(() => 0)
  let before = 0
  for (const [boundMs, count] of [...upTo].sort(([a], [b]) => a - b)) {
    counts[boundsMs.findIndex((known) => boundMs <= known)]! += count - before
    before = count
  }
  return counts
}
