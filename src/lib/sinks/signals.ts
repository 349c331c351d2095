/** Tells a channel about new values, at most twice a second. */
import {type Clock, pause} from '../clock.js'

export interface Signals {
  /** Signals `count` new values now, or with one signal at the end of the pause after the last signal. */
  add(count: number): void
  /** Ends the pause: a signal that waits is sent once, now. */
  close(): Promise<void>
}

const pauseMs = 500
const retryMs = 1_000

/**
 * `send` sends `{"message":...,"count":N,"timestamp":"2026-11-30T01:02:03.456Z"}`. A signal that it rejects
 * is sent again, together with later ones.
 */
export function createSignals(
  message: string,
  {clock, send}: {clock: Clock; send(payload: string): Promise<unknown>},
): Signals {
  const closed = new AbortController()
  let count = 0
  let sending: Promise<void> | undefined

  async function sendAll() {
    while (count > 0) {
      const sent = count
      count = 0
      const payload = JSON.stringify({message, count: sent, timestamp: clock.now().toISOString()})
      const isSent = await send(payload).then(
        () => true,
        () => false,
      )
      if (!isSent) count += sent
      if (!isSent && closed.signal.aborted) return
      // The server needs real time until it answers again.
      await (isSent ? clock.sleep(pauseMs, closed.signal) : pause(retryMs, closed.signal)).catch(() => {})
    }
  }

  return {
    add(more) {
      count += more
      sending ??= sendAll().finally(() => {
        sending = undefined
      })
    },
    async close() {
      closed.abort()
      await sending
    },
  }
}
