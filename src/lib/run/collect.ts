/**
 * Runs a collector: targets due -> ask -> parse -> store, each target in one transaction with where it
 * stands.
 */
import type {Database, Lock} from '../db/database.js'
import {credentialsOf, type Config} from '../config.js'
import type {AnyCollector} from '../define.js'
import {isFinError, messageOf, NeedsPerson} from '../errors.js'
import type {Context} from './context.js'
import {cycleOfUnit} from './cycle.js'
import {rememberGap} from './gaps.js'
import {noCounts, openRun, type RunEnd} from './ledger-of-runs.js'
import {readLists} from './lists.js'
import type {Collected, CollectOptions} from './options.js'
import type {AnySource} from './parsed.js'
import {agenda} from './targets.js'
import {ended, workThrough, type Job} from './work.js'

/** Throws NeedsPerson for a provider that the collector does not have. */
export function sourceOf(
  collector: AnyCollector,
  provider: string | undefined,
): {name: string; source: AnySource} {
  const name = provider ?? Object.keys(collector.sources)[0] ?? ''
  const source = collector.sources[name] as AnySource | undefined
  if (!source)
    throw new NeedsPerson(`${collector.name} has no provider "${name}"`, {
      nextStep: `It has: ${Object.keys(collector.sources).join(', ')}.`,
    })
  return {name, source}
}

/** The label of the key that is kept for a source, when it is set. */
export function ownKey({credential, provider}: AnySource, config: Config): string | undefined {
  return credentialsOf(provider, config).find(({label}) => label === credential)?.label
}

/**
 * What `--token` chooses: a group of targets, where the collector has groups, else a key. Throws NeedsPerson
 * for a group that it does not have.
 */
export function chosenBy(
  {name, groups}: AnyCollector,
  token: string | undefined,
): {group?: string; token?: string} {
  if (token === undefined) return {}
  if (groups === undefined) return {token}
  if (groups.names.includes(token)) return {group: token}
  throw new NeedsPerson(`${name} has no group "${token}"`, {
    nextStep: `--token chooses one of: ${groups.names.join(', ')}.`,
  })
}

/**
 * Runs `collector` once. Throws NeedsPerson when it cannot start; how it went otherwise is in what it
 * returns.
 */
export async function collect(
  collector: AnyCollector,
  options: CollectOptions,
  context: Context,
): Promise<Collected> {
  const {name: sourceName, source} = sourceOf(collector, options.provider)
  const {group, token: key} = chosenBy(collector, options.token)
  const database = await context.database()
  // groups share their targets' keys and ask for one another's accounts by hand
  const lock = await lockUnit(database, collector.name, options, context, key ?? '')
  if (!lock.held) return lock.ended
  try {
    await context.clock.refresh()
    const now = context.clock.now()
    const plan = await agenda(
      collector,
      sourceName,
      {...options, group},
      {...context, now, at: options.at ?? now},
    )
    const run = options.dryRun
      ? undefined
      : await openRun(database, context, {
          unit: collector.name,
          command: options.command,
          token: options.token,
          firing: plan.firing,
        })
    const runId = run?.id ?? null
    const gaps = options.dryRun ? [] : await rememberGap(database, collector, plan, options.schedule, now)
    const token = key ?? ownKey(source, context.config)
    let job: Job | undefined
    let end: RunEnd
    try {
      const {openApi} = await import('../http/api.js')
      const api = openApi({
        provider: source.provider,
        config: context.config,
        clock: context.clock,
        ledger: await context.ledger(),
        pace: await context.pace(),
        unit: collector.name,
        runId,
        log: context.log,
        stop: context.stop,
        ...(options.wait ? {wait: true} : {}),
        ...(token === undefined ? {} : {token}),
        isOwnKey: key === undefined && token !== undefined,
        ...(options.record === undefined ? {} : {record: options.record}),
      })
      const open = await database.query('select_open_rejection_ids', [collector.name, null, 1])
      job = {
        collector,
        sourceName,
        source,
        options,
        context,
        database,
        api,
        plan,
        runId,
        counts: noCounts(),
        complaints: gaps,
        lists: await readLists(collector.lists ?? {}, context.config),
        settles: open.length > 0,
        failedInARow: 0,
        skipped: 0,
        further: new Map(),
        stopped: [],
      }
      end = await workThrough(job)
    } catch (error) {
      const [exitCode, message] = [isFinError(error) ? error.exitCode : 1, messageOf(error)]
      await run?.end(
        job
          ? ended(job, 'failed', exitCode, message)
          : {...noCounts(), outcome: 'failed', exit_code: exitCode, next_at: null, message},
      )
      throw error
    }
    await run?.end(end)
    const cycle =
      options.dryRun || options.names?.length
        ? undefined
        : await cycleOfUnit(collector, plan.all, {database, now: context.clock.now()})
    return {runId, ...end, complaints: job.complaints, further: job.further, cycle: cycle?.text}
  } finally {
    await lock.held.release()
  }
}

/**
 * One run of a unit and key at a time (`key`: what `--token` says, unless that names a group). Where another
 * is at work, this run ends with 0 and is in the run ledger all the same: a job that is locked out for days
 * must show.
 */
export async function lockUnit(
  database: Database,
  unit: string,
  options: Pick<CollectOptions, 'command' | 'token' | 'dryRun'>,
  context: Context,
  key = options.token ?? '',
): Promise<{held: Lock} | {held: undefined; ended: Collected}> {
  const held = await database.lock(`unit:${unit}:${key}`)
  if (held) return {held}
  const end: RunEnd = {
    ...noCounts(),
    outcome: 'already running',
    exit_code: 0,
    next_at: null,
    message: `${unit} is already running`,
  }
  const run = options.dryRun
    ? undefined
    : await openRun(database, context, {unit, command: options.command, token: options.token})
  await run?.end(end)
  return {held: undefined, ended: {...end, runId: run?.id ?? null, complaints: [], further: new Map()}}
}
