/**
 * Sends one request: reserves, paces, counts and records it, and does so again for each hop of a redirect
 * within the origin.
 */
import type {Answer} from '../define.js'
import {messageOf, QuotaSpent, TryLater, UnexpectedBody} from '../errors.js'
import type {Reservation} from '../limits/ledger.js'
import {pluralize} from '../text.js'
import {prepare, type Prepared} from './address.js'
import {secretOf} from './credentials.js'
import type {ClientOptions, RequestCounts} from './options.js'
import type {Recorder} from './record.js'
import type {Redact} from './redact.js'
import {mostRedirects} from './redirect.js'
import type {RequestState} from './request-state.js'
import {proxyFor, type Proxy} from '../proxy.js'
import {send, type Sent} from './send.js'
import {reportSlow} from '../waits.js'
import {facts, classifyAnswer, subject, type AnswerClass} from './classify-answer.js'

const defaultDeadlineMs = 30_000
/** The real milliseconds in which requests got no answer, and how many a run allows all together. */
export interface Waited {
  inVainMs: number
  readonly mostMs: number
}

export function isStalled({inVainMs, mostMs}: Waited): boolean {
  return inVainMs >= mostMs
}

/** A redirect within the origin. */
type Hop = Extract<Sent, {redirect: URL}>

/** The classified answer to one request that was sent, or the next hop of a redirect. */
type Exchanged = {answer: Answer; found: AnswerClass} | Hop

/** An answer, and the label of the credential that got it. */
export interface Transmitted {
  label: string
  answer: Answer
  found: AnswerClass
}

export function createTransmit(
  options: ClientOptions,
  shared: {redact: Redact; record: Recorder | undefined; counts: RequestCounts; waited: Waited},
): (state: RequestState) => Promise<Transmitted> {
  const {provider, config, clock, ledger, pace, job, log, stop} = options
  const {redact, record, counts, waited} = shared

  /** Reserves one request; `hop` is the credential of the request that was redirected. */
  function reserve({request, target}: RequestState, hop?: string): Promise<Reservation> {
    const chosen = request.credential ?? options.credential
    const label = hop ?? chosen
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
            // the allocation holds for a hop, too, unless a person or the request names the credential
            isDedicated:
              chosen === undefined || (request.credential === undefined && (options.isDedicated ?? false)),
          }),
      ...(stop ? {stop} : {}),
    })
  }

  /** Sends a reserved request and follows its redirects. Each hop is reserved, paced and counted. */
  async function transmit(state: RequestState): Promise<Transmitted> {
    const first = await reserve(state)
    const {label} = first
    let sent = await sendReserved(state, first)
    for (let redirects = 1; 'redirect' in sent; redirects++) {
      const {redirect: url} = sent
      if (redirects > mostRedirects)
        throw new UnexpectedBody(`${subject(state)}: it redirects more than ${mostRedirects} times`, {
          ...facts(state),
          nextStep: 'Nothing stored was changed; run it again later, with --verbose to see the redirects.',
        })
      sent = await sendReserved(state, await reserveHop(state, label, redirects), {
        url,
        isLast: redirects === mostRedirects,
      })
    }
    return {label, ...sent}
  }

  /** Reserves the next hop of a redirect. A spent quota names the redirects, because they used it. */
  async function reserveHop(state: RequestState, label: string, redirects: number): Promise<Reservation> {
    try {
      return await reserve(state, label)
    } catch (error) {
      if (!(error instanceof QuotaSpent)) throw error
      throw new QuotaSpent(
        `${subject(state)}: it redirected the request ${pluralize(redirects, 'time')}, and each hop is a request: ${error.message}`,
        {...facts(state), until: error.until, nextStep: error.nextStep, cause: error},
      )
    }
  }

  /**
   * Sends a reserved request when the pace allows it, to its own address or to that of a redirect. Releases
   * the reservation if nothing was sent.
   */
  async function sendReserved(
    state: RequestState,
    reservation: Reservation,
    hop?: {url: URL; isLast: boolean},
  ): Promise<Exchanged> {
    let sent = false
    try {
      const secret = secretOf(provider, reservation.label, config)
      const prepared = prepare({...state, secret, config})
      const url = hop?.url ?? prepared.url
      const proxy = proxyFor(url, config.env)
      return await pace.run(provider, reservation.label, async () => {
        await reservation.started()
        stop?.throwIfAborted()
        sent = true
        const one = {...prepared, url, proxy, isLast: hop?.isLast ?? false}
        return exchange(state, reservation, one, secret)
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
    prepared: Prepared & {proxy: Proxy | undefined; isLast: boolean},
    secret: string | undefined,
  ): Promise<Exchanged> {
    counts.requests++
    const startMs = clock.elapsedMs()
    const shown = `GET ${redact(prepared.url.href)}`
    const leftMs = Math.max(100, waited.mostMs - waited.inVainMs)
    const deadlineMs = Math.min(options.deadlineMs ?? defaultDeadlineMs, leftMs)
    const deadlineAt = new Date(clock.now().getTime() + deadlineMs).toISOString()
    const sent = await reportSlow(
      log,
      () => `${subject(state)}: no answer yet, waits until ${deadlineAt}`,
      send({...state, ...prepared, secret, clock, deadlineMs, stop}),
    ).catch(async (error: unknown) => {
      counts.failed++
      // a little more, because a timer may fire early
      if (error instanceof TryLater) waited.inVainMs += Math.ceil(clock.elapsedMs() - startMs) + 10
      log.detail(`${shown}: ${redact(messageOf(error))}`)
      // The error of the request matters more than an error while its result is recorded.
      await reservation
        .finish({outcome: 'failed', note: redact(messageOf(error))})
        .catch((failure: unknown) => log.warn(messageOf(failure)))
      throw error
    })
    if ('redirect' in sent) return redirected(state, reservation, {...sent, isLast: prepared.isLast}, shown)
    const {answer} = sent
    const tookMs = Math.round(clock.elapsedMs() - startMs)
    log.detail(`${shown}: HTTP ${answer.status}, ${answer.text.length} characters in ${tookMs} ms`)
    const found = classifyAnswer(answer, {...state, label: reservation.label}, sent.raw)
    const note = 'refusal' in found ? found.refusal.why : 'error' in found ? found.error.message : undefined
    const outcome = 'body' in found ? 'answered' : 'refusal' in found ? 'refused' : 'failed'
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
    return {answer, found}
  }

  /**
   * Closes the reservation of a hop; the last one that is followed has failed. A redirect returns no post, so
   * it costs only a request.
   */
  async function redirected(
    {request}: RequestState,
    reservation: Reservation,
    hop: Hop & {isLast: boolean},
    shown: string,
  ): Promise<Exchanged> {
    const note = `it redirects to ${redact(hop.redirect.href)}`
    log.detail(`${shown}: HTTP ${hop.status}, ${note}`)
    if (hop.isLast) counts.failed++
    await reservation.finish({
      outcome: hop.isLast ? 'failed' : 'answered',
      status: hop.status,
      note,
      ...(request.cost ? {posts: 0, usd: '0'} : {}),
    })
    return hop
  }

  return transmit
}
