/**
 * The only way to the network: limited, paced, retried, counted, recorded, and every "no" turned into a typed
 * error.
 */
import {credentialsOf, type Config} from '../config.js'
import type {Clock} from '../clock.js'
import {type Answer, type HttpRequest, keyless, type Provider} from '../define.js'
import {isFinError, messageOf} from '../errors.js'
import type {Ledger, Reservation} from '../limits/ledger.js'
import type {Pace} from '../limits/pace.js'
import type {Log} from '../output/log.js'
import {prepare, type Prepared} from './address.js'
import {secretOf} from './credentials.js'
import {refused, weighed, type Question} from './request-state.js'
import {createRecorder} from './record.js'
import {createRedact} from './redact.js'
import {SlowDown, withRetry} from './retry.js'
import {send} from './send.js'
import {facts, judge, subject, type Verdict} from './verdict.js'

export interface ApiOptions {
  provider: Provider
  config: Config
  clock: Clock
  ledger: Pick<Ledger, 'reserve' | 'rest'>
  pace: Pace
  unit: string
  runId?: string | null
  /** Wait as long as the provider's spacing asks. */
  wait?: boolean | undefined
  /** Only this credential. */
  token?: string | undefined
  /**
   * The credential is one that is kept for this unit: where the provider counts an address, the planner's
   * split still holds.
   */
  isOwnKey?: boolean
  /** Folder that keeps the raw answers. */
  record?: string | undefined
  log: Log
  stop?: AbortSignal
  /** Real milliseconds for one whole request: connect, redirects, headers and body; default 30,000. */
  deadlineMs?: number
}

export interface OpenApi {
  /**
   * Throws SkipTarget, TryLater, QuotaSpent, NeedsPerson or UnexpectedBody, each naming the provider and
   * `target`; or the reason of `stop`.
   */
  ask(request: HttpRequest, target?: string): Promise<{answer: Answer; body: unknown}>
  /** `requests` were sent; of those the provider said no to `refused`, and `failed` gave no usable answer. */
  readonly counts: {requests: number; refused: number; failed: number}
}

const defaultDeadlineMs = 30_000

