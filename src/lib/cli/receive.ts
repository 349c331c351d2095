/** Opens the live frames of a feed for `fin stream produce` and `fin stream run`. */
import {pause} from '../clock.js'
import type {Database} from '../db/database.js'
import {listed} from '../text.js'
import {listedTargets, namedTargets, type FeedTargets} from '../run/feed-targets.js'
import {openLiveSource, type LiveSource} from '../run/live-source.js'
import {receivedBefore, recordProducer} from '../run/producer-record.js'
import {shardFrom, type Shard} from '../run/shards.js'
import type {Received} from '../transport/socket-gaps.js'
import type {StreamSession} from './stream-session.js'

export interface Receiving {
  source: LiveSource
  /** Absent: the targets were named, and the feed needs no database. */
  database: Database | undefined
  /**
   * Warns once about targets without a row, some time after the connection. Returns a function to call with
   * the target of each row.
   */
  warnAboutSilent(): (target: string) => void
  close(): Promise<void>
}

export interface ReceiveFlags {
  target?: string[] | undefined
  shard?: string | undefined
  token?: string | undefined
}

/**
 * Milliseconds after the subscription in which a provider without keys sends the current state of each target
 * that it knows.
 */
const firstDataMs = 15_000

/**
 * Opens the source. `isDelivered`: to Kafka or to PostgreSQL, not printed. `undelivered`: arrival of the
 * oldest frame that was taken from the source and is not delivered yet.
 */
export async function receive(
  {feed, context, counts, stop, watch}: StreamSession,
  flags: ReceiveFlags,
  {isDelivered, undelivered}: {isDelivered: boolean; undelivered(): Date | undefined},
): Promise<Receiving> {
  const {log, clock, host, pid} = context
  const shard = flags.shard === undefined ? undefined : shardFrom(flags.shard, host)
  const ended = new AbortController()
  const until = AbortSignal.any([stop, ended.signal])
  const mustOpen = isDelivered || flags.target === undefined || feed.secretParameter !== undefined
  const database = mustOpen ? await context.database() : undefined
  // A stream of a few named targets, or one that only prints, does not stand for the whole feed.
  const isRecorded = isDelivered && flags.target === undefined
  const targets = await targetsNow()
  const place: Shard = shard ?? {index: 1, count: 1}
  const source = openLiveSource(feed, {
    ...{context, stop: until, targets, shard: feed.isSharded ? place : undefined, token: flags.token, counts},
    withRequests: database !== undefined,
    since: isRecorded && database ? () => receivedBefore(database, feed, place) : undefined,
    onGap: (gap) => record?.addGap(gap, !feed.isSharded && gap.targets.length === targets.list().length),
  })
  const delivered = (): Received => {
    const {until, later} = source.received()
    const notLater = [undelivered(), source.oldest()]
    const upTo = earliest(until, ...notLater)
    const longer = [...later].map(([target, at]) => [target, earliest(at, ...notLater)!] as const)
    return {until: until && upTo, later: new Map(longer.filter(([, at]) => !until || at > upTo!))}
  }
  const {connectedSince} = source
  const record =
    isRecorded && database
      ? recordProducer({
          ...{feed, database, shard: place, host, pid, counts, clock, log},
          connectedSince,
          delivered,
          isOnly: source.isOnly,
        })
      : undefined
  watch(() =>
    connectedSince() ? undefined : {text: `${feed.provider.name} is not connected`, isReady: false},
  )

  function targetsNow(): Promise<FeedTargets> | FeedTargets {
    if (flags.target) return namedTargets(feed, flags.target)
    return listedTargets({feed, database: database!, shard, log, stop: until})
  }

  function warnAboutSilent(): (target: string) => void {
    // A provider with keys sends nothing about a target before its next trade.
    if (feed.secretParameter !== undefined) return () => {}
    let received: Set<string> | undefined = new Set()
    void (async () => {
      while (!until.aborted) {
        await pause(firstDataMs, until).catch(() => {})
        const connectedAt = connectedSince()
        if (until.aborted || !connectedAt || clock.now().getTime() - connectedAt.getTime() < firstDataMs)
          continue
        const silent = targets.list().filter((target) => !received!.has(target))
        received = undefined
        if (silent.length > 0)
          log.warn(
            `${feed.name}: no data for ${listed(silent, 5)}: not known to the provider, or spelled differently there`,
          )
        return
      }
    })()
    return (target) => received?.add(target)
  }

  return {
    source,
    database,
    warnAboutSilent,
    async close() {
      ended.abort()
      await record?.close()
    },
  }
}

function earliest(...instants: (Date | undefined)[]): Date | undefined {
  const known = instants.filter((instant) => instant !== undefined)
  return known.length === 0 ? undefined : new Date(Math.min(...known.map((instant) => instant.getTime())))
}
