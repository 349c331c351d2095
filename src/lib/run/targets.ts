/** Reads the targets of a collector, selects those that are due, and groups them into requests. */
import type {Config} from '../config.js'
import type {Database} from '../db/database.js'
import {statement} from '../db/statement.js'
import type {AnyCollector, AnyTarget, Schedule} from '../define.js'
import {NeedsPerson} from '../errors.js'
import {latestScheduledRun} from '../schedule/scheduled-runs.js'
import {type RunPlan, dueTargets, intervalMs, isFromFuture, type TargetState, withoutFuture} from './due.js'
import {readLists} from './lists.js'
import {fillsList} from './nothing-due.js'
import type {StateRow} from './store.js'

/** The database, settings and instants that the statement of the targets may depend on. */
export interface TargetContext {
  database(): Promise<Database>
  config: Config
  now: Date
  /** This run is for the latest scheduled run at or before this instant. */
  at: Date
}

export interface TargetFilter {
  /** Only these targets, whether due or not. */
  names?: readonly string[] | undefined
  /** Only this group of targets. */
  group?: string | undefined
  limit?: number | undefined
  force?: boolean | undefined
  /** The schedules that this run is for; default: the collector's whole schedule. */
  schedule?: readonly Schedule[] | undefined
}

/** A collector without targets makes one request, with its own name as the target. */
const onlyTarget = (collector: AnyCollector): AnyTarget => ({target: collector.name})

/**
 * All targets of a collector. A fixed list needs no database. A fixed list also accepts other names; the
 * source decides whether it serves them. For a statement, throws NeedsPerson for a name that it does not
 * yield.
 */
export async function allTargets(
  collector: AnyCollector,
  context: TargetContext,
  scheduledAt: Date | undefined,
  {names, group}: Pick<TargetFilter, 'names' | 'group'> = {},
): Promise<AnyTarget[]> {
  const {targets} = collector
  if (targets === undefined) {
    if (names?.length)
      throw new NeedsPerson(`${collector.name} has no targets to choose from`, {
        nextStep: 'Leave --target out.',
      })
    return [onlyTarget(collector)]
  }
  if (typeof targets !== 'string') {
    const listed = (targets as readonly string[]).map((target) => ({target}))
    if (!names?.length) return listed
    const byName = new Map(listed.map((one) => [one.target.toLowerCase(), one]))
    return distinct(names).map((name) => byName.get(name.toLowerCase()) ?? {target: name})
  }
  const listed = await listedTargets(collector, targets as `select_${string}`, context, scheduledAt)
  const rows = group === undefined ? listed : listed.filter((row) => collector.groups?.of(row) === group)
  if (!names?.length) return rows
  const byName = new Map(rows.map((row) => [row.target.toLowerCase(), row]))
  return distinct(names).map((name) => {
    const row = byName.get(name.toLowerCase())
    if (!row) throw unknownTarget(collector, name, rows, listed)
    return row
  })
}

/** `rows`: the targets of the chosen group; `listed`: all targets. */
function unknownTarget(
  collector: AnyCollector,
  name: string,
  rows: readonly AnyTarget[],
  listed: readonly AnyTarget[],
): NeedsPerson {
  const known = listed.find(({target}) => target.toLowerCase() === name.toLowerCase())
  const other = known && collector.groups?.of(known)
  if (other)
    return new NeedsPerson(`${collector.name}: "${name}" is in group ${other}`, {
      nextStep: `Give --token ${other}, or leave --token out.`,
    })
  const nextStep =
    rows.length === 0
      ? `It has none: ${fillsList(collector)}.`
      : `It has ${rows.length}, such as ${rows
          .slice(0, 3)
          .map(({target}) => target)
          .join(', ')}.`
  return new NeedsPerson(`${collector.name} knows no target "${name}"`, {nextStep})
}

