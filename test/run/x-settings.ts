/**
 * Setups for the tests of X, on the plan of older keys or on dollars, and the scheduled runs of its windows.
 */
import {xPosts} from '../../src/lib/collectors/x-posts.js'
import {xProfiles} from '../../src/lib/collectors/x-profiles.js'
import type {ScheduledInstant} from '../../src/lib/schedule/scheduled-runs.js'
import {scheduledRunsBetween} from '../../src/lib/schedule/scheduled-runs.js'
import {openSetup, type TestSetup} from './setup.js'

const labels = ['1', '2', '3', '4']

/** The plan of every credential. */
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

export interface ScheduledRun {
  at: Date
  job: string
  group: string | undefined
  outcome: string
  exitCode: number
  requests: number
  message: string | null
}

/**
 * Makes every scheduled run of both collectors between two instants, as cron would. Runs in which nothing is
 * due are part of the result.
 */
export async function makeScheduledRuns(
  setup: TestSetup,
  from: string,
  to: string,
  before: (at: Date) => void = () => {},
): Promise<ScheduledRun[]> {
  const [start, end] = [new Date(from), new Date(to)]
  const scheduledRuns: (ScheduledInstant & {collector: typeof xPosts | typeof xProfiles})[] = [
    xPosts,
    xProfiles,
  ].flatMap((collector) =>
    scheduledRunsBetween(collector.schedule ?? [], start, end).map((one) => ({...one, collector})),
  )
  const runs: ScheduledRun[] = []
  for (const {at, schedule: scheduledAt, collector} of scheduledRuns.sort(
    (a, b) => a.at.getTime() - b.at.getTime(),
  )) {
    before(at)
    const group = scheduledAt.args?.[1]
    // the simulator has delays of seconds here and there, like a real machine
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
      job: collector.name,
      group,
      outcome: run.outcome,
      exitCode: run.exit_code,
      requests: run.requests,
      message: run.message,
    })
  }
  return runs
}

/** Requests by the credential that they came with, as the simulator counted them on arrival. */
export function arrivals(setup: TestSetup): Map<string, {instant: string; path: string; status: number}[]> {
  const byCredential = new Map<string, {instant: string; path: string; status: number}[]>()
  for (const {provider, digest, instant, path, status} of setup.simulator.log.requests({provider: 'x'}))
    if (provider === 'x' && digest !== null)
      byCredential.set(digest, [...(byCredential.get(digest) ?? []), {instant, path, status}])
  return byCredential
}
