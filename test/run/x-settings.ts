/**
 * What the tests of X share: a world on the plan of older keys or on dollars, and the firings of its windows.
 */
import {xPosts} from '../../src/lib/collectors/x-posts.js'
import {xProfiles} from '../../src/lib/collectors/x-profiles.js'
import type {ScheduledInstant} from '../../src/lib/schedule/scheduled-runs.js'
import {scheduledRunsBetween} from '../../src/lib/schedule/scheduled-runs.js'
import {openSetup, type TestSetup} from './setup.js'

const labels = ['1', '2', '3', '4']

/** The plan of every key. */
export function planned(plan: string, usd?: string): Record<string, string> {
  return Object.fromEntries(
    labels.flatMap((label) => [
      [`X_PLAN_${label}`, plan],
      ...(usd === undefined ? [] : [[`X_USD_PER_MONTH_${label}`, usd]]),
    ]),
  )
}

export async function openX(
  at: string,
  plan: string,
  usd?: string,
  more: Record<string, string> = {},
): Promise<TestSetup> {
  const env = {...planned(plan, usd), ...more}
  return openSetup({at: new Date(at), env, simulated: env})
}

export interface RunOf {
  at: Date
  unit: string
  group: string | undefined
  outcome: string
  exitCode: number
  requests: number
  message: string | null
}

/**
 * Runs both collectors at every firing between two instants, as cron would; a run with nothing due is part of
 * it.
 */
export async function fireAll(
  setup: TestSetup,
  from: string,
  to: string,
  before: (at: Date) => void = () => {},
): Promise<RunOf[]> {
  const [start, end] = [new Date(from), new Date(to)]
  const fired: (ScheduledInstant & {collector: typeof xPosts | typeof xProfiles})[] = [
    xPosts,
    xProfiles,
  ].flatMap((collector) =>
    scheduledRunsBetween(collector.schedule ?? [], start, end).map((one) => ({...one, collector})),
  )
  const runs: RunOf[] = []
  for (const {at, schedule: scheduledAt, collector} of fired.sort(
    (a, b) => a.at.getTime() - b.at.getTime(),
  )) {
    before(at)
    const group = scheduledAt.args?.[1]
    // a minute's delay here and there, and answers that take a second, as everywhere
    setup.simulator.clock.change({
      instantMs: Math.max(setup.simulator.clock.nowMs(), at.getTime() + 2000 + ((runs.length * 7919) % 9000)),
    })
    await setup.context.clock.refresh()
    const run = await setup.collect(collector as typeof xPosts, {
      schedule: [scheduledAt],
      ...(group === undefined ? {} : {token: group}),
    })
    runs.push({
      at,
      unit: collector.name,
      group,
      outcome: run.outcome,
      exitCode: run.exit_code,
      requests: run.requests,
      message: run.message,
    })
  }
  return runs
}

/** Requests by the key that they came with, as the simulator counted them when they arrived. */
export function arrivals(setup: TestSetup): Map<string, {instant: string; path: string; status: number}[]> {
  const byKey = new Map<string, {instant: string; path: string; status: number}[]>()
  for (const {provider, digest, instant, path, status} of setup.simulator.log.requests({provider: 'x'}))
    if (provider === 'x' && digest !== null)
      byKey.set(digest, [...(byKey.get(digest) ?? []), {instant, path, status}])
  return byKey
}