async function listedTargets(
  collector: AnyCollector,
  name: `select_${string}`,
  {database, config, now, at}: TargetContext,
  scheduledAt: Date | undefined,
): Promise<AnyTarget[]> {
  const parameters =
    statement(name).parameters === 0
      ? []
      : [
          JSON.stringify({
            at: now.toISOString(),
            scheduled_at: (scheduledAt ?? at).toISOString(),
            ...(await readLists(collector.lists ?? {}, config)),
            ...(await budgetOf(collector, await database(), config, now)),
          }),
        ]
  return (await database()).query<AnyTarget & Record<string, unknown>>(name, parameters)
}

/** The rest of each credential's monthly plan, for a statement that chooses targets by it. */
async function budgetOf(
  collector: AnyCollector,
  database: Database,
  config: Config,
  now: Date,
): Promise<{left?: unknown}> {
  const [source] = Object.values(collector.sources)
  if (!source?.provider.accounting?.plans) return {}
  const {leftOfMonth} = await import('../limits/month-left.js')
  return {left: await leftOfMonth(database, config, source.provider, now.getTime())}
}

/**
 * The value of `target_state.unit` for one source of a collector. For the default source it is the name of
 * the collector.
 */
export function stateName(collector: AnyCollector, sourceName: string): string {
  return sourceName === Object.keys(collector.sources)[0]
    ? collector.name
    : `${collector.name} --provider ${sourceName}`
}

/** Removes names that differ only in upper and lower case. */
function distinct(names: readonly string[]): string[] {
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()]
}

/**
 * Plans which targets a run requests. Targets named by a person are due whatever their state, unless they are
 * blocked.
 */
export async function planRunTargets(
  collector: AnyCollector,
  sourceName: string,
  filter: TargetFilter,
  context: TargetContext,
): Promise<RunPlan> {
  const scheduledAt = latestScheduledRun(filter.schedule ?? collector.schedule ?? [], context.at)?.at
  const listed = await allTargets(collector, context, scheduledAt, filter)
  const rows = await (
    await context.database()
  ).query<TargetState>('select_target_states', [stateName(collector, sourceName)])
  const states = new Map(withoutFuture(rows, context.now).map((row) => [row.target, row]))
  const ahead = new Set(rows.filter((row) => isFromFuture(row, context.now)).map(({target}) => target))
  // A statement computes an instant from the success, which has not happened.
  const all = listed.map((target) =>
    ahead.has(target.target) && (target.due_at ?? null) !== null
      ? {...target, due_at: context.now.toISOString()}
      : target,
  )
  const named = (filter.names?.length ?? 0) > 0
  const able = all.filter(({blocked_reason: reason}) => (reason ?? null) === null)
  const due = named || filter.force ? able : dueTargets(able, states, {now: context.now, scheduledAt})
  const blockedOrDeferred = all.filter(
    (target) => !due.includes(target) && (target.blocked_reason ?? target.deferred_reason ?? null) !== null,
  )
  const limited = filter.limit === undefined ? due : due.slice(0, filter.limit)
  return {due: limited, all, states, left: due.length - limited.length, blockedOrDeferred, scheduledAt}
}

/** The state of a target after an answer. */
export function answeredState(
  collector: AnyCollector,
  sourceName: string,
  {target, every}: AnyTarget,
  at: Date,
  cursor: unknown = null,
): StateRow {
  const interval = every ?? collector.every
  return {
    unit: stateName(collector, sourceName),
    target,
    last_attempt: at.toISOString(),
    last_success: at.toISOString(),
    failures: 0,
    next_due: interval === undefined ? null : new Date(at.getTime() + intervalMs(interval)).toISOString(),
    cursor,
    status: 'active',
    note: null,
  }
}

/** Groups targets into requests of at most `size`. */
export function* batches<Target>(targets: readonly Target[], size: number): Generator<Target[]> {
  for (let at = 0; at < targets.length; at += size) yield targets.slice(at, at + size)
}
