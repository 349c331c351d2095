/**
 * One question to a provider, over all its tries: what they have learnt, and what a refusal means in their
 * light.
 */
import type {HttpRequest, Refusal} from '../define.js'
import {NeedsPerson, QuotaSpent, SkipTarget, TryLater} from '../errors.js'
import {facts, subject, type About} from './verdict.js'

export interface Question extends About {
  request: HttpRequest
  /** Waits without an instant, per credential; the third in a row means that the quota is spent. */
  bursts: Map<string, number>
  /** Credentials that were refused in a doubtful way. */
  doubted: Set<string>
}

/**
 * Doubtful refusals are asked about once more; the third wait in a row that names no instant means a spent
 * quota.
 */
export function weighed(refusal: Refusal, label: string, question: Question): Refusal {
  if (refusal.unsure && refusal.next === 'stop' && !question.doubted.has(label)) {
    question.doubted.add(label)
    throw new TryLater(`${subject(question)}: ${refusal.why}`, {
      ...facts(question),
      nextStep: 'Run it again later.',
    })
  }
  if (refusal.next !== 'wait' || refusal.until !== undefined) return refusal
  const bursts = (question.bursts.get(label) ?? 0) + 1
  question.bursts.set(label, bursts)
  if (bursts < 3) return refusal
  return {next: 'spent', why: `${refusal.why} (three times in a row)`} // until when, the ledger knows best
}

/** The error that a refusal ends in. */
export function refused(refusal: Refusal, question: Question): Error {
  const message = `${subject(question)}: ${refusal.why}`
  if (refusal.next === 'skip')
    return new SkipTarget(message, {
      ...facts(question),
      nextStep: 'It is marked, and asked again only after a long pause.',
    })
  if (refusal.next === 'spent')
    return new QuotaSpent(message, {...facts(question), until: refusal.until, nextStep: 'Run it again then.'})
  if (refusal.next === 'blocked')
    return new NeedsPerson(message, {
      ...facts(question),
      nextStep:
        'It is left alone now, longer each time; "fin doctor" shows until when. What was saved by other means can be given with --input FILE.',
    })
  const variables = Object.values(question.provider.credentials ?? {})
  return new NeedsPerson(message, {
    ...facts(question),
    ofRequest: refusal.of === 'request',
    nextStep:
      refusal.of === 'request' || variables.length === 0
        ? 'Asking again will not help; the text says what the provider wants.'
        : `Check ${variables.join(', ')}.`,
  })
}
