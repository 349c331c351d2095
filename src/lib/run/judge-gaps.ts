/** Decides which gaps of streams can be repaired now, and with which requests. Pure. */
import type {BarSpan, FeedRepair} from '../define-feed.js'
import {minuteMs} from '../time.js'

/** An open row of `stream_gaps`. Instants are ISO 8601 text. */
export interface OpenGap {
  id: string
  feed: string
  kind: 'socket' | 'offset'
  /** Null for offsets, whose instants nothing records. */
  began_at: string | null
  ended_at: string | null
  /** Null: all targets of the feed. */
  symbols: readonly string[] | null
  why: string
  repaired_targets: readonly string[] | null
  refused_targets: readonly string[] | null
  repaired_bars: number
}

/** The full minutes to request, or the reason why the gap cannot be repaired. `isFinal`: no later run can. */
export type Verdict = {repair: FeedRepair; from: Date; until: Date} | {because: string; isFinal: boolean}

/**
 * The pause after the last minute of a gap. The clock of the provider may be behind, and the last trades of a
 * minute may enter its candle late.
 */
const settledMs = minuteMs

/** The minutes that a gap touches: each has a bar with too little in it, or none. */
export function judge(
  {kind, began_at, ended_at}: Pick<OpenGap, 'kind' | 'began_at' | 'ended_at'>,
  repair: FeedRepair | {impossibleBecause: string},
  now: Date,
): Verdict {
  if ('impossibleBecause' in repair) return {because: repair.impossibleBecause, isFinal: true}
  if (kind === 'offset' || began_at === null)
    return {because: 'nothing records the time of the messages that Kafka deleted', isFinal: true}
  if (ended_at === null) return {because: 'the gap has not ended', isFinal: false}
  const from = new Date(fullMinuteMs(began_at))
  const until = new Date(fullMinuteMs(ended_at) + minuteMs)
  if (now.getTime() < until.getTime() + settledMs)
    return {because: 'its last minute ended less than a minute ago, or not yet', isFinal: false}
  return {repair, from, until}
}

/** The requests of one target, the oldest minutes first. */
export function* spansOf({target, from, until}: BarSpan, mostMinutes: number): Generator<BarSpan> {
  const stepMs = mostMinutes * minuteMs
  for (let ms = from.getTime(); ms < until.getTime(); ms += stepMs)
    yield {target, from: new Date(ms), until: new Date(Math.min(ms + stepMs, until.getTime()))}
}

function fullMinuteMs(instant: string): number {
  return Math.floor(Date.parse(instant) / minuteMs) * minuteMs
}
