/** What a feed hears becomes rows, one by one as it comes. */
import type {Queries} from '../db/database.js'
import type {AnyFeed} from '../define-feed.js'
import type {Rejected} from '../define.js'
import {NeedsPerson, UnexpectedBody} from '../errors.js'
import {bounded} from '../output/safe.js'
import {isRejected} from '../parse.js'
import type {ReceivedFrame} from '../transport/frames.js'
import {fillsList} from './nothing-due.js'

/** Counted while it goes on. */
export interface Tally {
  frames: number
  rows: number
  rejected: number
  /** The targets of which a row came. */
  heardOf: Set<string>
}

/**
 * The rows, as they come; `onRejected` is told of each item that could become none. Throws UnexpectedBody
 * when the server refuses to serve.
 */
export async function* rowsHeard(
  feed: AnyFeed,
  heard: AsyncIterable<ReceivedFrame>,
  tally: Tally,
  onRejected: (why: string) => void,
): AsyncGenerator<object> {
  const setAside = (why: string) => {
    tally.rejected++
    onRejected(why)
  }
  for await (const one of heard) {
    tally.frames++
    if ('rejected' in one) {
      setAside(one.rejected)
      continue
    }
    const refusal = feed.refusal(one.frame)
    if (refusal !== undefined)
      throw new UnexpectedBody(`${feed.provider.name}: the server refuses: ${bounded(refusal.why, 300)}`, {
        provider: feed.provider.name,
        nextStep: 'Check the names given with --target.',
      })
    for (const row of feed.parse(one.frame) as Iterable<Rejected | Readonly<Record<string, unknown>>>) {
      if (isRejected(row)) setAside(bounded(row.rejected, 300))
      else {
        tally.rows++
        tally.heardOf.add(String(row[feed.about]))
        yield row
      }
    }
  }
}

/** What the database lists for it. Throws NeedsPerson when that is nothing. */
export async function listedTargets(feed: AnyFeed, database: Queries): Promise<string[]> {
  const rows = await database.query<{target: string}>(feed.targets)
  if (rows.length === 0)
    throw new NeedsPerson(`${feed.name}: there is nothing to listen to: ${fillsList(feed)}`, {
      nextStep: 'Or name one with --target.',
    })
  return rows.map(({target}) => target)
}

/** The provider's own, or the simulator's in its place: `<its url>/<provider name><the socket's path>`. */
export function socketAddress(feed: AnyFeed, simulatorUrl: string | undefined): string {
  if (simulatorUrl === undefined) return feed.socketUrl
  return `${simulatorUrl.replace(/^http/, 'ws')}/${feed.provider.name}${new URL(feed.socketUrl).pathname}`
}
