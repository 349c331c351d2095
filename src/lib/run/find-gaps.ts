/** Reads the open gaps of streams, and divides them into those that can be repaired now and the others. */
import type {Database} from '../db/database.js'
import type {AnyFeed, FeedRepair} from '../define-feed.js'
import type {AnyTarget} from '../define.js'
import {NeedsPerson} from '../errors.js'
import {judge, type OpenGap} from './judge-gaps.js'

export interface GapChoice {
  feeds: readonly AnyFeed[]
  /** Only gaps that began at this instant or later. */
  since?: Date | undefined
  /** The most gaps to repair. */
  limit?: number | undefined
}

/** A gap that can be repaired now. */
export interface RepairableGap {
  gap: OpenGap
  feed: AnyFeed
  repair: FeedRepair
  from: Date
  until: Date
  /** All targets that the gap concerns. */
  targets: readonly string[]
  /** Those of them that are neither repaired nor refused. */
  left: readonly string[]
}

/** A gap that cannot be repaired now, or at all. */
export interface OtherGap {
  gap: OpenGap
  because: string
  isFinal: boolean
}

export interface FoundGaps {
  repairable: readonly RepairableGap[]
  others: readonly OtherGap[]
  /** The number of targets of the gaps beyond the limit. */
  targetsBeyond: number
}

/** The most gaps of one run. The next run repairs the others. */
const mostGaps = 1_000
/** The most gaps that one run reads, because most of them may have to wait. */
const mostJudged = 20_000

/** Throws NeedsPerson if the database lists no targets of a feed with a gap. */
export async function findGaps(
  {feeds, since, limit = mostGaps}: GapChoice,
  database: Database,
  now: Date,
): Promise<FoundGaps> {
  const byName = new Map(feeds.map((feed) => [feed.name, feed]))
  const rows = await database.query<OpenGap>('select_stream_gaps_to_judge', [
    [...byName.keys()],
    since?.toISOString() ?? null,
    mostJudged,
  ])
  const repairable: RepairableGap[] = []
  const others: OtherGap[] = []
  const listed = new Map<string, readonly string[]>()
  let targetsBeyond = 0
  for (const gap of rows) {
    const feed = byName.get(gap.feed)!
    const verdict = judge(gap, feed.repair, now)
    if ('because' in verdict) {
      others.push({gap, ...verdict})
      continue
    }
    const targets = gap.symbols ?? listed.get(feed.name) ?? (await listedTargets(database, feed))
    if (gap.symbols === null) listed.set(feed.name, targets)
    const known = new Set([...(gap.repaired_targets ?? []), ...(gap.refused_targets ?? [])])
    const left = targets.filter((target) => !known.has(target))
    if (repairable.length >= Math.min(limit, mostGaps)) targetsBeyond += left.length
    else repairable.push({gap, feed, ...verdict, targets, left})
  }
  return {repairable, others, targetsBeyond}
}

/** The targets of the feed. Without one, a gap would count as repaired. */
async function listedTargets(database: Database, feed: AnyFeed): Promise<readonly string[]> {
  const rows = await database.query<AnyTarget>(feed.targets)
  if (rows.length > 0) return rows.map(({target}) => target)
  throw new NeedsPerson(`${feed.name}: the database lists no targets, so its gaps cannot be repaired`, {
    nextStep: `Run ${feed.dependsOn.join(' and ')} first.`,
  })
}
