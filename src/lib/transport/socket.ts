/** Keeps a WebSocket subscription open: connects again after each end, and reports what was missed. */
import {randomInt} from 'node:crypto'
import {pause} from '../clock.js'
import type {AnyFeed} from '../define-feed.js'
import {connect, type SocketConnection, type ConnectionEvents, type ConnectionOptions} from './connection.js'
import {Refused, refusedBy, Silence, temporaryReason} from './connection-end.js'
import {createFrameQueue} from './frame-queue.js'
import type {ReceivedFrame} from './frames.js'
import {createSocketGaps, nothingReceived, type Received, type SocketGap} from './socket-gaps.js'

export interface ListenOptions extends ConnectionOptions {
  /** Up to when the stream was received before; absent: never. */
  since?: Received
  /** The bytes of frames that are held while nobody takes them. */
  mostQueuedBytes?: number
  /** Called with each frame that arrives, also with one that is added, before anybody takes it. */
  onReceived?(frame: ReceivedFrame): void
  /** Called at the end of each connection, with the real milliseconds until the next try. */
  onEnd(why: string, waitMs: number): void
  /** Called when targets are subscribed to after an interruption. */
  onGap(gap: SocketGap): void
  /** Called when everything wanted is subscribed to. */
  onConnected?(): void
  /** Called when the server refuses some targets, and sends the others. */
  onSkip?(why: string): void
  /**
   * A random time up to `mostMs`; default: uniform, so that many clients of one server do not reconnect at
   * the same time.
   */
  jitter?(mostMs: number): number
}

export interface Listener {
  /**
   * Yields the frames that arrived since the last ones were taken, until `stop`. While nobody takes them,
   * they are held up to a bound; then the socket is not read (backpressure). Throws NeedsPerson if the
   * address has no socket, or its certificate or the key is not accepted, and UnexpectedBody for a refused
   * subscription.
   */
  frames(): AsyncGenerator<ReceivedFrame[]>
  /** Adds a frame that did not come from the socket. */
  add(frame: ReceivedFrame, bytes: number): void
  /** True while so many frames are held that no more should be added. */
  isFull(): boolean
  /** Arrival of the oldest frame that is not taken; undefined if there is none. */
  oldest(): Date | undefined
  /** Since when everything wanted is subscribed to; undefined: it is not. */
  connectedSince(): Date | undefined
  /** Up to when the targets were received. It stands still while the connection is gone. */
  received(): Received
}

/** At the rate of one key this holds the frames of several minutes in which a store or a broker is away. */
const mostQueuedBytes = 32_000_000
const firstWaitMs = 1_000
const longestWaitMs = 60_000
/** A connection that lasted this long resets the wait before the next one. */
const steadyMs = 30_000

export function listen(feed: AnyFeed, options: ListenOptions): Listener {
  const {clock, stop, proxy, onEnd, onGap, onConnected, onSkip} = options
  const jitter = options.jitter ?? ((mostMs: number) => randomInt(mostMs + 1))
  let connection: SocketConnection | undefined
  const gaps = createSocketGaps(options.since ?? nothingReceived, onGap)
  const queue = createFrameQueue(options.mostQueuedBytes ?? mostQueuedBytes, () => connection?.resume())

  function add(frame: ReceivedFrame, bytes: number) {
    options.onReceived?.(frame)
    queue.add(frame, bytes)
  }

  const events: ConnectionEvents = {
    onSubscribed(targets) {
      if (targets.length > 0) return gaps.subscribed(targets, clock.now())
      gaps.completed(clock.now())
      onConnected?.()
    },
    onFrame({received, value}, bytes) {
      const refusal = feed.refusal(value)
      if (refusal?.next === 'skip') onSkip?.(refusal.why)
      else if (refusal) return refusedBy(feed, refusal)
      else add(received, bytes)
      return queue.isFull() ? 'pause' : undefined
    },
  }

  /** The last sign of life of the server: what it sent before has been received. */
  const lastReceived = () => connection?.lastReceived() ?? clock.now()

  async function keepConnected() {
    const library = await import('ws')
    for (let tries = 0; !stop.aborted;) {
      const beganMs = clock.elapsedMs()
      try {
        connection = undefined
        connection = await connect(feed, options, events, library)
        await connection.ended
      } catch (error) {
        if (stop.aborted) return
        const why = temporaryReason(error, feed, proxy)
        gaps.ended(error instanceof Silence ? error.since : lastReceived(), why)
        if (clock.elapsedMs() - beganMs >= steadyMs) tries = 0
        const atLeastMs = error instanceof Refused ? error.waitMs : 0
        const waitMs = atLeastMs + jitter(Math.min(longestWaitMs, firstWaitMs * 2 ** tries++))
        onEnd(why, waitMs)
        await pause(waitMs, stop).catch(() => {}) // its only reason is `stop`
      }
    }
  }

  const onStop = () => {
    if (gaps.connectedSince()) gaps.ended(lastReceived(), 'this process ended it')
  }
  stop.addEventListener('abort', onStop, {once: true})
  const connecting = keepConnected().finally(() => queue.end())
  connecting.catch(() => {}) // `frames` throws it
  return {
    add,
    isFull: queue.isFull,
    oldest: queue.oldest,
    connectedSince: gaps.connectedSince,
    received: () => gaps.received(lastReceived()),
    async *frames() {
      for (let taken = await queue.take(); taken; taken = await queue.take()) yield taken
      await connecting
    },
  }
}
