/** Requests the bars of one target of a gap and stores them. */
import type {Database, Transaction} from '../db/database.js'
import {insertRejections, rejectBody, rejectionOf, type NewRejection} from '../db/rejected-rows.js'
import type {BarSpan, FeedRepair} from '../define-feed.js'
import type {ParsedRow, Rejected} from '../define.js'
import {pluralize} from '../text.js'
import {SkipTarget, UnexpectedBody, type FinError} from '../errors.js'
import type {HttpClient} from '../http/client.js'
import {isRejected} from '../parse.js'
import {keyOf} from '../rowkeys.js'
import {keys} from '../rows.js'
import {outcomeOf} from './batch-outcome.js'
import {spansOf, type OpenGap} from './judge-gaps.js'
import {storeInTable} from './store.js'
import {addPage, addRejectedBody, type Tally} from './tally.js'

/** The name of the job in `job_runs`, `provider_requests` and `rejected_rows`. */
export const repairJob = 'stream-repair'

export interface TargetRepair {
  database: Database
  api: HttpClient
  /** The name of the provider. */
  source: string
  repair: FeedRepair
  gap: OpenGap
  span: BarSpan
  runId: string
  /** The job has open rejections, which good bars settle. */
  settles: boolean
  tally: Tally
}

/** `isPart`: some bars are stored, and others were rejected. */
export type TargetOutcome =
  | {kind: 'repaired'; bars: number}
  | {kind: 'refused'; error: SkipTarget}
  | {kind: 'failed'; error: FinError; isPart: boolean}

/**
 * Stores page by page, and records the target with its last page. So a killed run requests the target again.
 * Throws the error that ends the run.
 */
export async function repairTarget(given: TargetRepair): Promise<TargetOutcome> {
  const {api, repair, gap, span, source, database} = given
  let text = ''
  let at = span.until
  try {
    const pages = [...spansOf(span, repair.mostMinutes)]
    const sum = {bars: 0, rejected: 0, reason: ''}
    let isEmpty = true
    for (const [index, page] of pages.entries()) {
      text = ''
      const {answer, body} = await api.request(repair.request(page), span.target)
      text = answer.text
      at = answer.at
      const items = [...repair.parse(body, page)]
      isEmpty &&= repair.isEmpty(body)
      const isLast = index === pages.length - 1
      if (isLast && isEmpty) throw noHistory(given)
      const isWhole = isLast && sum.rejected === 0
      const stored = await database.transaction((tx) =>
        storePage(tx, given, {items, at, bars: sum.bars, isWhole}),
      )
      sum.bars += stored.bars
      sum.rejected += stored.rejected
      sum.reason ||= stored.reason ?? ''
    }
    if (sum.rejected === 0) return {kind: 'repaired', bars: sum.bars}
    return {kind: 'failed', error: partOf(given, sum), isPart: sum.bars > 0}
  } catch (error) {
    const outcome = outcomeOf(error, {targets: 1, hasTargets: true, text})
    if (outcome.kind === 'unknown') {
      await database.query('update_stream_gap_refused', [gap.id, span.target])
      return {kind: 'refused', error: outcome.error}
    }
    if (outcome.kind !== 'failed') throw error
    if (outcome.body !== undefined) {
      const [reason, rejected] = [outcome.error.message, outcome.body]
      const origin = {job: repairJob, source, target: targetOf(given), runId: given.runId, receivedAt: at}
      await database.transaction((tx) => rejectBody(tx, reason, rejected, origin))
      addRejectedBody(given.tally)
    }
    return {kind: 'failed', error: outcome.error, isPart: false}
  }
}

interface Page {
  items: readonly (ParsedRow<'trade_bars'> | Rejected)[]
  at: Date
  /** Bars of the pages before. */
  bars: number
  /** The last page, if no item of the pages before was rejected. */
  isWhole: boolean
}

/** Stores the bars of a page and its rejected items; after the last page without one, the target too. */
async function storePage(tx: Transaction, given: TargetRepair, {items, at, bars, isWhole}: Page) {
  const {source, gap, span, runId, settles, tally} = given
  const origin = {job: repairJob, source, target: targetOf(given), runId, receivedAt: at}
  const stored = await storeInTable(
    tx,
    'trade_bars',
    items.filter((item) => !isRejected(item)),
  )
  const rejections: NewRejection[] = [
    ...items.filter(isRejected).map(rejectionOf),
    ...stored.rejected.map(({row, reason, text}) => ({
      ...({kind: 'row', table_name: 'trade_bars'} as const),
      ...{row_key: keyOf(row, keys.trade_bars), reason, item: text},
    })),
  ]
  const rejected = await insertRejections(tx, rejections, origin)
  const good = stored.good.length
  if (isWhole && rejected === 0)
    await tx.query('update_stream_gap_target', [gap.id, span.target, bars + good])
  if (settles) {
    const goodKeys = stored.good.map((row) => keyOf(row, keys.trade_bars))
    await tx.query('update_rejected_rows_superseded', [repairJob, 'trade_bars', goodKeys, at.toISOString()])
    if (isWhole && rejected === 0)
      await tx.query('update_rejected_rows_overtaken', [repairJob, source, origin.target, at.toISOString()])
  }
  const {inserted, updated} = stored
  addPage(tally, {received: good + rejected, inserted, updated, rejected, secondary: new Map()})
  return {bars: good, rejected, reason: rejections[0]?.reason}
}

/** The target of a rejection: the market alone would name the rejections of its other gaps as well. */
function targetOf({span, gap}: TargetRepair): string {
  return `${span.target}, gap ${gap.id}`
}

function noHistory({source, span: {target, until}}: TargetRepair): SkipTarget {
  return new SkipTarget(`${source} (${target}): no candle before ${until.toISOString()}`, {
    provider: source,
    target,
    nextStep: 'The gap stays listed.',
  })
}

function partOf(
  {source, span: {target}}: TargetRepair,
  {rejected, reason}: {rejected: number; reason: string},
): UnexpectedBody {
  return new UnexpectedBody(
    `${source} (${target}): ${pluralize(rejected, 'candle was', 'candles were')} rejected: ${reason}`,
    {provider: source, target, nextStep: 'See them with: fin runs --rejected. The next run tries again.'},
  )
}
