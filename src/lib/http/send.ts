/**
 * One physical request with its redirects: the only `fetch` to a provider. One deadline covers connecting,
 * redirects, headers and body.
 */
import {type Clock, deadline} from '../clock.js'
import {defaultMaxBytes, type Answer, type Provider} from '../define.js'
import {messageOf, NeedsPerson, TryLater, UnexpectedBody, type FinError} from '../errors.js'
import {jsonOrUndefined} from '../json.js'
import {BadBody, megabytes, readText} from './body.js'
import {certificateRefused, networkReasons} from './network-reasons.js'
import {quotes, type Redact} from './redact.js'
import {mostRedirects, locationOf, withinOrigin} from './redirect.js'
import {facts, subject} from './verdict.js'

export interface Sending {
  provider: Provider
  target: string | undefined
  url: URL
  /** With the sign-in. */
  headers: Readonly<Record<string, string>>
  /** The secret in use, removed from an answer that quotes it. */
  secret: string | undefined
  redact: Redact
  clock: Clock
  deadlineMs: number
  stop: AbortSignal | undefined
}

/**
 * Throws TryLater (network, deadline), UnexpectedBody (too large, not text, redirects without end or to
 * another origin), NeedsPerson (certificate), or the reason of `stop`.
 */
export async function send(sending: Sending): Promise<Answer> {
  const {stop, clock, deadlineMs} = sending
  const abort = new AbortController()
  const timeout = deadline(deadlineMs)
  // Listeners rather than AbortSignal.any, whose result Node 20 may collect before it fires.
  const onTimeout = () =>
    abort.abort(
      new TryLater(`${subject(sending)}: no complete answer within ${deadlineMs / 1_000} s`, {
        ...facts(sending),
        nextStep: 'Run it again later.',
      }),
    )
  const onStop = () => abort.abort(stop?.reason)
  timeout.addEventListener('abort', onTimeout, {once: true})
  stop?.addEventListener('abort', onStop, {once: true})
  try {
    stop?.throwIfAborted()
    const response = await follow(sending, abort.signal)
    const text = await bodyOf(response, sending, abort)
    if (clock.driven) await clock.refresh()
    const plain = sending.secret !== undefined && quotes(text, sending.secret) ? sending.redact(text) : text
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      text: plain,
      json: jsonOrUndefined(plain),
      at: clock.now(),
    }
  } catch (error) {
    if (abort.signal.aborted && abort.signal.reason !== leftEarly) throw abort.signal.reason
    throw translated(error, sending)
  } finally {
    timeout.removeEventListener('abort', onTimeout)
    stop?.removeEventListener('abort', onStop)
    abort.abort() // whatever is still open, closes
  }
}

/** One request and the redirects that follow it, hop by hop. */
async function follow(sending: Sending, signal: AbortSignal): Promise<Response> {
  let {url} = sending
  for (let redirects = 0; ; redirects++) {
    const response = await fetch(url, {headers: sending.headers, signal, redirect: 'manual'})
    const location = response.headers.get('location')
    if (![301, 302, 303, 307, 308].includes(response.status) || location === null) return response
    await response.body?.cancel()
    if (redirects === mostRedirects) throw new BadBody(`it redirects more than ${mostRedirects} times`)
    const next = withinOrigin(url, location)
    if (next === undefined) throw leavesOrigin(sending, locationOf(url, sending.redact(location)))
    url = next
  }
}

function leavesOrigin(sending: Sending, place: string): UnexpectedBody {
  return new UnexpectedBody(`${subject(sending)}: it redirects to ${place}, which is not followed`, {
    ...facts(sending),
    nextStep:
      'A key is only sent to the address it was issued for. If the provider has moved, update fin; if a proxy or a login page answered, fix the network.',
  })
}

async function bodyOf(response: Response, {provider}: Sending, abort: AbortController): Promise<string> {
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

/** Leaving early destroys the socket instead of reading on to the end. */
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
    if (!ended) abort.abort(leftEarly)
  }
}

const leftEarly = new Error('the rest of the body is not wanted')

/** What fetch throws says "fetch failed" or "terminated"; the reason is in its cause. */
function translated(error: unknown, sending: Sending): unknown {
  const about = facts(sending)
  if (error instanceof BadBody)
    return new UnexpectedBody(`${subject(sending)}: ${error.message}`, {
      ...about,
      nextStep: 'Nothing stored was changed; run it again later, with --verbose to see the request.',
    })
  if (!(error instanceof TypeError)) return error
  const cause = error.cause as NodeJS.ErrnoException | undefined
  if (cause === undefined && !/terminated|fetch failed/.test(error.message)) return error
  return networkError(cause?.code ?? '', sending.redact(messageOf(cause ?? error)), sending)
}

function networkError(code: string, message: string, sending: Sending): FinError {
  const about = facts(sending)
  const name = subject(sending)
  const certificate = certificateRefused(code)
  if (certificate)
    return new NeedsPerson(`${name}: ${certificate.why}`, {...about, nextStep: certificate.nextStep})
  if (code === 'UND_ERR_HEADERS_OVERFLOW')
    return new UnexpectedBody(`${name}: its headers have no end`, {...about, nextStep: 'Run it again later.'})
  if (
    /^(HPE_|UND_ERR_RES_CONTENT_LENGTH)/.test(code) ||
    /^Z_|^ERR__ERROR_FORMAT|^ERR_BROTLI|^ERR_PADDING/.test(code)
  )
    return new TryLater(`${name}: the answer is damaged (${code})`, {
      ...about,
      nextStep: 'Run it again later.',
    })
  return new TryLater(`${name}: ${networkReasons[code] ?? `the connection failed (${code || message})`}`, {
    ...about,
    nextStep: 'Check the network, then run it again.',
  })
}