export function openApi(options: ApiOptions): OpenApi {
  const {provider, config, clock, ledger, pace, unit, log, stop} = options
  const redact = createRedact(config, provider)
  const record = options.record === undefined ? undefined : createRecorder(options.record, redact)
  const counts = {requests: 0, refused: 0, failed: 0}
  const canRotate =
    options.token === undefined && new Set(credentialsOf(provider, config).map(({secret}) => secret)).size > 1

  function ask(request: HttpRequest, target?: string): Promise<{answer: Answer; body: unknown}> {
    const question: Question = {
      provider,
      target,
      as: request.as,
      redact,
      request,
      bursts: new Map(),
      doubted: new Set(),
    }
    return withRetry(() => attempt(question), {
      clock,
      stop,
      wait: options.wait ?? false,
      onWait: (ms, error) =>
        (ms >= 5_000 ? log.notice : log.detail)(`${error.message}; asks again in ${Math.ceil(ms / 1_000)} s`),
    }).catch((error: unknown) => {
      if (isFinError(error)) error.credential = request.credential
      throw error
    })
  }

  /** One try, over as many credentials as it takes. */
  async function attempt(question: Question): Promise<{answer: Answer; body: unknown}> {
    const tried = new Set<string>()
    for (;;) {
      const reservation = await reserve(question)
      const {label} = reservation
      const {answer, verdict} = await transmit(question, reservation)
      if ('body' in verdict) {
        const until = provider.accounting?.holdsUntil?.(answer)
        if (until !== undefined)
          await ledger.rest(provider, label, {next: 'wait', until, why: 'it says that few requests are left'})
        return {answer, body: verdict.body}
      }
      if ('error' in verdict) {
        question.bursts.delete(label)
        throw verdict.error
      }
      const refusal = weighed(verdict.refusal, label, question)
      const isOnly = !canRotate || question.request.credential !== undefined
      if (
        refusal.next === 'skip' ||
        refusal.of === 'request' ||
        (refusal.next === 'stop' && label === keyless)
      )
        throw refused(refusal, question)
      await ledger.rest(provider, label, refusal)
      if (refusal.next === 'blocked') throw refused(refusal, question)
      if (refusal.next === 'wait' && (isOnly || tried.has(label)))
        throw new SlowDown(`${subject(question)}: ${refusal.why}`, {
          ...facts(question),
          until: refusal.until,
          nextStep: 'Run it again later.',
        })
      if (tried.has(label)) throw refused(refusal, question)
      ;(refusal.next === 'stop' ? log.warn : log.detail)(
        `${provider.name}: ${label === keyless ? label : `key ${label}`} rests: ${refusal.why}`,
      )
      tried.add(label)
    }
  }

  function reserve({request, target}: Question): Promise<Reservation> {
    const label = request.credential ?? options.token
    return ledger.reserve({
      provider,
      unit,
      runId: options.runId ?? null,
      wait: options.wait ?? false,
      ...(target === undefined ? {} : {target}),
      ...(request.cost ? {cost: request.cost} : {}),
      ...(label === undefined
        ? {}
        : {only: label, isOwn: request.credential === undefined && (options.isOwnKey ?? false)}),
      ...(stop ? {stop} : {}),
    })
  }

  /** Sends what is reserved, in its turn; the place goes back when nothing was sent. */
  async function transmit(
    question: Question,
    reservation: Reservation,
  ): Promise<{answer: Answer; verdict: Verdict}> {
    let sent = false
    try {
      const secret = secretOf(provider, reservation.label, config)
      const prepared = prepare({...question, secret, config})
      return await pace.run(provider, reservation.label, async () => {
        await reservation.started()
        stop?.throwIfAborted()
        sent = true
        return exchange(question, reservation, prepared, secret)
      })
    } catch (error) {
      if (!sent)
        await reservation
          .giveBack()
          .catch((failure: unknown) =>
            log.detail(`the reservation could not be given back: ${messageOf(failure)}`),
          )
      throw error
    }
  }

  async function exchange(
    question: Question,
    reservation: Reservation,
    prepared: Prepared,
    secret: string | undefined,
  ) {
    counts.requests++
    const startMs = clock.elapsedMs()
    const shown = `GET ${redact(prepared.url.href)}`
    const {deadlineMs = defaultDeadlineMs} = options
    const answer = await send({...question, ...prepared, secret, clock, deadlineMs, stop}).catch(
      async (error: unknown) => {
        counts.failed++
        log.detail(`${shown}: ${redact(messageOf(error))}`)
        // The error that stopped the request matters more than one of the bookkeeping.
        await reservation
          .finish({outcome: 'failed', note: redact(messageOf(error))})
          .catch((failure: unknown) => log.warn(messageOf(failure)))
        throw error
      },
    )
    log.detail(
      `${shown}: HTTP ${answer.status}, ${answer.text.length} characters in ${Math.round(clock.elapsedMs() - startMs)} ms`,
    )
    const verdict = judge(answer, question)
    const note =
      'refusal' in verdict ? verdict.refusal.why : 'error' in verdict ? verdict.error.message : undefined
    const outcome = 'body' in verdict ? 'answered' : 'refusal' in verdict ? 'refused' : 'failed'
    if (outcome !== 'answered') counts[outcome]++
    const {posts, usd} = question.request.cost ? (provider.accounting?.spent?.(answer) ?? {}) : {}
    await reservation.finish({outcome, status: answer.status, note, posts, usd: usd?.toFixed(6)})
    await record?.({
      unit,
      target: question.target,
      url: prepared.url.href,
      requestHeaders: prepared.headers,
      answer,
    })
    return {answer, verdict}
  }

  return {counts, ask}
}
