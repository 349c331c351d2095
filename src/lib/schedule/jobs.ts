/**
 * Finds what is scheduled by walking oclif's own command list: a command brings its unit, a unit brings its
 * schedule.
 */
import {settingsOf, type Claim, type Schedule, type Provider} from '../define.js'
import {NeedsPerson} from '../errors.js'

/** What oclif's `config.commands` holds, as far as it matters here. */
export interface LoadableCommand extends Scheduled<JobSchedule> {
  id: string
  flags?: Readonly<Record<string, unknown>>
  load(): Promise<unknown>
}

/** What a command may carry: a unit, or a schedule of its own. */
interface Scheduled<Facts> {
  collector?: Facts
  mapper?: Facts
  cache?: Facts
  schedule?: readonly Schedule[]
}

/**
 * What the manifest keeps of a unit (bin/build.mjs), so that nothing has to be loaded to know when it fires.
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

/** One command line that is scheduled, and when. */
export interface ScheduleLine {
  job: string
  /** Words after `fin`: the command, then the arguments of its firings. */
  command: readonly string[]
  /** All of them have the same arguments. */
  schedules: readonly Schedule[]
}

/** A command line with everything that its crontab line and its CronJob are made from. */
export interface ScheduledLine extends ScheduleLine {
  summary: string
  args: readonly string[]
  /** The whole schedule of the unit, of which `firings` may be a part. */
  allSchedules: readonly Schedule[]
  /** Whom it asks; absent: it only reads and writes the database. */
  provider?: Provider
  /**
   * Requests of one firing where the declaration alone tells; undefined where a statement yields the targets.
   */
  requests: number | undefined
  /** What the unit claims of the provider's quota. */
  claim?: Claim
  /** Environment variables beside DATABASE_URL. */
  variables: readonly string[]
  /** Whether the command takes `--only-if-scheduled`. */
  filters: boolean
}

/** Every scheduled command line as the manifest knows it. Loads no command. */
export function scheduleLines(commands: readonly LoadableCommand[]): ScheduleLine[] {
  return commands.flatMap((command) => linesOf(command, command))
}

/** Every scheduled command line, by command and arguments. */
export async function scheduledLines(commands: readonly LoadableCommand[]): Promise<ScheduledLine[]> {
  const lines: ScheduledLine[] = []
  for (const command of [...commands].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const loaded = (await command.load()) as ScheduledClass
    const filters = command.flags !== undefined && 'only-if-scheduled' in command.flags
    for (const line of linesOf(command, loaded)) lines.push({...line, ...factsOf(loaded, line.args), filters})
  }
  return lines
}

/** What the class of a command tells of one of its lines. */
function factsOf(
  loaded: ScheduledClass,
  args: readonly string[],
): Omit<ScheduledLine, keyof ScheduleLine | 'args' | 'filters'> {
  const unit = unitOf(loaded)
  const asked = unit && askedBy(unit, args)
  return {
    summary: unit?.summary ?? loaded.summary ?? '',
    allSchedules: unit?.schedule ?? loaded.schedule ?? [],
    requests: undefined,
    ...asked,
    variables: [
      ...(asked ? variablesOf(asked.provider) : []),
      ...(loaded.cache ? ['REDIS_URL'] : []),
      ...(loaded.needs ?? []),
    ],
  }
}

/** The provider that a line asks, its requests and its claim; undefined for a unit without a provider. */
function askedBy(
  unit: JobFacts,
  args: readonly string[],
): (Required<Pick<ScheduledLine, 'provider' | 'requests'>> & Pick<ScheduledLine, 'claim'>) | undefined {
  const source = sourceOf(unit, args)
  if (source === undefined) return undefined
  const isDefault = source === Object.values(unit.sources ?? {})[0]
  return {
    provider: source.provider,
    requests: requestsOf(unit.targets, source.batch ?? 1, args),
    ...(unit.claim && isDefault ? {claim: unit.claim} : {}),
  }
}

function unitOf<Facts>({collector, mapper, cache}: Scheduled<Facts>): Facts | undefined {
  return collector ?? mapper ?? cache
}

/** The firings of a command, by their arguments. */
function linesOf(
  {id}: LoadableCommand,
  scheduled: Scheduled<JobSchedule>,
): (ScheduleLine & Pick<ScheduledLine, 'args'>)[] {
  const {name, schedule = []} = unitOf(scheduled) ?? {
    name: id.replaceAll(':', '-'),
    ...(scheduled.schedule ? {schedule: scheduled.schedule} : {}),
  }
  const byArgs = new Map<string, Schedule[]>()
  for (const firing of schedule) {
    const key = JSON.stringify(firing.args ?? [])
    byArgs.set(key, [...(byArgs.get(key) ?? []), firing])
  }
  return [...byArgs].map(([key, schedules]) => {
    const args = JSON.parse(key) as string[]
    return {job: name, command: [...id.split(':'), ...args], args, schedules}
  })
}

/** The source that the command line asks: the unit's first, or the one that its arguments name. */
function sourceOf(unit: JobFacts, args: readonly string[]): {provider: Provider; batch?: number} | undefined {
  if (unit.sources === undefined) return undefined
  const named = valueOf(args, '--provider')
  const source = named === undefined ? Object.values(unit.sources)[0] : unit.sources[named]
  if (source === undefined)
    throw new NeedsPerson(
      `${unit.name} is scheduled with --provider ${named ?? ''}, which it does not have`,
      {nextStep: 'Correct its schedule.'},
    )
  return source
}

function requestsOf(
  targets: JobFacts['targets'],
  batch: number,
  args: readonly string[],
): number | undefined {
  if (targets === undefined) return 1
  const limit = Number(valueOf(args, '--limit') ?? Infinity)
  const named = args.filter((arg) => arg === '--target' || arg.startsWith('--target=')).length
  const count = Math.min(limit, named || (typeof targets === 'string' ? Infinity : targets.length))
  return count === Infinity ? undefined : Math.ceil(count / batch)
}

function variablesOf(provider: Provider): string[] {
  return [...Object.values(provider.credentials ?? {}), ...settingsOf(provider).map(({variable}) => variable)]
}

/** The value of a flag among arguments: `--token news` or `--token=news`. */
export function valueOf(args: readonly string[], flag: string): string | undefined {
  const at = args.indexOf(flag)
  return at >= 0 ? args[at + 1] : args.find((arg) => arg.startsWith(`${flag}=`))?.slice(flag.length + 1)
}
