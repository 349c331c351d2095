/**
 * The client: the only code that sends requests to providers. It reserves, paces, retries, counts and records
 * each request, and turns every refusal into a typed error.
 */
import {credentialsOf} from '../config.js'
import {type Answer, type HttpRequest, keyless} from '../define.js'
import {isFinError} from '../errors.js'
import {refused, classified, type RequestState} from './request-state.js'
import type {ClientOptions, RequestCounts} from './options.js'
import {createRecorder} from './record.js'
import {createRedact} from './redact.js'
import {SlowDown, withRetry} from './retry.js'
import {createTransmit, isStalled} from './transmit.js'
import {reportedMs} from '../waits.js'
import {facts, subject} from './classify-answer.js'

export interface HttpClient {
  /**
   * Sends a request, with retries. Throws SkipTarget, TryLater, QuotaSpent, NeedsPerson or UnexpectedBody,
   * each with the provider and `target`; or the reason of `stop`.
   */
  request(request: HttpRequest, target?: string): Promise<{answer: Answer; body: unknown}>
  readonly counts: RequestCounts
  /** True once the provider has left requests unanswered for so long that the run should end. */
  isStalled?(): boolean
}

/** With the pauses between four tries, a run spends less than two minutes on a provider that is silent. */
const defaultStallMs = 110_000

export function openClient(options: ClientOptions): HttpClient {
  const {provider, config, clock, ledger, log, stop} = options
  const redact = createRedact(config, provider)
  const record = options.record === undefined ? undefined : createRecorder(options.record, redact)
  const counts: RequestCounts = {requests: 0, refused: 0, failed: 0}
  const waited = {inVainMs: 0, mostMs: options.stallMs ?? defaultStallMs}
  const transmit = createTransmit(options, {redact, record, counts, waited})
  const canRotate =
    options.credential === undefined &&
    new Set(credentialsOf(provider, config).map(({secret}) => secret)).size > 1

  function request(httpRequest: HttpRequest, target?: string): Promise<{answer: Answer; body: unknown}> {
    const state: RequestState = {
      provider,
      target,
      as: httpRequest.as,
      redact,
      request: httpRequest,
      retriesWithoutHint: new Map(),
      suspect: new Set(),
    }
    return withRetry(() => attempt(state), {
      clock,
      stop,
      wait: options.wait ?? false,
      hasGivenUp: () => isStalled(waited),
      onWait: (ms, error) => {
        const until = new Date(clock.now().getTime() + ms).toISOString()
        const text = `${error.message}; waits until ${until}, the next try is in ${Math.ceil(ms / 1_000)} s`
        if (ms < reportedMs) log.detail(text)
        else if (log.waiting) log.waiting(text)
        else log.notice(text)
      },
    }).catch((error: unknown) => {
      if (isFinError(error)) error.credential = httpRequest.credential
      throw error
    })
  }

  /** `key 2 (FINNHUB_API_KEY_2)`. */
  function nameOf(label: string): string {
    const variable = provider.credentials?.[label]
    return variable === undefined ? label : `key ${label} (${variable})`
  }

  /** One try. A refused credential is replaced by the next one until each was tried. */
  async function attempt(state: RequestState): Promise<{answer: Answer; body: unknown}> {
    const tried = new Set<string>()
    for (;;) {
      const {label, answer, found} = await transmit(state)
      if ('body' in found) {
        const until = provider.accounting?.holdsUntil?.(answer)
        if (until !== undefined)
          await ledger.startCooldown(provider, label, {
            next: 'wait',
            until,
            why: 'it reports that few requests are left',
          })
        return {answer, body: found.body}
      }
      if ('error' in found) {
        state.retriesWithoutHint.delete(label)
        throw found.error
      }
      const refusal = classified(found.refusal, label, state)
      const isOnly = !canRotate || state.request.credential !== undefined
      if (
        refusal.next === 'skip' ||
        refusal.of === 'request' ||
        (refusal.next === 'stop' && label === keyless)
      )
        throw refused(refusal, state, label)
      await ledger.startCooldown(provider, label, refusal)
      if (refusal.next === 'blocked') throw refused(refusal, state, label)
      if (refusal.next === 'wait' && (isOnly || tried.has(label)))
        throw new SlowDown(`${subject(state)}: ${refusal.why}`, {
          ...facts(state),
          until: refusal.until,
          nextStep: 'Run it again later.',
        })
      if (tried.has(label)) throw refused(refusal, state, label)
      ;(refusal.next === 'stop' ? log.warn : log.detail)(
        `${provider.name}: ${nameOf(label)} is in cooldown: ${refusal.why}`,
      )
      tried.add(label)
    }
  }

  return {counts, request, isStalled: () => isStalled(waited)}
}
