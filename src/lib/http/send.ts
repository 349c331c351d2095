/**
 * Sends one request: the only `fetch` to a provider. It follows no redirect, because each hop is a request
 * that needs a reservation of its own. One deadline covers connection, headers and body.
 */
import {type Clock, deadline} from '../clock.js'
import {defaultMaxBytes, type Answer, type Provider} from '../define.js'
import {messageOf, NeedsPerson, TryLater, UnexpectedBody, type FinError} from '../errors.js'
import {jsonOrUndefined} from '../json.js'
import {fetchThrough, NoTunnel, proxyRefusal, type Proxy} from '../proxy.js'
import {BadBody, megabytes, readText} from './body.js'
import {certificateRefused, networkReasons, reasonOfProxy} from './network-reasons.js'
import {quotes, type Redact} from './redact.js'
import {locationOf, withinOrigin} from './redirect.js'
import {facts, subject} from './classify-answer.js'

export interface SendOptions {
  provider: Provider
  target: string | undefined
  url: URL
  /** Headers, with the sign-in. */
  headers: Readonly<Record<string, string>>
  /** The proxy for `url`; undefined for a direct connection. */
  proxy: Proxy | undefined
  /** The secret in use; it is removed from an answer that holds it. */
  secret: string | undefined
  redact: Redact
  clock: Clock
  deadlineMs: number
  stop: AbortSignal | undefined
}

/** An answer, also before redaction (`raw`); or the status and address of a redirect within the origin. */
export type Sent = {answer: Answer; raw: Answer} | {status: number; redirect: URL}

/**
 * Sends the request and reads the answer. Throws TryLater (network, deadline), UnexpectedBody (too large, not
 * text, a redirect to another origin), NeedsPerson (certificate, proxy), or the reason of `stop`.
 */
export async function send(options: SendOptions): Promise<Sent> {
  const {stop, clock, deadlineMs} = options
  const abort = new AbortController()
  const timeout = deadline(deadlineMs)
  // Listeners instead of AbortSignal.any, because Node 20 may collect its signal before it aborts.
  const onTimeout = () =>
    abort.abort(
      new TryLater(
        `${subject(options)}: no complete answer within ${deadlineMs / 1_000} s${viaProxy(options)}`,
        {
          ...facts(options),
          nextStep:
            options.proxy === undefined
              ? 'Run it again later.'
              : `Check that ${options.proxy.variable} is right and that the proxy works, then run it again.`,
        },
      ),
    )
  const onStop = () => abort.abort(stop?.reason)
  timeout.addEventListener('abort', onTimeout, {once: true})
  stop?.addEventListener('abort', onStop, {once: true})
  try {
    stop?.throwIfAborted()
    const fetch = await fetchThrough(options.proxy)
    const response = await fetch(options.url, {
      headers: options.headers,
      signal: abort.signal,
      redirect: 'manual',
    })
    const redirect = redirectOf(response, options)
    if (redirect !== undefined) {
      await response.body?.cancel()
      return {status: response.status, redirect}
    }
    const text = await bodyOf(response, options, abort)
    if (clock.driven) await clock.refresh()
    const plain = options.secret !== undefined && quotes(text, options.secret) ? options.redact(text) : text
    const answer: Answer = {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      text: plain,
      json: jsonOrUndefined(plain),
      at: clock.now(),
    }
    return {answer, raw: plain === text ? answer : {...answer, text, json: jsonOrUndefined(text)}}
  } catch (error) {
    if (abort.signal.aborted && abort.signal.reason !== stoppedEarly) throw abort.signal.reason
    throw translated(error, options)
  } finally {
    timeout.removeEventListener('abort', onTimeout)
    stop?.removeEventListener('abort', onStop)
    abort.abort() // closes a connection that is still open
  }
}

/** The address that an answer redirects to, within the origin; undefined if it is not a redirect. */
function redirectOf(response: Response, options: SendOptions): URL | undefined {
  const location = response.headers.get('location')
  if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return undefined
  const next = withinOrigin(options.url, location)
  if (next === undefined) throw leavesOrigin(options, locationOf(options.url, options.redact(location)))
  return next
}

