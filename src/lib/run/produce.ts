/** Turns the frames that a feed receives into rows, one by one as they arrive. */
import type {Queries} from '../db/database.js'
import type {AnyFeed} from '../define-feed.js'
import type {Rejected} from '../define.js'
import {NeedsPerson, UnexpectedBody} from '../errors.js'
import {bounded} from '../output/safe.js'
import {isRejected} from '../parse.js'
import type {ReceivedFrame} from '../transport/frames.js'
import {fillsList} from './nothing-due.js'

/** The counts of a feed while it runs. */
export interface Tally {
  frames: number
  rows: number
  rejected: number
  /** The targets that at least one row arrived for. */
  receivedTargets: Set<string>
}

/**
 * Yields rows as they arrive. Calls `onRejected` with the reason for each item that could not become a row.
 * Throws UnexpectedBody if the server refuses the subscription.
 */
export async function* receivedRows(
  feed: AnyFeed,
  heard: AsyncIterable<ReceivedFrame>,
  tally: Tally,
  onRejected: (why: string) => void,
): AsyncGenerator<object> {
  const reject = (why: string) => {
    tally.rejected++
    onRejected(why)
  }
  for await (const one of heard) {
    tally.frames++
    if ('rejected' in one) {
      reject(one.rejected)
      continue
    }
    const refusal = feed.refusal(one.frame)
    if (refusal !== undefined)
      throw new UnexpectedBody(`${feed.provider.name}: the server refuses: ${bounded(refusal.why, 300)}`, {
        provider: feed.provider.name,
        nextStep: 'Check the names given with --target.',
      })
    for (const row of feed.parse(one.frame) as Iterable<Rejected | Readonly<Record<string, unknown>>>) {
      if (isRejected(row)) reject(bounded(row.rejected, 300))
      else {
        tally.rows++
        tally.receivedTargets.add(String(row[feed.about]))
        yield row
      }
    }
  }
}

/** The targets of a feed from the database. Throws NeedsPerson if there are none. */
export async function listedTargets(feed: AnyFeed, database: Queries): Promise<string[]> {
  const rows = await database.query<{target: string}>(feed.targets)
  if (rows.length === 0)
    throw new NeedsPerson(`${feed.name}: there are no targets: ${fillsList(feed)}`, {
      nextStep: 'Or name one with --target.',
    })
  return rows.map(({target}) => target)
}

/**
 * The address of the provider, or of the simulator: `<simulator url>/<provider name><path of the socket>`.
 */
export function socketAddress(feed: AnyFeed, simulatorUrl: string | undefined): string {
  if (simulatorUrl === undefined) return feed.socketUrl
  return `${simulatorUrl.replace(/^http/, 'ws')}/${feed.provider.name}${new URL(feed.socketUrl).pathname}`
}
