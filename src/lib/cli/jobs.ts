/** The units of fin, found by walking oclif's own command list: there is no registry. */
import type {AnyCollector} from '../define.js'
import {claimsOf, type JobClaim} from '../limits/claims.js'

/** What oclif's `config.commands` holds, as far as it matters here. */
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

/** What all jobs claim of their providers' quota. */
export async function jobClaims(commands: readonly LoadableCommand[]): Promise<JobClaim[]> {
  return claimsOf((await collectorsByName(commands)).values())
}
