/** Flags trades that bars and caches leave out, and chooses the rows that a stream keeps. */
import type {Config} from '../config.js'
import type {AnyFeed} from '../define-feed.js'
import {NeedsPerson} from '../errors.js'
import {formatNumber} from '../text.js'
import type {StreamCounts} from '../health/counts.js'
import {createOutlierJudge} from '../market/outliers.js'
import {isRegular, type StreamRow} from '../sinks/delivery.js'
import {readLists} from './lists.js'

/** The value of --filter that keeps regular trades. It is not a target: their names have capital letters. */
export const regularOnly = 'regular'

/** Sets `flag` of the rows, and returns those that are kept, in order. */
export type RowFlags = (rows: readonly StreamRow[]) => readonly StreamRow[]

/**
 * Reads the condition codes of the feed, and begins with empty windows of prices. A row that has a flag keeps
 * it. Throws NeedsPerson if `filter` does not fit the feed, or the list of codes cannot be read.
 */
export async function createRowFlags(
  feed: AnyFeed,
  {config, counts, filter}: {config: Config; counts: StreamCounts; filter?: readonly string[] | undefined},
): Promise<RowFlags> {
  const {conditions, about, live} = feed
  const isRegularOnly = filter?.includes(regularOnly) ?? false
  if (!conditions) {
    if (isRegularOnly)
      throw new NeedsPerson(`--filter ${regularOnly} is for trades, and ${feed.name} has quotes`, {
        nextStep: 'Leave it out.',
      })
    return (rows) => rows
  }
  const {codes = []} = await readLists({codes: conditions}, config)
  const irregular: ReadonlySet<unknown> = new Set(
    codes.filter((one) => one['is_regular'] === 'false').map((one) => one['code']!),
  )
  const judge = createOutlierJudge()

  function flagOf(row: StreamRow): string | null {
    const stated = row['trade_conditions']
    if (Array.isArray(stated)) for (const code of stated) if (irregular.has(code)) return 'conditions'
    const isFar = judge.isOutlier(row[about] as string, Number(row['price']), Number(row[live.instant]))
    return isFar ? 'outlier' : null
  }

  return (rows) => {
    let isEachRegular = true
    for (const row of rows) {
      const stated = row['flag'] as string | null | undefined
      // A row that is an outlier already still belongs to the prices of a jump.
      const found = stated === 'conditions' ? stated : flagOf(row)
      const flag = stated ?? found
      ;(row as Record<string, unknown>)['flag'] = flag
      if (flag === null) continue
      isEachRegular = false
      if (flag === 'conditions' || flag === 'outlier') counts.flagged[flag]++
    }
    if (!isRegularOnly || isEachRegular) return rows
    const kept = rows.filter(isRegular)
    counts.leftOut += rows.length - kept.length
    return kept
  }
}

/** The targets among the values of --filter; undefined if it names none. */
export function targetsOfFilter(filter: readonly string[] | undefined): ReadonlySet<string> | undefined {
  const named = (filter ?? []).filter((one) => one !== regularOnly).map((one) => one.trim().toUpperCase())
  return named.length === 0 ? undefined : new Set(named)
}

/** Text for the summary at the end: what --filter left out; empty if nothing. */
export function leftOutText({leftOut}: StreamCounts): string {
  return leftOut === 0 ? '' : `, ${formatNumber(leftOut)} left out by --filter`
}
