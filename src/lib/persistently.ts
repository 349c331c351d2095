/** Tries work on a server until it succeeds, and reports the begin and the end of an outage once. */
import {pause} from './clock.js'

export interface Persistence {
  /** Repeats `work` until it succeeds. Throws after `stop`, and each error that `failureOf` throws. */
  persistently<T>(work: () => Promise<T>): Promise<T>
  /** Why the last try failed; undefined: it succeeded, or there was none. */
  awayReason(): string | undefined
}

export interface PersistenceOptions<Failure extends Error> {
  log: {warn(text: string): void; notice(text: string): void}
  /** After this nothing is tried again. */
  stop: AbortSignal
  /** The error of a failed try for a person. Throws an error that waiting does not fix. */
  failureOf(error: unknown): Failure
  /** The warning at the begin of an outage. */
  awayText(failure: Failure): string
  /** The message at its end. */
  backText: string
  /** Called after each failed try, before the next one. */
  cleanUp?(): Promise<void>
}

/** All work with one of these shares an outage, because it needs the same server. */
export function createPersistence<Failure extends Error>(options: PersistenceOptions<Failure>): Persistence {
  const {log, stop, failureOf, awayText, backText, cleanUp} = options
  let away: string | undefined
  return {
    async persistently(work) {
      for (let tries = 0; ; tries++)
        try {
          const result = await work()
          if (away !== undefined) log.notice(backText)
          away = undefined
          return result
        } catch (error) {
          const failure = failureOf(error)
          if (away === undefined) log.warn(awayText(failure))
          away = failure.message
          await cleanUp?.()
          await pause(retryMs(tries), stop).catch(() => {})
          stop.throwIfAborted()
        }
    },
    awayReason: () => away,
  }
}

/** The real milliseconds before the next try: they double from 200 up to 5 s. `tries`: earlier pauses. */
export function retryMs(tries: number): number {
  return Math.min(5_000, 200 * 2 ** Math.min(tries, 10))
}

/** Awaits `work`. Throws the reason of `stop` if that comes first. */
export function orStop<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onStop = () => reject(stop.reason as Error)
    stop.addEventListener('abort', onStop, {once: true})
    if (stop.aborted) onStop()
    work.then(resolve, reject).finally(() => stop.removeEventListener('abort', onStop))
  })
}

/** Waits for `work`, but at most so many real milliseconds. Its failure does not count. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController()
  const ended = work.catch(() => {}).finally(() => done.abort())
  await Promise.race([ended, pause(ms, done.signal).catch(() => {})])
}
