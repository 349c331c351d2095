/** Keeps a WebSocket subscription open: subscribes, sends heartbeats, and connects again after each end. */
import {randomInt, randomUUID} from 'node:crypto'
import {type Clock, pause} from '../clock.js'
import type {AnyFeed} from '../define-feed.js'
import {NeedsPerson} from '../errors.js'
import {certificateRefused, reasonOfProxy} from '../http/network-reasons.js'
import {agentThrough, refusalOf, type Proxy} from '../proxy.js'
import {NoData, Refused, refusedByProxy, temporaryReason} from './connection-end.js'
import {mostFrameBytes, readMessage, type ReceivedFrame} from './frames.js'

export interface ListenOptions {
  url: string
  /** The proxy for `url`; undefined for a direct connection. */
  proxy?: Proxy | undefined
  targets: readonly string[]
  clock: Clock
  stop: AbortSignal
  /** Called at the end of each connection, with the real milliseconds until the next try. */
  onEnd(why: string, waitMs: number): void
  /** Called when no data came for so long that fin subscribes again. */
  onQuiet?(quietMs: number): void
  /** Called with the first message after an interruption: from when to when nothing was received. */
  onGap(from: Date, to: Date): void
  /**
   * A random time up to `mostMs`; default: uniform, so that many clients of one server do not reconnect at
   * the same time.
   */
  jitter?(mostMs: number): number
}

type Library = typeof import('ws')

const handshakeMs = 10_000
const firstWaitMs = 1_000
const longestWaitMs = 60_000
/** Wait after a refusal: the server blocks an address for ten minutes if it continues to connect. */
const refusedWaitMs = 60_000
/** A connection that lasted this long resets the wait before the next one. */
const steadyMs = 30_000

/** Statuses of a wrong address, which waiting does not change. */
const noSocketThere = new Set([400, 404, 405, 410, 426])

/**
 * Yields every message until `stop`. A slow reader slows the socket down (backpressure). Throws NeedsPerson
 * if the address has no socket, or its certificate is not accepted.
 */
export async function* listen(feed: AnyFeed, options: ListenOptions): AsyncGenerator<ReceivedFrame> {
  const {clock, stop, proxy, onEnd, onGap, jitter = (mostMs: number) => randomInt(mostMs + 1)} = options
  const library = await import('ws')
  let tries = 0
  let lastReceived = clock.now()
  let lastData = lastReceived
  let isInGap = false
  while (!stop.aborted) {
    const beganMs = clock.elapsedMs()
    let why = 'it ended'
    let atLeastMs = 0
    try {
      for await (const received of connection(feed, options, library)) {
        if (stop.aborted) return
        const refusal = 'frame' in received ? feed.refusal(received.frame) : undefined
        if (refusal?.next === 'wait') throw new Refused(`the server refuses: ${refusal.why}`, refusedWaitMs)
        if (isInGap) onGap(lastReceived, clock.now())
        isInGap = false
        lastReceived = clock.now()
        if (isDataOf(feed, received)) lastData = lastReceived
        yield received
      }
    } catch (error) {
      if (stop.aborted) return
      why = temporaryReason(error, feed, proxy)
      if (error instanceof NoData) lastReceived = lastData
      atLeastMs = error instanceof Refused ? error.waitMs : 0
    }
    if (stop.aborted) return
    isInGap = true
    if (clock.elapsedMs() - beganMs >= steadyMs) tries = 0
    const waitMs = atLeastMs + jitter(Math.min(longestWaitMs, firstWaitMs * 2 ** tries++))
    onEnd(why, waitMs)
    await pause(waitMs, stop).catch(() => {}) // its only reason is `stop`
  }
}

function isDataOf(feed: AnyFeed, received: ReceivedFrame): boolean {
  return !('frame' in received) || (feed.isData?.(received.frame) ?? true)
}

/**
 * Yields the messages of one connection. Throws if it cannot be opened, breaks, is closed, or exceeds the
 * idle timeout.
 */
