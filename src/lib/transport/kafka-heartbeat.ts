/** Keeps the membership of a consumer group during long work. */
import {pause} from '../clock.js'

/** Real milliseconds between two heartbeats. */
export const heartbeatMs = 2_000

/** Awaits `work`, and tells the group meanwhile that this member lives. Throws if the group rebalances. */
export async function alive<T>(work: Promise<T>, heartbeat: () => Promise<void>): Promise<T> {
  const done = new AbortController()
  const beats = async (): Promise<never> => {
    for (;;) {
      await pause(heartbeatMs, done.signal)
      await heartbeat()
    }
  }
  try {
    return await Promise.race([work, beats()])
  } finally {
    done.abort()
  }
}
