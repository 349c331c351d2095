/** Requests one batch of targets page by page, and yields each page with its new cursor. */
import type {AnyTarget, HttpRequest, RequestContext} from '../define.js'
import {isFinError, messageOf, NeedsPerson, UnexpectedBody} from '../errors.js'
import type {HttpClient} from '../http/client.js'
import type {TargetState} from './due.js'
import type {AnySource, AnswerPage} from './parsed.js'

/** One page of an answer. */
export interface AnsweredPage {
  page: AnswerPage
  /** When it arrived. */
  at: Date
  /** The cursor to store with this page; null for a source without a cursor. */
  cursor: unknown
  /** No page follows. */
  isLast: boolean
}

export interface PageRequestContext {
  source: AnySource
  api: HttpClient
  plan: {states: ReadonlyMap<string, TargetState>; scheduledAt: Date | undefined}
  options: {at?: Date | undefined}
  context: {clock: {now(): Date}}
}

/** More pages than any documented endpoint has. A source that exceeds it is broken. */
const maxPages = 500

/**
 * Requests the next page only after the consumer has taken the one before, and so has stored it. Throws the
 * errors of the client.
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
  const requestContext = {targets: batch, at: now, scheduledAt: plan.scheduledAt ?? options.at ?? now}
  let request: HttpRequest | undefined = firstRequest(source, target, cursor, requestContext)
  for (let pages = 0; request !== undefined; pages++) {
    if (pages === maxPages)
      throw new UnexpectedBody(`${source.provider.name} (${about}): more than ${maxPages} pages`, {
        provider: source.provider.name,
        target: about,
        nextStep:
          'Stored pages are unchanged. Report it: the paging of the provider differs from its documentation.',
      })
    const {answer, body} = await api.request(request, about)
    cursor = source.advance ? source.advance(body, cursor, request, answer.at) : null
    request = source.next?.(body, request, requestContext)
    yield {page: {body, text: answer.text}, at: answer.at, cursor, isLast: request === undefined}
  }
}

/**
 * The request for the first page. Throws NeedsPerson, which concerns this target alone, if its stored cursor
 * cannot be read: another version or a person may have written it.
 */
function firstRequest(
  source: AnySource,
  target: AnyTarget,
  cursor: unknown,
  context: RequestContext<AnyTarget>,
): HttpRequest {
  try {
    return source.request(target, cursor, context)
  } catch (error) {
    if (isFinError(error)) throw error
    const {name: provider} = source.provider
    throw new NeedsPerson(
      `${provider} (${target.target}): no request can be made from its stored state: ${messageOf(error)}`,
      {
        provider,
        target: target.target,
        ofRequest: true,
        cause: error,
        nextStep: 'Delete its row in target_state: then it is collected from the start.',
      },
    )
  }
}
