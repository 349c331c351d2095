/**
 * Stores an answer that was saved earlier, without a request. The refusals, the parse function and the tables
 * are those of a run.
 */
import type {AnyCollector, AnyTarget, HttpRequest} from '../define.js'
import {messageOf, inOneLine, NeedsPerson, NothingStored, recordIt, UnexpectedBody} from '../errors.js'
import {readSaved} from '../http/saved.js'
import type {Collected, CollectOptions} from './options.js'
import {lockJob, sourceOf} from './collect.js'
import {endOfRows} from './conclude.js'
import type {Context} from './context.js'
import {readLists} from './lists.js'
import {noCounts, openRun, type OpenRun, type RunEnd} from './job-runs.js'
import {parsePage, type AnySource, type Shaped} from './parsed.js'
import type {Origin} from '../db/rejected-rows.js'
import {driftOf, driftText} from './tally.js'
import {nothingStored, notStored, storeTarget, type StoreResult} from './store.js'

/**
 * Parses `text` and stores its rows. With `dryRun` it only passes them to `emit`, which needs no server. A
 * body that is a refusal, an error or of another endpoint gives no row and ends with 1. Throws the errors of
 * the database.
 */
export async function collectSaved(
  collector: AnyCollector,
  text: string,
  options: CollectOptions,
  context: Context,
): Promise<Collected> {
  const {name: sourceName, source} = sourceOf(collector, options.provider)
  const [name, ...more] = options.names ?? []
  if (more.length > 0 && source.batch === undefined)
    throw new NeedsPerson('a saved answer is about one target', {
      nextStep: 'Give each answer with its own --target.',
    })
  const target: AnyTarget | null = name === undefined ? null : {target: name}
  try {
    const example = target ?? {target: firstTarget(collector)}
    const now = context.clock.now()
    const request = (at: Date) => source.request(example, null, {targets: [example], at, scheduledAt: at})
    const [one, other] = [request(now), request(new Date(0))]
    const about = isAboutOne(collector, source, target)
      ? {query: timeIndependent(one.query, other.query), ...(one.path === other.path ? {path: one.path} : {})}
      : {}
    const {answer, body, undated} = readSaved(source.provider, text, {as: one.as, at: now, ...about})
    const shaped = parsePage(
      collector,
      source,
      {body, text},
      {
        target,
        targets: target ? [target] : [],
        at: answer.at,
        saved: true,
        undated,
        lists: await readLists(collector.lists ?? {}, context.config),
      },
    )
    const origin = {job: collector.name, source: sourceName, target: name, runId: null, receivedAt: answer.at}
    if (options.dryRun) return await printOnly(collector, shaped, origin, options)
    return await storeSaved(collector, shaped, origin, options, context)
  } catch (error) {
    if (!(error instanceof UnexpectedBody)) throw error
    return {
      ...noCounts(),
      outcome: 'failed',
      exit_code: 1,
      message: inOneLine(withSavedAnswerStep(error)),
      runId: null,
      next_at: null,
      complaints: [],
      secondary: new Map(),
    }
  }
}

const complaintsOf = ({rejected, fields}: Shaped, {source}: Origin): string[] => [
  ...rejected.map((one) => `an item cannot become a row: ${one.rejected}`),
  ...[driftText(source, fields === undefined ? [] : driftOf(fields)) ?? []].flat(),
]

async function printOnly(
  collector: AnyCollector,
  shaped: Shaped,
  origin: Origin,
  options: CollectOptions,
): Promise<Collected> {
  const page = notStored(collector, shaped)
  await options.emit?.(page.good)
  const end = endOf(page, origin)
  return {
    ...end,
    // a dry run changes no row, so "unchanged" would be meaningless
    outcome: end.outcome === 'unchanged' ? 'done' : end.outcome,
    runId: null,
    complaints: complaintsOf(shaped, origin),
    secondary: page.secondary,
  }
}

async function storeSaved(
  collector: AnyCollector,
  shaped: Shaped,
  origin: Origin,
  options: CollectOptions,
  context: Context,
): Promise<Collected> {
  const database = await context.database()
  const lock = await lockJob(collector.name, options, context)
  if (!lock.held) return lock.ended
  let run: OpenRun | undefined
  try {
    run = await openRun(database, context, {
      job: collector.name,
      command: options.command,
      token: options.token,
    })
    const stored = await storeTarget(database, {
      collector,
      shaped,
      origin: {...origin, runId: run.id},
      states: [],
      settles: true,
      isWhole: false,
      force: options.force === true,
    })
    await options.emit?.(stored.good)
    const end = endOf(stored, origin)
    await run.end(end)
    return {
      ...end,
      runId: run.id,
      complaints: complaintsOf(shaped, origin),
      secondary: stored.secondary,
      ended: stored.ended,
    }
  } catch (error) {
    await run?.end({...noCounts(), outcome: 'failed', exit_code: 1, next_at: null, message: messageOf(error)})
    throw error
  } finally {
    await lock.held.release()
  }
}

function endOf(stored: StoreResult, origin: Origin): RunEnd {
  const {received, inserted, updated, rejected, secondary, ended} = stored
  const counts = {
    ...noCounts(),
    rows_received: received,
    rows_inserted: inserted,
    rows_updated: updated,
    rows_rejected: rejected,
  }
  const nothing = nothingStored(stored, origin)
  const failed = nothing && {outcome: 'failed' as const, message: inOneLine(withSavedAnswerStep(nothing))}
  return {...counts, ...endOfRows(counts, secondary, ended?.length), next_at: null, message: null, ...failed}
}

/** True if only one request can have this answer. Then a recording of another request is detected. */
function isAboutOne(collector: AnyCollector, source: AnySource, target: AnyTarget | null): boolean {
  const {targets} = collector
  return (
    source.batch === undefined &&
    (target !== null || targets === undefined || (typeof targets === 'object' && targets.length === 1))
  )
}

/** The parameters that do not depend on the time of the request, because a recording may be old. */
function timeIndependent(
  now: HttpRequest['query'] = {},
  then: HttpRequest['query'] = {},
): HttpRequest['query'] {
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => then[name] === value))
}

function withSavedAnswerStep(error: UnexpectedBody): UnexpectedBody {
  return error instanceof NothingStored || error.nextStep === recordIt
    ? new UnexpectedBody(error.message, {
        nextStep:
          'Give a whole answer of this endpoint, as its provider sent it; nothing stored was changed.',
      })
    : error
}

/** A target for building a request where none was given. Only the form of that request is used. */
function firstTarget(collector: AnyCollector): string {
  return typeof collector.targets === 'object' ? String(collector.targets[0]) : collector.name
}
