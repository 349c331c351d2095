/** One connection to the WebSocket of a feed: subscribes, sends heartbeats, and ends when it seems dead. */
import type WebSocket from 'ws'
import {type Clock, pause} from '../clock.js'
import type {AnyFeed} from '../define-feed.js'
import {NeedsPerson} from '../errors.js'
import {certificateRefused, reasonOfProxy} from '../http/network-reasons.js'
import {agentThrough, proxyRefusal, type Proxy} from '../proxy.js'
import {Refused, refusedByProxy, refusedWaitMs, Silence} from './connection-end.js'
import {frameReader, mostFrameBytes, type ReadFrame} from './frames.js'
import {createSubscription, type WantedTargets} from './subscription.js'

type Library = typeof import('ws')

export interface ConnectionOptions {
  /** The address. It may hold a secret, so it is never shown. */
  url: string
  /** The variable of the secret in `url`; absent: it has none. */
  variable?: string | undefined
  /** The proxy for `url`; undefined for a direct connection. */
  proxy?: Proxy | undefined
  wanted: WantedTargets
  clock: Clock
  stop: AbortSignal
  /** Called with the arrival of each frame with data. */
  onData?(at: Date): void
  /** Called when no data came for so long that fin subscribes again. */
  onQuiet?(quietMs: number): void
}

export interface ConnectionEvents {
  /** Called with each message. A returned error ends the connection; `pause` stops reading until `resume`. */
  onFrame(read: ReadFrame, bytes: number): Error | 'pause' | undefined
  /** Called with each group of targets that has been subscribed to, and without any when none is missing. */
  onSubscribed(targets: readonly string[]): void
}

/** A connection that is being opened, or is open. */
export interface SocketConnection {
  /**
   * Rejects when the connection could not be opened, broke, was closed or counts as dead, with the reason;
   * resolves after `stop`.
   */
  ended: Promise<void>
  /** Reads again after a pause. */
  resume(): void
  /** When the last message or answer to a ping arrived. What the server sent before has been received. */
  lastReceived(): Date
}

const handshakeMs = 10_000
/** The code of a connection that ended without a close frame of the server. */
const abnormalClose = 1006
/** Statuses of a wrong address, which waiting does not change. */
const noSocketThere = new Set([400, 404, 405, 410, 426])

export async function connect(
  feed: AnyFeed,
  options: ConnectionOptions,
  {onFrame, onSubscribed}: ConnectionEvents,
  {default: WebSocket}: Library,
): Promise<SocketConnection> {
  const {url, proxy, wanted, clock, stop, onData, onQuiet} = options
  const ended = new AbortController()
  const agent = proxy && (await agentThrough(proxy, ended.signal))
  const socket = new WebSocket(url, {
    agent,
    handshakeTimeout: handshakeMs,
    maxPayload: mostFrameBytes,
    perMessageDeflate: false,
  })
  const read = frameReader(clock.now)
  let receivedMs = clock.elapsedMs()
  let lastReceived = clock.now()
  let dataMs = receivedMs
  let lastData = lastReceived
  /** When it was subscribed to again because no data came; undefined after the next data. */
  let renewedMs: number | undefined
  let endReason: Error | undefined

  const subscription = createSubscription(feed, {
    wanted,
    ended: ended.signal,
    send: (text) => socket.send(text, () => {}), // the reader gets the error of a broken connection
    onSubscribed,
  })
  const end = (why?: Error) => {
    endReason ??= why
    socket.terminate()
  }
  const onStop = () => end()
  stop.addEventListener('abort', onStop, {once: true})
  if (stop.aborted) end()
  reportRefusals({feed, url, variable: options.variable, proxy, socket, agent, ended: ended.signal, end})

  socket.on('message', (message: Buffer) => {
    const frame = read(message)
    receivedMs = clock.elapsedMs()
    lastReceived = 'at' in frame.received ? frame.received.at : clock.now()
    if (isDataOf(feed, frame)) {
      dataMs = receivedMs
      lastData = lastReceived
      renewedMs = undefined
      onData?.(lastData)
    }
    const next = onFrame(frame, message.length)
    if (next === 'pause') socket.pause()
    else if (next) end(next)
  })
  socket.on('pong', () => {
    receivedMs = clock.elapsedMs()
    lastReceived = clock.now()
  })
  const offChange = wanted.onChange(() => {
    if (socket.readyState === WebSocket.OPEN) void subscription.update()
  })
  socket.once('open', () => {
    lastReceived = lastData = clock.now()
    receivedMs = dataMs = clock.elapsedMs()
    void subscription.update().then(() => !ended.signal.aborted && onSubscribed([]))
    void keepAlive()
  })
  const closed = new Promise<void>((resolve, reject) => {
    socket.once('close', (code: number, reason: Buffer) => {
      if (code !== abnormalClose) lastReceived = clock.now()
      endReason ??= new Error(
        `the server closed it (${code}${reason.length > 0 ? ` ${reason.toString('utf8', 0, 100)}` : ''})`,
      )
      offChange()
      stop.removeEventListener('abort', onStop)
      ended.abort()
      if (stop.aborted) resolve()
      else reject(endReason)
    })
  })

  /** Sends heartbeats, and ends a connection on which nothing was received within the idle timeout. */
  async function keepAlive() {
    const {text, everyMs} = feed.heartbeat
    for (;;) {
      if (text === null) socket.ping(undefined, undefined, () => {})
      else socket.send(text, () => {})
      const sentMs = clock.elapsedMs()
      await pause(everyMs, ended.signal).catch(() => {})
      if (ended.signal.aborted) return
      // Nothing was read: the reader was slow, or the process was suspended and messages still wait to be
      // read.
      if (socket.isPaused || clock.elapsedMs() - sentMs > 2 * everyMs + 1_000)
        receivedMs = dataMs = clock.elapsedMs()
      if (clock.elapsedMs() - receivedMs >= feed.silenceMs)
        end(new Silence(`nothing came for ${Math.round(feed.silenceMs / 1000)} s`, lastReceived))
      else checkData()
    }
  }

  /** Subscribes again when no data came for too long, and ends the connection if none comes after that. */
  function checkData() {
    const quietMs = clock.elapsedMs() - dataMs
    const longestMs = feed.noDataMs?.(wanted.list().length, clock.now()) ?? Infinity
    if (clock.elapsedMs() - Math.max(dataMs, renewedMs ?? dataMs) < longestMs) return
    if (renewedMs !== undefined)
      return end(
        new Silence(
          `no data came for ${Math.round(quietMs / 1000)} s, also after a fresh subscription`,
          lastData,
        ),
      )
    renewedMs = clock.elapsedMs()
    onQuiet?.(quietMs)
    void subscription.renew()
  }

  return {
    ended: closed,
    resume() {
      if (!socket.isPaused) return
      // Messages that were not read cannot show that the server lives.
      receivedMs = dataMs = clock.elapsedMs()
      socket.resume()
    },
    lastReceived: () => lastReceived,
  }
}

