/**
 * Repairs gaps of streams: open gaps -> requests for each target -> bars. A killed process leaves each target
 * of a gap repaired or not, and the next run requests the others.
 */
import type {Database} from '../db/database.js'
import {type HttpClient, openClient} from '../http/client.js'
import {minuteMs} from '../time.js'
import {lockJob} from './collect.js'
import {conclude, concludeAtStart, ledgerMessage, type Conclusion} from './conclude.js'
import type {Context} from './context.js'
import {findGaps, type FoundGaps, type GapChoice, type OtherGap, type RepairableGap} from './find-gaps.js'
import {resultOf, type GapResult} from './gap-result.js'
import {noCounts, openRun, type RunEnd} from './job-runs.js'
import type {RequestCounts} from '../http/options.js'
import type {Collected} from './options.js'
import {repairJob} from './repair-target.js'
import {workThroughGaps} from './repair-work.js'
import {newTally, type Tally} from './tally.js'

export interface RepairOptions extends GapChoice {
  dryRun?: boolean | undefined
  command: string
  scheduledAt?: Date | undefined
  /** Called for every target that was requested. */
  progress?: ((target: string, done: number, total: number) => void) | undefined
}

const noReport = {runId: null, complaints: [], secondary: new Map<string, never>()}

export type Repaired = Collected & {gaps: readonly GapResult[]}

/** Runs the repair once. Throws NeedsPerson if it cannot start or a person must act. */
export async function repairGaps(options: RepairOptions, context: Context): Promise<Repaired> {
  const database = await context.database()
  // A dry run only reads, also with an account that may do nothing else.
  const lock = options.dryRun ? undefined : await lockJob(repairJob, options, context)
  if (lock && !lock.held) return {...lock.ended, gaps: []}
  try {
    await context.clock.refresh()
    const found = await findGaps(options, database, context.clock.now())
    if (lock === undefined) return {...nothingDone(found), ...noReport, gaps: planOf(found)}
    const stop = AbortSignal.any([context.stop, lock.held.lost])
    return await repairFound(found, options, {...context, stop})
  } finally {
    await lock?.held.release()
  }
}

async function repairFound(found: FoundGaps, options: RepairOptions, context: Context): Promise<Repaired> {
  const database = await context.database()
  const {command, scheduledAt} = options
  const recorded = await openRun(database, context, {job: repairJob, command, scheduledAt})
  const tally = newTally()
  const gaps: GapResult[] = []
  const {end, error} = await work({found, gaps, tally, runId: recorded.id}, options, context)
  await recorded.end({...end, message: ledgerMessage(end.message, tally.failures)})
  if (error !== undefined) throw error
  return {
    ...noReport,
    ...end,
    runId: recorded.id,
    complaints: tally.complaints,
    gaps: [...gaps, ...found.others.map(otherResult)],
  }
}

interface Begun {
  found: FoundGaps
  gaps: GapResult[]
  tally: Tally
  runId: string
}

async function work(begun: Begun, options: RepairOptions, context: Context): Promise<Conclusion> {
  const {found, gaps, tally, runId} = begun
  const {repairable, others, targetsBeyond} = found
  const clients = new Map<string, HttpClient>()
  const client = async ({feed: {provider}}: RepairableGap) => {
    const known = clients.get(provider.name)
    if (known) return known
    const {config, clock, log, stop} = context
    const [ledger, pace] = [await context.ledger(), await context.pace()]
    const opened = openClient({provider, config, clock, log, stop, job: repairJob, runId, ledger, pace})
    clients.set(provider.name, opened)
    return opened
  }
  const due = repairable.flatMap(({left}) => left.map((target) => ({target})))
  try {
    const database = await context.database()
    await recordOthers(database, others)
    if (repairable.length === 0) return {end: nothingDone(found)}
    const open = await database.query('select_open_rejection_ids', [repairJob, null, 1])
    let done = 0
    const progress = (target: string) => options.progress?.(target, ++done, due.length)
    const run = {context, database, runId, settles: open.length > 0, tally, repaired: [], client, progress}
    const stopped = await workThroughGaps(run, repairable, gaps)
    // An earlier run was killed after its last target: nothing was requested.
    if (due.length === 0 && stopped.by === 'the end')
      return {end: {...nothingDone(found), outcome: 'done', message: null}}
    const plan = {
      ...{due, all: due, states: new Map(), left: targetsBeyond, blockedOrDeferred: []},
      scheduledAt: options.scheduledAt,
    }
    return conclude(tally, {collector: {}, plan, api: {counts: sumOf(clients)}}, stopped)
  } catch (error) {
    return concludeAtStart(error)
  }
}

/** Records why gaps are not repaired: one statement for each reason. */
async function recordOthers(database: Database, others: readonly OtherGap[]): Promise<void> {
  for (const reason of new Set(others.map(({because}) => because))) {
    const same = others.filter(({because}) => because === reason)
    const ids = same.map(({gap}) => gap.id)
    await database.query('update_stream_gaps_not_repaired', [ids, reason, same[0]!.isFinal, null])
  }
}

function otherResult({gap, because, isFinal}: OtherGap): GapResult {
  return resultOf(gap, isFinal ? 'not repairable' : 'not repaired', {reason: because})
}

/** The results of a dry run. */
function planOf({repairable, others}: FoundGaps): GapResult[] {
  const planned = repairable.map(({gap, repair, from, until, targets, left}) => {
    const minutes = (until.getTime() - from.getTime()) / minuteMs
    return resultOf(gap, 'can be repaired', {
      targets: targets.length,
      repaired_targets: gap.repaired_targets?.length ?? 0,
      requests: left.length * Math.ceil(minutes / repair.mostMinutes),
    })
  })
  return [...planned, ...others.map(otherResult)]
}

/** The end of a run that requests nothing. */
function nothingDone({targetsBeyond}: FoundGaps): RunEnd {
  return {
    ...noCounts(),
    targets_left: targetsBeyond,
    outcome: 'nothing due',
    exit_code: 0,
    next_at: null,
    message: null,
  }
}

function sumOf(clients: ReadonlyMap<string, HttpClient>): RequestCounts {
  const sum = {requests: 0, refused: 0, failed: 0}
  for (const {counts} of clients.values()) {
    sum.requests += counts.requests
    sum.refused += counts.refused
    sum.failed += counts.failed
  }
  return sum
}
