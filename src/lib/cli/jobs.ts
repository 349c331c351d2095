/** Finds the jobs of fin in oclif's command list. A job is known by its command alone. */
import type {AnyCollector} from '../define.js'
import {claimsOf, type JobClaim} from '../limits/claims.js'

/** The part of an entry of oclif's `config.commands` that is used here. */
export interface LoadableCommand {
  load(): Promise<unknown>
}

/** Every collector, by name. */
export async function collectorsByName(
  commands: readonly LoadableCommand[],
): Promise<Map<string, AnyCollector>> {
  const found = new Map<string, AnyCollector>()
  for (const command of commands) {
    const {collector} = (await command.load()) as {collector?: AnyCollector}
    if (collector) found.set(collector.name, collector)
  }
  return found
}

/** The claims of all jobs on the quotas of their providers. */
export async function jobClaims(commands: readonly LoadableCommand[]): Promise<JobClaim[]> {
  return claimsOf((await collectorsByName(commands)).values())
}
