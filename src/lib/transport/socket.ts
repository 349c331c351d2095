/** Keeps a WebSocket subscription open: connects again after each end, and reports what was missed. */
import {randomInt} from 'node:crypto'
import {pause} from '../clock.js'
import type {AnyFeed} from '../define-feed.js'
import {connect, type Connection, type ConnectionOptions, type Library} from './connection.js'
import {Refused, refusedBy, temporaryReason} from './connection-end.js'
import type {ReceivedFrame} from './frames.js'

/** A time without a connection that was subscribed to these targets. */
export interface SocketGap {
  began: Date
  ended: Date
  why: string
  targets: readonly string[]
}

export interface ListenOptions extends ConnectionOptions {
  /** When the stream received its last data before this process started; undefined: never. */
  since?: Date | undefined
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
   * Yields the frames that arrived since the last ones were taken, until `stop`. A slow reader slows the
   * socket down (backpressure). Throws NeedsPerson if the address has no socket, its certificate is not
   * accepted, or a subscription is refused for good.
   */
  frames(): AsyncGenerator<ReceivedFrame[]>
  /** Arrival of the oldest frame that is not taken; undefined if there is none. */
  oldest(): Date | undefined
  isConnected(): boolean
}

const firstWaitMs = 1_000
const longestWaitMs = 60_000
/** A connection that lasted this long resets the wait before the next one. */
const steadyMs = 30_000

export function listen(feed: AnyFeed, options: ListenOptions): Listener {
  const {clock, stop, proxy, onEnd, onGap, onConnected, onSkip} = options
  const jitter = options.jitter ?? ((mostMs: number) => randomInt(mostMs + 1))
  let connection: Connection | undefined
  let isConnected = false
  let gap = options.since && {began: options.since, why: 'no process received this stream'}

  const events = {
    onSubscribed(targets: readonly string[], isComplete: boolean) {
      if (gap && targets.length > 0) onGap({...gap, ended: clock.now(), targets})
      if (!isComplete) return
      gap = undefined
      isConnected = true
      onConnected?.()
    },
    onClosed(at: Date) {
      isConnected = false
      // A connection that never was subscribed continues the gap before it.
      gap ??= {began: at, why: ''}
    },
  }

  /** Yields the frames of one connection. Throws Refused for a refusal that passes. */
  async function* framesOfConnection(library: Library) {
    connection = await connect(feed, options, events, library)
    for await (const received of connection.frames()) {
      const accepted: ReceivedFrame[] = []
      let refused: Error | undefined
      for (const one of received) {
        const refusal = 'frame' in one ? feed.refusal(one.frame) : undefined
        if (!refusal) accepted.push(one)
        else if (refusal.next === 'skip') onSkip?.(refusal.why)
        else refused ??= refusedBy(feed, refusal)
      }
      if (accepted.length > 0) yield accepted
      if (refused) throw refused
    }
  }

  return {
    isConnected: () => isConnected,
    oldest: () => connection?.oldest(),
    async *frames() {
      const library = await import('ws')
      for (let tries = 0; !stop.aborted;) {
        const beganMs = clock.elapsedMs()
        let why = 'it ended'
        let atLeastMs = 0
        try {
          yield* framesOfConnection(library)
        } catch (error) {
          if (stop.aborted) return
          why = temporaryReason(error, feed, proxy)
          atLeastMs = error instanceof Refused ? error.waitMs : 0
        }
        if (stop.aborted) return
        if (gap?.why === '') gap.why = why
        if (clock.elapsedMs() - beganMs >= steadyMs) tries = 0
        const waitMs = atLeastMs + jitter(Math.min(longestWaitMs, firstWaitMs * 2 ** tries++))
        onEnd(why, waitMs)
        await pause(waitMs, stop).catch(() => {}) // its only reason is `stop`
      }
    },
  }
}
