/** Asks a source about one batch of targets, page by page, each with the cursor that follows it. */
import type {AnyTarget, HttpRequest} from '../define.js'
import {UnexpectedBody} from '../errors.js'
import type {OpenApi} from '../http/api.js'
import type {TargetState} from './due.js'
import type {AnySource, Page} from './parsed.js'

/** One page of an answer. */
export interface AnsweredPage {
  page: Page
  /** When it arrived. */
  at: Date
  /** Where to go on once this page is stored; null for a source without a watermark. */
  cursor: unknown
  /** No page follows. */
  isLast: boolean
}

export interface PageRequestContext {
  source: AnySource
  api: OpenApi
  plan: {states: ReadonlyMap<string, TargetState>; firing: Date | undefined}
  options: {at?: Date | undefined}
  context: {clock: {now(): Date}}
}

/** A source that pages without end is broken; no documented endpoint comes near this. */
const maxPages = 500

/**
 * Asks for the next page only when the one before was taken, so that it is stored. Throws what the door
 * throws.
 */
export async function* requestPages(
  {source, api, plan, options, context}: PageRequestContext,
  batch: readonly AnyTarget[],
): AsyncGenerator<AnsweredPage> {
  const [target] = batch
  if (target === undefined) throw new Error('a batch holds at least one target')
  let cursor: unknown = plan.states.get(target.target)?.cursor ?? null
  const about = batch.length === 1 ? target.target : `${target.target} and ${batch.length - 1} more`
  const now = context.clock.now()
  const asked = {targets: batch, at: now, scheduledAt: plan.firing ?? options.at ?? now}
  let request: HttpRequest | undefined = source.request(target, cursor, asked)
  for (let pages = 0; request !== undefined; pages++) {
    if (pages === maxPages)
      throw new UnexpectedBody(`${source.provider.name} (${about}): more than ${maxPages} pages`, {
        provider: source.provider.name,
        target: about,
        nextStep: 'What was stored stays: its paging is not what it documents.',
      })
    const {answer, body} = await api.request(request, about)
    cursor = source.advance ? source.advance(body, cursor, request, answer.at) : null
    request = source.next?.(body, request, asked)
    yield {page: {body, text: answer.text}, at: answer.at, cursor, isLast: request === undefined}
  }
}
