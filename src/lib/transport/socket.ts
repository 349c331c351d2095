/** A WebSocket that stays: subscribes, is kept alive, and is opened again whenever it ends. */
import {randomInt, randomUUID} from 'node:crypto'
import {type Clock, pause} from '../clock.js'
import type {AnyFeed} from '../define-feed.js'
import {messageOf, NeedsPerson} from '../errors.js'
import {certificateRefused, networkReasons} from '../http/network-reasons.js'
import {mostFrameBytes, readMessage, type ReceivedFrame} from './frames.js'

export interface ListenOptions {
  url: string
  targets: readonly string[]
  clock: Clock
  stop: AbortSignal
  /** Told of every connection that ended, with the real milliseconds until the next try. */
  onEnd(why: string, waitMs: number): void
  /** Told when something comes again: from when to when nothing was heard. */
  onGap(from: Date, to: Date): void
  /**
   * A random share of so many milliseconds; default: any, so that many who lost the same server do not come
   * back together.
   */
  jitter?(mostMs: number): number
}

type Library = typeof import('ws')

const handshakeMs = 10_000
const firstWaitMs = 1_000
const longestWaitMs = 60_000
/** After a "no": an address that goes on asking is shut out for ten minutes. */
const refusedWaitMs = 60_000
/** A connection that lasted so long was a good one: the next wait is a short one again. */
const steadyMs = 30_000

/** The server does not open a connection or does not go on with it, and says so. */
class Refused extends Error {
  constructor(
    why: string,
    readonly waitMs: number,
  ) {
    super(why)
  }
}

/** Statuses that waiting does not change: the address is wrong. */
const noSocketThere = new Set([400, 404, 405, 410, 426])

/**
 * Every message, until `stop`. Whoever reads slowly slows the socket down. Throws NeedsPerson where no socket
 * is at the address, or its certificate is not accepted.
 */
export async function* listen(feed: AnyFeed, listening: ListenOptions): AsyncGenerator<ReceivedFrame> {
  const {clock, stop, onEnd, onGap, jitter = (mostMs: number) => randomInt(mostMs + 1)} = listening
  const library = await import('ws')
  let tries = 0
  let lastHeard = clock.now()
  let isInGap = false
  while (!stop.aborted) {
    const beganMs = clock.elapsedMs()
    let why: string
    let atLeastMs = 0
    try {
      for await (const heard of connection(feed, listening, library)) {
        if (stop.aborted) return
        const refusal = 'frame' in heard ? feed.refusal(heard.frame) : undefined
        if (refusal?.next === 'wait') throw new Refused(`the server refuses: ${refusal.why}`, refusedWaitMs)
        if (isInGap) onGap(lastHeard, clock.now())
        isInGap = false
        lastHeard = clock.now()
        yield heard
      }
      why = 'it ended'
    } catch (error) {
      if (stop.aborted) return
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      const certificate = certificateRefused(code)
      if (certificate)
        throw new NeedsPerson(`${feed.name}: ${certificate.why}`, {
          nextStep: certificate.nextStep,
          cause: error,
        })
      if (isMistake(error)) throw error
      why = networkReasons[code] ?? messageOf(error)
      if (error instanceof Refused) atLeastMs = error.waitMs
    }
    if (stop.aborted) return
    isInGap = true
    if (clock.elapsedMs() - beganMs >= steadyMs) tries = 0
    const waitMs = atLeastMs + jitter(Math.min(longestWaitMs, firstWaitMs * 2 ** tries++))
    onEnd(why, waitMs)
    await pause(waitMs, stop).catch(() => {}) // its only reason is `stop`
  }
}

/** What no waiting mends: a person's, or ours. */
function isMistake(error: unknown): boolean {
  return (
    error instanceof NeedsPerson ||
    error instanceof SyntaxError ||
    (error instanceof TypeError && !('code' in error))
  )
}

/** The messages of one connection. Throws when it cannot be opened, breaks, is closed, or falls silent. */
async function* connection(
  feed: AnyFeed,
  {url, targets, clock, stop}: ListenOptions,
  {default: WebSocket, createWebSocketStream}: Library,
): AsyncGenerator<ReceivedFrame> {
  const socket = new WebSocket(url, {
    handshakeTimeout: handshakeMs,
    maxPayload: mostFrameBytes,
    perMessageDeflate: false,
  })
  const stream = createWebSocketStream(socket, {readableObjectMode: true})
  const ended = new AbortController()
  let heardAtMs = clock.elapsedMs()
  let because: Error | undefined
  const end = (why?: Error) => {
    because ??= why
    stream.destroy()
    socket.terminate()
  }
  const onStop = () => end()
  stop.addEventListener('abort', onStop, {once: true})
  stream.once('close', () => ended.abort())
  // Left to itself an error waits half a minute for the server to agree that it is one.
  socket.once('error', (error) => end(error))
  socket.once('close', (code, reason) => {
    because ??= new Error(
      `the server closed it (${code}${reason.length > 0 ? ` ${reason.toString('utf8', 0, 100)}` : ''})`,
    )
  })
  socket.on('unexpected-response', (_request, response) => {
    const status = response.statusCode ?? 0
    const why = `the server answered ${status} instead of opening a connection`
    response.destroy()
    if (noSocketThere.has(status))
      end(
        new NeedsPerson(`${feed.name}: ${why}`, {
          nextStep: `Check that ${new URL(url).origin} is what FIN_SIMULATOR_URL should say, or update fin.`,
        }),
      )
    else end(status < 500 ? new Refused(why, refusedWaitMs) : new Error(why))
  })
  socket.on('message', () => {
    heardAtMs = clock.elapsedMs()
  })
  socket.once('open', () => {
    for (const message of feed.subscribe(targets, randomUUID())) socket.send(JSON.stringify(message))
    void keepAlive()
  })

  /** Speaks now and then, and ends a connection on which nothing comes any more although somebody reads. */
  async function keepAlive() {
    const {text, everyMs} = feed.heartbeat
    for (;;) {
      socket.send(text, () => {}) // a connection that breaks is told to whoever reads
      const askedMs = clock.elapsedMs()
      await pause(everyMs, ended.signal).catch(() => {})
      if (ended.signal.aborted) return
      // Nobody listened: the reader was slow, or the whole process was stopped and what came meanwhile is
      // still to be read.
      if (socket.isPaused || clock.elapsedMs() - askedMs > 2 * everyMs + 1_000) heardAtMs = clock.elapsedMs()
      if (clock.elapsedMs() - heardAtMs >= feed.silenceMs)
        end(new Error(`nothing came for ${Math.round(feed.silenceMs / 1000)} s`))
    }
  }

  try {
    for await (const message of stream) yield readMessage(message as Buffer | string)
    if (because) throw because
  } catch (error) {
    throw because ?? error
  } finally {
    stop.removeEventListener('abort', onStop)
    end()
  }
}