async function* connection(
  feed: AnyFeed,
  {url, proxy, targets, clock, stop, onQuiet}: ListenOptions,
  {default: WebSocket, createWebSocketStream}: Library,
): AsyncGenerator<ReceivedFrame> {
  const ended = new AbortController()
  const agent = proxy && (await agentThrough(proxy, ended.signal))
  const socket = new WebSocket(url, {
    agent,
    handshakeTimeout: handshakeMs,
    maxPayload: mostFrameBytes,
    perMessageDeflate: false,
  })
  const stream = createWebSocketStream(socket, {readableObjectMode: true})
  let receivedAtMs = clock.elapsedMs()
  let dataAtMs = receivedAtMs
  let hasResubscribed = false
  const noDataMs = feed.noDataMs?.(targets.length) ?? Infinity
  const subscribe = () => {
    for (const message of feed.subscribe(targets, randomUUID()))
      socket.send(JSON.stringify(message), () => {})
  }
  let endReason: Error | undefined
  const end = (why?: Error) => {
    endReason ??= why
    stream.destroy()
    socket.terminate()
  }
  // The library does not limit the time in which the proxy answers.
  if (proxy)
    void pause(handshakeMs, ended.signal).then(
      () => {
        if (socket.readyState === WebSocket.CONNECTING)
          end(new Error(`no connection within ${handshakeMs / 1000} s through the proxy (${proxy.shown})`))
      },
      () => {},
    )
  const onStop = () => end()
  stop.addEventListener('abort', onStop, {once: true})
  stream.once('close', () => ended.abort())
  // Ended here, because ws waits half a minute after an error for the server to close the connection.
  socket.once('error', (error: NodeJS.ErrnoException) => {
    const code = error.code ?? ''
    const isOfProxy = proxy && proxyStatus !== 200 && !certificateRefused(code)
    end(isOfProxy ? new Error(reasonOfProxy(proxy, code, error.message)) : error)
  })
  socket.once('close', (code, reason) => {
    endReason ??= new Error(
      `the server closed it (${code}${reason.length > 0 ? ` ${reason.toString('utf8', 0, 100)}` : ''})`,
    )
  })
  let proxyStatus: number | undefined
  agent?.once('proxyConnect', ({statusCode}: {statusCode: number}) => {
    proxyStatus = statusCode
  })
  socket.on('unexpected-response', (_request, response) => {
    if (proxy && proxyStatus !== undefined && proxyStatus !== 200) {
      response.destroy()
      return end(refusedByProxy(feed, refusalOf(proxy, proxyStatus, new URL(url))))
    }
    const status = response.statusCode ?? 0
    const why = `the server answered ${status} instead of opening a connection`
    response.destroy()
    if (noSocketThere.has(status))
      end(
        new NeedsPerson(`${feed.name}: ${why}`, {
          nextStep: `Check that ${new URL(url).origin} is the right value of FIN_SIMULATOR_URL, or update fin.`,
        }),
      )
    else end(status < 500 ? new Refused(why, refusedWaitMs) : new Error(why))
  })
  socket.on('message', () => {
    receivedAtMs = clock.elapsedMs()
  })
  socket.once('open', () => {
    subscribe()
    void keepAlive()
  })

  /** Sends heartbeats, and ends a connection on which nothing was received within the idle timeout. */
  async function keepAlive() {
    const {text, everyMs} = feed.heartbeat
    for (;;) {
      socket.send(text, () => {}) // the reader gets the error of a broken connection
      const sentMs = clock.elapsedMs()
      await pause(everyMs, ended.signal).catch(() => {})
      if (ended.signal.aborted) return
      // Nothing was read: the reader was slow, or the process was suspended and messages still wait to be
      // read.
      if (socket.isPaused || clock.elapsedMs() - sentMs > 2 * everyMs + 1_000)
        receivedAtMs = dataAtMs = clock.elapsedMs()
      if (clock.elapsedMs() - receivedAtMs >= feed.silenceMs)
        end(new Error(`nothing came for ${Math.round(feed.silenceMs / 1000)} s`))
      else checkData()
    }
  }

  /** Subscribes again when no data came for too long, and ends the connection if that brings none. */
  function checkData() {
    const quietMs = clock.elapsedMs() - dataAtMs
    if (quietMs < noDataMs) return
    if (hasResubscribed)
      return end(
        new NoData(`no data came for ${Math.round(quietMs / 1000)} s, also after a fresh subscription`),
      )
    hasResubscribed = true
    onQuiet?.(quietMs)
    subscribe()
  }

  try {
    for await (const message of stream) {
      const received = readMessage(message as Buffer | string)
      if (isDataOf(feed, received)) {
        dataAtMs = clock.elapsedMs()
        hasResubscribed = false
      }
      yield received
    }
    if (endReason) throw endReason
  } catch (error) {
    throw endReason ?? error
  } finally {
    stop.removeEventListener('abort', onStop)
    end()
  }
}