function leavesOrigin(options: SendOptions, destination: string): UnexpectedBody {
  return new UnexpectedBody(`${subject(options)}: it redirects to ${destination}, which is not followed`, {
    ...facts(options),
    nextStep:
      'fin sends a credential only to the address of its provider. If the provider has moved, update fin; if a proxy or a login page answered, fix the network.',
  })
}

async function bodyOf(response: Response, {provider}: SendOptions, abort: AbortController): Promise<string> {
  const maxBytes = provider.maxBytes ?? defaultMaxBytes
  const announced =
    response.headers.get('content-encoding') === null
      ? Number(response.headers.get('content-length') ?? 0)
      : 0
  if (announced > maxBytes)
    throw new BadBody(`it announces ${megabytes(announced)}, more than the ${megabytes(maxBytes)} accepted`)
  return readText(
    response.body && bounded(response.body, abort),
    maxBytes,
    response.headers.get('content-type') ?? undefined,
  )
}

/**
 * The chunks of a body. A caller that stops early destroys the socket, so that the rest is not downloaded.
 */
async function* bounded(
  stream: ReadableStream<Uint8Array>,
  abort: AbortController,
): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  let ended = false
  try {
    for (;;) {
      const {done, value} = await reader.read()
      if (done) break
      yield value
    }
    ended = true
  } finally {
    if (!ended) abort.abort(stoppedEarly)
  }
}

const stoppedEarly = new Error('the rest of the body is not wanted')

/**
 * The error to throw for an error of fetch, whose message is only "fetch failed" and whose cause is the
 * reason.
 */
function translated(error: unknown, options: SendOptions): unknown {
  const about = facts(options)
  if (error instanceof BadBody)
    return new UnexpectedBody(`${subject(options)}: ${error.message}`, {
      ...about,
      nextStep: 'Nothing stored was changed; run it again later, with --verbose to see the request.',
    })
  if (!(error instanceof TypeError)) return error
  const cause = error.cause as NodeJS.ErrnoException | undefined
  if (options.proxy && cause instanceof NoTunnel && !certificateRefused(cause.code))
    return withoutTunnel(options.proxy, cause, options)
  if (cause === undefined && !/terminated|fetch failed/.test(error.message)) return error
  return networkError(cause?.code ?? '', options.redact(messageOf(cause ?? error)), options)
}

/** The error for a proxy that refused, or that was not reached. */
function withoutTunnel(proxy: Proxy, {status, code, message}: NoTunnel, options: SendOptions): FinError {
  const about = facts(options)
  if (status === undefined)
    return new TryLater(`${subject(options)}: ${reasonOfProxy(proxy, code, options.redact(message))}`, {
      ...about,
      nextStep: `Check that ${proxy.variable} is right and that the proxy runs, then run it again.`,
    })
  const {why, nextStep, needsPerson} = proxyRefusal(proxy, status, options.url)
  const Kind = needsPerson ? NeedsPerson : TryLater
  return new Kind(`${subject(options)}: ${why}`, {...about, nextStep})
}

/** ` through the proxy (HTTPS_PROXY, host:3128)`, or nothing for a direct connection. */
function viaProxy({proxy}: SendOptions): string {
  return proxy === undefined ? '' : ` through the proxy (${proxy.shown})`
}

function networkError(code: string, message: string, options: SendOptions): FinError {
  const about = facts(options)
  const name = subject(options)
  const via = viaProxy(options)
  const certificate = certificateRefused(code)
  if (certificate)
    return new NeedsPerson(`${name}: ${certificate.why}${via}`, {...about, nextStep: certificate.nextStep})
  if (code === 'UND_ERR_HEADERS_OVERFLOW')
    return new UnexpectedBody(`${name}: its headers are too large`, {
      ...about,
      nextStep: 'Run it again later.',
    })
  if (
    /^(HPE_|UND_ERR_RES_CONTENT_LENGTH)/.test(code) ||
    /^Z_|^ERR__ERROR_FORMAT|^ERR_BROTLI|^ERR_PADDING/.test(code)
  )
    return new TryLater(`${name}: the answer is damaged (${code})${via}`, {
      ...about,
      nextStep: 'Run it again later.',
    })
  const why = networkReasons[code] ?? `the connection failed (${code || message})`
  return new TryLater(`${name}: ${why}${via}`, {
    ...about,
    nextStep: `Check the network${via === '' ? '' : ' and the proxy'}, then run it again.`,
  })
}
