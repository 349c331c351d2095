/**
 * Receives the frames of a feed: its targets, its credential, its socket, and requests while that is silent.
 */
import {pause} from '../clock.js'
import type {AnyFeed} from '../define-feed.js'
import type {StreamCounts} from '../health/counts.js'
import {NeedsPerson, TryLater} from '../errors.js'
import {proxyFor} from '../proxy.js'
import type {ReceivedFrame} from '../transport/frames.js'
import type {ProducerFacts} from '../transport/kafka-message.js'
import {listen, type Listener} from '../transport/socket.js'
import {newestOf, nothingReceived, type Received, type SocketGap} from '../transport/socket-gaps.js'
import {listed} from '../text.js'
import type {Context} from './context.js'
import type {FeedTargets} from './feed-targets.js'
import {requestWhileSilent} from './feed-requests.js'
import type {Shard} from './shards.js'
import type {SocketLease} from './socket-lease.js'
import {createStreamLocks} from './stream-locks.js'

export interface LiveSource {
  /** The frames that arrived since the last ones were taken, until `stop`. */
  frames(): AsyncGenerator<{frames: ReceivedFrame[]; facts: ProducerFacts}>
  oldest(): Date | undefined
  connectedSince(): Date | undefined
  /** Up to when the targets were received. */
  received(): Received
  /** True while this process is the only one that receives the stream, also between two connections. */
  isOnly(): boolean
}

export interface LiveSourceOptions {
  context: Context
  /** Ends the source. */
  stop: AbortSignal
  targets: FeedTargets
  shard: Shard | undefined
  /** The label of the credential. */
  token: string | undefined
  counts: StreamCounts
  /** Request the data while the socket is silent, if the feed has such requests. */
  withRequests: boolean
  /**
   * Reads up to when the process before this one delivered its data. Called when no other process receives
   * the stream any more. Absent: the stream does not stand for the feed, so others may receive it too.
   */
  since?: (() => Promise<Received>) | undefined
  onGap(gap: SocketGap): void
}

const retryMs = 1_000

