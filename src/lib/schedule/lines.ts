/**
 * Finds every scheduled command line. It walks oclif's list of commands: a command refers to its job, and a
 * job to its schedules.
 */
import {settingsOf, type Claim, type Schedule, type Provider} from '../define.js'
import {NeedsPerson} from '../errors.js'

/** An element of oclif's `config.commands`, with the fields that are used here. */
export interface LoadableCommand extends Scheduled<JobSchedule> {
  id: string
  flags?: Readonly<Record<string, unknown>>
  load(): Promise<unknown>
}

/** The schedule of a command: that of its job, or its own. */
interface Scheduled<Facts> {
  collector?: Facts
  mapper?: Facts
  cache?: Facts
  schedule?: readonly Schedule[]
}

/**
 * The part of a job that the manifest contains (bin/build.mjs), so that no command is loaded to find its
 * schedule.
 */
interface JobSchedule {
  name: string
  schedule?: readonly Schedule[]
}

interface ScheduledClass extends Scheduled<JobFacts> {
  summary?: string
  /** Environment variables that a command with a schedule of its own needs beside DATABASE_URL. */
  needs?: readonly string[]
}

interface JobFacts extends JobSchedule {
  summary: string
  claim?: Claim
  targets?: string | readonly string[]
  sources?: Readonly<Record<string, {provider: Provider; batch?: number}>>
}

/** One command line that is scheduled, and when: the facts that the manifest contains. */
export interface ScheduledLine {
  job: string
  /** Words after `fin`: the command, then `args`. */
  command: readonly string[]
  args: readonly string[]
  /** The schedules of the line, which all have the same arguments. */
  schedules: readonly Schedule[]
  /** All schedules of the job; `schedules` may be a part of them. */
  allSchedules: readonly Schedule[]
}

/** A scheduled command line with all facts for its crontab line and its CronJob. Its command is loaded. */
export interface LoadedLine extends ScheduledLine {
  summary: string
  /** The provider that it requests data from; absent: it uses only the database. */
  provider?: Provider
  /** Requests of one scheduled run; undefined if a statement yields the targets. */
  requests: number | undefined
  /** The claim of the job on the provider's quota. */
  claim?: Claim
  /** Environment variables beside DATABASE_URL. */
  variables: readonly string[]
  /** True if the command accepts `--only-if-scheduled`. */
  filters: boolean
}

/** Every scheduled command line, sorted by command, from the manifest. Loads no command. */
export function manifestLines(commands: readonly LoadableCommand[]): ScheduledLine[] {
  return sorted(commands).flatMap((command) => linesOf(command, command))
}

/** Every scheduled command line, sorted by command, with the facts of its loaded command. */
export async function loadLines(commands: readonly LoadableCommand[]): Promise<LoadedLine[]> {
  const lines: LoadedLine[] = []
  for (const command of sorted(commands)) {
    const loaded = (await command.load()) as ScheduledClass
    const filters = command.flags !== undefined && 'only-if-scheduled' in command.flags
    for (const line of linesOf(command, loaded)) lines.push({...line, ...factsOf(loaded, line.args), filters})
  }
  return lines
}

function sorted(commands: readonly LoadableCommand[]): LoadableCommand[] {
  return [...commands].sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** The facts of one line that only the loaded class of its command has. */
function factsOf(
  loaded: ScheduledClass,
  args: readonly string[],
): Omit<LoadedLine, keyof ScheduledLine | 'filters'> {
  const job = jobOf(loaded)
  const demand = job && demandOf(job, args)
  return {
    summary: job?.summary ?? loaded.summary ?? '',
    requests: undefined,
    ...demand,
    variables: [
      ...(demand ? variablesOf(demand.provider) : []),
      ...(loaded.cache ? ['REDIS_URL'] : []),
      ...(loaded.needs ?? []),
    ],
  }
}

/** The provider of a line, its requests and its claim; undefined for a job without a provider. */
function demandOf(
  job: JobFacts,
  args: readonly string[],
): (Required<Pick<LoadedLine, 'provider' | 'requests'>> & Pick<LoadedLine, 'claim'>) | undefined {
  const source = sourceOf(job, args)
  if (source === undefined) return undefined
  const isDefault = source === Object.values(job.sources ?? {})[0]
  return {
    provider: source.provider,
    requests: requestsOf(job.targets, source.batch ?? 1, args),
    ...(job.claim && isDefault ? {claim: job.claim} : {}),
  }
}

function jobOf<Facts>({collector, mapper, cache}: Scheduled<Facts>): Facts | undefined {
  return collector ?? mapper ?? cache
}

/** The lines of a command: one for each list of arguments in its schedules. */
function linesOf({id}: LoadableCommand, scheduled: Scheduled<JobSchedule>): ScheduledLine[] {
  const {name, schedule = []} = jobOf(scheduled) ?? {
    name: id.replaceAll(':', '-'),
    ...(scheduled.schedule ? {schedule: scheduled.schedule} : {}),
  }
  const byArgs = new Map<string, Schedule[]>()
  for (const one of schedule) {
    const key = JSON.stringify(one.args ?? [])
    byArgs.set(key, [...(byArgs.get(key) ?? []), one])
  }
  return [...byArgs].map(([key, schedules]) => {
    const args = JSON.parse(key) as string[]
    return {job: name, command: [...id.split(':'), ...args], args, schedules, allSchedules: schedule}
  })
}

/** The source of a command line: the first of the job, or the one that `--provider` names. */
function sourceOf(job: JobFacts, args: readonly string[]): {provider: Provider; batch?: number} | undefined {
  if (job.sources === undefined) return undefined
  const named = flagValue(args, '--provider')
  const source = named === undefined ? Object.values(job.sources)[0] : job.sources[named]
  if (source === undefined)
    throw new NeedsPerson(`${job.name} is scheduled with --provider ${named ?? ''}, which it does not have`, {
      nextStep: 'Correct its schedule.',
    })
  return source
}

function requestsOf(
  targets: JobFacts['targets'],
  batch: number,
  args: readonly string[],
): number | undefined {
  if (targets === undefined) return 1
  const limit = Number(flagValue(args, '--limit') ?? Infinity)
  const named = args.filter((arg) => arg === '--target' || arg.startsWith('--target=')).length
  const count = Math.min(limit, named || (typeof targets === 'string' ? Infinity : targets.length))
  return count === Infinity ? undefined : Math.ceil(count / batch)
}

function variablesOf(provider: Provider): string[] {
  const hasContact = Object.values(provider.headers ?? {}).some((value) => value.includes('{contact}'))
  return [
    ...Object.values(provider.credentials ?? {}),
    ...settingsOf(provider).map(({variable}) => variable),
    ...(hasContact ? ['FIN_CONTACT'] : []),
  ]
}

/** The value of a flag among arguments: `--token news` or `--token=news`. */
export function flagValue(args: readonly string[], flag: string): string | undefined {
  const at = args.indexOf(flag)
  return at >= 0 ? args[at + 1] : args.find((arg) => arg.startsWith(`${flag}=`))?.slice(flag.length + 1)
}
