import type {Clock} from '../src/lib/clock.js'

export interface FakeClock extends Clock {
  /** Moves to an instant and wakes every sleeper up to it, in order. */
  set(instant: Date | string): void
  advance(ms: number): void
  /** The requested length of each sleep so far, in milliseconds. */
  readonly sleeps: readonly number[]
  /** The number of sleeps that wait until the test moves the time. */
  readonly waiting: number
}

/**
 * A clock that the test controls. With `advances` (the default), a sleep moves the time forward by itself and
 * returns at once. With `waits`, a sleep returns when the test has moved the time that far.
 */
export function fakeClock(
  start: Date | string = '2026-03-02T12:00:00Z',
  sleep: 'advances' | 'waits' = 'advances',
  driven = false,
): FakeClock {
  let nowMs = new Date(start).getTime()
  const sleeps: number[] = []
  const sleepers = new Set<{untilMs: number; wake(): void}>()
  const set = (instant: Date | string | number) => {
    const untilMs = new Date(instant).getTime()
    if (Number.isNaN(untilMs)) throw new Error(`not an instant: ${String(instant)}`)
    const due = [...sleepers]
      .filter((sleeper) => sleeper.untilMs <= untilMs)
      .sort((a, b) => a.untilMs - b.untilMs)
    nowMs = untilMs
    for (const sleeper of due) sleeper.wake()
  }
  return {
    driven,
    sleeps,
    get waiting() {
      return sleepers.size
    },
    now: () => new Date(nowMs),
    elapsedMs: () => performance.now(),
    refresh: async () => {},
    set,
    advance: (ms) => set(nowMs + ms),
    sleep(ms, stop) {
      sleeps.push(ms)
      if (stop?.aborted) return Promise.reject(stop.reason as Error)
      if (sleep === 'advances') {
        set(nowMs + Math.max(0, ms))
        return Promise.resolve()
      }
      return new Promise((resolve, reject) => {
        const end = (how: () => void) => {
          sleepers.delete(sleeper)
          stop?.removeEventListener('abort', onStop)
          how()
        }
        const onStop = () => end(() => reject(stop?.reason as Error))
        const sleeper = {untilMs: nowMs + Math.max(0, ms), wake: () => end(resolve)}
        sleepers.add(sleeper)
        stop?.addEventListener('abort', onStop)
        if (ms <= 0) sleeper.wake()
      })
    },
  }
}