function isDataOf(feed: AnyFeed, {received, value}: ReadFrame): boolean {
  return 'rejected' in received || (feed.isData?.(value) ?? true)
}

interface Opening {
  feed: AnyFeed
  url: string
  variable: string | undefined
  proxy: Proxy | undefined
  socket: WebSocket
  agent: Awaited<ReturnType<typeof agentThrough>> | undefined
  ended: AbortSignal
  end(why: Error): void
}

/** Ends a connection that cannot be opened, with the reason of the server, of the proxy or of the network. */
function reportRefusals({feed, url, variable, proxy, socket, agent, ended, end}: Opening): void {
  let proxyStatus: number | undefined
  agent?.once('proxyConnect', ({statusCode}: {statusCode: number}) => {
    proxyStatus = statusCode
  })
  // The library does not limit the time in which the proxy answers.
  if (proxy)
    void pause(handshakeMs, ended).then(
      () => {
        if (socket.readyState === socket.CONNECTING)
          end(new Error(`no connection within ${handshakeMs / 1000} s through the proxy (${proxy.shown})`))
      },
      () => {},
    )
  // Ended here, because ws waits half a minute after an error for the server to close the connection.
  socket.once('error', (error: NodeJS.ErrnoException) => {
    const code = error.code ?? ''
    const isOfProxy = proxy && proxyStatus !== 200 && !certificateRefused(code)
    end(isOfProxy ? new Error(reasonOfProxy(proxy, code, error.message)) : error)
  })
  socket.on('error', () => {})
  socket.on('unexpected-response', (_request, response) => {
    if (proxy && proxyStatus !== undefined && proxyStatus !== 200) {
      response.destroy()
      return end(refusedByProxy(feed, proxyRefusal(proxy, proxyStatus, new URL(url))))
    }
    const status = response.statusCode ?? 0
    const why = `the server answered ${status} instead of opening a connection`
    response.destroy()
    if (status === 401 && variable !== undefined)
      end(
        new NeedsPerson(`${feed.name}: ${feed.provider.name} does not accept the key in ${variable} (401)`, {
          nextStep: `Correct ${variable}, or name another key with --token.`,
        }),
      )
    else if (noSocketThere.has(status))
      end(
        new NeedsPerson(`${feed.name}: ${why}`, {
          nextStep: `Check that ${new URL(url).origin} is the right value of FIN_SIMULATOR_URL, or update fin.`,
        }),
      )
    else end(status < 500 ? new Refused(why, refusedWaitMs) : new Error(why))
  })
}
