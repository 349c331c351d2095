/**
 * The one clock of a simulation, shared by all its processes: it runs at a rate, or it stands and goes on in
 * steps.
 */
import {pause, realClock} from '../lib/clock.js'

export interface ClockState {
  /** ISO 8601. */
  instant: string
  /** Simulated seconds per real second; 0: time moves only by steps. */
  rate: number
}

export interface ClockChange {
  /** Go to this instant, also backwards. */
  instantMs?: number
  rate?: number
  advanceMs?: number
}

export interface SharedClock {
  nowMs(): number
  state(): ClockState
  change(change: ClockChange): void
  /**
   * Resolves once the clock has got to `untilMs`, or when `gone` is aborted: a sleeper that died holds nobody
   * up.
   */
  sleep(untilMs: number, gone: AbortSignal): Promise<void>
  /**
   * Marks a request as being answered: while there is one, a standing clock does not go on by itself. Call
   * the result when done.
   */
  busy(): () => void
  close(): void
}

/** A timer of the runtime holds no more than 24 days. */
const longestPauseMs = 2 ** 31 - 1

/**
 * `settleMs`: how long (really) nothing may happen before a standing clock goes on to the earliest sleeper.
 */
export function sharedClock(start: {instantMs: number; rate: number; settleMs: number}): SharedClock {
  let anchorMs = start.instantMs
  let takenAt = realClock.elapsedMs()
  let rate = start.rate
  let inFlight = 0
  let isClosed = false
  let timer: AbortController | undefined
  const sleepers = new Set<{untilMs: number; wake: () => void}>()

  const nowMs = () => Math.floor(anchorMs + (rate === 0 ? 0 : (realClock.elapsedMs() - takenAt) * rate))
  const moveTo = (ms: number) => {
    anchorMs = ms
    takenAt = realClock.elapsedMs()
  }
  const wakeDue = () => {
    for (const sleeper of [...sleepers]) if (sleeper.untilMs <= nowMs()) sleeper.wake()
  }

  /** Forgets what it waited for and waits anew, because something happened. */
  function arm() {
    timer?.abort()
    timer = undefined
    if (isClosed || sleepers.size === 0 || (rate === 0 && inFlight > 0)) return
    const earliest = Math.min(...[...sleepers].map((sleeper) => sleeper.untilMs))
    const current = (timer = new AbortController())
    pause(
      rate === 0 ? start.settleMs : Math.min(longestPauseMs, (earliest - nowMs()) / rate),
      current.signal,
    ).then(
      () => {
        if (timer !== current) return
        if (rate === 0) moveTo(Math.max(nowMs(), earliest))
        wakeDue()
        arm()
      },
      () => {},
    ) // aborted: something else happened first
  }

  return {
    nowMs,
    state: () => ({instant: new Date(nowMs()).toISOString(), rate}),
    change({instantMs, rate: newRate, advanceMs}) {
      moveTo((instantMs ?? nowMs()) + (advanceMs ?? 0))
      if (newRate !== undefined) rate = newRate
      wakeDue()
      arm()
    },
    sleep(untilMs, gone) {
      if (untilMs <= nowMs() || gone.aborted || isClosed) return Promise.resolve()
      return new Promise((resolve) => {
        const wake = () => {
          sleepers.delete(sleeper)
          gone.removeEventListener('abort', leave)
          resolve()
        }
        const leave = () => {
          wake()
          arm()
        }
        const sleeper = {untilMs, wake}
        sleepers.add(sleeper)
        gone.addEventListener('abort', leave, {once: true})
        arm()
      })
    },
    busy() {
      inFlight++
      arm()
      let isDone = false
      return () => {
        if (isDone) return
        isDone = true
        inFlight--
        arm()
      }
    },
    close() {
      isClosed = true
      timer?.abort()
      for (const sleeper of [...sleepers]) sleeper.wake()
    },
  }
}
