/**
 * The client: the only code that sends requests to providers. It reserves, paces, retries, counts and records
 * each request, and turns every refusal into a typed error.
 */
import {credentialsOf, type Config} from '../config.js'
import type {Clock} from '../clock.js'
import {type Answer, type HttpRequest, keyless, type Provider} from '../define.js'
import {isFinError, messageOf} from '../errors.js'
import type {Ledger, Reservation} from '../limits/ledger.js'
import type {Pace} from '../limits/pace.js'
import type {Log} from '../output/log.js'
import {proxyFor, type Proxy} from '../proxy.js'
import {prepare, type Prepared} from './address.js'
import {secretOf} from './credentials.js'
import {refused, classified, type RequestState} from './request-state.js'
import {createRecorder} from './record.js'
import {createRedact} from './redact.js'
import {SlowDown, withRetry} from './retry.js'
import {send} from './send.js'
import {facts, judge, subject, type Verdict} from './verdict.js'

export interface ApiOptions {
  provider: Provider
  config: Config
  clock: Clock
  ledger: Pick<Ledger, 'reserve' | 'startCooldown'>
  pace: Pace
  job: string
  runId?: string | null
  /** Wait for the quota and for `until` of a refusal, however long. */
  wait?: boolean | undefined
  /** Label of the only credential to use. */
  credential?: string | undefined
  /**
   * True if `credential` is dedicated to this job and not a choice of the user. The job then stays within its
   * allocation if the provider counts an address.
   */
  isDedicated?: boolean
  /** Folder for recordings of the raw answers. */
  record?: string | undefined
  log: Log
  stop?: AbortSignal
  /** Real milliseconds for one whole request: connect, redirects, headers and body; default 30,000. */
  deadlineMs?: number
}

export interface OpenApi {
  /**
   * Sends a request, with retries. Throws SkipTarget, TryLater, QuotaSpent, NeedsPerson or UnexpectedBody,
   * each with the provider and `target`; or the reason of `stop`.
   */
  request(request: HttpRequest, target?: string): Promise<{answer: Answer; body: unknown}>
  /** Requests sent; of those, `refused` were refused by the provider and `failed` had no usable answer. */
  readonly counts: {requests: number; refused: number; failed: number}
}

const defaultDeadlineMs = 30_000

export function openApi(options: ApiOptions): OpenApi {
  const {provider, config, clock, ledger, pace, job, log, stop} = options
  const redact = createRedact(config, provider)
  const record = options.record === undefined ? undefined : createRecorder(options.record, redact)
  const counts = {requests: 0, refused: 0, failed: 0}
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
      onWait: (ms, error) =>
        (ms >= 5_000 ? log.notice : log.detail)(
          `${error.message}; the next try is in ${Math.ceil(ms / 1_000)} s`,
        ),
    }).catch((error: unknown) => {
      if (isFinError(error)) error.credential = httpRequest.credential
      throw error
    })
  }

  /** One try. A refused credential is replaced by the next one until each was tried. */
  async function attempt(state: RequestState): Promise<{answer: Answer; body: unknown}> {
    const tried = new Set<string>()
    for (;;) {
      const reservation = await reserve(state)
      const {label} = reservation
      const {answer, verdict} = await transmit(state, reservation)
      if ('body' in verdict) {
        const until = provider.accounting?.holdsUntil?.(answer)
        if (until !== undefined)
          await ledger.startCooldown(provider, label, {
            next: 'wait',
            until,
            why: 'it reports that few requests are left',
          })
        return {answer, body: verdict.body}
      }
      if ('error' in verdict) {
        state.retriesWithoutHint.delete(label)
        throw verdict.error
      }
      const refusal = classified(verdict.refusal, label, state)
      const isOnly = !canRotate || state.request.credential !== undefined
      if (
        refusal.next === 'skip' ||
        refusal.of === 'request' ||
        (refusal.next === 'stop' && label === keyless)
      )
        throw refused(refusal, state)
      await ledger.startCooldown(provider, label, refusal)
      if (refusal.next === 'blocked') throw refused(refusal, state)
      if (refusal.next === 'wait' && (isOnly || tried.has(label)))
        throw new SlowDown(`${subject(state)}: ${refusal.why}`, {
          ...facts(state),
          until: refusal.until,
          nextStep: 'Run it again later.',
        })
      if (tried.has(label)) throw refused(refusal, state)
      ;(refusal.next === 'stop' ? log.warn : log.detail)(
        `${provider.name}: ${label === keyless ? label : `key ${label}`} is in cooldown: ${refusal.why}`,
      )
      tried.add(label)
    }
  }

  function reserve({request, target}: RequestState): Promise<Reservation> {
    const label = request.credential ?? options.credential
    return ledger.reserve({
      provider,
      job,
      runId: options.runId ?? null,
      wait: options.wait ?? false,
      ...(target === undefined ? {} : {target}),
      ...(request.cost ? {cost: request.cost} : {}),
      ...(label === undefined
        ? {}
        : {
            credential: label,
            isDedicated: request.credential === undefined && (options.isDedicated ?? false),
          }),
      ...(stop ? {stop} : {}),
    })
  }

  /** Sends a reserved request when the pace allows it. Releases the reservation if nothing was sent. */
  async function transmit(
    state: RequestState,
    reservation: Reservation,
  ): Promise<{answer: Answer; verdict: Verdict}> {
    let sent = false
    try {
      const secret = secretOf(provider, reservation.label, config)
      const prepared = prepare({...state, secret, config})
      const proxy = proxyFor(prepared.url, config.env)
      return await pace.run(provider, reservation.label, async () => {
        await reservation.started()
        stop?.throwIfAborted()
        sent = true
        return exchange(state, reservation, {...prepared, proxy}, secret)
      })
    } catch (error) {
      if (!sent)
        await reservation
          .release()
          .catch((failure: unknown) =>
            log.detail(`the reservation could not be released: ${messageOf(failure)}`),
          )
      throw error
    }
  }

  async function exchange(
    state: RequestState,
    reservation: Reservation,
    prepared: Prepared & {proxy: Proxy | undefined},
    secret: string | undefined,
  ) {
    counts.requests++
    const startMs = clock.elapsedMs()
    const shown = `GET ${redact(prepared.url.href)}`
    const {deadlineMs = defaultDeadlineMs} = options
    const answer = await send({...state, ...prepared, secret, clock, deadlineMs, stop}).catch(
      async (error: unknown) => {
        counts.failed++
        log.detail(`${shown}: ${redact(messageOf(error))}`)
        // The error of the request matters more than an error while its result is recorded.
        await reservation
          .finish({outcome: 'failed', note: redact(messageOf(error))})
          .catch((failure: unknown) => log.warn(messageOf(failure)))
        throw error
      },
    )
    log.detail(
      `${shown}: HTTP ${answer.status}, ${answer.text.length} characters in ${Math.round(clock.elapsedMs() - startMs)} ms`,
    )
    const verdict = judge(answer, state)
    const note =
      'refusal' in verdict ? verdict.refusal.why : 'error' in verdict ? verdict.error.message : undefined
    const outcome = 'body' in verdict ? 'answered' : 'refusal' in verdict ? 'refused' : 'failed'
    if (outcome !== 'answered') counts[outcome]++
    const {posts, usd} = state.request.cost ? (provider.accounting?.spent?.(answer) ?? {}) : {}
    await reservation.finish({outcome, status: answer.status, note, posts, usd: usd?.toFixed(6)})
    await record?.({
      job,
      target: state.target,
      url: prepared.url.href,
      requestHeaders: prepared.headers,
      answer,
    })
    return {answer, verdict}
  }

  return {counts, request}
}
