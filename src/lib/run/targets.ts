/** What a collector asks about: its targets, which of them are due, and how they are put into requests. */
import type {Config} from '../config.js'
import type {Database} from '../db/database.js'
import {statement} from '../db/statement.js'
import type {AnyCollector, AnyTarget, Schedule} from '../define.js'
import {NeedsPerson} from '../errors.js'
import {latestScheduledRun} from '../schedule/scheduled-runs.js'
import {type RunPlan, dueTargets, intervalMs, type TargetState} from './due.js'
import {readLists} from './lists.js'
import {fillsList} from './nothing-due.js'
import type {StateRow} from './store.js'

/** Where and when targets are looked up: what their statement may depend on. */
export interface TargetContext {
  database(): Promise<Database>
  config: Config
  now: Date
  /** The instant whose latest firing this run is for. */
  at: Date
}

export interface TargetFilter {
  /** Only these, asked whether due or not. */
  names?: readonly string[] | undefined
  /** Only this group of targets. */
  group?: string | undefined
  limit?: number | undefined
  force?: boolean | undefined
  /** The firings that this run stands for; default: the collector's whole schedule. */
  schedule?: readonly Schedule[] | undefined
}

/** A collector without targets asks once, about itself. */
const onlyTarget = (collector: AnyCollector): AnyTarget => ({target: collector.name})

/**
 * All targets of a collector. A fixed list needs no database. Throws NeedsPerson for names that are in no
 * list.
 */
export async function allTargets(
  collector: AnyCollector,
  occasion: TargetContext,
  firing: Date | undefined,
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
  const listed = await listedTargets(collector, targets as `select_${string}`, occasion, firing)
  const rows = group === undefined ? listed : listed.filter((row) => collector.groups?.of(row) === group)
  if (!names?.length) return rows
  const byName = new Map(rows.map((row) => [row.target.toLowerCase(), row]))
  return distinct(names).map((name) => {
    const row = byName.get(name.toLowerCase())
    if (!row) throw unknownTarget(collector, name, rows, listed)
    return row
  })
}

/** `rows`: those of the chosen group; `listed`: all there are. */
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
  firing: Date | undefined,
): Promise<AnyTarget[]> {
  const given =
    statement(name).parameters === 0
      ? []
      : [
          JSON.stringify({
            at: now.toISOString(),
            firing: (firing ?? at).toISOString(),
            ...(await readLists(collector.lists ?? {}, config)),
            ...(await budgetOf(collector, await database(), config, now)),
          }),
        ]
  return (await database()).query<AnyTarget & Record<string, unknown>>(name, given)
}

/** What the plans of the keys still allow this month, for a statement that decides who is asked with it. */
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
 * The unit under which `target_state` keeps what one source knows: the default source has the collector's own
 * name.
 */
export function stateName(collector: AnyCollector, sourceName: string): string {
  return sourceName === Object.keys(collector.sources)[0]
    ? collector.name
    : `${collector.name} --provider ${sourceName}`
}

/** Names given twice, in whatever spelling, are one. */
function distinct(names: readonly string[]): string[] {
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()]
}

/**
 * What is due at `at`, the instant of the firing this run is for. Names given by a person are due whatever
 * their state.
 */
export async function planRunTargets(
  collector: AnyCollector,
  sourceName: string,
  wanted: TargetFilter,
  occasion: TargetContext,
): Promise<RunPlan> {
  const firing = latestScheduledRun(wanted.schedule ?? collector.schedule ?? [], occasion.at)?.at
  const all = await allTargets(collector, occasion, firing, wanted)
  const rows = await (
    await occasion.database()
  ).query<TargetState>('select_target_states', [stateName(collector, sourceName)])
  const states = new Map(rows.map((row) => [row.target, row]))
  const named = (wanted.names?.length ?? 0) > 0
  const able = all.filter(({blocked_reason: reason}) => (reason ?? null) === null)
  const due = named || wanted.force ? able : dueTargets(able, states, {now: occasion.now, firing})
  const held = all.filter(
    (target) => !due.includes(target) && (target.blocked_reason ?? target.deferred_reason ?? null) !== null,
  )
  const limited = wanted.limit === undefined ? due : due.slice(0, wanted.limit)
  return {due: limited, all, states, left: due.length - limited.length, held, firing}
}

/** Where a target stands after an answer. */
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
