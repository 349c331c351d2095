/** Finds the jobs of fin in oclif's command list. A job is known by its command alone. */
import type {AnyFeed} from '../define-feed.js'
import type {Queries} from '../db/database.js'
import type {AnyCollector, AnyMapper, Provider, RangeMapper} from '../define.js'
import type {AnyCache} from '../define-cache.js'
import {claimsOf, type JobClaim} from '../limits/claims.js'
import {unknownName} from '../output/suggest.js'
import type {TableWriter} from '../report/empty-tables.js'
import type {LoadableCommand} from '../schedule/lines.js'

/** The class of a command that declares a job. */
export interface JobClass {
  collector?: AnyCollector
  mapper?: AnyMapper | RangeMapper
  cache?: AnyCache
  feed?: AnyFeed
}

/** The classes of all commands that declare a job. The manifest names them, so that no other is loaded. */
async function jobClasses(commands: readonly LoadableCommand[]): Promise<JobClass[]> {
  const jobs = commands.filter((command) =>
    ['collector', 'mapper', 'cache', 'feed'].some((kind) => kind in command),
  )
  return (await Promise.all(jobs.map((command) => command.load()))) as JobClass[]
}

/** The names of all collectors, mappers and caches. The manifest has them, so that no class is loaded. */
export function jobNames(commands: readonly LoadableCommand[]): string[] {
  return commands.flatMap((command) => {
    const {collector, mapper, cache} = command
    return (collector ?? mapper ?? cache)?.name ?? []
  })
}

/** Every collector, by name. */
export async function collectorsByName(
  commands: readonly LoadableCommand[],
): Promise<Map<string, AnyCollector>> {
  const classes = await jobClasses(commands)
  return new Map(classes.flatMap(({collector}) => (collector ? [[collector.name, collector]] : [])))
}

/** The names of all feeds. */
export function feedNames(commands: readonly LoadableCommand[]): string[] {
  return commands.flatMap((command) => (command as Pick<JobClass, 'feed'>).feed?.name ?? [])
}

/** Every feed, by name. */
export async function feedsByName(commands: readonly LoadableCommand[]): Promise<Map<string, AnyFeed>> {
  const classes = await jobClasses(commands)
  return new Map(classes.flatMap(({feed}) => (feed ? [[feed.name, feed]] : [])))
}

/** Every job that writes tables. */
export async function tableWriters(commands: readonly LoadableCommand[]): Promise<TableWriter[]> {
  const classes = await jobClasses(commands)
  return classes
    .map(({collector, mapper, cache}) => collector ?? mapper ?? cache)
    .filter((job) => job !== undefined)
}

/**
 * The providers of all collectors and feeds, sorted by name; with `only`, that provider. Throws NeedsPerson
 * for an unknown name.
 */
export async function jobProviders(
  commands: readonly LoadableCommand[],
  only: string | undefined,
): Promise<Provider[]> {
  const classes = await jobClasses(commands)
  const declared = classes
    .flatMap(({collector, feed}) => [...Object.values(collector?.sources ?? {}), ...(feed ? [feed] : [])])
    .map(({provider}): [string, Provider] => [provider.name, provider])
  const all = [...new Map(declared).values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  const found = all.filter(({name}) => only === undefined || name === only)
  if (only === undefined || found.length > 0) return found
  const names = all.map(({name}) => name)
  throw unknownName('provider', only, names, `Use one of: ${names.join(', ')}.`)
}

/** The claims of all jobs on the quotas of their providers. */
export async function jobClaims(commands: readonly LoadableCommand[]): Promise<JobClaim[]> {
  return claimsOf((await collectorsByName(commands)).values())
}

/** Throws NeedsPerson for a name that is neither a job of fin nor one that the database remembers. */
export async function requireJob(
  queries: Queries,
  job: string,
  commands: readonly LoadableCommand[],
): Promise<void> {
  const known = [...new Set([...jobNames(commands), ...feedNames(commands)])]
  if (known.includes(job)) return
  const [found] = await queries.query<{is_known: boolean}>('select_unit_known', [job])
  if (!found?.is_known) throw unknownName('job', job, known, 'See: fin status')
}