export function openLiveSource(feed: AnyFeed, options: LiveSourceOptions): LiveSource {
  const {context, stop, targets, shard, token, counts, onGap} = options
  const {config, clock, log} = context
  let listener: Listener | undefined
  let connections = 0
  const locks = createStreamLocks(feed, {context, shard, token, stop})
  /** The instants up to which earlier connections of this process received the targets. */
  let own = nothingReceived

  /** Listens with the lease of a key, if the feed needs one, until `until`. */
  function listenWith(lease: SocketLease | undefined, since: Received, until: AbortSignal): Listener {
    const url = socketAddress(feed, config.simulatorUrl, lease?.credential.secret)
    const host = new URL(url).host
    const names = targets.list()
    const key = lease ? ` with ${lease.credential.variable}` : ''
    log.notice(
      `${feed.name}: listening to ${names.length === 1 ? names[0] : `${names.length} targets`} at ${host}${key}`,
    )
    return listen(feed, {
      url,
      variable: lease?.credential.variable,
      proxy: proxyFor(new URL(url), config.env),
      wanted: targets,
      clock,
      since,
      stop: until,
      onReceived: count,
      onConnected() {
        counts.connected = true
        if (connections++ > 0) counts.reconnects++
      },
      onData: (at) => (counts.lastEventMs = at.getTime()),
      onQuiet: (quietMs) =>
        log.warn(
          `${feed.name}: no data for ${Math.round(quietMs / 1000)} s, although the server answers; subscribing again`,
        ),
      onEnd(why, waitMs) {
        counts.connected = false
        log.warn(`${feed.name}: no connection: ${why}; connecting again in ${(waitMs / 1000).toFixed(1)} s`)
      },
      onGap(gap) {
        log.warn(
          `${feed.name}: no data was received from ${gap.began.toISOString()} to ${gap.ended.toISOString()} for ${listed(gap.targets, 3)}: ${gap.why}; the stream has a gap`,
        )
        onGap(gap)
      },
      onSkip: (why) => log.warn(`${feed.name}: the server refuses a target: ${why}`),
    })
  }

  const received = () => listener?.received() ?? nothingReceived

  /** A signal that aborts when the process or one of its locks ends. Says why. */
  function untilEndOf(ended: AbortSignal): AbortSignal {
    const until = AbortSignal.any([stop, ended])
    const onEnd = () => {
      counts.connected = false
      if (!stop.aborted) log.warn(`${feed.name}: the connection ends: ${locks.why()}`)
    }
    until.addEventListener('abort', onEnd, {once: true})
    if (until.aborted) onEnd()
    return until
  }

  async function* framesOf({lease, since}: Held) {
    const opened = (listener = listenWith(lease, since, untilEndOf(locks.ended())))
    const done = new AbortController()
    if (feed.fallback && options.withRequests)
      void requestWhileSilent(feed, {context, targets, listener: opened, counts, stop: done.signal})
    try {
      for await (const frames of opened.frames()) yield {frames, facts: factsNow()}
    } finally {
      done.abort()
      counts.connected = false
    }
  }

  function count(one: ReceivedFrame) {
    counts.frames++
    if ('bytes' in one) counts.bytes += one.bytes.length
  }

  const factsNow = (): ProducerFacts => ({
    shard: shard ? {index: shard.index, host: context.host} : null,
    labels: targets.labels(),
    origin: config.origin,
  })

  /** Takes what a connection needs. Waits while other processes have it. */
  async function hold(): Promise<Held> {
    own = newestOf(own, received())
    if (options.since) {
      await locks.takeFeed()
      // Another process may have received more than the connection before.
      listener = undefined
    }
    const lease = await locks.takeKey()
    return {lease, since: newestOf((await options.since?.()) ?? nothingReceived, own)}
  }

  /** Like `hold`, also while the database does not answer; undefined after `stop`. */
  async function holdPersistently(): Promise<Held | undefined> {
    for (let hasFailed = false; ; hasFailed = true) {
      try {
        return await hold()
      } catch (error) {
        await locks.releaseAll()
        if (stop.aborted) return undefined
        // At the start, a missing key is an error of the command.
        const isTemporary = error instanceof TryLater || (connections > 0 && error instanceof NeedsPerson)
        if (!isTemporary) throw error
        if (!hasFailed)
          log.warn(`${feed.name}: nothing is received until the database answers: ${error.message}`)
        await pause(retryMs, stop).catch(() => {})
      }
    }
  }

  return {
    oldest: () => listener?.oldest(),
    connectedSince: () => listener?.connectedSince(),
    received,
    isOnly: locks.holdsFeed,
    async *frames() {
      while (!stop.aborted) {
        const held = await holdPersistently()
        if (!held) return
        try {
          yield* framesOf(held)
        } finally {
          await locks.releaseKey()
        }
        // The lock of the stream is kept until the last state is recorded. The database then releases it.
        if (stop.aborted) return
        await locks.releaseAll()
        await pause(retryMs, stop).catch(() => {})
      }
    },
  }
}

/** The lease of a connection, and the instants from which its gaps begin. */
interface Held {
  lease: SocketLease | undefined
  since: Received
}

/**
 * The address of the provider, or of the simulator: `<simulator url>/<provider name><path of the socket>`,
 * with the secret if the feed has one.
 */
export function socketAddress(feed: AnyFeed, simulatorUrl: string | undefined, secret?: string): string {
  const path = new URL(feed.socketUrl).pathname
  const url = new URL(
    simulatorUrl === undefined
      ? feed.socketUrl
      : `${simulatorUrl.replace(/^http/, 'ws')}/${feed.provider.name}${path}`,
  )
  if (secret !== undefined) url.searchParams.set(feed.secretParameter ?? 'token', secret)
  return url.href
}
