/** A WebSocket that stays: subscribes, is kept alive, and is opened again whenever it ends. */
import {randomInt, randomUUID} from 'node:crypto'
import {type Clock, pause} from '../clock.js'
import type {AnyFeed} from '../define.js'
import {messageOf} from '../errors.js'
import {mostFrameBytes, readMessage, type Heard} from './frames.js'

export interface Listening {
  url: string
  targets: readonly string[]
  clock: Clock
  stop: AbortSignal
  /** Told of every connection that ended, with the real milliseconds until the next try. */
  onEnd(why: string, waitMs: number): void
  /** Told when something comes again: from when to when nothing was heard. */
  onGap(from: Date, to: Date): void
}

const handshakeMs = 10_000
const firstWaitMs = 1_000
const longestWaitMs = 60_000
/** After "too many": an address that goes on asking is shut out for ten minutes. */
const refusedWaitMs = 60_000

/** The server does not open a connection, and says so by a status. */
class NotOpened extends Error {
  constructor(readonly status: number) {
    super(`the server answered ${status} instead of opening a connection`)
  }
}

/** Every message, until `stop`. Whoever reads slowly slows the socket down. */
export async function* listen(feed: AnyFeed, listening: Listening): AsyncGenerator<Heard> {
  const {clock, stop, onEnd, onGap} = listening
  let tries = 0
  let lastHeard = clock.now()
  let isBack = true
  while (!stop.aborted) {
    let why: string
    let atLeastMs = 0
    try {
      for await (const heard of connection(feed, listening)) {
        if (!isBack) onGap(lastHeard, clock.now())
        tries = 0
        isBack = true
        lastHeard = clock.now()
        yield heard
      }
      why = 'the server closed it'
    } catch (error) {
      why = messageOf(error)
      if (error instanceof NotOpened && error.status < 500) atLeastMs = refusedWaitMs
    }
    if (stop.aborted) return
    isBack = false
    // Full jitter, so that many who lost the same server do not come back together.
    const waitMs = atLeastMs + randomInt(Math.min(longestWaitMs, firstWaitMs * 2 ** tries++) + 1)
    onEnd(why, waitMs)
    try {
      await pause(waitMs, stop)
    } catch {
      return // the only reason is `stop`
    }
  }
}

/** The messages of one connection. Throws when it cannot be opened, breaks, or falls silent. */
async function* connection(feed: AnyFeed, {url, targets, clock, stop}: Listening): AsyncGenerator<Heard> {
  const {default: WebSocket, createWebSocketStream} = await import('ws')
  const socket = new WebSocket(url, {handshakeTimeout: handshakeMs, maxPayload: mostFrameBytes, perMessageDeflate: false})
  const stream = createWebSocketStream(socket, {readableObjectMode: true})
  const ended = new AbortController()
  let heardAtMs = clock.elapsedMs()
  const onStop = () => stream.destroy()
  stop.addEventListener('abort', onStop, {once: true})
  stream.once('close', () => ended.abort())
  let notOpened: NotOpened | undefined
  socket.on('unexpected-response', (_request, response) => {
    notOpened = new NotOpened(response.statusCode ?? 0)
    stream.destroy(notOpened)
    response.destroy()
  })
  socket.on('message', () => { heardAtMs = clock.elapsedMs() })
  socket.once('open', () => {
    for (const message of feed.subscribe(targets, randomUUID())) socket.send(JSON.stringify(message))
    void keepAlive()
  })

  /** Speaks now and then, and ends a connection on which nothing comes any more although somebody reads. */
  async function keepAlive() {
    const {text, everyMs} = feed.heartbeat
    try {
      for (;;) {
        socket.send(text)
        await pause(Math.min(everyMs, feed.silenceMs), ended.signal)
        if (socket.isPaused) heardAtMs = clock.elapsedMs()
        if (clock.elapsedMs() - heardAtMs >= feed.silenceMs) stream.destroy(new Error(`nothing came for ${Math.round(feed.silenceMs / 1000)} s`))
      }
    } catch {
      // it ended, which whoever reads is told
    }
  }

  try {
    for await (const message of stream) yield readMessage(message as Buffer | string, clock.now())
  } catch (error) {
    throw notOpened ?? error // ending what was never opened is an error of its own
  } finally {
    stop.removeEventListener('abort', onStop)
    stream.destroy()
    socket.terminate()
  }
}
