/** Listens to a scripted server, and notes everything that a listener reports. */
import {realClock} from '../../src/lib/clock.js'
import type {AnyFeed} from '../../src/lib/define-feed.js'
import {frameValue, type ReceivedFrame} from '../../src/lib/transport/frames.js'
import {listen, type Listener, type ListenOptions} from '../../src/lib/transport/socket.js'
import type {SocketGap} from '../../src/lib/transport/socket-gaps.js'
import {fixedTargets} from '../../src/lib/transport/subscription.js'

export interface Heard {
  listener: Listener
  stop: AbortController
  ends: {why: string; waitMs: number}[]
  gaps: SocketGap[]
  skipped: string[]
}

/** Opens a listener on the real clock with the target KRW-BTC. `noted` is called after each note. */
export function listenTo(
  feed: AnyFeed,
  url: string,
  options: Partial<ListenOptions> = {},
  noted: (heard: Heard) => void = () => {},
): Heard {
  const stop = new AbortController()
  const heard: Omit<Heard, 'listener'> = {stop, ends: [], gaps: [], skipped: []}
  const listener = listen(feed, {
    url,
    wanted: fixedTargets(['KRW-BTC']),
    clock: realClock,
    stop: stop.signal,
    onEnd(why, waitMs) {
      heard.ends.push({why, waitMs})
      noted(all)
    },
    onGap(gap) {
      heard.gaps.push(gap)
      noted(all)
    },
    onSkip(why) {
      heard.skipped.push(why)
      noted(all)
    },
    ...options,
  })
  const all: Heard = {...heard, listener}
  return all
}

/** The frames of a listener one by one. */
export async function* frameByFrame(listener: Listener): AsyncGenerator<ReceivedFrame> {
  for await (const frames of listener.frames()) yield* frames
}

/** All frames until the listener is stopped. */
export async function allFrames(listener: Listener): Promise<ReceivedFrame[]> {
  const all: ReceivedFrame[] = []
  for await (const frames of listener.frames()) all.push(...frames)
  return all
}

/** The JSON of a frame, or why it was rejected. */
export function shown(one: ReceivedFrame): unknown {
  return 'bytes' in one ? frameValue(one.bytes) : one.rejected
}
