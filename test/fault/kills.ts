/** Kills a run at a given moment, and reads the locks and transactions that it left open. */
import {setTimeout as pause} from 'node:timers/promises'
import {fin, type FinRun} from '../servers.js'
import type {TestSetup} from '../run/setup.js'

export interface TimedRun extends FinRun {
  pid: number
  /** False if the process ended by itself before. */
  wasKilled: boolean
  /** From its start to its end. */
  ms: number
}

/** Runs `fin` and ends it with SIGKILL after `afterMs`. Without `afterMs` it runs to its end. */
export async function runAndKill(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  afterMs?: number,
): Promise<TimedRun> {
  const startedAt = performance.now()
  const ended = new AbortController()
  let pid = 0
  let killing = Promise.resolve()
  const run = await fin(args, {
    env,
    started(child) {
      pid = child.pid
      if (afterMs !== undefined)
        killing = pause(afterMs, undefined, {signal: ended.signal}).then(
          () => {
            child.kill('SIGKILL')
          },
          () => {},
        )
    },
  })
  ended.abort()
  await killing
  return {...run, pid, wasKilled: run.signal === 'SIGKILL', ms: performance.now() - startedAt}
}

/** A generator of the same numbers for the same seed, so that a failure can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One moment in each of `count` equal parts of the span, in random order. */
export function moments(count: number, fromMs: number, toMs: number, random: () => number): number[] {
  const spread = Array.from(
    {length: count},
    (_, part) => fromMs + ((toMs - fromMs) * (part + random())) / count,
  )
  return spread
    .map((ms) => ({ms, place: random()}))
    .sort((a, b) => a.place - b.place)
    .map(({ms}) => ms)
}

/**
 * Open transactions of other sessions of this database; every lock ends with its transaction. Waits at most
 * `withinMs` until the server has noticed that the process is gone: it ends its current statement first.
 */
export async function leftOpen(setup: TestSetup, since: string, withinMs: number): Promise<string[]> {
  const startedAt = performance.now()
  for (;;) {
    const rows = await setup.rows(
      `
      select a.application_name || ' ' || coalesce(a.state, '?') || ': ' || left(a.query, 80) as what
      from pg_stat_activity a
      where a.datname = current_database() and a.pid <> pg_backend_pid() and a.backend_start > $1::timestamptz
        and a.backend_type = 'client backend' and a.xact_start is not null`,
      [since],
    )
    if (rows.length === 0 || performance.now() - startedAt > withinMs)
      return rows.map(({what}) => String(what))
    await pause(5)
  }
}
