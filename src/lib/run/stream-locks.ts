/** The locks of a stream: that of its feed or shard, and the lease of its key. */
import type {Database, Lock} from '../db/database.js'
import type {AnyFeed} from '../define-feed.js'
import {takeFeedLock} from './feed-lock.js'
import type {Shard} from './shards.js'
import {takeSocketLease, type SocketLease} from './socket-lease.js'
import type {Context} from './context.js'

export interface StreamLocks {
  /** Takes the lock of the feed or shard. Waits while another producer has it. */
  takeFeed(): Promise<void>
  /** Takes the lease of a key. Waits while all are in use; undefined if the feed needs none. */
  takeKey(): Promise<SocketLease | undefined>
  /** True while no other producer can receive the feed or shard. */
  holdsFeed(): boolean
  /**
   * A signal that aborts when another process has taken a lock, or may soon take it. A feed without a key
   * goes on while the database does not answer, because two of its connections do not disturb each other, and
   * each of its rows is stored once.
   */
  ended(): AbortSignal
  /** Why `ended` is aborted. */
  why(): string
  releaseKey(): Promise<void>
  releaseAll(): Promise<void>
}

export interface StreamLocksOptions {
  context: Context
  shard: Shard | undefined
  /** The label of the credential. */
  token: string | undefined
  stop: AbortSignal
}

export function createStreamLocks(
  feed: AnyFeed,
  {context, shard, token, stop}: StreamLocksOptions,
): StreamLocks {
  const {config, log} = context
  const needsKey = feed.secretParameter !== undefined
  const held = new Map<string, Lock>()
  const feedLock = 'the lock of the stream'
  let key = ''
  const signalsOf = ({lost, expiring}: Lock) => (needsKey ? [lost, expiring] : [lost])

  async function release(what: string) {
    const lock = held.get(what)
    held.delete(what)
    await lock?.release()
  }

  return {
    async takeFeed() {
      held.set(feedLock, await takeFeedLock(feed, shard, {database: await context.database(), log, stop}))
    },
    async takeKey() {
      if (!needsKey) return undefined
      const database: Database = await context.database()
      const first = shard?.index ?? 1
      const lease = await takeSocketLease(feed, {config, database, token, first, log, stop})
      key = `the lease of ${lease.credential.variable}`
      held.set(key, lease.lock)
      return lease
    },
    holdsFeed() {
      const lock = held.get(feedLock)
      return lock !== undefined && !signalsOf(lock).some(({aborted}) => aborted)
    },
    ended: () => AbortSignal.any([...held.values()].flatMap(signalsOf)),
    why() {
      const lost = [...held].filter(([, lock]) => lock.lost.aborted).map(([what]) => what)
      return lost.length > 0
        ? `another process took ${lost.join(' and ')}`
        : `the database does not answer, so ${[...held.keys()].join(' and ')} cannot be renewed, and another process may soon use it`
    },
    releaseKey: () => release(key),
    async releaseAll() {
      for (const what of [...held.keys()]) await release(what)
    },
  }
}
