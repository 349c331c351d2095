/** The row that `fin stream repair` prints for a gap. */
import type {OpenGap} from './judge-gaps.js'

export interface GapResult {
  id: string
  feed: string
  kind: OpenGap['kind']
  began_at: string | null
  ended_at: string | null
  result: 'repaired' | 'partly repaired' | 'not repaired' | 'not repairable' | 'can be repaired'
  /** The targets that the gap concerns, and those whose data is stored; null: none is requested. */
  targets: number | null
  repaired_targets: number | null
  bars: number
  /** The most requests that its repair needs; only in a dry run. */
  requests: number | null
  reason: string | null
}

/** The row; facts that are not given are unknown. */
export function resultOf(
  {id, feed, kind, began_at, ended_at, repaired_bars}: OpenGap,
  result: GapResult['result'],
  facts: Partial<GapResult> = {},
): GapResult {
  return {
    ...{id, feed, kind, began_at, ended_at, result},
    ...{targets: null, repaired_targets: null, bars: repaired_bars, requests: null, reason: null},
    ...facts,
  }
}

/** The columns of these rows. */
export const gapColumns: readonly (keyof GapResult)[] = [
  ...(['id', 'feed', 'kind', 'began_at', 'ended_at', 'result'] as const),
  ...(['targets', 'repaired_targets', 'bars', 'requests', 'reason'] as const),
]
