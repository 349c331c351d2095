/**
 * Runs a collector: due targets -> request -> parse -> store. A killed process leaves each page stored with
 * its cursor, or not at all. The next run resumes at the next page.
 */
import type {Lock, LockOptions} from '../db/database.js'
import {credentialsOf, type Config} from '../config.js'
import type {AnyCollector} from '../define.js'
import {NeedsPerson} from '../errors.js'
import type {CollectorRun} from './collector-run.js'
import {conclude, concludeAtStart, ledgerMessage, type Conclusion} from './conclude.js'
import type {RunPlan} from './due.js'
import type {Context} from './context.js'
import {cycleOfJob} from './cycle.js'
import {recordGap} from './gaps.js'
import {noCounts, openRun, type RunEnd} from './job-runs.js'
import {readLists} from './lists.js'
import {messagesOf} from './nothing-due.js'
import type {Collected, CollectOptions} from './options.js'
import type {AnySource} from './parsed.js'
import {addComplaint, driftOf, driftText, newTally, type Tally} from './tally.js'
import {planRunTargets} from './targets.js'
import {workThrough} from './work.js'

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

/** The label of the dedicated credential of a source, if that is set. */
export function dedicatedCredential({credential, provider}: AnySource, config: Config): string | undefined {
  return credentialsOf(provider, config).find(({label}) => label === credential)?.label
}

/**
 * Reads `--token`: a group of targets if the collector has groups, else a credential. Throws NeedsPerson for
 * a group that the collector does not have.
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
 * Runs `collector` once and returns how it ended. Throws NeedsPerson if the run cannot start or a person must
 * act.
 */
export async function collect(
  collector: AnyCollector,
  options: CollectOptions,
  context: Context,
): Promise<Collected> {
  const {name: sourceName, source} = sourceOf(collector, options.provider)
  const {group, token} = chosenBy(collector, options.token)
  // one lock for all groups, because they share credentials and a person may name accounts of any group
  const lock = await lockJob(collector.name, options, context, token ?? '')
  if (!lock.held) return lock.ended
  try {
    await context.clock.refresh()
    const guarded = {...context, stop: AbortSignal.any([context.stop, lock.held.lost])}
    return await collectLocked({collector, sourceName, source, options, context: guarded, group, token})
  } finally {
    await lock.held.release()
  }
}

/** A collector, its source, and the group or credential that `--token` chose. */
interface Chosen extends Pick<CollectorRun, 'collector' | 'sourceName' | 'source' | 'options' | 'context'> {
  group: string | undefined
  token: string | undefined
}

async function collectLocked(chosen: Chosen): Promise<Collected> {
  const {collector, sourceName, options, context, group} = chosen
  const database = await context.database()
  const now = context.clock.now()
  const targetContext = {...context, now, at: options.at ?? now}
  const plan = await planRunTargets(collector, sourceName, {...options, group}, targetContext)
  const recorded = options.dryRun
    ? undefined
    : await openRun(database, context, {
        job: collector.name,
        command: options.command,
        token: options.token,
        scheduledAt: plan.scheduledAt,
      })
  const gaps = options.dryRun ? [] : await recordGap(database, collector, plan, options.schedule, now)
  const tally = newTally([...gaps, ...messagesOf(plan.blockedOrDeferred)])
  const runId = recorded?.id ?? null
  const {end, error} = await runThrough(chosen, {plan, runId, tally})
  await rememberDrift(chosen, tally, now)
  await recorded?.end({...end, message: ledgerMessage(end.message, tally.failures)})
  if (error !== undefined) throw error
  const cycle = await cycleText(chosen, plan)
  return {runId, ...end, complaints: tally.complaints, secondary: tally.secondary, ended: tally.ended, cycle}
}

/** Reports the fields that the provider no longer sends, once, and records since when. */
async function rememberDrift(
  {collector, sourceName, options, context}: Chosen,
  tally: Tally,
  now: Date,
): Promise<void> {
  const missing = driftOf(tally.fields)
  const text = driftText(sourceName, missing)
  if (text !== undefined) addComplaint(tally, text)
  const present = [...tally.fields.present]
  if (options.dryRun || missing.length + present.length === 0) return
  const database = await context.database()
  const params = [collector.name, sourceName, missing, present, now.toISOString()]
  await database.transaction((tx) => tx.query('upsert_schema_drift', params))
}

type Begun = Pick<CollectorRun, 'plan' | 'runId' | 'tally'>

async function runThrough(chosen: Chosen, begun: Begun): Promise<Conclusion> {
  let run: CollectorRun
  try {
    run = await openCollectorRun(chosen, begun)
  } catch (error) {
    return concludeAtStart(error)
  }
  return conclude(begun.tally, run, await workThrough(run))
}

/** Opens the client and reads the lists that the run needs. */
async function openCollectorRun(chosen: Chosen, begun: Begun): Promise<CollectorRun> {
  const {collector, sourceName, source, options, context} = chosen
  const {config, clock, log, stop} = context
  const dedicated = chosen.token === undefined ? dedicatedCredential(source, config) : undefined
  const {openClient} = await import('../http/client.js')
  const api = openClient({
    provider: source.provider,
    config,
    clock,
    ledger: await context.ledger(),
    pace: await context.pace(),
    job: collector.name,
    runId: begun.runId,
    log,
    stop,
    wait: options.wait,
    credential: chosen.token ?? dedicated,
    isDedicated: dedicated !== undefined,
    record: options.record,
  })
  const database = await context.database()
  const open = await database.query('select_open_rejection_ids', [collector.name, null, 1])
  const lists = await readLists(collector.lists ?? {}, config)
  return {
    ...begun,
    collector,
    sourceName,
    source,
    options,
    context,
    database,
    api,
    lists,
    settles: open.length > 0,
  }
}

/** Undefined for a dry run, and for a run with named targets. */
async function cycleText({collector, options, context}: Chosen, plan: RunPlan): Promise<string | undefined> {
  if (options.dryRun || options.names?.length) return undefined
  const facts = {database: await context.database(), now: context.clock.now()}
  return (await cycleOfJob(collector, plan.all, facts))?.text
}

/** How a run waits for the lock of a job that another host has. */
export function jobLockOptions(job: string, {clock, stop, log}: Context): LockOptions {
  return {
    clock,
    stop,
    onWait: (host) => log.notice(`${job}: watches for up to 30 s whether its run on ${host} still works`),
  }
}

/**
 * Locks a job and a credential, so that only one run of both works at a time. `token` is the value of
 * `--token`, unless that names a group. If another run holds the lock, this run ends with 0. The run ledger
 * records it, because a job that stays locked for days must be visible.
 */
export async function lockJob(
  job: string,
  options: Pick<CollectOptions, 'command' | 'token' | 'dryRun'>,
  context: Context,
  token = options.token ?? '',
): Promise<{held: Lock} | {held: undefined; ended: Collected}> {
  const database = await context.database()
  const held = await database.lock(`unit:${job}:${token}`, jobLockOptions(job, context))
  if (held) return {held}
  const end: RunEnd = {
    ...noCounts(),
    outcome: 'already running',
    exit_code: 0,
    next_at: null,
    message: `${job} is already running`,
  }
  const run = options.dryRun
    ? undefined
    : await openRun(database, context, {job, command: options.command, token: options.token})
  await run?.end(end)
  return {held: undefined, ended: {...end, runId: run?.id ?? null, complaints: [], secondary: new Map()}}
}
