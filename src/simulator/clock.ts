/**
 * The clock of a simulation, shared by all its processes. It runs at a rate, or it advances in steps only.
 */
import {pause, realClock} from '../lib/clock.js'
import {NeedsPerson} from '../lib/errors.js'

export interface ClockState {
  /** ISO 8601. */
  instant: string
  /** Simulated seconds per real second. 0: time advances in steps only. */
  rate: number
}

export interface ClockChange {
  /** Set the clock to this instant; it may be earlier. */
  instantMs?: number
  rate?: number
  advanceMs?: number
}

export interface SharedClock {
  nowMs(): number
  state(): ClockState
  /** Throws NeedsPerson, and changes nothing, if the clock would leave its years. */
  change(change: ClockChange): void
  /**
   * Resolves when the clock reaches `untilMs` or `gone` is aborted. A sleeper that died delays no other
   * process.
   */
  sleep(untilMs: number, gone: AbortSignal): Promise<void>
  /** Marks the start of an answer; call the result at its end. A stepped clock does not advance meanwhile. */
  busy(): () => void
  close(): void
}

/** The clock stays within these years, in which every stub can date its answers. */
const [firstYear, lastYear] = [1970, 2199]
const earliestMs = Date.UTC(firstYear, 0, 1)
const latestMs = Date.UTC(lastYear + 1, 0, 1) - 1

/** The instant itself. Throws NeedsPerson if the clock cannot be set to it. */
export function clockMs(ms: number): number {
  if (ms >= earliestMs && ms <= latestMs) return ms
  throw new NeedsPerson(`the clock of the simulator cannot leave the years ${firstYear} to ${lastYear}`)
}

/** Longest timer of the runtime: about 24 days. */
const longestPauseMs = 2 ** 31 - 1

/**
 * Creates a clock. `settleMs`: real milliseconds of inactivity after which a stepped clock advances to the
 * earliest sleeper.
 */
export function sharedClock(start: {instantMs: number; rate: number; settleMs: number}): SharedClock {
  let anchorMs = start.instantMs
  let takenAt = realClock.elapsedMs()
  let rate = start.rate
  let inFlight = 0
  let isClosed = false
  let timer: AbortController | undefined
  const sleepers = new Set<{untilMs: number; wake: () => void}>()

  const nowMs = () =>
    Math.min(latestMs, Math.floor(anchorMs + (rate === 0 ? 0 : (realClock.elapsedMs() - takenAt) * rate)))
  const moveTo = (ms: number) => {
    anchorMs = ms
    takenAt = realClock.elapsedMs()
  }
  const wakeDue = () => {
    for (const sleeper of [...sleepers]) if (sleeper.untilMs <= nowMs()) sleeper.wake()
  }

  /** Restarts the wait for the earliest sleeper, after any event. */
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
      moveTo(clockMs((instantMs ?? nowMs()) + (advanceMs ?? 0)))
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
