/** Asks a source about one batch of targets: every page of it, and the cursor that follows. */
import type {AnyTarget, HttpRequest} from '../define.js'
import {UnexpectedBody} from '../errors.js'
import type {OpenApi} from '../http/api.js'
import type {TargetState} from './due.js'
import type {AnySource, Page} from './parsed.js'

export interface Answered {
  pages: Page[]
  /** When the first page arrived. */
  at: Date
  cursor: unknown
}

export interface Asking {
  source: AnySource
  api: OpenApi
  plan: {states: ReadonlyMap<string, TargetState>; firing: Date | undefined}
  options: {at?: Date | undefined}
  context: {clock: {now(): Date}}
}

/** A source that pages without end is broken; no documented endpoint comes near this. */
const maxPages = 500

/** Throws what the door throws: TryLater, QuotaSpent, SkipTarget, NeedsPerson, UnexpectedBody. */
export async function askFor({source, api, plan, options, context}: Asking, batch: readonly AnyTarget[]): Promise<Answered> {
  const [target] = batch
  if (target === undefined) throw new Error('a batch holds at least one target')
  const cursor = plan.states.get(target.target)?.cursor ?? null
  const pages: Page[] = []
  const requests: HttpRequest[] = []
  let at: Date | undefined
  if (source.ask) {
    for await (const body of source.ask(api, target, cursor)) pages.push({body, text: JSON.stringify(body) ?? ''})
  } else {
    const about = batch.length === 1 ? target.target : `${target.target} and ${batch.length - 1} more`
    const now = context.clock.now()
    let request: HttpRequest | undefined = source.request(target, cursor, {targets: batch, at: now, firing: plan.firing ?? options.at ?? now})
    while (request !== undefined) {
      if (pages.length === maxPages)
        throw new UnexpectedBody(`${source.provider.name} (${about}): more than ${maxPages} pages`, {provider: source.provider.name, target: about, nextStep: 'Nothing was stored: its paging is not what it documents.'})
      const {answer, body} = await api.ask(request, about)
      at ??= answer.at
      requests.push(request)
      pages.push({body, text: answer.text})
      request = source.next?.(body, request)
    }
  }
  const next = source.advance ? pages.reduce<unknown>((known, {body}, place) => source.advance!(body, known, requests[place]), cursor) : null
  return {pages, at: at ?? context.clock.now(), cursor: next}
}
