/**
 * Lets one producer at a time receive a feed, or a shard of it: with two, each trade would be stored twice.
 */
import {randomInt} from 'node:crypto'
import {pause} from '../clock.js'
import type {Database, Lock} from '../db/database.js'
import type {AnyFeed} from '../define-feed.js'
import type {Log} from '../output/log.js'
import type {Shard} from './shards.js'

export interface FeedLockOptions {
  database: Database
  log: Log
  stop: AbortSignal
}

const retryMs = 2_000

/**
 * Takes the lock of the feed, or of the shard. Waits while another producer holds it, and while producers of
 * another number of shards run, because they receive the same targets.
 */
export async function takeFeedLock(
  feed: AnyFeed,
  shard: Shard | undefined,
  {database, log, stop}: FeedLockOptions,
): Promise<Lock> {
  const name = shard ? `stream ${feed.name} ${shard.index}/${shard.count}` : `stream ${feed.name}`
  const what = shard ? `${feed.name} ${shard.index}/${shard.count}` : feed.name
  let reported = ''
  const report = (text: string) => {
    if (text !== reported) log.warn(`${what}: ${text}`)
    reported = text
  }
  const reportTaken = () =>
    report('waits until the other producer ends, because two would store each trade twice')

  for (;;) {
    let others = await otherShards()
    const lock =
      others.length === 0 ? await database.lock(name, {stop, onWait: () => reportTaken()}) : undefined
    // Of two producers that start together with different numbers of shards, at least one sees the other.
    if (lock) others = await otherShards()
    if (lock && others.length === 0) return lock
    await lock?.release()
    if (others.length === 0) reportTaken()
    else
      report(
        `waits until the producers of another number of shards end, because they receive the same targets: ${others.join(', ')}`,
      )
    await pause(retryMs + randomInt(retryMs), stop)
  }

  /** The running producers of another number of shards: `2/5`. */
  async function otherShards(): Promise<string[]> {
    if (!shard) return []
    const rows = await database.query<{shard: string}>('select_other_shard_locks', [
      `stream ${feed.name} `,
      `/${shard.count}`,
    ])
    return rows.map((row) => row.shard)
  }
}
