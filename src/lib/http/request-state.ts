/** The state of one request over all its tries, and the classification of a refusal that depends on it. */
import type {HttpRequest, Refusal} from '../define.js'
import {NeedsPerson, QuotaSpent, SkipTarget, TryLater} from '../errors.js'
import {facts, subject, type About} from './classify-answer.js'

export interface RequestState extends About {
  request: HttpRequest
  /** Number of `wait` refusals in a row without an instant, per credential. The third means a spent quota. */
  retriesWithoutHint: Map<string, number>
  /** Credentials that were refused once with a refusal marked `unsure`. */
  suspect: Set<string>
}

/**
 * The refusal to act on. The third `wait` in a row without an instant becomes `spent`. Throws TryLater for
 * the first `stop` that is marked `unsure`, so that it is tried once more.
 */
export function classified(refusal: Refusal, label: string, state: RequestState): Refusal {
  if (refusal.unsure && refusal.next === 'stop' && !state.suspect.has(label)) {
    state.suspect.add(label)
    throw new TryLater(`${subject(state)}: ${refusal.why}`, {
      ...facts(state),
      nextStep: 'Run it again later.',
    })
  }
  if (refusal.next !== 'wait' || refusal.until !== undefined) return refusal
  const retries = (state.retriesWithoutHint.get(label) ?? 0) + 1
  state.retriesWithoutHint.set(label, retries)
  if (retries < 3) return refusal
  return {next: 'spent', why: `${refusal.why} (three times in a row)`} // the ledger computes until when
}

/** The error to throw for a refusal of a request with the credential `label`. */
export function refused(refusal: Refusal, state: RequestState, label?: string): Error {
  const message = `${subject(state)}: ${refusal.why}`
  if (refusal.next === 'skip')
    return new SkipTarget(message, {
      ...facts(state),
      nextStep: 'Nothing to do: fin requests it again after 30 days.',
    })
  if (refusal.next === 'spent')
    return new QuotaSpent(message, {...facts(state), until: refusal.until, nextStep: 'Run it again then.'})
  if (refusal.next === 'blocked')
    return new NeedsPerson(message, {
      ...facts(state),
      nextStep:
        'fin will not contact it until the time that "fin doctor" shows; the pause doubles each time. To import an answer saved elsewhere, use --input FILE.',
    })
  const {credentials = {}} = state.provider
  const own = label === undefined ? undefined : credentials[label]
  const variables = own === undefined ? Object.values(credentials) : [own]
  return new NeedsPerson(message, {
    ...facts(state),
    ofRequest: refusal.of === 'request',
    nextStep:
      refusal.nextStep ??
      (refusal.of === 'request' || variables.length === 0
        ? 'Another request will not help; the text states what the provider requires.'
        : `Check ${variables.join(', ')}.`),
  })
}
