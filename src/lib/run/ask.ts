/** Asks a source about one batch of targets: every page of it, and the cursor that follows. */
import type {AnyTarget, HttpRequest} from '../define.js'
import type {OpenApi} from '../http/api.js'
import type {TargetState} from './due.js'
import type {AnySource} from './parsed.js'

export interface Answered {
  bodies: unknown[]
  /** When the first page arrived. */
  at: Date
  cursor: unknown
  /** The last answer as text, to be kept if it cannot be parsed. */
  text: string
}

export interface Asking {
  source: AnySource
  api: OpenApi
  plan: {states: ReadonlyMap<string, TargetState>}
  context: {clock: {now(): Date}}
}

/** A source that pages without end is broken; no documented endpoint comes near this. */
const maxPages = 500

/** Throws what the door throws: TryLater, QuotaSpent, SkipTarget, NeedsPerson, UnexpectedBody. */
export async function askFor({source, api, plan, context}: Asking, batch: readonly AnyTarget[]): Promise<Answered> {
  const [target] = batch
  if (target === undefined) throw new Error('a batch holds at least one target')
  const cursor = plan.states.get(target.target)?.cursor ?? null
  const bodies: unknown[] = []
  let at: Date | undefined
  let text = ''
  if (source.ask) {
    for await (const body of source.ask(api, target, cursor)) bodies.push(body)
  } else {
    let request: HttpRequest | undefined = source.request(target, cursor, batch)
    while (request !== undefined && bodies.length < maxPages) {
      const {answer, body} = await api.ask(request, batch.length === 1 ? target.target : `${target.target} and ${batch.length - 1} more`)
      at ??= answer.at
      text = answer.text
      bodies.push(body)
      request = source.next?.(body, request)
    }
  }
  const next = source.advance ? bodies.reduce<unknown>((known, body) => source.advance!(body, known), cursor) : null
  return {bodies, at: at ?? context.clock.now(), cursor: next, text}
}
